"""The portfolio: where the value sits, where the attention goes, what waits."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kernklant.engine.pictures import MOST_DOTS
from kernklant.web.base.access import may, member_of, page, sees_all, sight
from kernklant.web.base.models import Member, Role
from kernklant.web.base.rights import Right, Sight
from kernklant.web.desk import drawing, telling
from kernklant.web.desk.listing import counted
from kernklant.web.segments.copying import freshness
from kernklant.web.segments.figures import LETTERS
from kernklant.web.segments.models import SegmentMove, Standing, Standings
from kernklant.web.segments.tallies import columns_of, tallies

LONGEST = 100_000  # a portfolio longer than this is not counted while somebody waits


@page(Right.PORTFOLIO)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The whole company, a team's customers, or one's own."""
    member = member_of(request)
    rows = Standing.objects.within(member, Right.PORTFOLIO)
    of_all = sees_all(member, Right.PORTFOLIO)
    whole, again = counted()
    told = whole if of_all else _own(rows, whole)
    lists, fresh = may(member, Right.CUSTOMERS), freshness()
    shown: dict[str, Any] = {
        "sees_all": of_all,
        "fresh": fresh,
        "told": told,
        "counted": bool(whole),
        "again": again and of_all,
        "lists": lists,
        "imports": may(member, Right.IMPORT) and not fresh.since.lines,
        "no_director": may(member, Right.USERS) and not _directed(),
        "opens_moves": may(member, Right.PROPOSE_MOVE),
        "opens_evaluations": may(member, Right.EVALUATIONS),
    }
    if told:
        waiting = SegmentMove.objects.waiting().within(member, Right.PORTFOLIO).count()
        people = _people(rows, sight(member, own=True)) if lists else None
        shown |= {
            "sentences": telling.sentences(told, waiting=waiting),
            "known": telling.how_known(told),
            "segments": _segments(told),
            "shares": drawing.leading(drawing.shares(told), to_lists=lists),
            "satisfaction": drawing.leading(drawing.satisfaction(told, people), to_lists=lists),
            "whale": drawing.leading(drawing.whale(told), to_lists=lists),
            "losses": telling.LOSSES,
        }
    return render(request, "desk/portfolio.html", shown)


def _directed() -> bool:
    """Whether there is anybody who can adopt a policy and sign moves."""
    return Member.objects.filter(role=Role.DIRECTOR, is_active=True).exists()


def _own(rows: Standings, whole: dict[str, Any]) -> dict[str, Any]:
    """The figures of a portfolio; empty where there are none or the copies were not made yet."""
    some = rows.filter(prospect=False)[: LONGEST + 1]
    if not whole or not some.exists():
        return {}
    return tallies(columns_of(rows), valuable_from=whole["valuable_from"])


def _people(rows: Standings, see: Sight) -> list[drawing.Person] | None:
    """Who gave a mark, as dots; None when there are too many to tell apart."""
    told = rows.filter(prospect=False, satisfaction__isnull=False, clv__isnull=False)
    fields = ("segment", "clv", "satisfaction", "customer__name", "customer__source_no")
    rows = told.select_related("customer").only(*fields, "customer__kind").order_by("pk")
    found = list(rows[: MOST_DOTS + 1])
    return [_person(one, see) for one in found] if len(found) <= MOST_DOTS else None


def _person(row: Standing, see: Sight) -> drawing.Person:
    clv, mark = float(row.clv or 0), float(row.satisfaction or 0)
    return drawing.Person(row.pk, row.customer.told(see), row.segment, clv, mark)


def _segments(told: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Segments in which anybody is or was."""
    rows = [(letter, told["segments"][letter]) for letter in LETTERS]
    return [(letter, one) for letter, one in rows if one["customers"] or one["went"]]
