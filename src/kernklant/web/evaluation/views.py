"""Evaluations: which there are, one under way, one in full, and two beside each other."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernklant.engine.errors import NotFound, Text, UserError
from kernklant.engine.evaluation.headlines import headlines
from kernklant.engine.segments.policy import read_policy
from kernklant.web.base import store
from kernklant.web.base.access import may, member_of, page, sees_all
from kernklant.web.base.models.jobs import new_key
from kernklant.web.base.rights import Right
from kernklant.web.base.words import language, said
from kernklant.web.evaluation import drafting, flows, listing, movers, sureness
from kernklant.web.evaluation.actions import (
    KeyTaken,
    adopt_and_evaluate,
    cancel_evaluation,
    preview_at_once,
    request_evaluation,
)
from kernklant.web.evaluation.due import due
from kernklant.web.evaluation.forms import Against, Ask, Cell, Trial
from kernklant.web.ledger.models import Copies
from kernklant.web.segments.models import SegmentMove, Standing
from kernklant.web.value.actions import mark_of
from kernklant.web.value.forms import Adopt, PolicyForm, TextForm
from kernklant.web.value.in_force import POLICY_NAME, policy_in_force
from kernklant.web.value.models import Evaluation, Policy

LETTERS = ("A", "B", "C", "exit")


@page(Right.EVALUATIONS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Which evaluations there are, what is under way, and starting one."""
    form = Ask(initial={"as_of": listing.last_day(), "key": new_key()})
    return _index(request, form)


def _index(request: HttpRequest, form: Ask, *, status: int = 200) -> HttpResponse:
    member = member_of(request)
    number = Cell(request.GET).asked()[2]
    lines, older = listing.lines(member, page=number)
    newest = store.newest_run()
    told = {
        "lines": lines,
        "present": store.as_of(newest) if newest else None,
        "older": number + 1 if older else None,
        "newer": number - 1 if number > 1 else None,
        "under_way": listing.under_way(),
        "ready": listing.just_ready(member, lines[0]) if lines and number == 1 else None,
        "failed": listing.ended_without_run(),
        "sees_all": sees_all(member, Right.EVALUATIONS),
        "may_ask": may(member, Right.EVALUATE),
        "form": form,
        "last_day": listing.last_day(),
        "policy": policy_in_force().named,
        "due": due(),
    }
    return render(request, "evaluation/index.html", told, status=status)


@page(Right.EVALUATE)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Ask for an evaluation."""
    form = Ask(request.POST)
    if not form.is_valid():
        return _index(request, form, status=422)
    asked = form.cleaned_data
    try:
        request_evaluation(by=member_of(request), as_of=asked["as_of"], key=asked["key"])
    except KeyTaken as why:
        messages.warning(request, why.to(language()))
    return redirect("evaluations")


@page(Right.EVALUATIONS)
@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """The part of the list that is under way, every two seconds; at the end the list anew."""
    under_way = listing.under_way()
    told = {"under_way": under_way, "may_ask": may(member_of(request), Right.EVALUATE)}
    response = render(request, "evaluation/now.html", told)
    if not under_way:
        response["HX-Refresh"] = "true"
    return response


@page(Right.EVALUATE)
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel an evaluation that is asked or running."""
    evaluation = get_object_or_404(Evaluation, pk=pk)
    cancel_evaluation(by=member_of(request), evaluation=evaluation)
    messages.info(request, said(STOPPING))
    return redirect("evaluations")


