"""What came in: how fresh the facts are, the imports there were, and the receipt of one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.http import Http404
from django.utils import timezone

from kernklant.engine.errors import Text
from kernklant.engine.ledger.correct import FORMAT as CORRECTION
from kernklant.engine.ledger.facts import Reach, table_reach
from kernklant.engine.ledger.rejects import OURS, rejects_in, rejects_table
from kernklant.web.base import store, uploads
from kernklant.web.base.access import may
from kernklant.web.base.models import Member
from kernklant.web.base.models.jobs import State
from kernklant.web.base.rights import Right
from kernklant.web.ledger.actions import KEPT
from kernklant.web.ledger.forms import table_words
from kernklant.web.ledger.models import Import, Undo

A_PAGE = 25
TOTAL = re.compile(r"\s*(sub|eind)?-?(totaal|total)\b", re.IGNORECASE)
SHOWN = 50  # refused rows on a page; the rest is in the file
CORRECTED = Text("verbetering op verzoek", "correction on request")
TERMINAL = Text("terminal", "terminal")


@dataclass(frozen=True, slots=True)
class Part:
    """What one table got of an import; amounts are texts of euros, None where it has none."""

    words: Text
    told: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """An import as the store knows it; ``who`` is None for one of the terminal."""

    number: int
    row: dict[str, Any]
    who: Member | None
    parts: list[Part]

    @property
    def named(self) -> Text:
        """The name of the file; a correction of who somebody is came in none."""
        name = self.row["file_name"]
        return CORRECTED if self.row["format"] == CORRECTION else Text(name, name)

    @property
    def rejected(self) -> int:
        """Rows refused, of all tables."""
        return sum(part.told["rows_rejected"] for part in self.parts)

    @property
    def accepted(self) -> int:
        """New rows, of all tables."""
        return sum(part.told["rows_accepted"] for part in self.parts)


@dataclass(frozen=True, slots=True)
class Fresh:
    """How far a table reaches and which import brought the newest rows."""

    words: Text
    reach: Reach
    dated: bool
    file: str
    at: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """Refused rows: how many, why, and the first of them."""

    count: int
    reasons: list[tuple[Text, int]]
    first: list[dict[str, Any]]


def freshness() -> list[Fresh]:
    """Every table that holds something."""
    rows = {row["import_no"]: row for row in store.imports()}
    return [
        Fresh(
            words=table_words(name),
            reach=reach,
            dated=name != "customers",  # of customers some rows say from when they hold, most not
            file=rows[reach.newest]["file_name"] if reach.newest in rows else "",
            at=rows[reach.newest]["imported_at"] if reach.newest in rows else None,
        )
        for name, reach in reaches().items()
        if reach.rows
    ]


def reaches() -> dict[str, Reach]:
    """Rows and reach of every table, counted once for each state of the store."""
    versions = store.table_versions()
    return _reaches(Path(settings.HOME), tuple(sorted(versions.items()))) if versions else {}


@lru_cache(maxsize=4)
def _reaches(_home: Path, _versions: tuple[tuple[str, int], ...]) -> dict[str, Reach]:
    return table_reach(store.facts())


def days_old(day: date | None) -> int | None:
    """How many days ago that is, 0 for today and later."""
    return max((timezone.localdate() - day).days, 0) if day else None


def lines(*, before: int) -> tuple[list[Line], bool]:
    """A page of imports older than a number, newest first, and whether there are more."""
    found = [row for row in reversed(store.imports()) if row["import_no"] < before]
    return _lines(found[:A_PAGE]), len(found) > A_PAGE


def line_of(number: int) -> Line:
    """One import, undone or not; 404 when there is none."""
    found = [row for row in store.imports() if row["import_no"] == number]
    if not found:
        raise Http404
    return _lines(found)[0]


def _lines(rows: list[dict[str, Any]]) -> list[Line]:
    people = who_asked(rows)
    return [
        Line(
            number=row["import_no"],
            row=row,
            who=people.get(row["import_no"]),
            parts=[
                Part(table_words(name), told) for name, told in json.loads(row["datasets"]).items()
            ],
        )
        for row in rows
    ]


def who_asked(rows: list[dict[str, Any]]) -> dict[int, Member]:
    """By number of import the member who asked for it; those of the terminal are not among them."""
    numbers = {row["import_no"]: _member_no(row["who"]) for row in rows}
    people = Member.objects.in_bulk([number for number in numbers.values() if number])
    return {at: people[number] for at, number in numbers.items() if number in people}


def _member_no(who: str | None) -> int | None:
    """The number in ``#7``, as imports of the web name who asked; None for the terminal."""
    told = (who or "").removeprefix("#")
    return int(told) if told != who and told.isdigit() else None


def on_their_way() -> list[Import]:
    """Files that are being looked at, that wait for somebody, or that could not land."""
    rows = Import.objects.filter(import_no=None).exclude(state=State.CANCELLED)
    recent = rows.filter(asked_at__gt=timezone.now() - KEPT)
    return list(recent.select_related("asked_by").order_by("-pk")[:10])


def refused_of(line: Line) -> Refused | None:
    """The refused rows of an import; None when none were, or they went with it."""
    if line.row["undone_at"] is not None or not line.rejected:
        return None
    return _told(rejects_table(store.store(), line.number))


def refused_in_trial(row: Import) -> Refused | None:
    """The rows that would be refused; None when a trial refused none."""
    if not any(one["rows_rejected"] for one in row.receipts):
        return None
    return _told(rejects_in(uploads.beside(row.stored_as)))


def _told(table: pa.Table) -> Refused:
    counts = table.group_by(["reason_nl", "reason_en"]).aggregate([([], "count_all")])
    counts = counts.take(pc.sort_indices(counts, [("count_all", "descending")])).slice(0, 20)
    reasons = [
        (Text(row["reason_nl"], row["reason_en"]), row["count_all"]) for row in counts.to_pylist()
    ]
    return Refused(table.num_rows, reasons, _first(table))


def _first(table: pa.Table) -> list[dict[str, Any]]:
    return [
        {**{name: row[name] for name in OURS}, "why": Text(row["reason_nl"], row["reason_en"]),
         "total": _is_total(row)}
        for row in table.slice(0, SHOWN).to_pylist()
    ]  # fmt: skip


def _is_total(row: dict[str, Any]) -> bool:
    """Whether a refused row is the sum that many programs put below a list."""
    return any(
        TOTAL.match(value) for name, value in row.items() if name not in OURS and value is not None
    )


def may_undo(member: Member, row: dict[str, Any]) -> bool:
    """Whether an import is his to take back: what a person had corrected is not a file."""
    return may(member, Right.PRIVACY if row["format"] == CORRECTION else Right.IMPORT)


def undo_of(number: int) -> Undo | None:
    """What was asked about taking an import back."""
    return Undo.objects.select_related("asked_by").filter(import_no=number).first()


def last_source() -> str:
    """The source of the newest file, which the next one most likely has too.

    Files that came in from a terminal count as well: a customer under another source is another.
    """
    newest = Import.objects.order_by("-pk").first()
    if newest and "source" in newest.settings:
        return str(newest.settings["source"])
    told = store.open_facts().table("customers", ["source"])["source"]
    return str(told[-1]) if len(told) else "file"


def lately(moment: Any) -> bool:
    """Whether that was within a day."""
    return bool(timezone.now() - moment < timedelta(days=1))
