"""Makes tables of real data that are no tables yet: `python -m tests.real.prepare DATA FOLDER`.

What somebody would do in a spreadsheet before an import, and no more. The project holds none of
the data itself.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

CENTS = Decimal("0.01")
Rows = Iterable[Iterable[object]]


def northwind(dump: Path, folder: Path) -> None:
    """Of the SQL dump: order lines with (``lines``) and without (``gross``) the amount that is
    left after discount, and the companies.

    The dump has no mothers. So that groups have something to add up, companies of one country
    name the first of them, by number, as theirs: an invention.
    """
    text = dump.read_text(encoding="utf-8")
    orders = {row[0]: (row[1], row[3], row[2]) for row in _dumped(text, "orders")}
    names = {row[0]: f"{row[2]} {row[1]}" for row in _dumped(text, "employees")}
    head = ["order_id", "customer_id", "order_date", "employee", "product_id", "unit_price"]
    gross, lines = [], []
    for order, product, at, number, off in _dumped(text, "order_details"):
        customer, day, employee = orders[order]
        price, discount = Decimal(at).quantize(CENTS), Decimal(off).quantize(CENTS)
        row = [order, customer, day, names[employee], product, price, number, discount]
        gross.append(row)
        lines.append([*row, price * int(number) * (1 - discount)])
    _write(folder / "gross.csv", [[*head, "quantity", "discount"], *gross])
    _write(folder / "lines.csv", [[*head, "quantity", "discount", "amount"], *lines])
    _companies(text, folder / "companies.csv")


def smcrm(source: Path, folder: Path) -> None:
    """Purchases of 500 customers in 12 quarters, each dated in the middle of its quarter of
    2020-2022; and 500 companies with the profit, on one day, of those that were acquired."""
    bought = [row for row in _read(source / "customerRetentionTransactions.csv") if _whole(row[2])]
    days = [(row[0], _whole(row[1]) - 1, row[3]) for row in bought]
    sales = [[_whole(who), f"{2020 + q // 4}-{q % 4 * 3 + 2:02}-15", amount]
             for who, q, amount in days]  # fmt: skip
    _write(folder / "purchases.csv", [["customer", "date", "amount"], *sales])
    firms = _read(source / "acquisitionRetention.csv")
    about = [[_whole(row[0]), row[12], Decimal(row[13]) * 1_000_000, _whole(row[14])]
             for row in firms]  # fmt: skip
    _write(folder / "firms.csv", [["customer", "sector", "annual revenue", "employees"], *about])
    profit = [[_whole(row[0]), "2022-12-31", row[3]] for row in firms if _whole(row[1])]
    _write(folder / "profit.csv", [["customer", "date", "amount"], *profit])


def _companies(text: str, file: Path) -> None:
    mothers: dict[str, str] = {}
    told = []
    for row in sorted(_dumped(text, "customers")):
        mother = mothers.setdefault(row[8], row[0])
        told.append([row[0], row[1], row[5], row[8], mother if mother != row[0] else ""])
    _write(file, [["customer_id", "company_name", "city", "country", "parent"], *told])


def _dumped(text: str, table: str) -> list[list[str]]:
    found = re.findall(table + r" VALUES \((.*)\);", text)
    return [next(csv.reader([row], quotechar="'", skipinitialspace=True)) for row in found]


def _whole(number: str) -> int:
    return int(Decimal(number))


def _read(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))[1:]


def _write(file: Path, rows: Rows) -> None:
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)


if __name__ == "__main__":
    data, made = (Path(word) for word in sys.argv[1:])
    made.mkdir(parents=True, exist_ok=True)
    northwind(data / "northwind" / "northwind.sql", made)
    smcrm(data / "smcrm-b2b", made)
