"""What every template may say: texts in two languages, figures, segment marks."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from kernklant.engine.errors import Text
from kernklant.web.base.words import format_of_reader, language, said, said_safely

register = template.Library()


@register.simple_tag
def t(nl: str, en: str, **values: Any) -> SafeString:
    """``{% t "Nog {days} dagen" "{days} days left" days=n %}``; values are escaped."""
    if not values:
        return mark_safe(nl if language() == "nl" else en)  # noqa: S308 - a text of ours
    return said_safely(Text(nl, en), **values)


@register.simple_tag
def n(count: int, nl: str, nl_many: str, en: str, en_many: str) -> SafeString:
    """One or many: ``{% n 3 "{n} klant" "{n} klanten" "{n} customer" "{n} customers" %}``."""
    one = count == 1
    text = Text(nl if one else nl_many, en if one else en_many)
    return said_safely(text, n=format_of_reader().number(count))


@register.filter
def text(value: Text | None) -> str:
    """A Text of the engine in the reader's language."""
    return said(value) if value is not None else ""


@register.filter
def euros(value: Any) -> str:
    """€ 84.000, as in lists."""
    return format_of_reader().euros(value)


@register.filter
def euros_exact(value: Any) -> str:
    """€ 84.213,55, as in detail."""
    return format_of_reader().euros(value, digits=2)


@register.filter
def euros_short(value: Any) -> str:
    """€ 2,1 mln."""
    return format_of_reader().short(value)


@register.simple_tag
def euros_range(low: Any, high: Any) -> str:
    """€ 61–112 duizend."""
    return format_of_reader().span(low, high)


@register.filter
def share(value: Any, digits: int = 0) -> str:
    """0.23 as 23 %."""
    return format_of_reader().percent(value, digits=digits)


@register.filter
def whole(value: Any) -> str:
    """1.204."""
    return format_of_reader().number(value)


@register.filter
def decimals(value: Any, digits: int = 1) -> str:
    """1,5."""
    return format_of_reader().number(value, digits=digits)


@register.filter
def signed(value: Any) -> str:
    """+31 or −4: a figure that has a good and a bad side."""
    told = format_of_reader().number(value)
    return f"+{told}" if value is not None and round(value) > 0 else told


@register.filter
def at(values: list[Any], place: int) -> Any:
    """The value at a place, from 0."""
    return values[place]


@register.filter
def day(value: date | datetime | str | None) -> str:
    """30 sep 2026."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return format_of_reader().day(value)


@register.filter
def moment(value: datetime | None) -> str:
    """30 sep 2026 14:05."""
    if value is None:
        return format_of_reader().day(None)
    return f"{day(value)} {timezone.localtime(value):%H:%M}"


SEGMENT_WORDS = {
    "A": Text("kernklant", "core customer"),
    "B": Text("kan A worden", "can become A"),
    "C": Text("de rest", "the rest"),
    "exit": Text("uitfaseren", "offboarding"),
    "": Text("prospect", "prospect"),
}
SEGMENT_LETTERS = {"exit": "×", "": "P"}


@register.simple_tag
def segment(value: str | None) -> SafeString:
    """The mark of a segment: a letter in a small square, its word for who hears the page."""
    return _mark(value or "", language())


@lru_cache(maxsize=16)
def _mark(name: str, _language: str) -> SafeString:
    letter = SEGMENT_LETTERS.get(name, name)
    return format_html(
        '<span class="segment segment-{}" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{} {}</span></span>',
        name.lower() or "none",
        said(SEGMENT_WORDS[name]),
        letter,
        "" if name in SEGMENT_LETTERS else name,
        said(SEGMENT_WORDS[name]),
    )


@register.simple_tag
def lang() -> str:
    """nl or en."""
    return language()
