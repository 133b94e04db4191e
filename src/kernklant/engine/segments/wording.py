"""Numbers and lists as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from kernklant.engine.errors import Text

DUTCH = str.maketrans(",.", ".,")


def figure(value: float) -> Text:
    """A number without needless digits: 1.000,5 in Dutch, 1,000.5 in English."""
    written = f"{value:,.6f}".rstrip("0").rstrip(".")
    return Text(written.translate(DUTCH), written)


def euros(value: float) -> Text:
    """An amount with its sign in front: −€ 1.000,5 in Dutch, −€1,000.5 in English."""
    written, sign = figure(abs(value)), "\u2212" if value < 0 else ""
    return Text(f"{sign}€ {written.nl}", f"{sign}€{written.en}")


def percent(share: float) -> Text:
    """A share as a percentage: 2,5 % in Dutch, 2.5% in English."""
    written = figure(share * 100)
    return Text(f"{written.nl} %", f"{written.en}%")


def counted(number: float, *, one: Text, more: Text) -> Text:
    """A number with its noun: 1 maand, 24 maanden."""
    noun, written = one if number == 1 else more, figure(number)
    return Text(f"{written.nl} {noun.nl}", f"{written.en} {noun.en}")


def listed(texts: Sequence[Text]) -> Text:
    """Texts after each other with commas."""
    return Text(", ".join(text.nl for text in texts), ", ".join(text.en for text in texts))
