"""Figures as people read them: 1.234,56 or 1,234.56, ranges, shares and dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from kernklant.engine.errors import Lang, Text
from kernklant.engine.pictures.look import MONTHS

NOT_KNOWN = "–"
HARD_SPACE = "\u00a0"
MINUS = "\u2212"
Amount = Decimal | float | int | str
MILLION = Decimal(10**6)
# From this many euros on, a range is told in this unit.
UNITS = (
    (MILLION, MILLION, Text(f"{HARD_SPACE}mln", "m")),
    (Decimal(10**4), Decimal(10**3), Text(f"{HARD_SPACE}duizend", "k")),
)


@dataclass(frozen=True, slots=True)
class Format:
    """The formats of one language; None becomes a dash everywhere."""

    lang: Lang

    def number(self, value: Amount | None, *, digits: int = 0) -> str:
        """A number with separators, rounded half up."""
        if value is None:
            return NOT_KNOWN
        rounded = _rounded(value, digits)
        text = f"{abs(rounded):,.{digits}f}"
        if self.lang == "nl":
            text = text.translate(str.maketrans(",.", ".,"))
        return (MINUS if rounded < 0 else "") + text

    def euros(self, value: Amount | None, *, digits: int = 0) -> str:
        """€ 84.000 in Dutch, €84,000 in English; the sign stands in front."""
        if value is None:
            return NOT_KNOWN
        return self._signed(_rounded(value, digits), digits)

    def short(self, value: Amount | None) -> str:
        """An amount in as few signs as still say it: € 2,1 mln, € 84 duizend, € 8.412."""
        return NOT_KNOWN if value is None else self.span(value, value)

    def span(self, low: Amount | None, high: Amount | None) -> str:
        """A range in one unit: € 61–112 duizend."""
        if low is None or high is None:
            return NOT_KNOWN
        ends = Decimal(low), Decimal(high)
        unit, word = _unit(max(map(abs, ends)))
        digits = 1 if unit == MILLION and max(map(abs, ends)) < 100 * unit else 0
        bottom, top = (_rounded(end / unit, digits) for end in ends)
        tail = word.to(self.lang)
        if bottom == top:
            return self._signed(top, digits) + tail
        if bottom < 0:
            return f"{self._signed(bottom, digits)} {self._to} {self._signed(top, digits)}{tail}"
        return f"{self._signed(bottom, digits)}–{self.number(top, digits=digits)}{tail}"

    def percent(self, share: float | None, *, digits: int = 0) -> str:
        """A share as a percentage: 48,15 % in Dutch, 48.15% in English."""
        if share is None:
            return NOT_KNOWN
        space = HARD_SPACE if self.lang == "nl" else ""
        return f"{self.number(Decimal(str(share)) * 100, digits=digits)}{space}%"

    def day(self, day: date | str | None) -> str:
        """30 sep 2026."""
        if day is None:
            return NOT_KNOWN
        when = date.fromisoformat(day) if isinstance(day, str) else day
        return HARD_SPACE.join([str(when.day), MONTHS[self.lang][when.month - 1], f"{when:%Y}"])

    @property
    def _to(self) -> str:
        return Text("tot", "to").to(self.lang)

    def _signed(self, rounded: Decimal, digits: int) -> str:
        space = HARD_SPACE if self.lang == "nl" else ""
        sign = MINUS if rounded < 0 else ""
        return f"{sign}€{space}{self.number(abs(rounded), digits=digits)}"


FORMATS: dict[Lang, Format] = {"nl": Format("nl"), "en": Format("en")}


def in_both(sentence: Text, **figures: Callable[[Format], str]) -> Text:
    """A sentence of ours with its {figures} filled in, each in the format of its language."""
    filled = {
        lang: sentence.to(lang).format(**{name: show(form) for name, show in figures.items()})
        for lang, form in FORMATS.items()
    }
    return Text(filled["nl"], filled["en"])


def _rounded(value: Amount, digits: int) -> Decimal:
    number = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return abs(number) if number == 0 else number


def _unit(size: Decimal) -> tuple[Decimal, Text]:
    fitting = [(unit, word) for least, unit, word in UNITS if size >= least]
    return fitting[0] if fitting else (Decimal(1), Text("", ""))
