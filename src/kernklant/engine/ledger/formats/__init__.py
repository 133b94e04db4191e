"""From bytes to rows of text, one module a format; nothing is interpreted here.

What a file is, its first bytes say, not its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import ImportRefused, Text

ROWS_A_BATCH = 32_768
HEAD_ROWS = 20
# The text of a typed cell that holds an error instead of a value.
ERROR = "#!"
# Excel's way to write a text that would act as a formula; our exports for spreadsheets do the same.
_ESCAPED = r"^(\s*)'('*[=+\-@\t\r\n＝＋－＠])"
FORMATS = ("csv", "excel", "parquet", "xaf")


@dataclass(frozen=True, slots=True)
class Rows:
    """Consecutive rows as text.

    ``numbers``: each row's number in the file, int64. ``columns``: strings, empty where the
    cell is. ``native``: per column which cells the file itself holds as number, date or truth
    value (None = none); those are in plain notation. ``faults``: (place in the batch, reason)
    of rows that are broken as a whole.
    """

    numbers: pa.Array
    columns: list[pa.Array]
    native: list[pa.Array | None]
    faults: list[tuple[int, Text]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file; ``read`` may be called again for a second pass.

    ``head``: the first rows with their numbers, to find the header in. ``read`` takes the
    header's row number and how many columns it has. ``day_zero``: the day that plain numbers
    count from where a date is asked, None when there is no such day.
    """

    name: str
    head: list[tuple[int, list[str]]]
    read: Callable[[int, int], Iterator[Rows]]
    rows: int | None = None
    day_zero: date | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """An opened file."""

    format: str
    sheets: list[Sheet]
    sha256: str
    warnings: list[Text]


def open_source(path: Path, *, asked: str | None = None, sheet: str | None = None) -> Source:
    """Open a file by what it holds; ImportRefused when that is nothing we read.

    ``asked``: csv, excel, parquet or xaf, to insist. ``sheet``: one sheet of a workbook, or
    one table of an audit file, by name.
    """
    from kernklant.engine.ledger.formats import csv, excel, parquet, xaf

    if asked is not None and asked not in FORMATS:
        raise refused(
            f"Het formaat {asked} kennen we niet.",
            f"There is no format {asked}.",
            f"Kies uit {', '.join(FORMATS)}.",
            f"Choose from {', '.join(FORMATS)}.",
        )
    found = "xaf" if asked == "xaf" else _format_of(path)
    if asked not in (None, found):
        raise refused(
            f"Dit bestand is geen {asked} maar {found}.",
            f"This file is not {asked} but {found}.",
            "Laat --format weg.",
            "Leave --format out.",
        )
    if found == "parquet":
        return parquet.open_parquet(path)
    if found == "xaf":
        return _only(xaf.open_xaf(path), sheet)
    return excel.open_workbook(path, sheet=sheet) if found == "excel" else csv.open_csv(path)


def _only(source: Source, sheet: str | None) -> Source:
    if sheet is None:
        return source
    names = [found.name for found in source.sheets]
    if sheet in names:
        return replace(source, sheets=[source.sheets[names.index(sheet)]])
    known = ", ".join(names)
    raise refused(
        f"De auditfile heeft geen tabel {sheet}.",
        f"The audit file has no table {sheet}.",
        f"De tabellen zijn: {known}.",
        f"Its tables are: {known}.",
    )


def unquoted(texts: pa.Array) -> pa.Array:
    """Cells of a spreadsheet or CSV without the quote that keeps a text from acting."""
    return pc.replace_substring_regex(texts, _ESCAPED, r"\1\2")


def refused(nl: str, en: str, remedy_nl: str, remedy_en: str) -> ImportRefused:
    """A refusal of the whole file, with its remedy."""
    return ImportRefused(Text(nl, en), Text(remedy_nl, remedy_en))


def _format_of(path: Path) -> str:
    try:
        with path.open("rb") as handle:
            start = handle.read(4096)
    except OSError as error:
        raise refused(
            f"Het bestand is niet te lezen: {error.strerror}.",
            f"The file cannot be read: {error.strerror}.",
            "Controleer de naam en de rechten.",
            "Check its name and permissions.",
        ) from error
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        return "excel"
    if _is_audit_file(start):
        return "xaf"
    _refuse_others(start)
    return "csv"


def _is_audit_file(start: bytes) -> bool:
    """An audit file names itself in its first element or, of 1999, its first line."""
    if start.startswith(b"CLAIR1.00.00"):
        return True
    text = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return text.startswith(b"<") and re.search(rb"<(?:\w+:)?auditfile[\s>]", text, re.I) is not None


def _refuse_others(start: bytes) -> None:
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    markup = (b"<html", b"<!doctype", b"<table", b"<meta", b"<div", b"<?xml", b"<?mso", b"<style")
    if not text and len(start) < 4096:
        raise refused(
            "Het bestand is leeg.",
            "The file is empty.",
            "Exporteer het opnieuw.",
            "Export it again.",
        )
    if text.startswith(markup):
        raise refused(
            "Dit is een webpagina of XML, ook al heet het misschien .xls.",
            "This is a web page or XML, even if its name says .xls.",
            "Open het in Excel of LibreOffice en bewaar het als .xlsx.",
            "Open it in Excel or LibreOffice and save it as .xlsx.",
        )
    if start.startswith(b"%PDF"):
        raise refused(
            "Dit is een PDF-bestand.",
            "This is a PDF file.",
            "Exporteer de gegevens als CSV of Excel.",
            "Export the data as CSV or Excel.",
        )
    for magic, what in ((b"\x1f\x8b", "gzip"), (b"7z\xbc\xaf", "7-Zip")):
        if start.startswith(magic):
            raise refused(
                f"Dit is een {what}-bestand.",
                f"This is a {what} file.",
                "Pak het eerst uit.",
                "Unpack it first.",
            )
