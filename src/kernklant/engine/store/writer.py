"""The one writer of a home: stage aside, settle against what is stored, commit all or nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from kernklant.engine.disk import dead, told
from kernklant.engine.errors import NotFound, Text
from kernklant.engine.store import delta, journal
from kernklant.engine.store.erasing import Leaving, delete_before, take_out
from kernklant.engine.store.lock import writing
from kernklant.engine.store.marts import connect, read_files
from kernklant.engine.store.numbers import NUMBERS, Numbers
from kernklant.engine.store.staging import ROWS_A_BATCH, Settled, Staging
from kernklant.engine.store.sums import sums_of

CLAIMS = pa.schema(
    [("table_name", pa.string()), ("row_key", pa.binary()), ("import_no", pa.int32())]
)
OWN = {"claims": CLAIMS, "numbers": NUMBERS}
# Little, so that an import fits beside a web server; enough for two threads, not for eight.
MEMORY, THREADS = "160MB", 2


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """What is written down of an import.

    ``mapping`` and ``datasets`` are JSON: which column became which field; rows and amounts
    per table. ``numbers`` and ``dates`` are the formats that were declared or proven.
    ``when`` carries a time zone. ``key``: who asked for it, to ask no second time.
    """

    file_name: str
    sha256: str
    format: str
    mapping: str
    numbers: str | None
    dates: str | None
    datasets: str
    who: str
    when: datetime
    key: str = ""


@dataclass(frozen=True, slots=True)
class Undone:
    """Rows per table that went, and that stayed because another import brought them too."""

    rows_deleted: dict[str, int]
    rows_kept: dict[str, int]


@contextmanager
def writer_of(home: Path, schemas: Mapping[str, pa.Schema]) -> Iterator[Writer]:
    """Hold the home's lock, remove what a killed writer left, and write.

    Raises StoreBusy when another process is writing.
    """
    with told(), writing(home / "lock"):
        tables = {**schemas, **OWN}
        for name, schema in {**tables, "imports": journal.IMPORTS}.items():
            delta.create(journal.folder(home, name), schema)
        _forget_spills(home / "spill")
        staging = home / "staging"
        if staging.exists():  # only a killed writer leaves it
            _recover(home, list(tables))
        staging.mkdir()
        writer = Writer(home, schemas)
        try:
            yield writer
        finally:
            if writer.half_done:
                _recover(home, list(tables))
            shutil.rmtree(staging, ignore_errors=True)


def _recover(home: Path, tables: list[str]) -> None:
    """Bring every table back to the head; a kill half-way is mended by doing it again."""
    head = journal.head(journal.read(home))
    for name in tables:
        place = journal.folder(home, name)
        version = head.get(name, 0)
        delta.restore(place, version)
        delta.sweep(place, version)
    place = journal.folder(home, "imports")
    delta.sweep(place, delta.version(place))
    shutil.rmtree(home / "staging", ignore_errors=True)


def _forget_spills(room: Path) -> None:
    """Remove what DuckDB had spilled in processes that were killed."""
    for spill in room.glob("*-*"):
        if dead(spill.name.split("-")[0]):
            shutil.rmtree(spill, ignore_errors=True)


class Writer:
    """Takes in one import, or takes imports back."""

    def __init__(self, home: Path, schemas: Mapping[str, pa.Schema]) -> None:
        self._home = home
        self._schemas = schemas
        self._journal = journal.read(home)
        self._connection = connect(home, memory=MEMORY, threads=THREADS)
        self._staged: dict[str, Staging] = {}
        self._numbers: Numbers | None = None
        self.import_no = journal.next_number(self._journal, "import_no")
        self.half_done = False

    def customer_numbers(self, source: str, numbers: pa.Array) -> pa.Array:
        """Our int64 numbers of a source's customer numbers (text), in the same order.

        The same (source, number) has the same one for ever; null stays null. New ones count on
        from the highest ever given, in order of appearance.
        """
        if self._numbers is None:
            last = journal.next_number(self._journal, "last_customer") - 1
            self._numbers = Numbers(self._connection, self._files("numbers"), last=last)
        return self._numbers.of(source, numbers)

    def values_of(self, table: str, column: str) -> list[Any]:
        """The distinct values that a column has in what is stored, null among them."""
        query = f'SELECT DISTINCT "{column}" FROM ({self._rows(table, "true")})'  # noqa: S608 - names from our schemas
        return [row[0] for row in self._connection.execute(query).fetchall()]

    def stage(self, table: str, batch: pa.Table) -> None:
        """Put rows aside on disk: the table's columns without import_no, and file_row int64."""
        self._staging(table).add(batch)

    def settle(self, table: str) -> Settled:
        """Compare what was staged, once, with what is stored: by row key and hash of content.

        Known: the key is stored, or stood earlier in this file, with equal content. Changed:
        with other content; such a row is refused. The rest is new.
        """
        return self._staging(table).settle(self._files(table), import_no=self.import_no)

    def look_alikes(self, table: str) -> dict[int, int]:
        """Per import how many new rows of settled sales look like rows that it brought."""
        return self._staging(table).look_alikes(self._files(table))

    def commit(self, record: ImportRecord) -> int:
        """Write the new rows and the claims on known ones; returns the import's number.

        Every staged table must have been settled. Readers see nothing of it until the journal
        is written, which is last.
        """
        if not all(staged.settled for staged in self._staged.values()):
            raise ValueError("settle every staged table before the commit")
        self.half_done = True
        for name, staged in self._staged.items():
            self._append(name, staged)
        if self._numbers is not None and self._numbers.fresh:
            delta.append(self._folder("numbers"), self._numbers.new_rows())
        row = {**asdict(record), "import_no": self.import_no, "imported_at": record.when}
        self._write_journal([*self._journal.to_pylist(), row], row)
        return self.import_no

    def undo(self, import_no: int) -> Undone:
        """Take an import back; rows that another import brought too stay, as that one's.

        NotFound when there is no such import, or it was undone before.
        """
        rows = self._journal.to_pylist()
        row = _live(rows, import_no)
        self.half_done = True
        undone = Undone({}, {})
        for name in self._schemas:
            self._take_back(name, import_no, undone)
        delta.delete_import(self._folder("claims"), import_no)
        row["undone_at"] = datetime.now(UTC)
        self._write_journal(rows, row)
        return undone

    def would_undo(self, import_no: int) -> Undone:
        """What ``undo`` would do, without doing it; NotFound as there."""
        _live(self._journal.to_pylist(), import_no)
        counts = {name: self._counts(name, import_no) for name in self._schemas}
        touched = {name: count for name, count in counts.items() if count[0]}
        return Undone(
            {name: owns - keeps for name, (owns, keeps) in touched.items()},
            {name: keeps for name, (_, keeps) in touched.items()},
        )

    def would_lose(self, import_no: int) -> list[int]:
        """The customers that ``undo`` would leave without any row; NotFound as there."""
        _live(self._journal.to_pylist(), import_no)
        going = self._rows("customers", f"import_no = {import_no:d}")
        rest = self._rows("customers", f"import_no <> {import_no:d}")
        claims = f"table_name = 'customers' AND import_no <> {import_no:d}"
        query = f"""SELECT DISTINCT customer FROM ({going}) WHERE customer NOT IN (
            SELECT customer FROM ({rest}) UNION ALL
            SELECT customer FROM ({going}) JOIN ({self._rows("claims", claims)}) USING (row_key)
            ) ORDER BY customer"""  # noqa: S608 - names from our schemas
        return [int(row[0]) for row in self._connection.execute(query).fetchall()]

    def forget(self, leaving: Leaving) -> None:
        """Take persons out of all tables, in one change; there must have been an import."""
        self.half_done = True
        take_out(self._home, leaving)
        self._stamp()

    def claims_on(self, keys: Mapping[bytes, int]) -> list[tuple[int, int]]:
        """The imports that claim rows of customers, each with what stands beside the row's key."""
        found = self._connection.sql(self._rows("claims", "table_name = 'customers'"))
        rows = found.to_arrow_table().to_pylist()
        return [(row["import_no"], keys[row["row_key"]]) for row in rows if row["row_key"] in keys]

    def drop_before(
        self, table: str, day: date, *, column: str, only: Sequence[int] | None = None
    ) -> None:
        """Remove rows of before a day, of all or of some customers, in one change."""
        self.half_done = True
        delete_before(self._home, table, day, column=column, only=only)
        self._stamp()

    def _stamp(self) -> None:
        """A change that is no import: the newest row of the journal names the new versions."""
        rows = self._journal.to_pylist()
        self._write_journal(rows, max(rows, key=lambda row: int(row["seq"])))

    def _counts(self, name: str, import_no: int) -> tuple[int, int]:
        """How many rows of a table an import owns, and how many of those another claims."""
        owned = self._rows(name, f"import_no = {import_no}")
        return self._count(owned), self._count(self._heirs(name, import_no))

    def _append(self, name: str, staged: Staging) -> None:
        if staged.rows_new:
            delta.append(self._folder(name), staged.new_rows(self.import_no))
        if staged.rows_claimed:
            delta.append(self._folder("claims"), staged.claims(name, self.import_no))

    def _take_back(self, name: str, import_no: int, undone: Undone) -> None:
        """Drop what the import owns, then give back what others claim, in the heir's name."""
        kept = self._heirs(name, import_no)
        owns, keeps = self._counts(name, import_no)
        if owns:
            rows = self._connection.sql(kept).to_arrow_reader(ROWS_A_BATCH)
            delta.delete_import(self._folder(name), import_no)
            if keeps:
                delta.append(self._folder(name), rows)
            undone.rows_deleted[name] = owns - keeps
            undone.rows_kept[name] = keeps

    def _heirs(self, name: str, import_no: int) -> str:
        """The rows of an import that others claim, as rows of the earliest of those."""
        owned = self._rows(name, f"import_no = {import_no}")
        claims = self._rows("claims", f"table_name = '{name}' AND import_no <> {import_no}")
        columns = ", ".join(
            "heir AS import_no" if column == "import_no" else f'"{column}"'
            for column in self._schemas[name].names
        )
        return f"""SELECT {columns} FROM ({owned})
            JOIN (SELECT row_key, min(import_no) AS heir FROM ({claims}) GROUP BY row_key)
            USING (row_key) ORDER BY customer, row_key"""  # noqa: S608 - names from our schemas

    def _rows(self, table: str, condition: str) -> str:
        files = self._files(table)
        if files:
            return f"SELECT * FROM {read_files(files)} WHERE {condition}"  # noqa: S608 - our own words
        schema = {**self._schemas, **OWN}[table]
        self._connection.register(f"empty_{table}", schema.empty_table())
        return f"SELECT * FROM empty_{table}"  # noqa: S608 - a name from our schemas

    def _count(self, query: str) -> int:
        count = self._connection.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0]  # noqa: S608 - idem
        return int(count)

    def _write_journal(self, rows: list[dict[str, Any]], row: dict[str, Any]) -> None:
        """Stamp the row as the newest, name the versions, and commit: the change is done.

        What the row names is safe on the disk before it is written, and it is before we say so.
        """
        head = journal.head(self._journal)
        names = [*self._schemas, *OWN]
        fresh = [
            file
            for name in names
            for file in delta.settle(self._folder(name), since=head.get(name, 0))
        ]
        row["sums"] = json.dumps({**json.loads(row.get("sums") or "{}"), **sums_of(fresh)})
        row["seq"] = journal.next_number(self._journal, "seq")
        row["versions"] = json.dumps({name: delta.version(self._folder(name)) for name in names})
        last = journal.next_number(self._journal, "last_customer") - 1
        row["last_customer"] = max(last, self._numbers.last if self._numbers else 0)
        self._journal = journal.commit(
            self._home, pa.Table.from_pylist(rows, schema=journal.IMPORTS), seq=row["seq"]
        )
        self.half_done = False

    def _staging(self, table: str) -> Staging:
        if table not in self._staged:
            self._staged[table] = Staging(
                self._home / "staging" / f"{table}.parquet",
                schema=self._schemas[table],
                connection=self._connection,
            )
        return self._staged[table]

    def _files(self, table: str) -> list[Path]:
        return delta.files(self._folder(table))

    def _folder(self, table: str) -> Path:
        return journal.folder(self._home, table)


def _live(rows: list[dict[str, Any]], import_no: int) -> dict[str, Any]:
    for row in rows:
        if row["import_no"] == import_no and row["undone_at"] is None:
            return row
    raise NotFound(
        Text(
            f"Er is geen import {import_no} om ongedaan te maken.",
            f"There is no import {import_no} to undo.",
        ),
        Text(
            "kernklant imports laat zien welke er zijn.",
            "kernklant imports shows which there are.",
        ),
    )
