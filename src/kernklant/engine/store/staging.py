"""Rows of one table that wait aside: compared with what is stored, then written sorted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kernklant.engine.store.marts import read_files

ROWS_A_BATCH = 65_536
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Settled:
    """How staged rows compare with what is stored; amounts are None without that column.

    ``changed``: file_row, the import_no of the stored row with the same key, and whether that is
    of another customer or year (``other``).
    """

    rows_new: int
    rows_known: int
    rows_changed: int
    amount_new: Decimal | None
    amount_known: Decimal | None
    amount_changed: Decimal | None
    changed: pa.Table


class TableFile(pq.ParquetWriter):  # type: ignore[misc]
    """A Parquet file that is finished by ``close`` only, never by being forgotten.

    pyarrow would finish a file whose writing failed, fail once more, and print that.
    """

    def __del__(self) -> None:
        """Leave the file as it is."""


class Staging:
    """The staged rows of one table, as a Parquet file."""

    def __init__(
        self, file: Path, *, schema: pa.Schema, connection: duckdb.DuckDBPyConnection
    ) -> None:
        self._connection = connection
        self._columns = schema.names
        brought = [field for field in schema if field.name != "import_no"]
        self._schema = pa.schema([*brought, ("file_row", pa.int64()), ("staged_no", pa.int64())])
        self._writer = TableFile(file, self._schema)
        self._staged = read_files([file])
        self._known = f'"known_{file.stem}"'
        self._rows = 0
        self.settled = False
        self.rows_new = 0
        self.rows_claimed = 0

    def add(self, batch: pa.Table) -> None:
        """Append rows: the table's columns but import_no, and file_row."""
        numbers = pa.array(np.arange(self._rows, self._rows + batch.num_rows))
        rows = batch.append_column("staged_no", numbers).select(self._schema.names)
        self._writer.write_table(rows.cast(self._schema))
        self._rows += batch.num_rows

    def settle(self, stored: Sequence[Path], *, import_no: int) -> Settled:
        """Judge every row, once; DuckDB spills, so memory stays constant."""
        self._writer.close()
        self._connection.execute(self._judgement(stored, import_no))
        rows, amount = self._total(self._staged, "true")
        rows_known, amount_known = self._total(self._known, "same")
        rows_changed, amount_changed = self._total(self._known, "NOT same")
        self.rows_new = rows - rows_known - rows_changed
        self.rows_claimed = self._total(self._known, "same AND stored")[0]
        self.settled = True
        money = "amount" in self._columns
        return Settled(
            rows_new=self.rows_new,
            rows_known=rows_known,
            rows_changed=rows_changed,
            amount_new=amount - amount_known - amount_changed if money else None,
            amount_known=amount_known if money else None,
            amount_changed=amount_changed if money else None,
            changed=self._changed(),
        )

    def look_alikes(self, stored: Sequence[Path]) -> dict[int, int]:
        """Of the new rows of sales: how many are probably stored under other keys, per import.

        Of a customer, day and document (where both sides name one) they come to the same amount
        as the stored rows that this file did not bring.
        """
        if not stored or not self.rows_new:
            return {}
        found = self._connection.execute(
            f"""WITH fresh AS (
                SELECT customer, date, document, sum(amount) AS amount, count(*) AS lines
                FROM {self._staged} AS s
                ANTI JOIN {self._known} AS k ON s.staged_no = k.staged_no
                GROUP BY customer, date, document HAVING sum(amount) <> 0
            ), before AS (
                SELECT customer, date, document, sum(amount) AS amount, max(import_no) AS import_no
                FROM {read_files(stored)} AS f
                SEMI JOIN fresh USING (customer, date)
                ANTI JOIN {self._known} AS k ON f.row_key = k.row_key
                GROUP BY customer, date, document
            ), alike AS (
                SELECT fresh.lines, max(before.import_no) AS import_no
                FROM fresh JOIN before USING (customer, date, amount)
                WHERE coalesce(fresh.document = before.document, true)
                GROUP BY customer, date, fresh.document, fresh.lines
            )
            SELECT import_no, sum(lines)::BIGINT FROM alike GROUP BY import_no ORDER BY import_no"""  # noqa: S608 - our own
        ).fetchall()
        return {int(number): int(lines) for number, lines in found}

    def new_rows(self, import_no: int) -> pa.RecordBatchReader:
        """The rows to store, with their import, sorted by customer and date."""
        columns = ", ".join(
            f"{import_no}::INTEGER AS import_no" if name == "import_no" else f's."{name}"'
            for name in self._columns
        )
        order = [f's."{name}"' for name in ("customer", "date") if name in self._columns]
        return self._connection.sql(
            f"""SELECT {columns} FROM {self._staged} AS s
            ANTI JOIN {self._known} AS k ON s.staged_no = k.staged_no
            ORDER BY {", ".join([*order, "s.staged_no"])}"""  # noqa: S608 - names from schemas
        ).to_arrow_reader(ROWS_A_BATCH)

    def claims(self, table: str, import_no: int) -> pa.RecordBatchReader:
        """A claim on every stored row that this file brought again."""
        return self._connection.sql(
            f"""SELECT DISTINCT '{table}' AS table_name, row_key, {import_no}::INTEGER AS import_no
            FROM {self._known} WHERE same AND stored"""  # noqa: S608 - a name from our schemas
        ).to_arrow_reader(ROWS_A_BATCH)

    def _judgement(self, stored: Sequence[Path], import_no: int) -> str:
        """Keep apart the rows whose key is stored, or stood earlier in this file."""
        amount = "amount" if "amount" in self._columns else "0.00 AS amount"
        facts = read_files(stored) if stored else f"{self._staged} WHERE false"
        before, other = "row_key, row_hash", "false"
        if {"customer", "date"} <= set(self._columns):
            before += ", customer, date"
            other = "s.customer <> facts.customer OR year(s.date) <> year(facts.date)"
        before += ", import_no" if stored else ", 0 AS import_no"
        return f"""CREATE TEMP TABLE {self._known} AS
            WITH again AS (
                SELECT row_key FROM {self._staged} GROUP BY row_key HAVING count(*) > 1
            ), nth AS (
                SELECT staged_no, row_number() OVER w AS n, first_value(row_hash) OVER w AS hash
                FROM {self._staged} SEMI JOIN again USING (row_key)
                WINDOW w AS (PARTITION BY row_key ORDER BY staged_no)
            ), facts AS (SELECT {before} FROM {facts})
            SELECT s.staged_no, s.file_row, s.row_key, {amount},
                facts.row_key IS NOT NULL AS stored,
                s.row_hash = coalesce(facts.row_hash, nth.hash) AS same,
                coalesce(facts.import_no, {import_no})::INTEGER AS import_no,
                coalesce({other}, false) AS other
            FROM {self._staged} AS s
            LEFT JOIN nth ON nth.staged_no = s.staged_no
            LEFT JOIN facts ON facts.row_key = s.row_key
            WHERE facts.row_key IS NOT NULL OR nth.n > 1"""  # noqa: S608 - names from our schemas

    def _total(self, rows: str, condition: str) -> tuple[int, Decimal]:
        amount = "sum(amount)" if "amount" in self._columns else "NULL"
        query = f"SELECT count(*), {amount} FROM {rows} WHERE {condition}"  # noqa: S608 - our own
        count, total = self._connection.execute(query).fetchall()[0]
        return count, ZERO if total is None else total

    def _changed(self) -> pa.Table:
        return self._connection.sql(
            f"""SELECT file_row, import_no, other FROM {self._known}
            WHERE NOT same ORDER BY staged_no"""  # noqa: S608 - our own
        ).to_arrow_table()
