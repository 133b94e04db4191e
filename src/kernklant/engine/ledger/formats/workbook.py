"""A look inside a zipped workbook before it is opened: sizes, errors, the first day of dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from kernklant.engine.errors import ImportRefused, Text
from kernklant.engine.ledger.dates import EXCEL_DAY_ZERO
from kernklant.engine.ledger.formats import refused

MOST_BYTES = 400 << 20
MOST_RATIO = 100
RATIO_FROM = 50 << 20
MOST_PARTS = 10_000
MOST_CELLS = 20_000_000
CHUNK = 1 << 20
OVERLAP = 1 << 13
MAC_DAY_ZERO = date(1904, 1, 1)
ODS = b"application/vnd.oasis.opendocument.spreadsheet"

_COLUMN = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})')
_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?\br="([0-9]{1,7})"')
# An error, or a formula that was never computed: the reader would take both for an empty cell.
_ERROR = re.compile(
    rb'<(?:\w+:)?c (?:[^>]*? )?r="([A-Z]{1,3})([0-9]{1,7})"'
    rb'(?:[^>]* t="e"|[^>]*><(?:\w+:)?f[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>)"
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Inside:
    """What the parts of a workbook say: sheet name -> row (from 0) -> columns with an error."""

    day_zero: date | None
    errors: dict[str, dict[int, list[int]]]
    warnings: list[Text]


def look_inside(path: Path) -> Inside:
    """Judge sizes by the zip's own directory, then scan the sheets of an xlsx.

    ImportRefused: a zip that swells, too many parts or cells, no workbook, or hostile XML.
    """
    try:
        with ZipFile(path) as book:
            _refuse_a_bomb(book, path.stat().st_size)
            names = set(book.namelist())
            if "mimetype" in names and book.read("mimetype").startswith(ODS):
                return Inside(None, {}, [])
            if "xl/workbook.xml" not in names:
                raise _no_workbook()
            return _scan(book)
    except (BadZipFile, ParseError, DefusedXmlException, KeyError, OSError) as error:
        raise _no_workbook() from error


def _refuse_a_bomb(book: ZipFile, size: int) -> None:
    parts = book.infolist()
    inside = sum(part.file_size for part in parts)
    swells = inside > RATIO_FROM and inside > MOST_RATIO * size
    if inside > MOST_BYTES or swells or len(parts) > MOST_PARTS:
        raise _too_large(f"{inside >> 20} MB", f"{inside >> 20} MB")


def _scan(book: ZipFile) -> Inside:
    workbook = fromstring(book.read("xl/workbook.xml"))
    relations = fromstring(book.read("xl/_rels/workbook.xml.rels"))
    targets = {found.get("Id"): found.get("Target", "") for found in relations}
    mac = any(found.get("date1904") in {"1", "true"} for found in workbook.iter())
    errors = {}
    for found in workbook.iter():
        target = targets.get(found.get(_RELATION), "")
        if found.tag.endswith("}sheet") and "worksheets/" in target:
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            errors[found.get("name", "")] = _errors(book, part)
    return Inside(MAC_DAY_ZERO if mac else EXCEL_DAY_ZERO, errors, [])


def _errors(book: ZipFile, part: str) -> dict[int, list[int]]:
    """Where a sheet has errors; refused when it spans more cells than one can hold."""
    errors: dict[int, list[int]] = {}
    columns: set[bytes] = set()
    rows = 0
    for piece in _pieces(book, part):
        columns |= set(_COLUMN.findall(piece))
        rows = max(rows, max(map(int, _ROW.findall(piece)), default=0))
        if rows * max(map(_place, columns), default=0) > MOST_CELLS:
            raise _too_large("te veel cellen", "too many cells")
        for column, row in _ERROR.findall(piece):
            errors.setdefault(int(row) - 1, []).append(_place(column) - 1)
    return errors


def _pieces(book: ZipFile, part: str) -> Iterator[bytes]:
    """A part in pieces that overlap, so that no cell falls between two."""
    with book.open(part) as handle:
        tail = b""
        while chunk := handle.read(CHUNK):
            yield tail + chunk
            tail = chunk[-OVERLAP:]


def _place(letters: bytes) -> int:
    """A -> 1, Z -> 26, AA -> 27."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place


def _too_large(nl: str, en: str) -> ImportRefused:
    return refused(
        f"De werkmap is van binnen te groot ({nl}).",
        f"The workbook is too large inside ({en}).",
        "Bewaar alleen het blad met de gegevens, of exporteer als CSV.",
        "Save only the sheet with the data, or export as CSV.",
    )


def _no_workbook() -> ImportRefused:
    return refused(
        "Dit is geen leesbare werkmap (.xlsx, .xls of .ods).",
        "This is no readable workbook (.xlsx, .xls or .ods).",
        "Pak een zip eerst uit; bewaar andere werkmappen als .xlsx of CSV.",
        "Unpack a zip first; save other workbooks as .xlsx or CSV.",
    )
