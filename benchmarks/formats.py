"""A million lines of each format, imported by the terminal: seconds, and its largest process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.own import measured
from benchmarks.record import Record

HEAD = ["factuurnummer", "regel", "factuurdatum", "klantnummer", "artikel", "aantal", "bedrag excl"]
FIRST_DAY = date(2023, 1, 1)
LINES_A_SHEET = 1_000_000  # Excel holds 1,048,576
LINES_A_BOOKING = 3
XAF_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<auditfile xmlns="http://www.auditfiles.nl/XAF/3.2"><header><fiscalYear>2023</fiscalYear>
<startDate>2023-01-01</startDate><endDate>2023-12-31</endDate><curCode>EUR</curCode>
<dateCreated>2023-12-31</dateCreated><softwareDesc>Boek</softwareDesc>
<softwareVersion>1</softwareVersion></header><company><companyName>Voorbeeld</companyName>
<taxRegistrationCountry>NL</taxRegistrationCountry><taxRegIdent>1</taxRegIdent><customersSuppliers>
"""
XAF_ACCOUNTS = """</customersSuppliers><generalLedger>
<ledgerAccount><accID>1300</accID><accDesc>Debiteuren</accDesc><accTp>B</accTp></ledgerAccount>
<ledgerAccount><accID>1500</accID><accDesc>Btw</accDesc><accTp>B</accTp></ledgerAccount>
<ledgerAccount><accID>8000</accID><accDesc>Omzet</accDesc><accTp>P</accTp></ledgerAccount>
</generalLedger><transactions>
"""


def import_formats(record: Record, room: Path, lines: int) -> None:
    """Write a file of each format, import it in a new home, and tell what that took."""
    print(f"\n# Import of {lines:,} lines, a format at a time")
    for name, write in FORMATS.items():
        with record.part(f"import of {name}"):
            file = room / f"lines.{name}"
            write(file, lines)
            words = ["import", str(file), "--json", "--home", str(room / f"home-{name}")]
            seconds, peak = measured([sys.executable, "-m", "kernklant", *words])
            size = file.stat().st_size / 1e6
            print(f"{name:8} {size:7.1f} MB {seconds:7.1f} s, largest process {peak:,.0f} MiB")
            file.unlink()


def _sales(lines: int) -> pa.Table:
    rng = np.random.default_rng(1)
    n = np.arange(lines)
    cents = rng.integers(50, 100_000, lines)
    days = [FIRST_DAY + timedelta(days=int(day)) for day in rng.integers(0, 1000, lines)]
    columns = [
        pa.array([f"F{at // 4:08d}" for at in range(lines)]),
        pa.array(n % 4 + 1),
        pa.array(days),
        pa.array([f"K{at:07d}" for at in rng.integers(1, lines // 5 + 2, lines)]),
        pa.array([f"A{at % 997}" for at in range(lines)]),
        pa.array(rng.integers(1, 20, lines)),
        pa.array(cents / 100),
    ]
    return pa.table(columns, names=HEAD)


def _csv(file: Path, lines: int) -> None:
    from pyarrow.csv import write_csv

    write_csv(_sales(lines), file)


def _parquet(file: Path, lines: int) -> None:
    pq.write_table(_sales(lines), file)


def _xlsx(file: Path, lines: int) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("verkopen")
    sheet.append(HEAD)
    for batch in _sales(min(lines, LINES_A_SHEET)).to_batches(50_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            sheet.append(row)
    book.save(file)


def _xaf(file: Path, lines: int) -> None:
    """Sales in bookings of three lines: the debtor, the turnover, the VAT."""
    rng = np.random.default_rng(1)
    bookings = lines // LINES_A_BOOKING
    customers = bookings // 5 + 2
    nets = rng.integers(50, 100_000, bookings)
    owed = int((nets + nets * 21 // 100).sum())
    with file.open("w", encoding="utf-8") as handle:
        handle.write(XAF_HEAD)
        for number in range(1, customers + 1):
            handle.write(
                f"<customerSupplier><custSupID>K{number}</custSupID><custSupName>Klant {number}"
                "</custSupName><custSupTp>C</custSupTp></customerSupplier>\n"
            )
        total = f"{owed // 100}.{owed % 100:02d}"
        handle.write(
            f"{XAF_ACCOUNTS}<linesCount>{bookings * LINES_A_BOOKING}</linesCount>"
            f"<totalDebit>{total}</totalDebit><totalCredit>{total}</totalCredit>"
            "<journal><jrnID>V</jrnID><desc>Verkoop</desc><jrnTp>S</jrnTp>\n"
        )
        for at, net in enumerate(nets.tolist()):
            handle.write(_booking(at, net, f"K{1 + at * 7919 % customers}"))
        handle.write("</journal></transactions></company></auditfile>\n")


def _booking(at: int, net: int, customer: str) -> str:
    day = f"2023-{1 + at % 12:02d}-{1 + at % 28:02d}"
    vat = net * 21 // 100
    parts = ((net + vat, "1300", "D"), (net, "8000", "C"), (vat, "1500", "C"))
    lines = "".join(
        f"<trLine><nr>{nr}</nr><accID>{account}</accID><docRef>F{at}</docRef>"
        f"<effDate>{day}</effDate><desc>x</desc><amnt>{cents // 100}.{cents % 100:02d}</amnt>"
        f"<amntTp>{side}</amntTp><custSupID>{customer}</custSupID><invRef>F{at}</invRef></trLine>"
        for nr, (cents, account, side) in enumerate(parts, 1)
    )
    return (
        f"<transaction><nr>{at}</nr><desc>x</desc><periodNumber>1</periodNumber>"
        f"<trDt>{day}</trDt>{lines}</transaction>\n"
    )


FORMATS: dict[str, Callable[[Path, int], None]] = {
    "csv": _csv,
    "parquet": _parquet,
    "xlsx": _xlsx,
    "xaf": _xaf,
}
