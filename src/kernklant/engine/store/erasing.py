"""Taking persons out of the tables, and out of the files of earlier versions.

Delta rewrites the files that hold them; the files of before stay for who reads an earlier version,
until ``sweep_out`` removes those with such a person in them. A run that cites them can then be
read, and no longer be replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kernklant.engine.store import delta, journal

WHO = ["source", "source_no", "customer"]


@dataclass(frozen=True, slots=True)
class Leaving:
    """Persons who go. ``rows``: what stands of them in ``customers`` from now on, and ``claims``
    on those; ``numbers``: key and customer. ``clear``: by table the columns that become empty of
    them, ``cells``: by table and row key the columns that become empty of others.
    """

    customers: tuple[int, ...]
    rows: pa.Table
    claims: pa.Table
    numbers: pa.Table
    clear: Mapping[str, Sequence[str]] = field(default_factory=dict)
    cells: Mapping[str, Mapping[bytes, Sequence[str]]] = field(default_factory=dict)


def take_out(home: Path, leaving: Leaving) -> None:
    """Rewrite the tables without them; nothing is visible before the journal is written."""
    whom = f"customer IN ({', '.join(map(str, leaving.customers))})"
    for name, fresh in (("customers", leaving.rows), ("numbers", leaving.numbers)):
        delta.delete(journal.folder(home, name), whom)
        delta.append(journal.folder(home, name), fresh)
    if leaving.claims.num_rows:
        delta.append(journal.folder(home, "claims"), leaving.claims)
    for name, columns in leaving.clear.items():
        delta.clear(journal.folder(home, name), columns, where=whom)
    for name, cells in leaving.cells.items():
        for columns, keys in _alike(cells).items():
            which = ", ".join(f"X'{key.hex()}'" for key in keys)
            delta.clear(journal.folder(home, name), columns, where=f"row_key IN ({which})")


def _alike(cells: Mapping[bytes, Sequence[str]]) -> dict[tuple[str, ...], list[bytes]]:
    """Rows by the columns that become empty: each change rewrites whole files."""
    rows: dict[tuple[str, ...], list[bytes]] = {}
    for key, columns in cells.items():
        rows.setdefault(tuple(columns), []).append(key)
    return rows


def delete_before(
    home: Path, table: str, day: date, *, column: str, only: Sequence[int] | None
) -> None:
    """Remove the rows of a table of before a day, of all customers or of some."""
    whom = "" if only is None else f" AND customer IN ({', '.join(map(str, only))})"
    where = f"{column} < DATE '{day.isoformat()}'{whom}"
    delta.delete(journal.folder(home, table), where)


def everybody(home: Path) -> pa.Table:
    """``source``, ``source_no`` and ``customer`` of all files of customers there still are."""
    parts = [
        pq.read_table(file, columns=WHO, partitioning=None) for file in _data(home, "customers")
    ]
    schema = pa.schema([("source", pa.string()), ("source_no", pa.string()),
                        ("customer", pa.int64())])  # fmt: skip
    whole = pa.concat_tables([schema.empty_table(), *(part.cast(schema) for part in parts)])
    return whole.group_by(WHO, use_threads=False).aggregate([])


def sweep_out(
    home: Path,
    tables: Sequence[str],
    customers: Sequence[int],
    *,
    free: Mapping[str, Sequence[str]],
    tells: Callable[[str | None], bool],
) -> int:
    """Delete files that only earlier versions name and that hold or tell of one of these; how many.

    ``free``: by table the columns of free text, of which ``tells`` knows one that names them. Files
    of customers go last: they are how a next attempt knows whom it is about.
    """
    gone, whom = 0, pa.array(customers, pa.int64())
    for name in sorted({*tables, "numbers"}, key=lambda one: one == "customers"):
        texts = free.get(name, ())
        for file in _earlier(home, name):
            rows = pq.read_table(file, columns=["customer", *texts], partitioning=None)
            theirs = pc.any(pc.is_in(rows["customer"], value_set=whom)).as_py()
            if theirs or any(
                tells(one) for text in texts for one in rows[text].unique().to_pylist()
            ):
                file.unlink()
                gone += 1
    return gone


def sweep_before(
    home: Path, table: str, day: date, *, column: str, only: Sequence[int] | None
) -> int:
    """Delete files of earlier versions that hold rows of before a day; how many."""
    gone = 0
    for file in _earlier(home, table):
        rows = pq.read_table(file, columns=["customer", column], partitioning=None)
        rows = rows.filter(pc.less(rows[column], pa.scalar(day)))
        if only is not None:
            rows = rows.filter(pc.is_in(rows["customer"], value_set=pa.array(only, pa.int64())))
        if rows.num_rows:
            file.unlink()
            gone += 1
    return gone


def sweep_old(home: Path, tables: Sequence[str], *, cited: Sequence[Mapping[str, int]]) -> int:
    """Delete files that neither the newest version names nor one that is cited; how many."""
    gone = 0
    for name in [*tables, "numbers"]:
        place = journal.folder(home, name)
        wanted: set[Path] = set()
        for versions in cited:
            if versions.get(name, 0):
                wanted |= set(delta.files(place, versions[name]))
        for file in _earlier(home, name):
            if file not in wanted:
                file.unlink()
                gone += 1
    return gone


def _earlier(home: Path, table: str) -> Iterator[Path]:
    """Files of a table that its newest confirmed version does not name."""
    place = journal.folder(home, table)
    if not delta.exists(place):
        return
    version = journal.head(journal.read(home)).get(table, 0)
    now = set(delta.files(place, version))
    yield from (file for file in _data(home, table) if file not in now)


def _data(home: Path, table: str) -> list[Path]:
    return sorted(journal.folder(home, table).glob("*.parquet"))
