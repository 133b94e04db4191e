"""One Delta table in a folder: its versions and files, and the few ways it may change."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import (
    BloomFilterProperties,
    ColumnProperties,
    DeltaTable,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import DeltaError

from kernklant.engine.disk import sync

# A run cites versions and may be replayed years later: the log is never shortened by itself.
# Statistics name values in the log in plain text; only pseudonymous columns may be named there.
CONFIGURATION = {
    "delta.enableExpiredLogCleanup": "false",
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
}
STATISTICS = ("customer", "import_no")
RANDOM_BYTES = ("row_key", "row_hash", "key")
# One customer is looked up among millions of lines: a group that has none of him is passed over,
# which its filter tells also where lines lie in order of day.
ROWS_A_GROUP = 32_768
LOOKED_UP = "customer"
# delta-rs holds a file in memory until it is whole.
BYTES_A_FILE = 32 * 1024**2


class Missing(Exception):
    """A version of a table that is not (any longer) there."""


def create(folder: Path, schema: pa.Schema) -> None:
    """Make an empty table, version 0; an existing one is left as it is."""
    if not exists(folder):
        named = [name for name in STATISTICS if name in schema.names]
        statistics = {"delta.dataSkippingStatsColumns": ",".join(named)} if named else {}
        DeltaTable.create(folder, schema, mode="ignore", configuration=CONFIGURATION | statistics)


def exists(folder: Path) -> bool:
    """Whether a table has been made here."""
    return log_file(folder, 0).is_file()


def version(folder: Path) -> int:
    """The newest version, cited or not."""
    return int(DeltaTable(folder).version())


def files(folder: Path, version: int | None = None) -> list[Path]:
    """The Parquet files of a version (None: the newest).

    Only names are taken from the log: its addresses are percent-encoded.
    """
    try:
        table = DeltaTable(folder, version=version)
    except DeltaError as error:
        raise Missing(f"{folder.name} {version}") from error
    return sorted(folder / Path(uri).name for uri in table.file_uris())


def needed(folder: Path, version: int, earlier: Iterable[int]) -> list[Path]:
    """The files of a version, and those of earlier ones that are still there."""
    now = set(files(folder, version))
    before = {file for number in earlier if number < version for file in files(folder, number)}
    return sorted(now | {file for file in before if file.is_file()})


def append(folder: Path, rows: pa.RecordBatchReader | pa.Table) -> None:
    """Add rows in one commit, in the order given, in constant memory."""
    write_deltalake(
        folder,
        rows,
        mode="append",
        writer_properties=_properties(rows.schema),
        target_file_size=BYTES_A_FILE,
    )


def overwrite(folder: Path, rows: pa.Table) -> None:
    """Replace all rows, and their columns, in one commit."""
    write_deltalake(folder, rows, mode="overwrite", schema_mode="overwrite")


def delete_import(folder: Path, import_no: int) -> None:
    """Remove the rows an import owns; its files are dropped whole, never rewritten."""
    DeltaTable(folder).delete(f"import_no = {import_no:d}")


def delete(folder: Path, where: str) -> None:
    """Remove the rows for which a condition holds; files that hold one are rewritten."""
    DeltaTable(folder).delete(where)


def clear(folder: Path, columns: Iterable[str], *, where: str) -> None:
    """Empty columns of the rows for which a condition holds; the log tells the condition."""
    table = DeltaTable(folder)
    rows = pa.schema(table.schema())
    empty = dict.fromkeys(columns, "NULL")
    table.update(updates=empty, predicate=where, writer_properties=_properties(rows))


def restore(folder: Path, version: int) -> None:
    """Bring back the rows of an earlier version, if the newest has others."""
    if files(folder) != files(folder, version):
        DeltaTable(folder).restore(version)


def settle(folder: Path, since: int) -> list[Path]:
    """Let every version after this one survive a power cut: delta-rs leaves that to chance.

    Returns the data files they added. Files of versions that a killed writer left may have been
    swept; nothing names them now.
    """
    newest, fresh = version(folder), []
    for number in range(since + 1, newest + 1):
        added = (folder / name for name in _added(folder, number))
        there = [file for file in added if file.is_file()]
        for file in (*there, log_file(folder, number)):
            sync(file)
        fresh += there
    if newest > since:
        sync(folder / "_delta_log")
        sync(folder)
    return fresh


def sweep(folder: Path, version: int) -> None:
    """Delete the data files that no version up to this one names: a killed writer left them."""
    for file in unnamed(folder, version):
        file.unlink()


def unnamed(folder: Path, version: int) -> list[Path]:
    """Data files that no version up to this one names, and parts of files: ``name#1``."""
    named = {name for number in range(version + 1) for name in _added(folder, number)}
    data = [file for file in folder.glob("*.parquet*") if file.name not in named]
    return [*data, *(folder / "_delta_log").glob("*#*"), *(folder / "_delta_log").glob("*.tmp")]


def _added(folder: Path, number: int) -> list[str]:
    text = log_file(folder, number).read_text(encoding="utf-8")
    actions: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    return [action["add"]["path"] for action in actions if "add" in action]


def log_file(folder: Path, number: int) -> Path:
    """The text that says what a version changed."""
    return folder / "_delta_log" / f"{number:020}.json"


def _properties(schema: pa.Schema) -> WriterProperties:
    columns = {
        name: ColumnProperties(dictionary_enabled=False)
        for name in RANDOM_BYTES
        if name in schema.names
    }
    if LOOKED_UP in schema.names:
        told = BloomFilterProperties(set_bloom_filter_enabled=True, fpp=0.01, ndv=ROWS_A_GROUP)
        columns[LOOKED_UP] = ColumnProperties(bloom_filter_properties=told)
    return WriterProperties(
        compression="SNAPPY", max_row_group_size=ROWS_A_GROUP, column_properties=columns
    )
