"""Small imports for the tests of the store."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from kernklant.engine.ledger.tables import TABLES, schema
from kernklant.engine.store import ImportRecord, Settled, Store, Writer

SCHEMAS = {name: schema(table) for name, table in TABLES.items()}
Line = tuple[int, str, str]  # customer, key, amount


def open_store(home: Path) -> Store:
    return Store.open(home, schemas=SCHEMAS, create=True)


def record(name: str = "sales.csv") -> ImportRecord:
    return ImportRecord(
        file_name=name,
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        format="csv",
        mapping='{"customer": "klant \\"nr\\""}',
        numbers="nl",
        dates="dmy",
        datasets="{}",
        who="tester",
        when=datetime(2025, 1, 1, 12, tzinfo=UTC),
    )


def digest(text: str, size: int) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=size).digest()


def rows(lines: Sequence[Line], table: str = "sales") -> pa.Table:
    """Staged rows of a table: (customer, key, amount); the hash covers the amount."""
    columns = {
        "customer": [customer for customer, _, _ in lines],
        "amount": [Decimal(amount) for _, _, amount in lines],
        "date": [date(2024, 1, 1 + customer % 28) for customer, _, _ in lines],
        "row_key": [digest(key, 16) for _, key, _ in lines],
        "row_hash": [digest(amount, 8) for _, _, amount in lines],
        "file_row": list(range(2, len(lines) + 2)),
    }
    brought = [field for field in SCHEMAS[table] if field.name != "import_no"]
    wanted = pa.schema([*brought, ("file_row", pa.int64())])
    empty = [None] * len(lines)
    return pa.table({name: columns.get(name, empty) for name in wanted.names}, schema=wanted)


def take_in(writer: Writer, lines: Sequence[Line]) -> Settled:
    writer.stage("sales", rows(lines))
    settled = writer.settle("sales")
    writer.commit(record())
    return settled


def import_lines(store: Store, lines: Sequence[Line]) -> int:
    with store.writer() as writer:
        take_in(writer, lines)
        return writer.import_no
