"""What DuckDB answers to a case."""

from __future__ import annotations

import pyarrow as pa

from kernklant.engine.ledger.tables import TABLES, schema
from kernklant.engine.store import Store
from tests.conformance.ledger import ledger
from tests.conformance.marts import Case

SCHEMAS = {name: schema(table) for name, table in TABLES.items()}


def answer(case: Case, seed: int) -> pa.Table:
    """The rows in one order, whatever order the engine gave them."""
    facts = Store.in_memory(ledger(seed), schemas=SCHEMAS).snapshot()
    return in_order(facts.mart(case.sql, **case.parameters))


def in_order(table: pa.Table) -> pa.Table:
    order = [(name, "ascending") for name in table.column_names]
    return table.sort_by(order).replace_schema_metadata(None)
