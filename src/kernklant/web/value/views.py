"""The policy in force, its versions, and making and dropping a draft."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kernklant.engine.errors import Text
from kernklant.web.base.access import member_of, page
from kernklant.web.base.models.jobs import new_key
from kernklant.web.base.rights import Right
from kernklant.web.base.words import said
from kernklant.web.value.actions import drop_draft, make_draft
from kernklant.web.value.forms import Begin
from kernklant.web.value.in_force import policy_in_force
from kernklant.web.value.models import Policy
from kernklant.web.value.versions import (
    differing,
    document,
    lines_differing,
    sentences,
    weights,
)

DROPPED = Text(
    "Het concept is weggegooid. Het beleid dat geldt, is niet veranderd.",
    "The draft was thrown away. The policy in force is as it was.",
)


@page(Right.DRAFT_POLICY)
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """What makes a customer valuable now, in sentences; drafts and versions."""
    now = policy_in_force()
    read = document(now.text)
    told = {
        "now": now,
        "weights": weights(read),
        "sentences": sentences(read),
        "drafts": _drafts().order_by("-changed_at"),
        "versions": _adopted(),
        "key": new_key(),
    }
    return render(request, "value/policy.html", told)


@page(Right.DRAFT_POLICY)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A draft of the policy in force, or back to an older version."""
    form = Begin(request.POST)
    if not form.is_valid():
        return redirect("policy")
    number = form.cleaned_data["van"]
    base = get_object_or_404(Policy, number=number) if number else None
    key = f"{form.cleaned_data['key']}:{number or ''}"  # a page has one key for all its buttons
    draft = make_draft(by=member_of(request), based_on=base, key=key)
    return redirect("draft", draft.pk)


@page(Right.DRAFT_POLICY)
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    drop_draft(by=member_of(request), draft=get_object_or_404(_drafts(), pk=pk))
    messages.info(request, said(DROPPED))
    return redirect("policy")


@page(Right.DRAFT_POLICY)
@require_safe
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One adopted version in full."""
    one = get_object_or_404(Policy.objects.select_related("adopted_by"), number=number)
    numbers = list(_adopted().values_list("number", flat=True))
    read = document(one.text)
    told = {
        "version": one,
        "weights": weights(read),
        "sentences": sentences(read),
        "in_force": number == numbers[0],
        "earlier": number - 1 if number - 1 in numbers else None,
        "key": new_key(),
    }
    return render(request, "value/version.html", told)


@page(Right.DRAFT_POLICY)
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """From the choice of two versions to what differs."""
    chosen = [request.GET.get(name, "") for name in ("van", "tot")]
    if not all(one.isascii() and one.isdigit() and len(one) < 10 for one in chosen):
        return redirect("policy")
    return redirect("policy_against", *map(int, chosen))


@page(Right.DRAFT_POLICY)
@require_safe
def against(request: HttpRequest, before: int, after: int) -> HttpResponse:
    """Two versions beside each other."""
    if before == after:
        raise Http404
    old, new = (get_object_or_404(Policy, number=number) for number in (before, after))
    went, came = differing(old.text, new.text)
    told = {
        "old": old,
        "new": new,
        "went": went,
        "came": came,
        "lines": lines_differing(old.text, new.text),
    }
    return render(request, "value/against.html", told)


def _drafts() -> QuerySet[Policy]:
    return Policy.objects.filter(number=None).select_related("made_by", "based_on")


def _adopted() -> QuerySet[Policy]:
    rows = Policy.objects.exclude(number=None).select_related("adopted_by")
    return rows.order_by("-number")
