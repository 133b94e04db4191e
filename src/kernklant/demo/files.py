"""Files as a company delivers them: CSV, workbooks, Parquet; the same bytes each time."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kernklant.engine.errors import Text

ZIP_DAY = (2026, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """One file of a company; ``mapping``: field -> column where not recognised."""

    path: Path
    dataset: str
    mapping: Mapping[str, str] | None
    note: Text


Columns = Mapping[str, Sequence[Any]]


def write_csv(path: Path, columns: Columns, *, encoding: str = "utf-8") -> None:
    """Semicolons and CRLF, as a Dutch Excel or ERP writes them."""
    with path.open("w", encoding=encoding, newline="") as handle:
        writer = csv.writer(handle, delimiter=";", lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def write_parquet(path: Path, table: pa.Table) -> None:
    """One Parquet file, compressed with zstd."""
    pq.write_table(table, path, compression="zstd")


def write_workbook(path: Path, sheets: Mapping[str, Columns]) -> None:
    """A workbook with fixed timestamps; dates are real date cells."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, columns in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(list(columns))
        for row in zip(*columns.values(), strict=True):
            sheet.append(row)
    book.properties.creator = "De Vries Techniek"
    book.properties.created = datetime(*ZIP_DAY)  # noqa: DTZ001 - a workbook has no time zone
    raw = io.BytesIO()
    book.save(raw)
    path.write_bytes(_without_clock(raw))


def _without_clock(raw: io.BytesIO) -> bytes:
    """The same zip with one timestamp everywhere; openpyxl writes the time of saving."""
    fixed = io.BytesIO()
    with ZipFile(raw) as old, ZipFile(fixed, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = _MODIFIED.sub(rb"\g<1>2026-01-01T00:00:00Z", old.read(name))
            new.writestr(ZipInfo(name, ZIP_DAY), part, ZIP_DEFLATED)
    return fixed.getvalue()


def dutch_cents(cents: Iterable[int]) -> list[str]:
    """Whole cents as 1234,56."""
    return [_dutch(cent) for cent in _plain(cents)]


def dutch_cents_grouped(cents: Iterable[int]) -> list[str]:
    """Whole cents as 1.234,56."""
    return [
        f"{'-' if cent < 0 else ''}{abs(cent) // 100:,}".replace(",", ".")
        + f",{abs(cent) % 100:02d}"
        for cent in _plain(cents)
    ]


def dutch_days(first: date, days: np.ndarray) -> list[str]:
    """Days after ``first`` as dd-mm-yyyy; what lies beyond NO_DAY is empty."""
    distinct, places = np.unique(days, return_inverse=True)
    texts = [f"{day:%d-%m-%Y}" if day else "" for day in calendar(first, distinct)]
    return [texts[place] for place in places.tolist()]


NO_DAY = 1 << 30


def calendar(first: date, days: np.ndarray) -> list[date | None]:
    """Days after ``first`` as dates; NO_DAY becomes None."""
    return [None if day >= NO_DAY else first + timedelta(days=day) for day in days.tolist()]


def _dutch(cent: int) -> str:
    return f"{'-' if cent < 0 else ''}{abs(cent) // 100},{abs(cent) % 100:02d}"


def _plain(values: Iterable[int]) -> Iterable[int]:
    return values.tolist() if isinstance(values, np.ndarray) else values
