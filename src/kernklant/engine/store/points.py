"""One customer's rows out of a large Parquet file, and what a file is known to be.

What was found of a file holds as long as its path, size and time of change do, in one process:
a hundred megabytes are then hashed once, and a file that was changed is still noticed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

KEY = "customer"


class Seen(NamedTuple):
    """A file as it lay on the disk at a moment."""

    path: Path
    size: int
    mtime_ns: int


def seen(file: Path) -> Seen:
    """A file as it lies there now; FileNotFoundError when it does not."""
    now = file.stat()
    return Seen(file, now.st_size, now.st_mtime_ns)


@lru_cache(maxsize=4096)
def sum_of(file: Seen) -> str:
    """SHA-256 in hexadecimals, worked out once a process."""
    with file.path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def rows_of(file: Seen, customer: int, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of one customer number; only row groups that can hold it are read."""
    footer = _footer(file)
    wanted = None if columns is None else list(dict.fromkeys([KEY, *columns]))
    groups = [at for at, bounds in enumerate(_bounds(file)) if _within(customer, bounds)]
    with pq.ParquetFile(file.path, metadata=footer) as parquet:
        rows = parquet.read_row_groups(groups, columns=wanted, use_threads=False)
    mine = rows.filter(pc.equal(rows[KEY], customer))
    return mine if columns is None else mine.select(list(columns))


def columns_of(file: Seen) -> list[str]:
    """The names of the columns, from the footer alone."""
    return list(_footer(file).schema.names)


@lru_cache(maxsize=128)
def _footer(file: Seen) -> pq.FileMetaData:
    with pq.ParquetFile(file.path) as parquet:
        return parquet.metadata


@lru_cache(maxsize=128)
def _bounds(file: Seen) -> list[tuple[int, int] | None]:
    """The lowest and highest customer number of each row group; None where it does not say."""
    footer = _footer(file)
    column = footer.schema.names.index(KEY)
    told = [footer.row_group(at).column(column).statistics for at in range(footer.num_row_groups)]
    return [(one.min, one.max) if one is not None and one.has_min_max else None for one in told]


def _within(customer: int, bounds: tuple[int, int] | None) -> bool:
    return bounds is None or bounds[0] <= customer <= bounds[1]
