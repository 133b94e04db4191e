"""Many rows at once: Arrow tables into a model's table, without the ORM's row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
from django.db import connection, models

ROWS_AT_ONCE = 20_000


def replace_all(model: type[models.Model], table: pa.Table, fields: Sequence[str]) -> None:
    """Empty a model's table and fill it with these rows, within the transaction under way.

    ``fields``: names of the model's fields, in the order of the table's columns.
    """
    places = {field.name: field.column for field in model._meta.concrete_fields}
    into = connection.ops.quote_name(model._meta.db_table)
    named = ", ".join(connection.ops.quote_name(str(places[name])) for name in fields)
    with connection.cursor() as cursor:
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
            (tuple(map(_plain, row)) for row in _rows(table)),
        )


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in table.to_batches(max_chunksize=ROWS_AT_ONCE):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _plain(value: Any) -> Any:
    """As SQLite keeps it, in the forms that Django reads back."""
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
