"""Many sales lines, for a store."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.store import Settled, Store
from tests.engine.store.cases import SCHEMAS, record

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
    """Import that many lines, the same ones each time."""
    with store.writer() as writer:
        for numbers, batch in batches(rows):
            writer.customer_numbers("erp", numbers)
            writer.stage("sales", batch)
        settled = writer.settle("sales")
        writer.commit(record())
    return settled
