"""The journal of a home: one row per import; the row written last names the head.

Delta commits one table at a time. Writing the journal is therefore the commit point of a change
over several tables: its newest row (highest ``seq``) names the version of each table, and
readers open those versions, whatever newer ones a writer has under way. ``sums`` says what the
data files of a change were, ``key`` who asked for it (absent in homes of before November 2026).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kernklant.engine.store import delta

IMPORTS = pa.schema(
    [
        ("import_no", pa.int32()),
        ("file_name", pa.string()),
        ("sha256", pa.string()),
        ("format", pa.string()),
        ("mapping", pa.string()),
        ("numbers", pa.string()),
        ("dates", pa.string()),
        ("datasets", pa.string()),
        ("who", pa.string()),
        ("imported_at", pa.timestamp("us", tz="UTC")),
        ("undone_at", pa.timestamp("us", tz="UTC")),
        ("seq", pa.int64()),
        ("versions", pa.string()),
        ("last_customer", pa.int64()),
        ("sums", pa.string()),
        ("key", pa.string()),
    ]
)


def folder(home: Path, table: str) -> Path:
    """Where a table of a home lies."""
    return home / "tables" / table


def read(home: Path, version: int | None = None) -> pa.Table:
    """The rows as last committed, or as they stood in a version of the journal."""
    place = folder(home, "imports")
    if not delta.exists(place):
        return IMPORTS.empty_table()
    try:
        return _rows(place, version)
    except FileNotFoundError:  # replaced and vacuumed between its name and its bytes
        return _rows(place, version)


@dataclass(frozen=True, slots=True)
class Glance:
    """The rows of a journal, and the version they are of, known by the file that tells of it."""

    rows: pa.Table
    version: int
    told_by: tuple[int, int, int]

    def newest(self, place: Path) -> bool:
        """Whether the journal still ends here: versions are numbered one by one."""
        if delta.log_file(place, self.version + 1).exists():
            return False
        return self.told_by == _mark(place, self.version)


def glance(home: Path, last: Glance | None) -> Glance | None:
    """The rows as last committed, read only when they changed since the last glance.

    None where there is no journal yet.
    """
    place = folder(home, "imports")
    if last is not None and last.newest(place):
        return last
    if not delta.exists(place):
        return None
    version = delta.version(place)
    return Glance(read(home, version), version, _mark(place, version))


def _mark(place: Path, version: int) -> tuple[int, int, int]:
    """A restored home has other files of the same name; zeros where it is gone."""
    try:
        found = delta.log_file(place, version).stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def head(rows: pa.Table) -> dict[str, int]:
    """The versions that the newest change names; empty before the first."""
    if rows.num_rows == 0:
        return {}
    newest = rows.filter(pc.equal(rows["seq"], pc.max(rows["seq"])))
    return cast(dict[str, int], json.loads(newest["versions"][0].as_py()))


def live(rows: pa.Table) -> tuple[int, ...]:
    """The numbers of the imports that were not undone, in their order."""
    kept = rows.filter(pc.is_null(rows["undone_at"]))["import_no"]
    return tuple(sorted(kept.to_pylist()))


def next_number(rows: pa.Table, column: str) -> int:
    """One more than the highest ever, undone imports included; 1 before the first."""
    return int(pc.max(rows[column]).as_py() or 0) + 1


def commit(home: Path, rows: pa.Table, *, seq: int) -> pa.Table:
    """Replace the journal in one commit: the change ``seq`` is visible from here on, and whole.

    Returns the rows as committed. An error means that readers see the rows of before.
    """
    place = folder(home, "imports")
    before = delta.version(place)
    try:
        delta.overwrite(place, rows.cast(IMPORTS))
    except Exception:
        # Delta may fail after its commit, at a checkpoint: what readers see is what counts.
        if next_number(read(home), "seq") <= seq:
            raise
    try:
        delta.settle(place, since=before)
    except OSError:
        delta.restore(place, before)
        raise
    return read(home)


def _rows(place: Path, version: int | None) -> pa.Table:
    parts = [pq.read_table(file, partitioning=None) for file in delta.files(place, version)]
    whole = [_with(part, "sums", "key") for part in parts]
    return pa.concat_tables([IMPORTS.empty_table(), *(part.cast(IMPORTS) for part in whole)])


def _with(part: pa.Table, *younger: str) -> pa.Table:
    """The rows with columns that homes of before did not have."""
    for name in younger:
        if name not in part.column_names:
            part = part.append_column(name, pa.nulls(part.num_rows, pa.string()))
    return part.select(IMPORTS.names)
