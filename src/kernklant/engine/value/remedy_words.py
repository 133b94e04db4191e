"""Amounts, counts and activities as they stand in the sentence of a remedy."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kernklant.engine.errors import Text

CENT = 0.01
TINY = 1e-9  # of counts and shares: closer is the same number, computed otherwise
WHOLE_FROM = 100  # euros; below, cents count
DUTCH = str.maketrans(",.", ".,")
HARD_SPACE = "\u00a0"

NAMES = {
    "visit": Text("bezoeken", "visits"),
    "call": Text("telefoongesprekken", "calls"),
    "mail": Text("mails", "mails"),
    "ticket": Text("meldingen", "tickets"),
    "quote": Text("offertes", "quotes"),
    "delivery": Text("leveringen", "deliveries"),
    "return": Text("retouren", "returns"),
    "order_line": Text("orderregels", "order lines"),
    "complaint": Text("klachten", "complaints"),
}
GONE = Text("is er geen verlies meer", "no loss is left")


def outcome(left: float) -> Text:
    """What is left of the loss, in euros, after 'then'."""
    if left < CENT:
        return GONE
    much = euros(left)
    return Text(f"blijft er {much.nl} verlies", f"a loss of {much.en} remains")


def named(activity: str) -> Text:
    """Several of an activity; one we have no word for between quotes."""
    return NAMES.get(activity, Text(f"‘{activity}’", f"‘{activity}’"))


def number(value: float) -> Text:
    """A count or minutes, without needless digits."""
    written = f"{value:,.1f}".removesuffix(".0")
    return Text(written.translate(DUTCH), written)


def euros(value: float, *, up: bool = False) -> Text:
    """Whole euros from a hundred on, cents below; ``up``: never less than it is."""
    digits = 0 if abs(value) >= WHOLE_FROM else 2
    if up:
        value = math.ceil(value * 10**digits - TINY) / 10**digits
    written = f"{value:,.{digits}f}"
    return Text(f"€{HARD_SPACE}{written.translate(DUTCH)}", f"€{written}")


def percent(share: float, *, up: bool = False) -> Text:
    """A share to a tenth of a percent; ``up``: never less than it is."""
    tenths = math.ceil(share * 1000 - TINY) if up else round(share * 1000)
    written = number(tenths / 10)
    return Text(f"{written.nl}{HARD_SPACE}%", f"{written.en}%")


def listed(texts: Sequence[Text]) -> Text:
    """One, two and three."""

    def joined(words: list[str], last: str) -> str:
        return f" {last} ".join([part for part in (", ".join(words[:-1]), words[-1]) if part])

    return Text(joined([t.nl for t in texts], "en"), joined([t.en for t in texts], "and"))
