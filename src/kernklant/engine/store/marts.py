"""Questions to a snapshot: one .sql text, run on DuckDB in memory over the files of a version."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa

from kernklant.engine.disk import failure_of
from kernklant.engine.errors import StoreDamaged, Text

Parameter = date | int
SHARED = re.compile(r"^-- with (\w+\.sql)\n", re.MULTILINE)
WORD = re.compile(r"\w+")
MEMORY = "2GB"
# Each thread of DuckDB wants room of its own: the more of them, the less fits in the same limit.
MOST_THREADS = 8
ROWS_AT_ONCE = 3_000_000


class Source(Protocol):
    """Where a snapshot's tables come from: Delta files or Arrow tables in memory."""

    versions: dict[str, int]
    imports: tuple[int, ...]

    def define(self, cursor: duckdb.DuckDBPyConnection, table: str) -> None:
        """Make the table readable under the name ``raw_<table>``."""

    def newer(self) -> Source:
        """The source as it is now, after a file of this one was vacuumed."""

    def check(self) -> None:
        """StoreDamaged when a file is not what was written down of it."""

    def kept(self) -> bool:
        """Whether every file is still there."""


class Snapshot:
    """All tables of one moment, whatever is written meanwhile; threads may ask side by side.

    ``pinned``: these versions and no newer ones, also when nothing was answered yet. ``threads``:
    at most so many for one question.
    """

    def __init__(
        self,
        source: Source,
        *,
        schemas: Mapping[str, pa.Schema],
        home: Path | None,
        beside: Mapping[str, pa.Table] | None = None,
        pinned: bool = False,
        threads: int = MOST_THREADS,
    ) -> None:
        self._source = source
        self._beside = beside or {}
        self._schemas = schemas
        self._answered = pinned
        self._connection = connect(home, memory=MEMORY, threads=threads)

    @property
    def versions(self) -> dict[str, int]:
        """The version of each Delta table that this snapshot reads; empty in memory."""
        return dict(self._source.versions)

    @property
    def imports(self) -> tuple[int, ...]:
        """The imports in the newest facts; none in memory, and where versions were asked for."""
        return self._source.imports

    def check(self) -> None:
        """Read every file once; StoreDamaged when one is not what was imported."""
        self._source.check()

    def kept(self) -> bool:
        """Whether every file is still there."""
        return self._source.kept()

    def mart(
        self,
        sql: Path,
        *,
        by_customer: bool = False,
        customers: Sequence[int] | None = None,
        **parameters: Parameter,
    ) -> pa.Table:
        """Run one .sql text; ``$name`` becomes a typed literal, tables go by their bare names.

        ``by_customer``: every row of the answer rests on the rows of one customer. Then a large
        ledger is answered a range of customers at a time, and the answer is in their order.
        ``customers``: of these alone, one or more.
        """
        query = fill(text_of(sql), parameters)
        if not by_customer:
            return self._answer(query)
        ranges = self._ranges() if customers is None else [_only(customers)]
        return self._answer(f"FROM ({query}) ORDER BY customer", ranges=ranges)

    def of_customer(
        self, customer: int, wanted: Mapping[str, Sequence[str]]
    ) -> dict[str, pa.Table]:
        """The rows of one customer in some tables: these columns of each."""
        parts = self._planned(lambda: self._rows_of(customer, wanted))
        return dict(zip(wanted, parts, strict=True))

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of a table, in the order they were written."""
        wanted, names = self._columns(name, columns)
        return self._answer(f'SELECT {names} FROM "{name}"').cast(wanted)  # noqa: S608 - names from our schemas

    def find(self, name: str, columns: Sequence[str] | None = None, **equal: str | int) -> pa.Table:
        """The rows of a table in which the named columns have these values."""
        wanted, names = self._columns(name, columns)
        same = " AND ".join(f'"{self._schemas[name].field(column).name}" = ?' for column in equal)
        query = f'SELECT {names} FROM "{name}" WHERE {same}'  # noqa: S608 - names from our schemas
        return self._answer(query, values=tuple(equal.values())).cast(wanted)

    def _columns(self, name: str, columns: Sequence[str] | None) -> tuple[pa.Schema, str]:
        schema = self._schemas[name]
        wanted = pa.schema([schema.field(column) for column in columns or schema.names])
        return wanted, _names(wanted.names)

    def _ranges(self) -> list[str]:
        """Conditions that part the customers so that no part holds too many sales lines.

        The outer parts are open: customers without sales lie beyond those with.
        """
        count = "SELECT count(*) AS n, min(customer) AS a, max(customer) AS z FROM sales"
        rows, first, last = self._answer(count).to_pylist()[0].values()
        parts = max(1, -(-rows // ROWS_AT_ONCE))
        if parts == 1 or first == last:
            return [""]
        step = -(-(last - first + 1) // parts)
        edges = range(first + step, last + 1, step)
        return [
            f"WHERE customer < {edges[0]}",
            *(f"WHERE customer BETWEEN {low} AND {high - 1}" for low, high in pairwise(edges)),
            f"WHERE customer >= {edges[-1]}",
        ]

    def _answer(
        self, query: str, *, ranges: Sequence[str] = ("",), values: tuple[str | int, ...] = ()
    ) -> pa.Table:
        return pa.concat_tables(
            self._planned(lambda: [self._ask(query, condition, values) for condition in ranges])
        )

    def _planned(self, ask: Callable[[], list[pa.Table]]) -> list[pa.Table]:
        """Answer, and after a vacuum plan once more on the newest versions.

        Once something has been answered, newer versions would mix two moments: then it is an
        error.
        """
        try:
            parts = ask()
        except duckdb.Error as error:
            failure = failure_of(error)
            if failure is not None:
                raise failure from error
            if not isinstance(error, duckdb.IOException):
                raise
            if self._answered:
                raise _vacuumed() from error
            self._source = self._source.newer()
            parts = ask()
        self._answered = True
        return parts

    def _ask(self, query: str, condition: str, values: tuple[str | int, ...]) -> pa.Table:
        with self._views(query, condition) as cursor:
            return cursor.sql(query, params=values or None).to_arrow_table()

    def _rows_of(self, customer: int, wanted: Mapping[str, Sequence[str]]) -> list[pa.Table]:
        with self._connection.cursor() as cursor:
            return [
                cursor.sql(
                    f"SELECT {_names(columns)} {self._defined(cursor, name)}"
                    f" WHERE customer = {customer:d}"
                ).to_arrow_table()
                for name, columns in wanted.items()
            ]

    def _defined(self, cursor: duckdb.DuckDBPyConnection, name: str) -> str:
        """The clause that reads a table, once it was made readable."""
        self._source.define(cursor, name)
        rows = f'FROM "raw_{name}"'
        if name not in self._beside:
            return rows
        cursor.register(f"beside_{name}", self._beside[name])
        return f'FROM ({rows} UNION ALL BY NAME FROM "beside_{name}")'

    @contextmanager
    def _views(self, query: str, condition: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of its own, on which the tables are defined that the query may name.

        A result of DuckDB 2 owns its connection. A word that is no table costs a view, no more.
        """
        with self._connection.cursor() as cursor:
            for name in set(WORD.findall(query)) & self._schemas.keys():
                rows = self._defined(cursor, name)
                cursor.execute(f'CREATE TEMP VIEW "{name}" AS {rows} {condition}')
            yield cursor


