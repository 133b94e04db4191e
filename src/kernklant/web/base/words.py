"""Texts in the language of the reader: Dutch and English stand side by side in the code."""

from __future__ import annotations

from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from kernklant.engine.errors import Lang, Text
from kernklant.engine.evaluation.formats import FORMATS, Format


def language() -> Lang:
    """The reader's language, Dutch unless he chose English."""
    return "en" if (get_language() or "nl").startswith("en") else "nl"


def said(text: Text, **values: Any) -> str:
    """The text in the reader's language, its {names} filled in; plain, so escape it on a page."""
    return filled(text.to(language()), {name: str(value) for name, value in values.items()})


def counted(one: Text, many: Text, n: int, **values: Any) -> str:
    """The text of one or of many, with {n} as the reader writes numbers."""
    return said(one if n == 1 else many, n=format_of_reader().number(n), **values)


def said_safely(text: Text, **values: Any) -> SafeString:
    """As ``said`` for a page: our own text may hold marks, the values are escaped."""
    escaped = {name: str(conditional_escape(value)) for name, value in values.items()}
    return mark_safe(filled(text.to(language()), escaped))  # noqa: S308 - text ours, values escaped


def filled(text: str, values: dict[str, str]) -> str:
    """The text with each {name} replaced once; never a format string, so values cannot act."""
    parts = []
    while text:
        start, brace, rest = text.partition("{")
        parts.append(start)
        name, end, after = rest.partition("}")
        if brace and end and name in values:
            parts.append(values[name])
            text = after
        else:
            parts.append(brace)
            text = rest
    return "".join(parts)


def format_of_reader() -> Format:
    """Numbers and dates as the reader writes them."""
    return FORMATS[language()]
