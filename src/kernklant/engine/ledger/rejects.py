"""Refused rows with their reasons, kept beside the store until their import is undone."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kernklant.engine.errors import NotFound, Text
from kernklant.engine.ledger.convert import Fault
from kernklant.engine.ledger.forgotten import Forgotten
from kernklant.engine.ledger.formats import Rows
from kernklant.engine.ledger.mapping import Fields
from kernklant.engine.store import Store, TableFile

OURS = ("file_row", "column", "value", "reason_nl", "reason_en")


class Rejects:
    """Writes the refused rows of one sheet: why, and the row as it stood.

    ``but``: rows that tell of who was erased are not kept.
    """

    def __init__(self, file: Path, fields: Fields, *, but: Forgotten) -> None:
        self._file = file
        self._but = but
        self._names = _apart(fields.header)
        self._writer: TableFile | None = None

    def add(self, rows: Rows, faults: dict[int, list[Fault]]) -> None:
        """Append rows; several faults of one row stand in one line."""
        places = [place for place in sorted(faults) if not self._left_out(rows, place)]
        if not places:
            return
        told = [faults[place] for place in places]
        ours = [
            pc.take(rows.numbers, pa.array(places)),
            _texts("; ".join(fault.column for fault in row if fault.column) for row in told),
            _texts("; ".join(fault.value for fault in row if fault.value) for row in told),
            _texts("; ".join(fault.reason.nl for fault in row) for row in told),
            _texts("; ".join(fault.reason.en for fault in row) for row in told),
        ]
        cells = [pc.take(column, pa.array(places)) for column in rows.columns]
        self._write(pa.table([*ours, *cells], names=self._names))

    def close(self) -> None:
        """Finish the file, if there is one."""
        if self._writer is not None:
            self._writer.close()

    def _left_out(self, rows: Rows, place: int) -> bool:
        return bool(self._but) and self._but.in_row(
            column[place].as_py() for column in rows.columns
        )

    def _write(self, table: pa.Table) -> None:
        if self._writer is None:
            self._file.parent.mkdir(exist_ok=True)
            self._writer = TableFile(self._file, table.schema)
        self._writer.write_table(table)


class NoRejects(Rejects):
    """Counts are enough: a dry run keeps no rows."""

    def add(self, rows: Rows, faults: dict[int, list[Fault]]) -> None:
        """Keep nothing."""


def rejects_table(store: Store, import_no: int) -> pa.Table:
    """The refused rows of an import, to correct and import again.

    file_row, column, value, reason_nl, reason_en, then the columns of the file as they stood.
    NotFound when there is no such import, or it was undone.
    """
    rows = store.imports()
    live = rows.filter(pc.and_(pc.equal(rows["import_no"], import_no), rows["undone_at"].is_null()))
    if store.home is None or live.num_rows == 0:
        raise NotFound(
            Text(f"Er is geen import {import_no}.", f"There is no import {import_no}."),
            Text(
                "kernklant imports laat zien welke er zijn.",
                "kernklant imports shows which there are.",
            ),
        )
    return _read(files_of(store.home, import_no))


def rejects_in(folder: Path) -> pa.Table:
    """The refused rows that a dry run put aside, in the columns of ``rejects_table``."""
    return _read(sorted(folder.glob("*.parquet")))


def _read(files: list[Path]) -> pa.Table:
    parts = [pq.read_table(file) for file in files]
    if not parts:
        kinds = [pa.int64(), *[pa.string()] * 4]
        return pa.schema(zip(OURS, kinds, strict=True)).empty_table()
    return pa.concat_tables(parts, promote_options="default")


def file_of(home: Path, import_no: int, sheet: int, *, changed: bool = False) -> Path:
    """Where the refused rows of one sheet go; those known with other content apart."""
    return file_in(home / "rejects", import_no, sheet, changed=changed)


def file_in(folder: Path, import_no: int, sheet: int, *, changed: bool = False) -> Path:
    """The same in any folder."""
    kind = "changed" if changed else "refused"
    return folder / f"{import_no:06d}-{sheet:03d}-{kind}.parquet"


def files_of(home: Path, import_no: int) -> list[Path]:
    """The refused rows of an import, by sheet."""
    return sorted((home / "rejects").glob(f"{import_no:06d}-*.parquet"))


def forget(home: Path, import_no: int) -> None:
    """Remove the refused rows of an import."""
    for file in files_of(home, import_no):
        file.unlink()


def _apart(header: list[str]) -> list[str]:
    """Names for our columns and the file's, all different; the file's keep theirs if they can."""
    names: list[str] = []
    for at, name in enumerate([*OURS, *header]):
        wanted = name or f"({at - len(OURS) + 1})"
        while wanted in names:
            wanted += "_"
        names.append(wanted)
    return names


def _texts(texts: object) -> pa.Array:
    return pa.array(list(texts), pa.string())  # type: ignore[call-overload]
