"""The options that several commands share, each described once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kernklant.cli.words import t


class Language(StrEnum):
    """The languages of the product."""

    nl = "nl"
    en = "en"


class Numbers(StrEnum):
    """How numbers are written: 1.234,56 (nl) or 1,234.56 (en)."""

    nl = "nl"
    en = "en"


class Dates(StrEnum):
    """In which order a date is written."""

    dmy = "dmy"
    mdy = "mdy"
    ymd = "ymd"


def _day(text: str | date) -> date:
    day = _read_day(text) if isinstance(text, str) else text
    first, last = date(1970, 1, 1), date.today() + timedelta(days=366)  # noqa: DTZ011 - a calendar date
    if not first <= day <= last:  # as days in files
        raise typer.BadParameter(
            t(
                f"{text}: kies een dag van {first} tot en met {last}.",
                f"{text}: choose a day from {first} up to {last}.",
            )
        )
    return day


def _read_day(text: str) -> date:
    for form in ("%Y-%m-%d", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar date
        except ValueError:
            continue
    raise typer.BadParameter(
        t(
            f"{text!r} is geen datum; schrijf 2026-09-30 of 30-09-2026.",
            f"{text!r} is not a date; write 2026-09-30 or 30-09-2026.",
        )
    )


DEFAULT_HOME = Path("kernklant-data")

Home = Annotated[
    Path,
    typer.Option(
        "--home",
        envvar="KERNKLANT_HOME",
        help=t("Map waarin alles ligt.", "Folder that holds everything."),
    ),
]
Lang = Annotated[
    Language | None, typer.Option("--lang", help=t("Taal: nl of en.", "Language: nl or en."))
]
Json = Annotated[
    bool,
    typer.Option("--json", help=t("Alleen JSON op stdout.", "Only JSON on stdout.")),
]
As = Annotated[
    list[str] | None,
    typer.Option(
        "--as",
        help=t(
            "Soort: klanten, verkopen, activiteiten, betalingen, contracten, feedback, "
            "beoordelingen, bestedingen, vlaggen.",
            "Kind: customers, sales, activities, payments, contracts, feedback, ratings, "
            "wallets, flags.",
        ),
    ),
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="FIELD=COLUMN",
        help=t("Welke kolom een veld vult; mag vaker.", "Which column fills a field; repeatable."),
    ),
]
NumberFormat = Annotated[
    Numbers | None,
    typer.Option("--numbers", help=t("nl: 1.234,56 · en: 1,234.56", "nl: 1.234,56 · en: 1,234.56")),
]
DateOrder = Annotated[
    Dates | None,
    typer.Option("--dates", help=t("Volgorde in datums.", "Order within dates.")),
]
Sheet = Annotated[
    str | None, typer.Option("--sheet", help=t("Werkblad in Excel.", "Sheet of a workbook."))
]
Source = Annotated[
    str | None,
    typer.Option("--source", help=t("Wiens klantnummers.", "Whose customer numbers.")),
]
AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of",
        parser=_day,
        metavar="DATE",
        help=t("Peildatum; anders de laatste verkoopdag.", "As-of date; else the last sales day."),
    ),
]
PolicyFile = Annotated[
    Path | None,
    typer.Option("--policy", help=t("Beleid (TOML).", "Policy document (TOML).")),
]


def mapping(pairs: list[str] | None) -> dict[str, str]:
    """``FIELD=COLUMN`` pairs as a dict; a pair without = is refused."""
    for pair in pairs or []:
        if "=" not in pair:
            raise typer.BadParameter(
                t(
                    f"--map {pair}: schrijf VELD=KOLOM.",
                    f"--map {pair}: write FIELD=COLUMN.",
                )
            )
    return dict(tuple(pair.split("=", 1)) for pair in pairs or [])  # type: ignore[misc]
