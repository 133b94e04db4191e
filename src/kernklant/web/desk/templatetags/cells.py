"""The cells of a line in a list: written here, for a page has hundreds of them."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.formats import Format
from kernklant.web.base.words import format_of_reader, said
from kernklant.web.desk.columns import Column, Kind
from kernklant.web.segments.models import Standing

register = template.Library()
DIGITS: dict[Kind, int] = {"hours": 1, "nps": 1}
UP, DOWN, NEW = "▲", "▼", 2


@register.simple_tag
def cells(line: dict[str, Any]) -> SafeString:
    """The ``td`` elements of a line: ``{% cells line %}``."""
    form, row = format_of_reader(), line["row"]
    return mark_safe(  # noqa: S308 - each part was escaped
        "".join(
            format_html(
                '<td class="{}" data-label="{}">{}</td>',
                "number" if column.numeric else "",
                said(column.words),
                figure(column, value, row, form),
            )
            for column, value in line["cells"]
        )
    )


def figure(column: Column, value: Any, row: Standing, form: Format) -> str:
    """One figure in the way of its column; as a page holds it when it is more than text."""
    if value is None or value == "":
        return mark_safe('<span class="quiet">–</span>')
    if column.kind == "moved":
        return _moved(value, row)
    if column.kind == "euros":
        return form.euros(value)
    if column.kind == "share":
        return form.percent(value)
    if column.kind == "day":
        return form.day(value)
    return form.number(value, digits=DIGITS[column.kind]) if column.kind in DIGITS else str(value)


def _moved(value: int, row: Standing) -> str:
    held = "" if row.segment == row.computed else said(WAITS if row.waits else OTHERWISE)
    tail = format_html(' <span class="quiet">{}</span>', held) if held else ""
    if value == NEW:
        return format_html("{}{}", said(NEWCOMER), tail)
    up = value > 0
    return format_html(
        '<span class="moved-{}"><span aria-hidden="true">{}</span> {} → {}</span>{}',
        "up" if up else "down",
        UP if up else DOWN,
        row.previous or "–",
        row.computed,
        tail,
    )


WAITS = Text("wacht op akkoord", "waits for approval")
OTHERWISE = Text("anders besloten", "decided otherwise")
NEWCOMER = Text("nieuw", "new")
