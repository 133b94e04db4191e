"""One currency in a file, and one in the sales of a home: sums of two would mean nothing."""

from __future__ import annotations

from collections.abc import Iterable

from kernklant.engine.errors import ImportRefused, Text
from kernklant.engine.ledger.words import shorten

EURO = "EUR"
CONVERT = Text(
    "Reken de bedragen om naar één munt; in verschillende munten zijn ze niet op te tellen.",
    "Convert the amounts to one currency; in several they cannot be added up.",
)


def currency_of(cell: str | None) -> str:
    """What a cell calls its currency, in capitals; empty where it does not say."""
    upper = (cell or "").strip().upper()
    return EURO if upper in ("€", "EURO", "EUROS") else upper


def known(name: str) -> bool:
    """Whether it can be the name of a currency."""
    return len(name) == 3 and name.isascii() and name.isalpha()


def refuse_another(brought: str, stored: Iterable[str | None]) -> None:
    """ImportRefused when a file's currency is not that of the sales that are stored."""
    there = {currency_of(cell) or EURO for cell in stored}
    if not there or brought in there:
        return
    listed = ", ".join(shorten(name) for name in sorted(there))
    raise ImportRefused(
        Text(
            f"De verkopen van dit bestand zijn in {brought}, de eerder ingelezen in {listed}.",
            f"The sales of this file are in {brought}, those imported before in {listed}.",
        ),
        CONVERT,
    )
