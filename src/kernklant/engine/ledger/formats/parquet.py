"""Parquet and Arrow: typed columns become plain text, so that one parser judges all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as pt

from kernklant.engine.ledger.formats import ROWS_A_BATCH, Rows, Sheet, Source, refused

SIGNIFICANT = 15


def open_parquet(path: Path) -> Source:
    """Open a Parquet file; ImportRefused when it is damaged."""
    try:
        file = pq.ParquetFile(path)
        schema, rows = file.schema_arrow, file.metadata.num_rows
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged() from error

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            yield from pq.ParquetFile(path).iter_batches(ROWS_A_BATCH)
        except MemoryError:
            raise
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _damaged() from error

    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return Source("parquet", [arrow_sheet(schema, batches, rows=rows)], digest, [])


def arrow_sheet(
    schema: pa.Schema, batches: Callable[[], Iterable[pa.RecordBatch]], *, rows: int | None
) -> Sheet:
    """Arrow batches as a sheet; rows are numbered from 1, the header has number 0."""

    def read(_header_row: int, _width: int) -> Iterator[Rows]:
        done = 0
        for batch in batches():
            texts, native = zip(*map(_as_text, batch.columns), strict=True)
            numbers = pa.array(np.arange(done + 1, done + 1 + batch.num_rows))
            done += batch.num_rows
            yield Rows(numbers, list(texts), list(native))

    return Sheet("", [(0, list(schema.names))], read, rows)


def plain_float(value: float) -> str:
    """A float as Excel shows it: at most fifteen significant digits, never an exponent below
    10^15; beyond that digits are lost, and the E says so."""
    if value.is_integer() and abs(value) < 10**SIGNIFICANT:
        return str(int(value))
    short = f"{value:.{SIGNIFICANT}g}"
    if not np.isfinite(value) or abs(value) >= 10**SIGNIFICANT:
        return short.upper() if "e" in short else f"{value:.{SIGNIFICANT - 1}E}"
    return format(Decimal(short), "f")


def _as_text(column: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    kind = column.type
    if pt.is_dictionary(kind):
        return _as_text(column.dictionary_decode())
    if pt.is_string(kind) or pt.is_large_string(kind) or pt.is_string_view(kind):
        return pc.fill_null(column.cast(pa.string()), ""), None
    if pt.is_nested(kind) or pt.is_binary(kind) or pt.is_large_binary(kind) or pt.is_null(kind):
        return pa.array([""] * len(column), pa.string()), None
    return pc.fill_null(_typed(column), ""), column.is_valid()


def _typed(column: pa.Array) -> pa.Array:
    kind = column.type
    if pt.is_floating(kind):
        return _floats(column)
    if pt.is_timestamp(kind):
        wall = pc.local_timestamp(column) if kind.tz else column
        return pc.cast(pc.cast(wall, pa.date32(), safe=False), pa.string())
    if pt.is_decimal(kind):
        return pa.array(
            [None if value is None else format(value, "f") for value in column.to_pylist()],
            pa.string(),
        )
    return pc.cast(column, pa.string())


def _floats(column: pa.Array) -> pa.Array:
    short = pt.is_float16(column.type) or pt.is_float32(column.type)
    coded = column.dictionary_encode()
    values = coded.dictionary.to_numpy(zero_copy_only=False)
    # A short float has its own shortest notation; widened first, 2.55 would be 2.5499999.
    texts = [
        plain_float(float(str(value))) if short else plain_float(float(value)) for value in values
    ]
    return pa.array(texts, pa.string()).take(coded.indices)


def _damaged() -> Exception:
    return refused(
        "Het Parquet-bestand is beschadigd of onvolledig.",
        "The Parquet file is damaged or incomplete.",
        "Maak het opnieuw, of exporteer als CSV.",
        "Write it again, or export as CSV.",
    )
