"""The log as people read it: a page of it, each entry as a sentence."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from kernklant.web.base.access import may
from kernklant.web.base.models import LogEntry, Member, Role
from kernklant.web.base.office.sentences import NOBODY, OFF, ON, SENTENCES, SETTINGS, THINGS, WORDS
from kernklant.web.base.rights import Right
from kernklant.web.base.words import format_of_reader, said

A_PAGE = 50
# Values under these names are names of ours; under others they may be what people typed.
OURS = {"role", "before", "now", "fields", "events", "scopes"}
# Where the things of an entry can be looked at, and by whom: by the kind of thing.
PLACES = {
    "customer": ("customer", Right.CUSTOMER),
    "member": ("office_member", Right.USERS),
}
# A cell that starts with one of these could act as a formula (OWASP ASVS 5.0, 1.2.10).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry: what happened as a sentence, and the address of what it is about."""

    entry: LogEntry
    sentence: str
    address: str


def entries(
    *, by: Member | None, kind: str, number: int | None, day: date | None, before: int | None
) -> QuerySet[LogEntry]:
    """Entries that answer to every filter, newest first.

    ``kind`` and ``number``: of the thing they are about. ``before``: only those with less.
    """
    rows = LogEntry.objects.select_related("by").order_by("-number")
    if by is not None:
        rows = rows.filter(by=by)
    if kind and number is not None:
        rows = rows.filter(about=f"{kind}:{number}")
    elif kind:
        rows = rows.filter(Q(about=kind) | Q(about__startswith=f"{kind}:"))
    if day is not None:
        begin = timezone.make_aware(datetime.combine(day, time.min))
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        rows = rows.filter(at__gte=begin, at__lt=end)
    return rows.filter(number__lt=before) if before is not None else rows


def lines(rows: Iterable[LogEntry], reader: Member | None = None) -> list[Line]:
    """Entries as lines, with the names of the members they speak of.

    Addresses are those that the ``reader`` may open; without one there are none.
    """
    found = list(rows)
    names = dict(Member.objects.filter(pk__in=_members(found)).values_list("pk", "name"))
    return [Line(entry, sentence(entry, names), _address(entry, reader)) for entry in found]


def sentence(entry: LogEntry, names: Mapping[int, str]) -> str:
    """What happened; a key without a sentence is told as it is. Plain: escape it on a page."""
    told = {key: _value(key, value, names) for key, value in entry.data.items()}
    told["who"] = entry.by.name if entry.by else said(NOBODY)
    told["about"] = thing(entry.about, names)
    text = SENTENCES.get(entry.what)
    if text is None:
        return f"{told['who']}: {entry.what} {told['about']}"
    whole = said(text, **told)
    return whole[:1].upper() + whole[1:]


def thing(about: str, names: Mapping[int, str]) -> str:
    """A thing by its name, else by its number."""
    kind, _, number = about.partition(":")
    if kind == "member" and number.isdigit() and int(number) in names:
        return names[int(number)]
    if kind == "setting" and number in SETTINGS:
        return f"“{said(SETTINGS[number])}”"
    return said(THINGS[kind], n=number) if kind in THINGS else about


def as_csv(rows: Iterable[LogEntry], lang: str) -> Iterator[str]:
    """The entries as lines of CSV, a thousand at a time; what could act as a formula is quoted.

    ``lang``: of the sentences, for they are made when the request's own language has ended.
    """
    yield _csv_line(["number", "at", "by", "where", "what", "about", "sentence", "data", "chain"])
    batch: list[LogEntry] = []
    for entry in rows:
        batch.append(entry)
        if len(batch) == 1000:
            yield _csv_lines(batch, lang)
            batch = []
    yield _csv_lines(batch, lang)


def _csv_lines(batch: list[LogEntry], lang: str) -> str:
    with override(lang):
        told = lines(batch)
    return "".join(
        _csv_line([
            line.entry.number, line.entry.at.isoformat(),
            line.entry.by.email if line.entry.by else "", line.entry.where, line.entry.what,
            line.entry.about, line.sentence, line.entry.data, line.entry.chain,
        ])
        for line in told
    )  # fmt: skip


def _csv_line(cells: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_harmless(cell) for cell in cells])
    return out.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _members(found: Iterable[LogEntry]) -> set[int]:
    """The numbers of members that entries speak of."""
    numbers = set()
    for entry in found:
        kind, _, number = entry.about.partition(":")
        if kind == "member" and number.isdigit():
            numbers.add(int(number))
        if isinstance(entry.data.get("deputy"), int):
            numbers.add(entry.data["deputy"])
    return numbers


def _value(key: str, value: Any, names: Mapping[int, str]) -> str:
    """A value in the reader's words: roles, days, fields, events, names of members."""
    if key == "deputy":
        return names.get(value, str(value))
    if isinstance(value, list):
        return ", ".join(_value(key, one, names) for one in value) or "–"
    if isinstance(value, bool):
        return said(ON if value else OFF)
    if key.endswith("_on") or key in {"as_of", "until"}:
        return format_of_reader().day(value)
    if isinstance(value, int):
        return format_of_reader().number(value)
    return _word(value) if key in OURS else str(value)


def _word(value: Any) -> str:
    """A name of ours in words."""
    if value in Role.values:
        return said(Role(value).words)
    return said(WORDS[value]) if value in WORDS else str(value)


def _address(entry: LogEntry, reader: Member | None) -> str:
    kind, _, number = entry.about.partition(":")
    name, right = PLACES.get(kind, ("", Right.USERS))
    if not name or not number.isdigit() or reader is None or not may(reader, right):
        return ""
    return reverse(name, args=[int(number)])
