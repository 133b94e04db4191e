"""Workbooks (xlsx, xls, ods): cells as last shown, formulas by their result."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from kernklant.engine.errors import ImportRefused, Text
from kernklant.engine.ledger.formats import (
    ERROR,
    HEAD_ROWS,
    ROWS_A_BATCH,
    Rows,
    Sheet,
    Source,
    refused,
    unquoted,
)
from kernklant.engine.ledger.formats.parquet import plain_float
from kernklant.engine.ledger.formats.workbook import Inside, look_inside

Values = Callable[[], Iterator[list[Any]]]
FAILED = object()
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def open_workbook(path: Path, *, sheet: str | None = None) -> Source:
    """Open the visible sheets of a workbook, or the one asked for.

    ImportRefused: encrypted, damaged, no workbook at all, or far larger inside than outside.
    """
    inside = look_inside(path) if path.open("rb").read(2) == b"PK" else _old(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = _chosen(book, sheet)
        sheets = [_sheet(book, name, inside) for name in names]
    except PasswordError as error:
        raise encrypted() from error
    except CalamineError as error:
        raise _damaged() from error
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    hidden = [] if sheet else [_left_out(name) for name in book.sheet_names if name not in names]
    return Source("excel", sheets, digest, [*inside.warnings, *hidden])


def encrypted() -> ImportRefused:
    """The refusal of a workbook with a password."""
    return refused(
        "De werkmap is met een wachtwoord beveiligd.",
        "The workbook is protected by a password.",
        "Bewaar haar zonder wachtwoord.",
        "Save it without the password.",
    )


def _old(path: Path) -> Inside:
    """An .xls, or an encrypted .xlsx, which hides in the same kind of file."""
    if ENCRYPTED in path.read_bytes():
        raise encrypted()
    warning = Text(
        "In een oude .xls lijkt een cel met een fout (#N/B) leeg; bewaar bij twijfel als .xlsx.",
        "In an old .xls a cell with an error (#N/A) looks empty; when in doubt save it as .xlsx.",
    )
    return Inside(None, {}, [warning])


def _chosen(book: CalamineWorkbook, sheet: str | None) -> list[str]:
    if sheet is None:
        shown = SheetVisibleEnum.Visible
        return [found.name for found in book.sheets_metadata if found.visible == shown]
    if sheet in book.sheet_names:
        return [sheet]
    known = ", ".join(book.sheet_names)
    raise refused(
        f"De werkmap heeft geen blad {sheet}.",
        f"The workbook has no sheet {sheet}.",
        f"De bladen zijn: {known}.",
        f"Its sheets are: {known}.",
    )


def _sheet(book: CalamineWorkbook, name: str, inside: Inside) -> Sheet:
    found = book.get_sheet_by_name(name)
    errors = inside.errors.get(name, {})

    def values() -> Iterator[list[Any]]:
        for number, row in enumerate(found.iter_rows()):
            for column in errors.get(number, ()):
                if column < len(row):
                    row[column] = FAILED
            yield row

    head = [
        (number, [_text(value)[0] for value in row])
        for number, row in enumerate(islice(values(), HEAD_ROWS), start=1)
    ]
    rows = [(number, cells) for number, cells in head if any(cells)]
    return Sheet(name, rows, _reader(values), found.total_height, inside.day_zero)


def _reader(values: Values) -> Callable[[int, int], Iterator[Rows]]:
    def read(header_row: int, width: int) -> Iterator[Rows]:
        number = header_row
        rest = islice(values(), header_row, None)
        while rows := list(islice(rest, ROWS_A_BATCH)):
            numbered = enumerate(rows, start=number + 1)
            filled = [(at, row) for at, row in numbered if any(value != "" for value in row)]
            number += len(rows)
            yield _batch(filled, width)

    return read


def _batch(rows: list[tuple[int, list[Any]]], width: int) -> Rows:
    texts, native = [], []
    for column in range(width):
        cells = [_text(row[column]) if column < len(row) else ("", False) for _, row in rows]
        texts.append(unquoted(pa.array([text for text, _ in cells], pa.string())))
        native.append(pa.array([typed for _, typed in cells], pa.bool_()))
    return Rows(pa.array([number for number, _ in rows], pa.int64()), texts, list(native))


def _text(value: Any) -> tuple[str, bool]:
    """A cell in plain notation, and whether the workbook holds it typed."""
    if isinstance(value, str):
        return value, False
    if isinstance(value, bool):
        return str(value).lower(), True
    if isinstance(value, int | float):
        return plain_float(float(value)), True
    if value is FAILED:
        return ERROR, True
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat(), True
    return str(value), True


def _left_out(name: str) -> Text:
    return Text(
        f"Het verborgen blad {name} is overgeslagen; met --sheet leest u het toch.",
        f"The hidden sheet {name} was left out; --sheet reads it after all.",
    )


def _damaged() -> ImportRefused:
    return refused(
        "De werkmap is beschadigd of geen Excel- of ODS-bestand.",
        "The workbook is damaged, or no Excel or ODS file.",
        "Open haar in Excel of LibreOffice en bewaar haar opnieuw als .xlsx.",
        "Open it in Excel or LibreOffice and save it again as .xlsx.",
    )
