"""A home of simulated lines, written past the import: what is timed is reading it.

``python -m benchmarks.home CUSTOMERS ROOM`` makes both the home and the Parquet file for peers.
``python -m benchmarks.home CUSTOMERS ROOM whole`` tells of every customer who he is, and adds
invoices, activities, payments and answers, as a web application would show them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks import simulate
from kernklant.demo.names import FIRST, SECOND, TRADES
from kernklant.engine.ledger.facts import open_home
from kernklant.engine.ledger.tables import TABLES, schema
from kernklant.engine.store import delta, journal
from kernklant.engine.store.sums import sums_of

AT_ONCE = 1_000_000
CITIES = ("Zwolle", "Deventer", "Apeldoorn", "Hengelo", "Almelo", "Kampen")
SECTORS, REGIONS = ("43", "46", "47"), ("Overijssel", "Gelderland")
KINDS = ("visit", "call", "mail", "ticket", "delivery")
DAYS_TO_PAY = 30
MANAGERS = 40


def build(home: Path, tables: Mapping[str, pa.Table]) -> None:
    """Store tables as one import would: sorted by customer and day; absent columns are null."""
    store = open_home(home, create=True)
    for name, kind in {**store.schemas, "imports": journal.IMPORTS}.items():
        delta.create(journal.folder(home, name), kind)
    for name, table in tables.items():
        order = [(by, "ascending") for by in ("customer", "date") if by in table.column_names]
        kind = schema(TABLES[name])
        rows = pa.RecordBatchReader.from_batches(kind, _batches(table.sort_by(order), kind))
        delta.append(journal.folder(home, name), rows)
    folders = {name: journal.folder(home, name) for name in store.schemas}
    fresh = [file for folder in folders.values() for file in delta.settle(folder, since=0)]
    versions = {name: delta.version(folder) for name, folder in folders.items()}
    row = {"import_no": 1, "file_name": "simulated", "sha256": "", "format": "parquet"}
    row |= {"mapping": "{}", "datasets": "{}", "who": "benchmark", "imported_at": datetime.now(UTC)}
    row |= {"seq": 1, "versions": json.dumps(versions), "last_customer": 0}
    row |= {"sums": json.dumps(sums_of(fresh))}
    journal.commit(home, pa.Table.from_pylist([row], schema=journal.IMPORTS), seq=1)


def _batches(table: pa.Table, kind: pa.Schema) -> Iterator[pa.RecordBatch]:
    start = 0
    for batch in table.combine_chunks().to_batches(AT_ONCE):
        rows = batch.num_rows
        own = dict(zip(batch.schema.names, batch.columns, strict=True))
        keys = np.zeros((rows, 2), dtype=np.int64)
        keys[:, 0] = np.arange(start, start + rows)
        own["row_key"] = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(16), rows, [None, pa.py_buffer(keys.tobytes())]
        )
        own["row_hash"] = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(8), rows, [None, pa.py_buffer(keys[:, 0].tobytes())]
        )
        own["import_no"] = pa.array(np.ones(rows, dtype=np.int32))
        arrays = [
            own[field.name].cast(field.type) if field.name in own else pa.nulls(rows, field.type)
            for field in kind
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=kind)
        start += rows


def whole(sales: pa.Table) -> dict[str, pa.Table]:
    """Sales with invoices and costs, and who bought, what was done for him, paid and answered."""
    draw, lines = np.random.default_rng(2), sales.num_rows
    document = pc.binary_join_element_wise("F", pc.cast(pa.array(np.arange(lines)), "string"), "")
    part = pa.array(draw.integers(60, 80, lines).astype(np.int32)).cast(pa.decimal128(12, 0))
    cost = pc.round(pc.multiply(pc.multiply(sales["amount"], part), Decimal("0.01")), 2)
    sales = sales.append_column("document", document).append_column("cost", cost)
    return {
        "sales": sales,
        "customers": _customers(pc.unique(sales["customer"]), draw),
        "activities": _activities(sales.filter(pa.array(draw.random(lines) < 0.3)), draw),
        "payments": _payments(sales.filter(pa.array(draw.random(lines) < 0.3)), draw),
        "feedback": _feedback(sales.filter(pa.array(draw.random(lines) < 0.05)), draw),
    }


def _picked(words: tuple[str, ...], many: int, draw: np.random.Generator) -> pa.Array:
    return pa.array(words).take(pa.array(draw.integers(0, len(words), many)))


def _customers(numbers: pa.Array, draw: np.random.Generator) -> pa.Table:
    many, text = len(numbers), pc.cast(numbers, "string")
    return pa.table(
        {
            "customer": numbers,
            "source": pa.array(["shop"] * many),
            "source_no": pc.binary_join_element_wise("K", text, ""),
            "name": _names(many, draw),
            "city": _picked(CITIES, many, draw),
            "sector": _picked(SECTORS, many, draw),
            "region": _picked(REGIONS, many, draw),
            "employees": pa.array(draw.integers(1, 300, many)),
            "manager": _managers(many, draw),
        }
    )


def _names(many: int, draw: np.random.Generator) -> pa.Array:
    """Invented names of companies, as alike as real ones are."""
    trades = tuple(trade for some in TRADES.values() for trade in some)
    base = pc.binary_join_element_wise(
        _picked(tuple(FIRST), many, draw), _picked(tuple(SECOND), many, draw), ""
    )
    return pc.binary_join_element_wise(base, _picked(trades, many, draw), " ")


def _managers(many: int, draw: np.random.Generator) -> pa.Array:
    """One in ten customers has an account manager, one of MANAGERS."""
    place = np.where(draw.random(many) < 0.1, draw.integers(0, MANAGERS, many), MANAGERS)
    return pa.array([*(f"Manager {at}" for at in range(MANAGERS)), None]).take(pa.array(place))


def _activities(some: pa.Table, draw: np.random.Generator) -> pa.Table:
    many = some.num_rows
    minutes = pa.array(draw.integers(5, 90, many).astype(np.int32)).cast(pa.decimal128(10, 0))
    told = {"activity": _picked(KINDS, many, draw), "minutes": minutes}
    return pa.table({"customer": some["customer"], "date": some["date"], **told})


def _payments(some: pa.Table, draw: np.random.Generator) -> pa.Table:
    day = some["date"].cast(pa.int32()).to_numpy()
    paid = pa.array((day + draw.integers(5, 80, len(day))).astype(np.int32)).cast(pa.date32())
    return pa.table(
        {
            "customer": some["customer"],
            "document": some["document"],
            "invoice_date": some["date"],
            "due_date": pa.array((day + DAYS_TO_PAY).astype(np.int32)).cast(pa.date32()),
            "paid_date": paid,
            "amount": some["amount"],
        }
    )


def _feedback(some: pa.Table, draw: np.random.Generator) -> pa.Table:
    many = some.num_rows
    score = pa.array(draw.integers(0, 11, many).astype(np.int32)).cast(pa.decimal128(10, 0))
    told = {"question": pa.array(["nps"] * many), "score": score}
    return pa.table({"customer": some["customer"], "date": some["date"], **told})


def main(customers: int, room: Path, *, all_tables: bool) -> None:
    """Simulate, write, and print where it lies and what everybody should count."""
    log = simulate.simulate(customers)
    sales, home = room / f"{customers}.parquet", room / f"home-{customers}"
    simulate.write(log, sales)
    lines = pq.read_table(sales)
    build(home, whole(lines) if all_tables else {"sales": lines})
    timing = simulate.timing(log)
    sums = [int(timing[name].sum(dtype=np.int64)) for name in ("x", "T")]
    found = {"sales": str(sales), "home": str(home), "lines": len(log["day"])}
    print(json.dumps({**found, "sums": [*sums, customers]}))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), all_tables="whole" in sys.argv[3:])
