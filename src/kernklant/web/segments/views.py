"""Moves that wait for a decision, what was decided, and segments that people fixed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernklant.engine.errors import Text, UserError
from kernklant.web.base.access import may, member_of, one, page
from kernklant.web.base.forms import typed
from kernklant.web.base.rights import Right, Sight
from kernklant.web.base.words import language, said
from kernklant.web.ledger.models import Customer
from kernklant.web.ledger.search import search
from kernklant.web.segments import waiting
from kernklant.web.segments.actions import (
    ACCEPTED,
    Decision,
    decide_moves,
    end_override,
    fix_segment,
    propose_moves,
)
from kernklant.web.segments.copying import freshness
from kernklant.web.segments.forms import Decide, Filter, Fix
from kernklant.web.segments.models import Override, Standing

MOST_DECIDED = 25
MOST_FOUND = 12
DONE = {
    ACCEPTED: Text("Getekend: {n}. Het segment is meteen aangepast.",
                   "Signed: {n}. The segment changed at once."),
    "refused": Text("Geweigerd: {n}. Het segment blijft wat het was.",
                    "Refused: {n}. The segment stays what it was."),
}  # fmt: skip
PROPOSED = Text("Voorgesteld: {n}. Een ander besluit.", "Proposed: {n}. Somebody else decides.")
FIXED = Text("{who} is nu {segment}, tot en met de gekozen dag.",
             "{who} is {segment} now, until the chosen day.")  # fmt: skip
RELEASED = Text("Het segment is weer wat er is berekend en getekend.",
                "The segment is again what was computed and signed.")  # fmt: skip


@page(Right.PROPOSE_MOVE)
@require_safe
def moves(request: HttpRequest) -> HttpResponse:
    """Which moves wait, and what was decided lately."""
    return _moves(request, Decide())


@page(Right.SIGN_OFF)
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Sign or refuse the moves that were ticked."""
    form = Decide(request.POST)
    if not form.is_valid():
        return _moves(request, form, status=422)
    told = form.cleaned_data
    decision = Decision(
        told["decision"], told["why"], told["look_again_on"], told["looked_at"] or _alone(told)
    )
    try:
        count = decide_moves(by=member_of(request), moves=told["move"], decision=decision)
    except UserError as why:
        return _moves(request, form, refusal=why.to(language()), status=422)
    messages.success(request, said(DONE[told["decision"]], n=count))
    return redirect("moves")


@page(Right.PROPOSE_MOVE)
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Propose what another signs."""
    form = Decide(request.POST)
    if not form.is_valid():
        return _moves(request, form, status=422)
    told = form.cleaned_data
    try:
        count = propose_moves(
            by=member_of(request), moves=told["move"], decision=told["decision"], why=told["why"]
        )
    except UserError as why:
        return _moves(request, form, refusal=why.to(language()), status=422)
    messages.success(request, said(PROPOSED, n=count))
    return redirect("moves")


@page(Right.SIGN_OFF)
@require_safe
def overrides(request: HttpRequest) -> HttpResponse:
    """Segments that people fixed, and whom to fix one of."""
    member = member_of(request)
    asked = typed(request, "klant")
    own = Customer.objects.within(member, Right.SIGN_OFF).filter(prospect=False)
    valid = Override.objects.within(member, Right.SIGN_OFF).valid_on(timezone.localdate())
    told = {
        "fixed": waiting.fixed(list(valid)),
        "asked": asked,
        "found": _meant(own, asked) if asked else [],
    }
    return render(request, "segments/overrides.html", told)


@page(Right.SIGN_OFF)
@require_http_methods(["GET", "HEAD", "POST"])
def fix(request: HttpRequest, number: int) -> HttpResponse:
    """Fix the segment of one customer until a day."""
    member = member_of(request)
    customer = one(Customer.objects.all(), member, Right.SIGN_OFF, number=number, prospect=False)
    form = Fix(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fix_segment(by=member, customer=customer, **form.cleaned_data)
        segment = form.cleaned_data["segment"]
        messages.success(request, said(FIXED, who=customer, segment=segment))
        return redirect("overrides")
    standing = Standing.objects.filter(pk=number).first()
    told = {"customer": customer, "standing": standing, "form": form}
    return render(request, "segments/fix.html", told, status=422 if form.is_bound else 200)


@page(Right.SIGN_OFF)
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """End a fixed segment before its day."""
    rows = Override.objects.within(member_of(request), Right.SIGN_OFF)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    end_override(by=member_of(request), override=found)
    messages.success(request, said(RELEASED))
    return redirect("overrides")


def _moves(
    request: HttpRequest, form: Decide, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    member = member_of(request)
    wanted, number = Filter(request.GET).asked()
    seen = waiting.seen_by(member)
    rows = seen.waiting()
    shown = Paginator(rows.filter(**wanted).most_valuable_first(), waiting.A_PAGE)
    part = shown.get_page(number)
    decided = seen.exclude(decision__in=("", "lapsed")).order_by("-decided_at", "-pk")
    told: dict[str, Any] = {
        "groups": waiting.groups(rows),
        "count": rows.count(),
        "page": part,
        "query": {"van": wanted.get("from_segment", ""), "naar": wanted.get("to_segment", "")},
        "lines": waiting.lines(part),
        "ticked": set(request.POST.getlist("move")),
        "all_ticked": request.method == "GET" and request.GET.get("kies") == "alle",
        "decided": waiting.lines(decided[:MOST_DECIDED]),
        "form": form,
        "refusal": refusal,
        "may_sign": may(member, Right.SIGN_OFF),
        "fresh": freshness(),
        "opens_customers": may(member, Right.CUSTOMER),
    }
    return render(request, "segments/moves.html", told, status=status)


def _meant(rows: QuerySet[Customer], asked: str) -> list[Customer]:
    """Whom he means: who fixes segments sees their names."""
    return search(rows, asked, number="number", name="name", see=Sight.FULL)[:MOST_FOUND]


def _alone(told: dict[str, Any]) -> int:
    """Who decides on one looked at that one."""
    return 1 if len(told["move"]) == 1 else 0
