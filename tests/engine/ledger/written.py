"""Cells as people and systems write them, each with what it has to become, in every format.

What a cell means is decided before it is written, so that nothing here reads anything.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

HEADER = ["klantnummer", "factuurdatum", "bedrag", "factuurnummer", "regel", "artikel"]
CELLS_A_ROW = 4  # customer, day, amount and text; the invoice number says which row it is
NO_AMOUNT = ["n.v.t.", "--", "1e5", "NaN", "inf", "#N/B", "１２", "1_0", "12,50 CR", "$ 5", "0x1F",
             "1.2.3", "1,2,3", "€", "12 50", "9" * 30, "١٢"]  # fmt: skip
NO_DAY = ["31-02-2025", "00-00-0000", "29-02-2023", "1-13-2025", "31-12-1899", "gisteren",
          "01-01-2999", "1-1-25", "2025", "12:00"]  # fmt: skip
DAY_FORMS = ["%d-%m-%Y", "%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d", "%Y-%m-%dT23:59:59"]
NAMES = ["Zoë", "’t Hoekje", "ĳssalon", "İstanbul", "50% korting", "O'Brien", 'a "b" c',
         "1;2", "x,y", "=1+1", "+31 6", "-5", "@home", "123", "1,50", "NULL", "日本",
         "a\nb"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """One row as it is written, and what it means: None when it cannot be taken in."""

    cells: tuple[Any, ...]
    meant: tuple[str, date, Decimal, str | None] | None


Pair = tuple[Any, Any]  # as written, as meant; a meaning of None cannot be taken in


def dutch(amount: Decimal, chance: random.Random) -> str:
    grouped = f"{abs(amount):,.2f}" if chance.random() < 0.5 else f"{abs(amount):.2f}"
    return signed(grouped.translate(str.maketrans(",.", ".,")), amount, chance)


def english(amount: Decimal, chance: random.Random) -> str:
    grouped = f"{abs(amount):,.2f}" if chance.random() < 0.5 else f"{abs(amount):.2f}"
    return signed(grouped, amount, chance)


def signed(text: str, amount: Decimal, chance: random.Random) -> str:
    """The ways to write a sign and a currency."""
    if amount < 0:
        text = chance.choice(["-{}", "{}-", "({})", "\u2212{}", "- {}"]).format(text)
    return chance.choice(["{}", "{}", " {} ", "€ {}", "EUR {}", "{} €"]).format(text)


def value(chance: random.Random) -> Decimal:
    size = chance.choice([10, 1_000, 100_000, 10_000_000, 10**12])
    return Decimal(chance.randrange(-size, size * 3)) / 100


def text_amount(form: Callable[[Decimal, random.Random], str], chance: random.Random) -> Pair:
    if chance.random() < 0.06:
        return chance.choice(NO_AMOUNT), None
    amount = value(chance)
    return form(amount, chance), amount


def float_amount(chance: random.Random) -> Pair:
    """A double with two decimals says which cent is meant, up to a million million."""
    amount = value(chance)
    return float(amount), amount


def decimal_amount(chance: random.Random) -> Pair:
    amount = value(chance)
    return amount, amount


def text_day(chance: random.Random) -> Pair:
    if chance.random() < 0.04:
        return chance.choice(NO_DAY), None
    day = some_day(chance)
    form = chance.choice(
        ["%d-%m-%Y", "%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d", "%Y-%m-%dT23:59:59"]
    )
    return day.strftime(form), day


def typed_day(chance: random.Random) -> Pair:
    day = some_day(chance)
    return datetime(day.year, day.month, day.day, chance.choice([0, 23])), day  # noqa: DTZ001 - a day


def some_day(chance: random.Random) -> date:
    return date(1970, 1, 1) + timedelta(days=chance.randrange(0, 20_000))


def customer(chance: random.Random) -> Pair:
    if chance.random() < 0.03:
        return chance.choice(["", "a\u200bb", "\u202ea"]), None
    number = chance.choice(
        ["{}", "00{}", "K-{}", "NL{}B01", "{}E5", "{}.0", "+{}", "0x{}", "{}12345678901234"]
    ).format(chance.randrange(1, 400))
    return number, number


def text(chance: random.Random) -> Pair:
    """Whatever text is there, stays; spaces around it go, and a letter is one sign (NFC)."""
    found = chance.choice(NAMES)
    return chance.choice([found, f" {found} ", found.replace("ë", "e\u0308")]), found


def row(
    number: int, chance: random.Random, *, amount: Callable[[], Pair], day: Callable[[], Pair]
) -> Written:
    pairs = [customer(chance), day(), amount(), text(chance)]
    who, when, how_much, what = (meant for _, meant in pairs)
    cells = [cell for cell, _ in pairs]
    whole = all(meant is not None for meant in (who, when, how_much))
    return Written(
        (cells[0], cells[1], cells[2], f"F{number}", "1", cells[3]),
        (who, when, how_much, what) if whole else None,
    )


def csv_of(form: Callable[[Decimal, random.Random], str], delimiter: str, encoding: str) -> Any:
    def write(folder: Path, rows: int, chance: random.Random) -> tuple[Path, list[Written]]:
        written = [
            row(n, chance, amount=lambda: text_amount(form, chance), day=lambda: text_day(chance))
            for n in range(rows)
        ]
        path = folder / "cells.csv"
        with path.open("w", encoding=encoding, newline="") as handle:
            writer = csv.writer(handle, delimiter=delimiter)
            writer.writerow(HEADER)
            writer.writerows(one.cells for one in written)
        return path, written

    return write


def xlsx_of(amount: Any, day: Any) -> Any:
    def write(folder: Path, rows: int, chance: random.Random) -> tuple[Path, list[Written]]:
        written = [
            row(n, chance, amount=lambda: amount(chance), day=lambda: day(chance))
            for n in range(rows)
        ]
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(HEADER)
        for one in written:
            sheet.append([_as_cell(sheet, value) for value in one.cells])
        book.save(folder / "cells.xlsx")
        return folder / "cells.xlsx", written

    return write


def _as_cell(sheet: Any, value: Any) -> Any:
    """A text is a text, also when it begins with =."""
    if not isinstance(value, str):
        return value
    cell = openpyxl.cell.WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


def parquet_of(amount: Any, day: Any, kind: pa.DataType) -> Any:
    def write(folder: Path, rows: int, chance: random.Random) -> tuple[Path, list[Written]]:
        written = [
            row(n, chance, amount=lambda: amount(chance), day=lambda: day(chance))
            for n in range(rows)
        ]
        columns: list[Sequence[Any]] = [*zip(*(one.cells for one in written), strict=True)]
        arrays = [pa.array(columns[at]) for at in range(6)]
        arrays[2] = pa.array(columns[2], kind)
        pq.write_table(pa.table(arrays, names=HEADER), folder / "cells.parquet")
        return folder / "cells.parquet", written

    return write


def dutch_text(chance: random.Random) -> Pair:
    return text_amount(dutch, chance)


# A format, how a file of it is written, and in which notation its text is.
FORMATS: dict[str, tuple[Any, str]] = {
    "csv, Dutch": (csv_of(dutch, ";", "utf-8-sig"), "nl"),
    "csv, English": (csv_of(english, ",", "utf-8"), "en"),
    "csv, UTF-16 and tabs": (csv_of(dutch, "\t", "utf-16"), "nl"),
    "xlsx, typed": (xlsx_of(float_amount, typed_day), "nl"),
    "xlsx, text": (xlsx_of(dutch_text, text_day), "nl"),
    "parquet, float": (parquet_of(float_amount, typed_day, pa.float64()), "nl"),
    "parquet, decimal": (parquet_of(decimal_amount, typed_day, pa.decimal128(18, 2)), "nl"),
    "parquet, text": (parquet_of(dutch_text, text_day, pa.string()), "nl"),
}


def wrong_cells(format_: str, rows: int, seed: int, folder: Path) -> list[str]:
    """Write so many rows, import them, and tell every cell that became something else."""
    from kernklant.engine.ledger.imports import rejects_table
    from tests.engine.ledger.files import home, stored, take

    write, numbers = FORMATS[format_]
    path, written = write(folder, rows, random.Random(seed))
    store = home(folder)
    receipt = take(store, path, numbers=numbers, dates="dmy")
    who = dict(stored(store, "customer", "source_no", table="customers"))
    kept = {
        document: (who[number], day, amount, product)
        for document, number, day, amount, product in stored(
            store, "document", "customer", "date", "amount", "product"
        )
    }
    refused = set(rejects_table(store, receipt.import_no or 0)["factuurnummer"].to_pylist())
    found = [
        f"{one.cells!r}: {kept.get(one.cells[3], 'refused')!r}, meant {one.meant!r}"
        for one in written
        if kept.get(one.cells[3]) != one.meant or (one.cells[3] in refused) != (one.meant is None)
    ]
    total = sum((one.meant[2] for one in written if one.meant), Decimal(0))
    if receipt.amount_accepted != total or receipt.rows_file != rows:
        found.append(f"totals: {receipt.totals()}, meant {total}")
    return found
