"""How long facts are kept: what is past its term, and removing it.

Books are kept seven years because the law says so; after that nothing says so any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.ledger.persons import erased_numbers
from kernklant.engine.ledger.privacy import KEPT
from kernklant.engine.ledger.rejects import files_of, forget
from kernklant.engine.ledger.tables import TABLES
from kernklant.engine.store import Snapshot, Store, list_runs, read, sweep_before, sweep_old
from kernklant.engine.units import months_before

REJECTS = "rejects"
REFUSED_DAYS = 90  # refused rows are there to be mended and imported again


@dataclass(frozen=True, slots=True)
class Overdue:
    """Rows of a table past its term: of days before ``day``; ``erased``: of erased persons."""

    table: str
    day: date
    rows: int
    erased: int


def past_term(store: Store, *, today: date) -> list[Overdue]:
    """What should go, table by table; tables of which nothing should are left out."""
    facts = store.snapshot()
    gone = pa.array(erased_numbers(facts), pa.int64())
    found = [_of(facts, name, today=today, gone=gone) for name in KEPT if KEPT[name].months]
    old = [*_old_rejects(store, today)]
    if old:
        day = today - timedelta(days=REFUSED_DAYS)
        found.append(Overdue(REJECTS, day, len(old), 0))
    return [one for one in found if one.rows]


def tidy(store: Store, *, today: date, erased_only: bool = False) -> dict[str, int]:
    """Remove what is past its term, also from earlier versions; rows per table.

    ``erased_only``: the rows of erased persons alone. Runs whose facts went stay readable.
    """
    assert store.home is not None  # noqa: S101 - for the type checker
    due = past_term(store, today=today)
    done: dict[str, int] = {}
    gone = erased_numbers(store.snapshot())
    for one in due:
        rows = one.erased if erased_only else one.rows
        if not rows:
            continue
        if one.table == REJECTS:
            for number in _old_rejects(store, today):
                forget(store.home, number)
        else:
            since = KEPT[one.table].since
            with store.writer() as writer:
                only = gone if erased_only else None
                writer.drop_before(one.table, one.day, column=since, only=only)
                # Still locked: a file that an import is adding is of no version yet.
                sweep_before(store.home, one.table, one.day, column=since, only=only)
        done[one.table] = rows
    if not erased_only:
        with store.writer():
            cited = [read(store, number).versions for number in list_runs(store)]
            sweep_old(store.home, [*TABLES], cited=cited)
    return done


def _of(facts: Snapshot, name: str, *, today: date, gone: pa.Array) -> Overdue:
    kept = KEPT[name]
    day = months_before(today, kept.months or 0)
    rows = facts.table(name, ["customer", kept.since])
    old = rows.filter(pc.less(rows[kept.since], pa.scalar(day)))
    theirs = pc.sum(pc.is_in(old["customer"], value_set=gone)).as_py() or 0
    return Overdue(name, day, old.num_rows, theirs)


def _old_rejects(store: Store, today: date) -> Iterator[int]:
    """Imports of so long ago of which refused rows are still kept."""
    if store.home is None:
        return
    before = datetime(today.year, today.month, today.day, tzinfo=UTC) - timedelta(days=REFUSED_DAYS)
    for row in store.imports().to_pylist():
        if row["imported_at"] < before and files_of(store.home, row["import_no"]):
            yield row["import_no"]
