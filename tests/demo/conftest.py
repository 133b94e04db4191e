"""One company for all tests, read back from its files with nothing of the product."""

from __future__ import annotations

import csv
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kernklant.demo.company import Company, write_company

Row = dict[str, Any]
FIRST_DAY, LAST_DAY = date(2023, 10, 1), date(2026, 9, 30)
YEAR_AGO = date(2025, 9, 30)


def cents(text: str) -> int:
    return int(text.replace(".", "").replace(",", ""))


def day(text: str) -> date | None:
    return datetime.strptime(text, "%d-%m-%Y").date() if text else None  # noqa: DTZ007 - a day


def rows(path: Path, encoding: str = "utf-8-sig") -> list[Row]:
    with path.open(encoding=encoding, newline="") as handle:
        return list(csv.DictReader(handle, delimiter=";"))


@dataclass
class Delivered:
    """The files of a company as plain rows; money in whole cents, dates as dates."""

    company: Company
    cpu_seconds: float

    @cached_property
    def customers(self) -> dict[str, Row]:
        found = rows(self.company.folder / "klanten.csv", "cp1252")
        return {row["Klantnummer"]: row for row in found}

    @cached_property
    def lines(self) -> list[Row]:
        found = []
        for path in sorted(self.company.folder.glob("factuurregels-*.csv")):
            for row in rows(path):
                for head in ("Stukprijs", "Catalogusprijs", "Bedrag excl. btw", "Inkoopwaarde"):
                    row[head] = cents(row[head])
                row["dag"], row["Aantal"] = day(row["Factuurdatum"]), int(row["Aantal"])
                found.append(row)
        return found

    @cached_property
    def payments(self) -> list[Row]:
        found = rows(self.company.folder / "betalingen.csv")
        for row in found:
            row["Bedrag"] = cents(row["Bedrag"])
            for head in ("Factuurdatum", "Vervaldatum", "Betaaldatum"):
                row[head] = day(row[head])
        return found

    @cached_property
    def activities(self) -> list[Row]:
        return pq.read_table(self.company.folder / "activiteiten.parquet").to_pylist()

    @cached_property
    def truth(self) -> dict[str, Row]:
        found = pq.read_table(self.company.truth / "truth.parquet").to_pylist()
        return {row["klantnummer"]: row for row in found}

    def in_story(self, story: str) -> list[str]:
        return [number for number, row in self.truth.items() if row["story"] == story]

    def revenue(self, after: date, until: date) -> dict[str, int]:
        """Cents per customer on the days (after, until]."""
        totals: dict[str, int] = defaultdict(int)
        for row in self.lines:
            if after < row["dag"] <= until:
                totals[row["Klantnummer"]] += row["Bedrag excl. btw"]
        return totals


@pytest.fixture(scope="session")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    """De Vries Techniek as shipped: seed 1, 1,200 customers."""
    started = time.process_time()
    company = write_company(tmp_path_factory.mktemp("de-vries-techniek"))
    return Delivered(company, time.process_time() - started)
