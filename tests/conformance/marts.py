"""The cases of every .sql text of the engine; a new text must add its own here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from kernklant.engine.store.marts import fill, text_of

SOURCE = Path(__file__).resolve().parents[2] / "src" / "kernklant"
GOLDEN = Path(__file__).parent / "golden"
SEEDS = (1,)


@dataclass(frozen=True)
class Case:
    """One question to one mart."""

    sql: Path
    parameters: Mapping[str, date | int]

    def text(self) -> str:
        return fill(text_of(self.sql), self.parameters)


def until(as_of: date, cut: date, year_start: date) -> dict[str, date]:
    return {"as_of": as_of, "cut": cut, "year_start": year_start}


PERIODS = {
    "leap day": until(date(2024, 2, 29), date(2023, 11, 30), date(2023, 2, 28)),
    "everything": until(date(2024, 12, 31), date(2024, 2, 29), date(2023, 12, 31)),
    "before the first line": until(date(2022, 1, 1), date(2021, 6, 1), date(2021, 1, 1)),
    "cut on the as-of day": until(date(2023, 6, 30), date(2023, 6, 30), date(2022, 6, 30)),
}
WINDOWS = {
    period: {
        "as_of": days["as_of"],
        "recent_start": days["as_of"] - timedelta(days=90),
        "before_start": days["as_of"] - timedelta(days=270),
        "year_start": days["year_start"],
    }
    for period, days in PERIODS.items()
}
LEDGER = SOURCE / "engine" / "ledger"
CASES = {
    f"{name} {period}": Case(LEDGER / f"{name}.sql", parameters)
    for name in ("history", "orders", "history_span", "service", "prices")
    for period, parameters in PERIODS.items()
} | {name: Case(LEDGER / f"{name}.sql", {}) for name in ("sizes", "reach", "newest", "invoices")}
CASES |= {
    f"customers {period}": Case(LEDGER / "customers.sql", {"today": days["as_of"]})
    for period, days in PERIODS.items()
}
CASES |= {
    f"payments {period}": Case(LEDGER / "payments.sql", windows)
    for period, windows in WINDOWS.items()
}
CASES |= {
    f"nps {period}": Case(SOURCE / "engine" / "voice" / "nps.sql", {"as_of": days["as_of"]})
    for period, days in PERIODS.items()
}
CASES |= {
    f"sales_after {period}": Case(LEDGER / "sales_after.sql", {"day": days["cut"]})
    for period, days in PERIODS.items()
}
