"""CSV: any delimiter, any common alphabet; broken quotes are refused with their line."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa

from kernklant.engine.errors import ImportRefused, Text
from kernklant.engine.ledger.formats import (
    HEAD_ROWS,
    ROWS_A_BATCH,
    Rows,
    Sheet,
    Source,
    refused,
    unquoted,
)
from kernklant.engine.ledger.formats.encoding import Writing, examine

LARGEST_CELL = 1 << 20
SAMPLE = 1 << 17
USUAL = (";", ",", "\t", "|")
UNUSUAL = ("~", "^", "¦", ":")
_STRAY = re.compile("[\ud800-\udfff]")
_SAID = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)

TOO_FEW = Text("de regel heeft minder cellen dan de kop", "the row has fewer cells than the header")
TOO_MANY = Text("de regel heeft meer cellen dan de kop", "the row has more cells than the header")
WRONG_ALPHABET = Text(
    "de regel is in een ander schrift dan de rest van het bestand",
    "the row is in another encoding than the rest of the file",
)


def open_csv(path: Path) -> Source:
    """Find alphabet and delimiter of a text file; ImportRefused when it is no table."""
    csv.field_size_limit(LARGEST_CELL)
    writing = examine(path)
    delimiter, said = _delimiter(path, writing)

    def read(header_row: int, width: int) -> Iterator[Rows]:
        with _open(path, writing, said=said) as handle:
            yield from _batches(_records(handle, delimiter), header_row, width)

    with _open(path, writing, said=said) as handle:
        head = [*islice(_records(handle, delimiter), HEAD_ROWS)]
    rows = [(number, row) for number, row in enumerate(head, start=1) if any(row)]
    return Source(
        "csv", [Sheet("", rows, read, writing.lines)], writing.sha256, list(writing.warnings)
    )


def _open(path: Path, writing: Writing, *, said: bool) -> IO[str]:
    handle = path.open(encoding=writing.encoding, errors=writing.errors, newline="")
    if said:
        handle.readline()
    return handle


def _records(handle: IO[str], delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(handle, delimiter=delimiter, strict=True)
    line = 0
    try:
        for row in reader:
            line = reader.line_num
            yield row
    except csv.Error as error:
        raise _broken(line + 1, str(error)) from error
    except UnicodeDecodeError as error:
        raise _cut_off() from error


def _broken(line: int, error: str) -> ImportRefused:
    if "field larger" in error:
        return refused(
            f"Op regel {line} staat een cel van meer dan een megabyte.",
            f"Line {line} has a cell of more than a megabyte.",
            "Vaak mist daar een aanhalingsteken. Herstel de regel en lees het bestand opnieuw in.",
            "Often a quote is missing there. Mend the line and import the file again.",
        )
    return refused(
        f"Vanaf regel {line} kloppen de aanhalingstekens niet.",
        f"From line {line} on the quotes do not match.",
        'Een aanhalingsteken binnen een cel hoort dubbel te staan (""). Herstel de regel.',
        'A quote inside a cell has to be doubled (""). Mend the line.',
    )


def _cut_off() -> ImportRefused:
    return refused(
        "Het bestand is halverwege een letter afgebroken.",
        "The file breaks off in the middle of a letter.",
        "Exporteer of kopieer het opnieuw.",
        "Export or copy it again.",
    )


def _batches(records: Iterator[list[str]], header_row: int, width: int) -> Iterator[Rows]:
    number = header_row
    records = islice(records, header_row, None)
    while rows := list(islice(records, ROWS_A_BATCH)):
        numbers = np.arange(number + 1, number + 1 + len(rows))
        number += len(rows)
        yield _batch(rows, numbers, width)


def _batch(rows: list[list[str]], numbers: np.ndarray, width: int) -> Rows:
    faults: dict[int, Text] = {}
    filled = [place for place, row in enumerate(rows) if row and (row[0] or any(row))]
    if len(filled) < len(rows):
        rows, numbers = [rows[place] for place in filled], numbers[filled]
    if set(map(len, rows)) - {width}:
        _fit(rows, width, faults)
    columns = list(zip(*rows, strict=True)) or [()] * width
    try:
        texts = [unquoted(pa.array(column, pa.string())) for column in columns]
    except UnicodeEncodeError:
        _mend(rows, faults)
        columns = list(zip(*rows, strict=True))
        texts = [unquoted(pa.array(column, pa.string())) for column in columns]
    return Rows(pa.array(numbers), texts, [None] * width, sorted(faults.items()))


def _fit(rows: list[list[str]], width: int, faults: dict[int, Text]) -> None:
    """Give every row the header's width; empty cells beyond it say nothing and go."""
    for place, row in enumerate(rows):
        if len(row) < width:
            faults[place] = TOO_FEW
            rows[place] = row + [""] * (width - len(row))
        elif len(row) > width:
            if any(row[width:]):
                faults[place] = TOO_MANY
            rows[place] = row[:width]


def _mend(rows: list[list[str]], faults: dict[int, Text]) -> None:
    """Mark the rows that hold bytes of another alphabet, and make them readable."""
    for place, row in enumerate(rows):
        if any(_STRAY.search(cell) for cell in row):
            faults[place] = WRONG_ALPHABET
            rows[place] = [_STRAY.sub(_readable, cell) for cell in row]


def _readable(stray: re.Match[str]) -> str:
    byte = ord(stray[0]) - 0xDC00
    return bytes([byte]).decode("cp1252", "replace") if 0x80 <= byte <= 0xFF else "\ufffd"


def _delimiter(path: Path, writing: Writing) -> tuple[str, bool]:
    """The delimiter that cuts the rows best; ``sep=`` in the first line decides."""
    with path.open(encoding=writing.encoding, errors=writing.errors, newline="") as handle:
        try:
            sample = handle.read(SAMPLE)
        except UnicodeDecodeError as error:
            raise _cut_off() from error
    if said := _SAID.match(sample):
        return said[1], True
    lines = sample.splitlines(keepends=True)
    lines = lines[:-1] if len(sample) == SAMPLE and len(lines) > 1 else lines
    for family in (USUAL, UNUSUAL):
        fitness = {delimiter: _fitness(lines, delimiter) for delimiter in family}
        best = max(family, key=fitness.__getitem__)
        if fitness[best] > 0:
            return best, False
    return ";", False


def _fitness(lines: list[str], delimiter: str) -> float:
    """The share of rows with the commonest width, times the cuts it makes."""
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if any(row))
    except csv.Error:
        return 0.0
    cuts = [rows * (width - 1) for width, rows in widths.items()]
    return max(cuts, default=0) / max(1, widths.total())
