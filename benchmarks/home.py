"""A home of simulated lines, written past the import: what is timed is reading it.

``python -m benchmarks.home CUSTOMERS ROOM`` makes both the home and the Parquet file for peers.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import simulate
from kernklant.engine.ledger.facts import open_home
from kernklant.engine.ledger.tables import SALES, schema
from kernklant.engine.store import delta, journal

AT_ONCE = 1_000_000


def build(home: Path, sales: Path) -> None:
    """Store the lines of a simulated Parquet file (customer, date, amount) as sales."""
    store = open_home(home, create=True)
    for name, kind in {**store.schemas, "imports": journal.IMPORTS}.items():
        delta.create(journal.folder(home, name), kind)
    place = journal.folder(home, "sales")
    reader = pa.RecordBatchReader.from_batches(schema(SALES), _batches(sales))
    delta.append(place, reader)
    versions = {name: delta.version(journal.folder(home, name)) for name in store.schemas}
    now = datetime.now(UTC)
    row = {"import_no": 1, "file_name": sales.name, "sha256": "", "format": "parquet"}
    row |= {"mapping": "{}", "datasets": "{}", "who": "benchmark", "imported_at": now}
    row |= {"seq": 1, "versions": json.dumps(versions), "last_customer": 0}
    journal.write(home, pa.Table.from_pylist([row], schema=journal.IMPORTS))


def _batches(sales: Path) -> Iterator[pa.RecordBatch]:
    kind, start = schema(SALES), 0
    for batch in pq.ParquetFile(sales).iter_batches(AT_ONCE):
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


def main(customers: int, room: Path) -> None:
    """Simulate, write, and print where it lies and what everybody should count."""
    log = simulate.simulate(customers)
    sales, home = room / f"{customers}.parquet", room / f"home-{customers}"
    simulate.write(log, sales)
    build(home, sales)
    timing = simulate.timing(log)
    sums = [int(timing[name].sum(dtype=np.int64)) for name in ("x", "T")]
    found = {"sales": str(sales), "home": str(home), "lines": len(log["day"])}
    print(json.dumps({**found, "sums": [*sums, customers]}))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
