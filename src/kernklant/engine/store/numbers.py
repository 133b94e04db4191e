"""Our own number for every customer number of a source: given once, never to somebody else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.store.marts import quoted, read_files

# Undo leaves this table alone: notes and ratings hang on our number. Its key is a digest, so
# that the numbers of sources stand in ``customers`` only.
NUMBERS = pa.schema([("key", pa.binary()), ("customer", pa.int64())])


def key_of(source: str, number: str) -> bytes:
    """The key under which a customer number of a source is known."""
    return hashlib.md5(f"{len(source)}:{source}:{number}".encode(), usedforsecurity=False).digest()


class Numbers:
    """The numbers given so far, and those this writer gives."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, files: Sequence[Path], *, last: int
    ) -> None:
        self._connection = connection
        self._before = last
        self.last = last
        connection.execute("CREATE TEMP TABLE given (key BLOB, customer BIGINT)")
        if files:
            stored = read_files(files)
            connection.execute(f"INSERT INTO given SELECT key, customer FROM {stored}")  # noqa: S608 - quoted

    def of(self, source: str, numbers: pa.Array | pa.ChunkedArray) -> pa.Array:
        """The int64 numbers of these texts, in the same order; null stays null."""
        whole = numbers.combine_chunks() if isinstance(numbers, pa.ChunkedArray) else numbers
        coded = whole.dictionary_encode()
        return self._of_distinct(source, coded.dictionary).take(coded.indices)

    @property
    def fresh(self) -> bool:
        """Whether this writer gave any."""
        return self.last > self._before

    def new_rows(self) -> pa.RecordBatchReader:
        """What this writer gave."""
        rows = f"FROM given WHERE customer > {self._before} ORDER BY customer"
        return self._connection.sql(rows).to_arrow_reader()

    def _of_distinct(self, source: str, numbers: pa.Array) -> pa.Array:
        found = self._look_up(source, numbers)
        customers = found["customer"].combine_chunks()
        missing = customers.is_null()
        new = found["key"].filter(missing)
        given = pa.array(np.arange(self.last + 1, self.last + 1 + len(new)), pa.int64())
        self._give(pa.table({"key": new, "customer": given}))
        return pc.replace_with_mask(customers, missing, given)

    def _look_up(self, source: str, numbers: pa.Array) -> pa.Table:
        """Key and customer per number, in order; the length keeps two sources apart."""
        places = pa.array(np.arange(len(numbers)))
        self._connection.register("asked", pa.table({"place": places, "number": numbers}))
        prefix = quoted(f"{len(source)}:{source}:")
        return self._connection.sql(
            f"""SELECT key, customer
            FROM (SELECT place, unhex(md5({prefix} || number)) AS key FROM asked)
            LEFT JOIN given USING (key) ORDER BY place"""  # noqa: S608 - quoted
        ).to_arrow_table()

    def _give(self, rows: pa.Table) -> None:
        if rows.num_rows:
            self._connection.register("new", rows)
            self._connection.execute("INSERT INTO given SELECT key, customer FROM new")
            self.last += rows.num_rows
