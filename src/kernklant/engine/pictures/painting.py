"""From pieces on a canvas to SVG: a page that shows one customer waits for it."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Literal

from kernklant.engine.pictures.canvas import BOLD_DIGIT, DIGIT, Canvas, Piece, Words
from kernklant.engine.pictures.links import own_place, shortened
from kernklant.engine.pictures.look import LOCALES, MONTHS, PERCENT, writable

Lang = Literal["nl", "en"]
MINUS = "\u2212"


def painted(canvas: Canvas, lang: Lang) -> str:
    """The marks of a canvas, without the element around them."""
    return "".join(_mark(piece, lang) for piece in canvas.pieces)


def written(value: str | float | date, form: str | None, lang: Lang) -> str:
    """A number or date as a reader of this language writes it; a text stays as it is.

    ``form``: ``%b %Y`` or ``%Y`` of a date; of a number a format of Python, with ``$`` before it
    for euros.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return (
            (form or "").replace("%Y", f"{value.year}").replace("%b", MONTHS[lang][value.month - 1])
        )
    return _number(value, form or "g", lang)


def _number(value: float, form: str, lang: Lang) -> str:
    plain = form.removeprefix("$")
    euros, sign = form != plain, MINUS if value < 0 else ""
    told = format(abs(value), plain)
    swap = {",": LOCALES[lang]["thousands"], ".": LOCALES[lang]["decimal"], "%": PERCENT[lang]}
    figures = "".join(swap.get(letter, letter) for letter in told)
    return f"{sign}{LOCALES[lang]['currency'][0] if euros else ''}{figures}"


def _mark(piece: Piece, lang: Lang) -> str:
    shown = _shown(piece.words, lang) if piece.words else ""
    said = f"<title>{_text(shortened(piece.link.tooltip))}</title>" if piece.link else ""
    attributes = "".join(f' {name}="{_value(told)}"' for name, told in piece.attributes.items())
    inside = shown + said
    kind = piece.kind
    mark = f"<{kind}{attributes}>{inside}</{kind}>" if inside else f"<{kind}{attributes}/>"
    if piece.link is None or not piece.link.href:
        return mark
    return f'<a href="{escape(own_place(piece.link.href))}">{mark}</a>'


def _shown(words: Words, lang: Lang) -> str:
    told = written(words.text, words.form, lang)
    if words.limit:
        wide = words.size * (BOLD_DIGIT if words.bold else DIGIT)
        told = shortened(told, max(int(words.limit / wide), 1))
    return _text(told)


def _value(told: str | float) -> str:
    return escape(told) if isinstance(told, str) else f"{told:g}"


def _text(words: str) -> str:
    return escape(writable(words), quote=False)
