"""The ledger as it stands: its home, who the customers are now, and how much there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from kernklant.engine.ledger.tables import TABLES, schema
from kernklant.engine.store import Snapshot, Store
from kernklant.engine.units import today

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Reach:
    """How much a table holds, from which day to which, and the newest import in it."""

    rows: int
    first_day: date | None
    last_day: date | None
    newest: int | None


def schemas() -> dict[str, pa.Schema]:
    """The Arrow schema of every table of the ledger."""
    return {name: schema(table) for name, table in TABLES.items()}


def open_home(home: Path, *, create: bool = False) -> Store:
    """The store of a home with the ledger's tables; NotFound when absent and not to be made."""
    return Store.open(home, schemas=schemas(), create=create)


def current_customers(facts: Snapshot, *, on: date | None = None) -> pa.Table:
    """One row per customer, by number: of every column the newest known value.

    Newest by ``valid_from`` (rows without one come first), then by import; what is valid only
    from a later day than ``on`` (None: today) does not count yet.
    """
    return facts.mart(HERE / "customers.sql", today=on or today())


def table_sizes(facts: Snapshot) -> dict[str, int]:
    """Rows per table; of customers each counts once, however much was told of him."""
    sizes = facts.mart(HERE / "sizes.sql").to_pydict()
    lines = dict(zip(sizes["table_name"], sizes["lines"], strict=True))
    return {name: lines[name] for name in TABLES}


def table_reach(facts: Snapshot) -> dict[str, Reach]:
    """Rows and reach of every table."""
    rows = table_sizes(facts)
    found = {row.pop("table_name"): row for row in facts.mart(HERE / "reach.sql").to_pylist()}
    return {name: Reach(rows=rows[name], **found[name]) for name in TABLES}
