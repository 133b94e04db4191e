"""Holidays of the region where the company works."""

from __future__ import annotations

from datetime import date

import holidays

from kernklant.engine.errors import Text
from kernklant.web.base.words import language, said

# States of Germany, by their usual letters.
STATES = {
    "BB": "Brandenburg", "BE": "Berlin", "BW": "Baden-Württemberg", "BY": "Bayern",
    "HB": "Bremen", "HE": "Hessen", "HH": "Hamburg", "MV": "Mecklenburg-Vorpommern",
    "NI": "Niedersachsen", "NW": "Nordrhein-Westfalen", "RP": "Rheinland-Pfalz",
    "SH": "Schleswig-Holstein", "SL": "Saarland", "SN": "Sachsen", "ST": "Sachsen-Anhalt",
    "TH": "Thüringen",
}  # fmt: skip
REGIONS: dict[str, Text] = {
    "NL": Text("Nederland", "the Netherlands"),
    "BE": Text("België", "Belgium"),
    "LU": Text("Luxemburg", "Luxembourg"),
    "FR": Text("Frankrijk", "France"),
    "DE": Text("Duitsland, alle deelstaten", "Germany, all states"),
    **{
        f"DE-{code}": Text(f"Duitsland, {name}", f"Germany, {name}")
        for code, name in STATES.items()
    },
}
# The language of names where a country has none in the reader's.
NAMES = {"nl": {"NL": "nl", "BE": "nl"}, "en": {}}


def regions() -> list[tuple[str, str]]:
    """The regions to choose from: key and name."""
    return [(key, said(name)) for key, name in REGIONS.items()]


def holidays_of(region: str, *, year: int) -> dict[date, str]:
    """The holidays of a year in order, by name."""
    country, _, state = region.partition("-")
    words = NAMES[language()].get(country, "en_US")
    found = holidays.country_holidays(country, subdiv=state or None, years=year, language=words)
    return dict(sorted(found.items()))


def next_holidays(region: str, *, after: date, count: int = 3) -> list[tuple[date, str]]:
    """The first few from a day on."""
    both = holidays_of(region, year=after.year) | holidays_of(region, year=after.year + 1)
    return [(day, name) for day, name in both.items() if day >= after][:count]
