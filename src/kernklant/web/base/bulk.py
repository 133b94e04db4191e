"""Many rows at once: Arrow tables into a model's table, without the ORM's row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, models

ROWS_AT_ONCE = 20_000


def replace_all(model: type[models.Model], table: pa.Table, fields: Sequence[str]) -> None:
    """Empty a model's table and fill it with these rows, within the transaction under way.

    ``fields``: names of the model's fields, in the order of the table's columns.
    """
    places = {field.name: field.column for field in model._meta.concrete_fields}
    into = connection.ops.quote_name(model._meta.db_table)
    named = ", ".join(connection.ops.quote_name(str(places[name])) for name in fields)
    with without_indexes(model), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {into}")  # noqa: S608 - a name of ours
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} ({named}) FROM STDIN") as copy:
                for row in _rows(table):
                    copy.write_row(row)
            return
        marks = ", ".join(["?"] * len(fields))
        # The driver itself: Django's cursor would look at every value of every row.
        cursor.connection.executemany(
            f"INSERT INTO {into} ({named}) VALUES ({marks})",  # noqa: S608 - names of ours
            _rows(_plain(table)),
        )


@contextmanager
def without_indexes(model: type[models.Model]) -> Iterator[None]:
    """Emptied and filled without indexes, which are made again of all rows at once.

    At a million rows with seventeen indexes that takes a quarter of the time. On SQLite alone,
    where readers go on in the state before; PostgreSQL would make them wait.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master "
            "WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL ORDER BY name",
            [model._meta.db_table],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for _, sql in indexes:
            cursor.execute(sql)


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in table.to_batches(max_chunksize=ROWS_AT_ONCE):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _plain(table: pa.Table) -> pa.Table:
    """As SQLite keeps it, in the forms that Django reads back: amounts and days as text."""
    columns = {
        field.name: pc.cast(table[field.name], pa.string())
        if pa.types.is_decimal(field.type) or pa.types.is_date(field.type)
        else table[field.name]
        for field in table.schema
    }
    return pa.table(columns)