@page(Right.EVALUATIONS)
@require_safe
def one(request: HttpRequest, run: int) -> HttpResponse:
    """One evaluation: what it found, who moved and why, how sure it is, what it took."""
    member, summary = member_of(request), _summary(run)
    evaluation = Evaluation.objects.select_related("asked_by", "policy").filter(run=run).first()
    figures = evaluation.figures if evaluation else {}
    flow = flows.flow_into(run)
    told = {
        "run": run,
        "evaluation": evaluation,
        "summary": summary,
        "sees_all": sees_all(member, Right.EVALUATIONS),
        "headlines": headlines(summary),
        "segments": _segments(figures, flow),
        "figures": figures,
        "costed": any(one["contribution_12m"] for one in summary["segments"].values()),
        "in_force": _in_force(run) if sees_all(member, Right.EVALUATIONS) else None,
        "opens_moves": may(member, Right.PROPOSE_MOVE),
        "rule": Text(**summary["rule"]),
        "sure": sureness.how_sure(summary, figures, of_all=sees_all(member, Right.EVALUATIONS)),
        "warnings": sureness.warnings(summary),
        "criteria": sureness.criteria(summary),
        "methods": sureness.methods(summary),
        "steps": sureness.steps(run),
        "manifest": store.run(run).manifest,
        "others": [other for other in reversed(store.runs()) if other != run],
        "previous": store.compared_with(run),
        "looks_back": store.looks_back(run),
        "seconds": listing.took(evaluation) if evaluation else None,
        **_moved(request, flow, run=run),
    }
    return render(request, "evaluation/one.html", told)


@page(Right.EVALUATIONS)
@require_safe
def choose(request: HttpRequest, run: int) -> HttpResponse:
    """From the choice of another run to the page of both."""
    form = Against(request.GET)
    other = form.cleaned_data["met"] if form.is_valid() else None
    known = [one for one in store.runs() if one in {run, other}]
    if len(known) < 2:
        return redirect("evaluation", run)
    return redirect("evaluation_against", *sorted(known, key=store.as_of))


@page(Right.EVALUATIONS)
@require_safe
def against(request: HttpRequest, before: int, after: int) -> HttpResponse:
    """Two evaluations beside each other."""
    both = [_summary(before), _summary(after)]
    if before == after:
        raise Http404
    member, next_to = member_of(request), store.compared_with(after) == before
    changes = sureness.policy_changes(before, after)
    told = {
        "before": before,
        "after": after,
        "both": both,
        "sees_all": sees_all(member, Right.EVALUATIONS),
        "went": changes[0 if language() == "nl" else 1][0],
        "came": changes[0 if language() == "nl" else 1][1],
        "next_to": next_to,
        **_moved(request, flows.flow_between(before, after), run=after if next_to else None),
    }
    return render(request, "evaluation/against.html", told)


