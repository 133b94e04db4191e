"""A home: Delta tables that change together, and snapshots of them to read."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Lock

import duckdb
import pyarrow as pa

from kernklant.engine.disk import told
from kernklant.engine.errors import NotFound, Text, UserError
from kernklant.engine.store import delta, journal
from kernklant.engine.store.marts import MOST_THREADS, Snapshot, read_files
from kernklant.engine.store.sums import damaged, recorded, refuse
from kernklant.engine.store.writer import Writer, writer_of

# delta-rs decodes or refuses these in an address.
UNSUPPORTED = "%[]"
MOST_OPEN = 3  # snapshots that a process keeps: of the newest facts, and of what runs saw


class Store:
    """The facts of one company: a home folder, or Arrow tables in memory to read from."""

    def __init__(
        self,
        home: Path | None,
        *,
        schemas: Mapping[str, pa.Schema],
        memory: Mapping[str, pa.Table] | None = None,
    ) -> None:
        self.home = home
        self.schemas = dict(schemas)
        self._memory = memory or {}
        self._open: dict[tuple[tuple[str, int], ...], Snapshot] = {}
        self._opening = Lock()
        self._glance: journal.Glance | None = None

    @classmethod
    def open(cls, home: Path, *, schemas: Mapping[str, pa.Schema], create: bool = False) -> Store:
        """The store of a home; NotFound when there is none and it is not to be made."""
        home = home.resolve()
        if any(character in str(home) for character in UNSUPPORTED):
            raise _odd_name(home)
        if create:
            with told():
                for room in ("tables", "spill"):
                    (home / room).mkdir(parents=True, exist_ok=True)
        if not (home / "tables").is_dir():
            raise _no_home(home)
        return cls(home, schemas=schemas)

    @classmethod
    def in_memory(
        cls, tables: Mapping[str, pa.Table], *, schemas: Mapping[str, pa.Schema]
    ) -> Store:
        """A store of Arrow tables, to read from; a column that is absent is null."""
        whole = {name: _complete(table, schemas[name]) for name, table in tables.items()}
        return cls(None, schemas=schemas, memory=whole)

    def snapshot(
        self,
        versions: Mapping[str, int] | None = None,
        *,
        beside: Mapping[str, pa.Table] | None = None,
        threads: int = MOST_THREADS,
    ) -> Snapshot:
        """All tables at one moment: the newest, or at the versions a run cites.

        ``beside``: rows that count after those of a table; a column that is absent is null.
        NotFound when those versions are no longer kept.
        """
        source = Tables(self._memory, self.schemas) if self.home is None else self._files(versions)
        more = {name: _complete(rows, self.schemas[name]) for name, rows in (beside or {}).items()}
        pinned = versions is not None
        return Snapshot(
            source,
            schemas=self.schemas,
            home=self.home,
            beside=more,
            pinned=pinned,
            threads=threads,
        )

    def shared(self, versions: Mapping[str, int] | None = None) -> Snapshot:
        """A snapshot that stays open, for many small questions from any thread of this process.

        The newest facts, looked up each time, or the versions a run cites; NotFound as above.
        """
        wanted = self.table_versions() if versions is None else versions
        key = tuple(sorted(wanted.items()))
        with self._opening:
            found = self._open.pop(key, None)
            if found is None or not found.kept():
                found = self.snapshot(wanted, threads=1)  # many ask side by side
            self._open[key] = found  # last, as the one asked for last
            for longest_ago in list(self._open)[:-MOST_OPEN]:
                del self._open[longest_ago]
        return found

    def seen(self, versions: Mapping[str, int]) -> Snapshot:
        """What a run saw; where that is no longer kept, for people were erased, what there is."""
        try:
            return self.snapshot(versions)
        except NotFound:
            return self.snapshot()

    def writer(self) -> AbstractContextManager[Writer]:
        """The one writer; StoreBusy when another process is writing.

        What a killed writer left is removed first; leaving without a commit leaves nothing.
        """
        if self.home is None:
            raise ValueError("a store in memory is read only")
        return writer_of(self.home, self.schemas)

    def table_versions(self) -> dict[str, int]:
        """The versions a snapshot would read now; empty in memory and before the first import."""
        return journal.head(self._journal())

    def imports(self) -> pa.Table:
        """One row per import in order of number, undone ones (``undone_at``) included."""
        return self._journal().sort_by("import_no")

    def _journal(self) -> pa.Table:
        """Asked for with every page, and seldom changed."""
        if self.home is not None:
            self._glance = journal.glance(self.home, self._glance)
        return self._glance.rows if self._glance else journal.IMPORTS.empty_table()

    def _files(self, versions: Mapping[str, int] | None) -> Files:
        assert self.home is not None  # noqa: S101 - for the type checker
        if versions is None:
            return Files.newest(self.home, self.schemas)
        files = Files(self.home, self.schemas, dict(versions))
        if not files.kept():
            raise _gone(versions)
        return files


class Files:
    """Delta tables at fixed versions; ``imports``: those in them, empty where nobody asks."""

    def __init__(
        self,
        home: Path,
        schemas: Mapping[str, pa.Schema],
        versions: dict[str, int],
        imports: tuple[int, ...] = (),
    ) -> None:
        self.versions = versions
        self.imports = imports
        self._home = home
        self._schemas = schemas
        self._found: dict[str, list[Path]] = {}

    @classmethod
    def newest(cls, home: Path, schemas: Mapping[str, pa.Schema]) -> Files:
        """The tables as they are now: versions and imports of one reading of the journal."""
        rows = journal.read(home)
        return cls(home, schemas, journal.head(rows), journal.live(rows))

    def define(self, cursor: duckdb.DuckDBPyConnection, table: str) -> None:
        """Make the table readable as ``raw_<table>``."""
        files = self._of(table)
        if files:
            cursor.execute(f'CREATE TEMP VIEW "raw_{table}" AS FROM {read_files(files)}')
        else:
            cursor.register(f"raw_{table}", self._schemas[table].empty_table())

    def newer(self) -> Files:
        """The same tables at the newest versions."""
        return Files.newest(self._home, self._schemas)

    def check(self) -> None:
        """StoreDamaged when a file is not what the journal says it was."""
        files = [file for table in self._schemas for file in self._of(table)]
        refuse(damaged(files, recorded(journal.read(self._home))))

    def kept(self) -> bool:
        """Whether every file of these versions is still there."""
        try:
            return all(file.is_file() for table in self._schemas for file in self._of(table))
        except delta.Missing:
            return False

    def _of(self, table: str) -> list[Path]:
        if table not in self._found:
            version = self.versions.get(table, 0)
            place = journal.folder(self._home, table)
            self._found[table] = delta.files(place, version) if version else []
        return self._found[table]


class Tables:
    """Arrow tables in memory."""

    def __init__(self, tables: Mapping[str, pa.Table], schemas: Mapping[str, pa.Schema]) -> None:
        self.versions: dict[str, int] = {}
        self.imports: tuple[int, ...] = ()
        self._tables = {name: schema.empty_table() for name, schema in schemas.items()}
        self._tables.update(tables)

    def define(self, cursor: duckdb.DuckDBPyConnection, table: str) -> None:
        """Make the table readable as ``raw_<table>``."""
        cursor.register(f"raw_{table}", self._tables[table])

    def newer(self) -> Tables:
        """Memory is never vacuumed."""
        return self

    def check(self) -> None:
        """Memory has no files."""

    def kept(self) -> bool:
        """Memory has no files."""
        return True


def _complete(table: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = [
        table[field.name].cast(field.type)
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def _odd_name(home: Path) -> UserError:
    return UserError(
        Text(
            f"In de naam van de gegevensmap kunnen geen {UNSUPPORTED} staan.",
            f"The name of a home cannot hold any of {UNSUPPORTED}.",
        ),
        Text("Kies een andere map met --home.", "Choose another folder with --home."),
        where=str(home),
    )


def _no_home(home: Path) -> NotFound:
    return NotFound(
        Text("Hier zijn nog geen gegevens.", "There are no data here yet."),
        Text(
            "Lees eerst een bestand in (kernklant import) of wijs met --home de goede map aan.",
            "Import a file first (kernklant import) or name the right folder with --home.",
        ),
        where=str(home),
    )


def _gone(versions: Mapping[str, int]) -> NotFound:
    named = ", ".join(f"{table} {version}" for table, version in sorted(versions.items()))
    return NotFound(
        Text(
            f"De versies van de gegevens zijn niet meer bewaard: {named}.",
            f"These versions of the data are no longer kept: {named}.",
        ),
        Text(
            "Het antwoord van toen blijft leesbaar; opnieuw uitrekenen kan niet meer.",
            "The answer of that day stays readable; it can no longer be computed again.",
        ),
    )