def connect(
    home: Path | None, *, memory: str, threads: int = MOST_THREADS
) -> duckdb.DuckDBPyConnection:
    """DuckDB in memory: limited, spilling inside the home, blind to every other file."""
    room = home / "spill" if home else Path(tempfile.gettempdir())
    spill = room / f"{os.getpid()}-{secrets.token_hex(4)}"
    readable = quoted(f"{home or spill}{os.sep}")
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory,
            "threads": min(threads, _processors()),
            "temp_directory": str(spill),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    connection.execute(f"SET allowed_directories = [{readable}]")
    connection.execute("SET GLOBAL parquet_metadata_cache = true")  # a file never changes
    connection.execute("SET enable_progress_bar = false")  # it prints among what a caller prints
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def text_of(sql: Path) -> str:
    """What a .sql file says; for a line ``-- with NAME.sql`` what that file beside it says."""
    text = sql.read_text(encoding="utf-8")
    return SHARED.sub(lambda found: (sql.parent / found[1]).read_text(encoding="utf-8"), text)


def fill(text: str, parameters: Mapping[str, Parameter]) -> str:
    """The text with each ``$name`` as a typed literal; KeyError names one that is not given."""
    return re.sub(r"\$(\w+)", lambda found: _literal(parameters[found[1]]), text)


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def read_files(files: Sequence[Path]) -> str:
    """The SQL that reads these Parquet files as one table."""
    return f"read_parquet([{', '.join(quoted(str(file)) for file in files)}])"


def _processors() -> int:
    """Those this process may use, where the system can tell."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _only(customers: Sequence[int]) -> str:
    return f"WHERE customer IN ({', '.join(f'{one:d}' for one in customers)})"


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _literal(value: Parameter) -> str:
    return f"DATE '{value.isoformat()}'" if isinstance(value, date) else f"{value:d}"


def _vacuumed() -> StoreDamaged:
    return StoreDamaged(
        Text(
            "De gegevens zijn opgeruimd terwijl ze werden gelezen.",
            "The data were cleaned up while they were being read.",
        ),
        Text("Vraag het nog eens.", "Ask again."),
    )