@page(Right.DRAFT_POLICY)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft as a form, and beside it what it would change."""
    one = drafting.draft_or_404(pk)
    read = read_policy(one.text, name=POLICY_NAME)
    first = {"seen": mark_of(one.text), "title": one.title}
    form = PolicyForm(read, request.POST or None, initial=first)
    refusal = None
    if request.method == "POST" and form.is_valid():
        refusal = drafting.changed(member_of(request), one, form, text=form.text)
        if refusal is None:
            return redirect(f"{reverse('draft', args=[pk])}#gevolg")
    told = {"form": form, "refusal": refusal, **drafting.effect(request, one)}
    return render(request, "evaluation/draft.html", told, status=422 if form.is_bound else 200)


@page(Right.DRAFT_POLICY)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_text(request: HttpRequest, pk: int) -> HttpResponse:
    """The same draft as text."""
    one = drafting.draft_or_404(pk)
    first = {"seen": mark_of(one.text), "title": one.title, "text": one.text}
    form = TextForm(request.POST or None, initial=first)
    refusal = None
    if request.method == "POST" and form.is_valid():
        refusal = drafting.changed(
            member_of(request), one, form, text=lambda: form.cleaned_data["text"]
        )
        if refusal is None:
            return redirect(f"{reverse('draft_text', args=[pk])}#gevolg")
    told = {"form": form, "refusal": refusal, **drafting.effect(request, one)}
    return render(request, "evaluation/draft_text.html", told, status=422 if form.is_bound else 200)


@page(Right.DRAFT_POLICY)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_effect(request: HttpRequest, pk: int) -> HttpResponse:
    """What the draft would change: asked again, or how far the answer is."""
    one = drafting.draft_or_404(pk)
    if request.method == "POST":
        preview_at_once(by=member_of(request), draft=one)
        return redirect(f"{reverse('draft', args=[pk])}#gevolg")
    told = drafting.effect(request, one)
    response = render(request, "evaluation/draft_effect.html", told)
    if not (told["preview"] and told["preview"].under_way):
        response["HX-Refresh"] = "true"
    return response


@page(Right.DRAFT_POLICY)
@require_safe
def draft_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """One customer under the draft."""
    one = drafting.draft_or_404(pk)
    told = drafting.effect(request, one)
    form = Trial(request.GET or None)
    told |= {"form": form, **drafting.trial(request, one, form.asked() if form.is_bound else "")}
    return render(request, "evaluation/draft_trial.html", told)


@page(Right.ADOPT_POLICY)
@require_POST
def draft_adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Adopt a draft, in one sentence why; an evaluation goes by it."""
    one = get_object_or_404(Policy, pk=pk)
    form = Adopt(request.POST)
    if not form.is_valid():
        return _adopt_again(request, drafting.draft_or_404(pk), form)
    try:
        adopted = adopt_and_evaluate(by=member_of(request), draft=one, **form.cleaned_data)
    except UserError as why:
        messages.warning(request, why.to(language()))
        return redirect("draft", pk)
    messages.success(request, said(drafting.IN_FORCE, version=said(adopted.named)))
    return redirect("evaluations")


def _adopt_again(request: HttpRequest, one: Policy, form: Adopt) -> HttpResponse:
    """The draft, with what was missing beside the button; the address leads the reader there."""
    first = {"seen": mark_of(one.text), "title": one.title}
    fields = PolicyForm(read_policy(one.text, name=POLICY_NAME), initial=first)
    told = {"form": fields, **drafting.effect(request, one), "adopt": form}
    return render(request, "evaluation/draft.html", told, status=422)


def _moved(request: HttpRequest, flow: flows.Flow | None, *, run: int | None) -> dict[str, Any]:
    """The matrix and a page of who is behind one of its cells, within the member's reach."""
    member = member_of(request)
    if flow is None:
        return {"lines": [], "sums": [], "moved": None}
    seen = movers.seen_by(flow, member)
    lines, sums = movers.lines_of(seen)
    old, new, number = Cell(request.GET).asked()
    return {
        "lines": lines,
        "sums": sums,
        "total": sum(total for _letter, total in sums),
        "moved": movers.page_of(seen, member, old=old, new=new, page=number, run=run),
        "opens_customers": may(member, Right.CUSTOMER),
    }


def _segments(
    figures: dict[str, Any], flow: flows.Flow | None
) -> list[tuple[str, dict[str, Any], tuple[int, int] | None]]:
    """Segments in which anybody is or was, and how many came and went; None in a first run."""
    moved = flow.came_and_went() if flow else {}
    told = [
        (letter, figures["segments"][letter], moved.get(letter)) for letter in LETTERS if figures
    ]
    return [row for row in told if row[1]["customers"] or (row[2] and row[2][1])]


def _in_force(run: int) -> dict[str, int] | None:
    """Of the newest run, once counted: how many are A in force, and how many moves wait."""
    if run != store.newest_run() or not Copies.objects.filter(run=run).exists():
        return None
    waiting = SegmentMove.objects.filter(decision="", evaluation__run=run).count()
    return {"now": Standing.objects.filter(segment="A", prospect=False).count(), "waiting": waiting}


def _summary(run: int) -> dict[str, Any]:
    try:
        return store.summary(run)
    except NotFound:
        raise Http404 from None


STOPPING = Text(
    "De evaluatie wordt gestopt. Er verandert niets aan wat er al was.",
    "The evaluation is being stopped. Nothing changes in what there was.",
)
