"""What the ledger tells, as plain rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from tests.engine.ledger.history_reference import history_of, state

Row = dict[str, Any]
LONG_AGO = date(1800, 1, 1)


@dataclass(frozen=True)
class Facts:
    """The rows of each table, and the day of the question."""

    rows: Mapping[str, list[Row]]
    as_of: date

    @classmethod
    def of(cls, tables: Mapping[str, pa.Table], as_of: date) -> Facts:
        """The same as Arrow tables."""
        return cls({name: table.to_pylist() for name, table in tables.items()}, as_of)

    @property
    def year_start(self) -> date:
        """A year before: what lies after it is of the last twelve months."""
        return a_year_before(self.as_of)

    def last_year(self, table: str) -> list[Row]:
        """The rows of a table with a date in the last twelve months."""
        return [row for row in self.rows[table] if self.year_start < row["date"] <= self.as_of]

    def until_now(self, table: str) -> list[Row]:
        """The rows known on the day; those without a date were always known."""
        rows = self.rows[table]
        return [row for row in rows if row["date"] is None or row["date"] <= self.as_of]

    def lines(self) -> dict[int, list[Row]]:
        """The sales lines of each customer until the day, by number."""
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self.until_now("sales"):
            found[row["customer"]].append(row)
        return dict(sorted(found.items()))

    def cut(self) -> date:
        """A quarter of what was seen is held back, at most 52 weeks."""
        first = min(row["date"] for row in self.until_now("sales"))
        return self.as_of - timedelta(days=min((self.as_of - first).days // 4, 364))

    def histories(self) -> list[Row]:
        """One row per customer with a sales line, by number; see ledger/history.sql."""
        cut, start = self.cut(), self.year_start
        return [
            history_of(lines, as_of=self.as_of, cut=cut, year_start=start)
            for lines in self.lines().values()
        ]

    def bought(self) -> list[list[Decimal]]:
        """What each purchase day brought, a list for each customer who bought at all."""
        days = [state(lines, self.as_of)["bought"] for lines in self.lines().values()]
        return [list(one.values()) for one in days if one]

    def told(self) -> dict[int, Row]:
        """Each customer as last told, by number: of every column the newest known value."""
        found: dict[int, Row] = defaultdict(dict)
        for row in sorted(self.rows["customers"], key=_age):
            found[row["customer"]] |= {
                name: value for name, value in row.items() if value is not None
            }
        return {customer: defaultdict(lambda: None, row) for customer, row in sorted(found.items())}

    def invoices(self) -> list[Row]:
        """Invoices as they stand: what another import has paid is no longer open."""
        named = defaultdict(list)
        for row in sorted(self.rows["payments"], key=lambda row: row["row_key"]):
            named[row["customer"], row["document"], row["invoice_date"], row["amount"]].append(row)
        return [row for rows in named.values() for row in _standing(rows)]


def _standing(rows: list[Row]) -> list[Row]:
    """Of invoices of one name: the paid, and each open one that no other import has paid."""
    paid, kept, seen = [row for row in rows if row["paid_date"]], [], 0
    for row in rows:
        if row["paid_date"] is None:
            seen += 1
            if seen <= sum(other["import_no"] != row["import_no"] for other in paid):
                continue
        kept.append(row)
    return kept


def _age(row: Row) -> tuple[date, int, bytes]:
    return (row["valid_from"] or LONG_AGO, row["import_no"], row["row_key"])


def a_year_before(day: date) -> date:
    """The same day last year; of 29 February the 28th."""
    last = day.replace(day=28) if (day.month, day.day) == (2, 29) else day
    return last.replace(year=day.year - 1)
