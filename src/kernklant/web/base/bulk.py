"""Many rows at once: Arrow tables in place of what a model's table held.

Two steps, so that nobody waits for the long one. ``prepare`` fills a table beside the live one;
``exchange``, within the transaction that makes it true, lets the two change names. SQLite has one
writer at a time: a million rows with their indexes would keep everybody else from writing for a
minute, also the line in the log that reading a customer leaves. PostgreSQL needs no table beside:
there a reader or writer of other rows waits for nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction

ROWS_AT_ONCE = 20_000
NEXT, OLD = "_next", "_old"
OTHER = "n_"  # before the name of an index, in every other table of that name


@contextmanager
def one_at_a_time(room: Path) -> Iterator[None]:
    """Of two processes that would make the same tables the second waits; gone with its process."""
    if not room.is_dir():
        yield
        return
    with (room / "copies.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table by the names of its columns, in the order of the Arrow table's."""

    into: str
    columns: tuple[str, ...]
    table: pa.Table


def prepare(rows: Rows) -> None:
    """Fill a table beside the live one, in many short transactions, then make its indexes."""
    if connection.vendor == "postgresql":
        return
    live, aside = rows.into, rows.into + NEXT
    _run(f"DROP TABLE IF EXISTS {_quoted(aside)}", f"DROP TABLE IF EXISTS {_quoted(live + OLD)}")
    [made], indexes = _definitions(live)
    _run(made.replace(_quoted(live), _quoted(aside), 1))
    named = ", ".join(map(_quoted, rows.columns))
    marks = ", ".join(["?"] * len(rows.columns))
    told = _rows(_plain(rows.table))
    while batch := list(islice(told, ROWS_AT_ONCE)):
        with transaction.atomic(), connection.cursor() as cursor:
            # The driver itself: Django's cursor would look at every value of every row.
            cursor.connection.executemany(
                f"INSERT INTO {_quoted(aside)} ({named}) VALUES ({marks})",  # noqa: S608 - ours
                batch,
            )
    for name, sql in indexes:
        other = name.removeprefix(OTHER) if name.startswith(OTHER) else OTHER + name
        sql = sql.replace(_quoted(name), _quoted(other), 1)  # noqa: PLW2901
        _run(sql.replace(_quoted(live), _quoted(aside), 1))


def exchange(rows: Rows) -> None:
    """Put the rows in the place of those there were, within the transaction under way."""
    live = rows.into
    if connection.vendor == "postgresql":
        named = ", ".join(map(_quoted, rows.columns))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {_quoted(live)}")  # noqa: S608 - a name of ours
            with cursor.copy(f"COPY {_quoted(live)} ({named}) FROM STDIN") as copy:
                for row in _rows(rows.table):
                    copy.write_row(row)
        return
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {_quoted(live)} RENAME TO {_quoted(live + OLD)}")
        cursor.execute(f"ALTER TABLE {_quoted(live + NEXT)} RENAME TO {_quoted(live)}")


def forget_old(rows: Rows) -> None:
    """Remove what the rows came in the place of; after the transaction."""
    if connection.vendor == "sqlite":
        _run(f"DROP TABLE IF EXISTS {_quoted(rows.into + OLD)}")


def settle(tables: Sequence[str]) -> None:
    """Give indexes the names that migrations know, and remove what stands beside; for upgrades."""
    if connection.vendor != "sqlite":
        return
    for live in tables:
        _run(*(f"DROP TABLE IF EXISTS {_quoted(live + tail)}" for tail in (NEXT, OLD)))
        for name, sql in _definitions(live)[1]:
            if name.startswith(OTHER):
                known = name.removeprefix(OTHER)
                _run(f"DROP INDEX {_quoted(name)}", sql.replace(_quoted(name), _quoted(known), 1))


def _definitions(table: str) -> tuple[list[str], list[tuple[str, str]]]:
    """What made the table, and name and text of each of its indexes; as the web itself quotes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL "
            "AND type IN ('table', 'index') ORDER BY name",
            [table],
        )
        found = cursor.fetchall()
    return (
        [_spelt(sql, table) for kind, _, sql in found if kind == "table"],
        [(name, _spelt(_spelt(sql, table), name)) for kind, name, sql in found if kind == "index"],
    )


def _spelt(sql: str, name: str) -> str:
    """The first mention of a name in quotes, whether it was or not."""
    return re.sub(rf'(?<![\w"]){re.escape(name)}(?![\w"])', _quoted(name), sql, count=1)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _run(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


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
