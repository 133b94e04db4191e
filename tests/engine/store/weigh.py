"""Import a million sales lines, import them again, and ask for the histories; in a process of
its own, so that its peak memory is its own: ``python -m tests.engine.store.weigh [ROWS]``.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.ledger.history import history, last_sales_day
from kernklant.engine.store import Settled, Store
from tests.engine.store.cases import SCHEMAS, open_store, record

ROWS = 1_000_000
BATCH = 65_536
LINES_A_CUSTOMER = 5


def batches(rows: int) -> Iterator[tuple[pa.Array, pa.Table]]:
    """Sales lines in random order: the numbers of the source, and what is staged."""
    for start in range(0, rows, BATCH):
        yield one_batch(np.random.default_rng(start), start, min(BATCH, rows - start), rows)


def one_batch(
    draw: np.random.Generator, start: int, count: int, rows: int
) -> tuple[pa.Array, pa.Table]:
    customer = draw.integers(1, rows // LINES_A_CUSTOMER + 2, count)
    days = pa.array(draw.integers(19_000, 20_000, count).astype(np.int32))
    place = np.arange(start, start + count)
    columns = {
        "customer": pa.array(customer),
        "date": days.cast(pa.date32()),
        "amount": money(draw.integers(-2000, 20_000, count)),
        "document": pc.cast(pa.array(place // 3), pa.string()),
        "product": pc.cast(pa.array(place % 1000), pa.string()),
        "row_key": random_bytes(draw, count, 16),
        "row_hash": random_bytes(draw, count, 8),
        "file_row": pa.array(place),
    }
    for field in SCHEMAS["sales"]:
        if field.name not in columns and field.name != "import_no":
            columns[field.name] = pa.nulls(count, field.type)
    return pc.cast(columns["customer"], pa.string()), pa.table(columns)


def money(euros: np.ndarray) -> pa.Array:
    return pa.array(euros).cast(pa.decimal128(21, 2)).cast(pa.decimal128(18, 2))


def random_bytes(draw: np.random.Generator, count: int, size: int) -> pa.Array:
    buffers = [None, pa.py_buffer(draw.bytes(count * size))]
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(size), count, buffers)


def take_in(store: Store, rows: int) -> Settled:
    with store.writer() as writer:
        for numbers, batch in batches(rows):
            writer.customer_numbers("erp", numbers)
            writer.stage("sales", batch)
        settled = writer.settle("sales")
        writer.commit(record())
    return settled


def weigh(home: Path, rows: int) -> dict[str, float]:
    store = open_store(home)
    found: dict[str, float] = {}
    for step, new in (("import", rows), ("again", 0)):
        start = time.perf_counter()
        assert take_in(store, rows).rows_new == new
        found[f"{step}_seconds"] = round(time.perf_counter() - start, 2)
        found[f"{step}_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    start = time.perf_counter()
    facts = store.snapshot()
    found["customers"] = history(facts, as_of=last_sales_day(facts)).table.num_rows
    found["history_seconds"] = round(time.perf_counter() - start, 2)
    found["history_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(weigh(Path(folder), int(sys.argv[1]) if sys.argv[1:] else ROWS)))
