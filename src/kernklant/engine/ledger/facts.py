"""The ledger as it stands: its home, who the customers are now, and how much there is."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from kernklant.engine.ledger.tables import TABLES, schema
from kernklant.engine.store import Snapshot, Store

HERE = Path(__file__).resolve().parent


def schemas() -> dict[str, pa.Schema]:
    """The Arrow schema of every table of the ledger."""
    return {name: schema(table) for name, table in TABLES.items()}


def open_home(home: Path, *, create: bool = False) -> Store:
    """The store of a home with the ledger's tables; NotFound when absent and not to be made."""
    return Store.open(home, schemas=schemas(), create=create)


def current_customers(facts: Snapshot) -> pa.Table:
    """One row per customer, by number: of every column the newest known value.

    Newest by ``valid_from`` (rows without one come first), then by import.
    """
    return facts.mart(HERE / "customers.sql")


def table_sizes(facts: Snapshot) -> dict[str, int]:
    """Rows per table; of customers each counts once, however much was told of him."""
    sizes = facts.mart(HERE / "sizes.sql").to_pydict()
    lines = dict(zip(sizes["table_name"], sizes["lines"], strict=True))
    return {name: lines[name] for name in TABLES}
