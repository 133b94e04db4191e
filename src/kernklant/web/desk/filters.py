"""The filters of a list in words, and addresses that add or take away one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from kernklant.engine.errors import Text
from kernklant.web.base.words import said
from kernklant.web.desk.columns import Column
from kernklant.web.desk.forms import KINDS, ListForm
from kernklant.web.desk.listing import FIELDS, TURNED, ordering

NO_CHIP = ("soort", "volgorde", "kolom")


def without(query: QueryDict, *names: str, **more: Any) -> str:
    """The address's question without some names, and with others instead."""
    changed = query.copy()
    for name in (*names, *more):
        changed.pop(name, None)
    for name, value in more.items():
        changed[name] = str(value)
    for name in [name for name in changed if changed.getlist(name) == [""]]:
        del changed[name]
    return changed.urlencode()


def chips(query: QueryDict, form: ListForm) -> list[dict[str, str]]:
    """Each filter that counts: in words, and the address without it."""
    found = []
    for name, value in form.cleaned_data.items():
        if name in NO_CHIP or value in (None, "", []):
            continue
        label = str(form.fields[name].label)
        rest = without(query, name, "na", "spring")
        found.append({"words": f"{label}: {_told(form, name, value)}", "rest": rest})
    return found


def tabs(query: QueryDict) -> list[dict[str, Any]]:
    """Customers and prospects."""
    now = query.get("soort") or "klanten"
    return [
        {"words": said(text), "now": name == now, "query": f"soort={name}"}
        for name, text in KINDS.items()
    ]


def orders(query: QueryDict, form: ListForm, now: str) -> dict[str, dict[str, Any]]:
    """Of each column that can be ordered by: its address, and how the list is sorted by it now.

    Who asks for the order there is gets it from its other end.
    """
    if "volgorde" not in form.fields:
        return {}
    offered: Any = form.fields["volgorde"]
    found = {}
    for name in [name for name, _ in offered.choices if not name.startswith(TURNED)]:
        to = TURNED + name if name == now else name
        address = without(query, "na", "spring", volgorde=to)
        found[FIELDS[name][0]] = {"query": address, "sorted": _sorted(name, now)}
    return found


def _sorted(name: str, now: str) -> str | None:
    if now.removeprefix(TURNED) != name:
        return None
    return "descending" if ordering(now).falling else "ascending"


def headings(columns: list[Column], orders: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The heads of the table; those that a list can be ordered by lead to that order."""
    heads = [("name", NAME, False), *((one.name, one.words, one.numeric) for one in columns)]
    return [
        {"words": said(words), "numeric": numeric, **orders.get(name, {})}
        for name, words, numeric in heads
    ]


NAME = Text("Naam", "Name")


def _told(form: ListForm, name: str, value: Any) -> str:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        offered: Any = field.choices
        words = {str(key): str(text) for key, text in offered}
        several = value if isinstance(value, list) else [value]
        return said(Text(" of ", " or ")).join(words.get(str(one), str(one)) for one in several)
    return str(value)
