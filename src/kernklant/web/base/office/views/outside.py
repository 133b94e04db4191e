"""Tokens with which programs ask, and webhooks that tell them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernklant.engine.errors import Text, UserError
from kernklant.web.base.access import member_of, page
from kernklant.web.base.models import Token, Webhook
from kernklant.web.base.models.tokens import Purpose
from kernklant.web.base.models.webhooks import TRIAL
from kernklant.web.base.office.actions import tokens as token_actions
from kernklant.web.base.office.actions import webhooks as webhook_actions
from kernklant.web.base.office.forms.outside import TokenForm, WebhookForm
from kernklant.web.base.office.pages import done, show
from kernklant.web.base.office.sentences import EVENTS
from kernklant.web.base.office.work import STATES
from kernklant.web.base.rights import Right
from kernklant.web.base.scopes import SCOPES, Scope
from kernklant.web.base.words import language, said

DELIVERIES = 50


@page(Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens that work, and making one; its secret is shown once."""
    form = TokenForm(request.POST or None, initial={"member": member_of(request), "days": 90})
    secret = None
    if request.method == "POST" and form.is_valid():
        try:
            secret = token_actions.make_token(by=member_of(request), **form.cleaned_data)
        except UserError as error:
            form.add_error("name", error.to(language()))
        else:
            form = TokenForm(initial={"member": member_of(request), "days": 90})
    rows = Token.objects.in_use(timezone.now()).select_related("member").order_by("member__name")
    told = {
        "tokens": [(row, _scopes(row)) for row in rows],
        "form": form,
        "secret": secret,
        "address": request.build_absolute_uri("/api/v1/"),
    }
    return show(request, "tokens", told, tab="office_tokens", status=422 if form.errors else 200)


@page(Right.SETTINGS)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token."""
    token = get_object_or_404(Token, pk=pk, purpose=Purpose.API)
    token_actions.revoke_token(by=member_of(request), token=token)
    done(request, REVOKED, name=token.name)
    return redirect("office_tokens")


@page(Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """The addresses that are told, and adding one; its secret is shown once."""
    form, made = WebhookForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            made = webhook_actions.make_webhook(by=member_of(request), **form.cleaned_data)
        except UserError as error:
            form.add_error("url", error.to(language()))
        else:
            form = WebhookForm()
    rows = Webhook.objects.filter(ended_at=None).order_by("pk")
    told = {"webhooks": [(row, _events(row)) for row in rows], "form": form, "made": made}
    status = 422 if form.errors else 200
    return show(request, "webhooks", told, tab="office_webhooks", status=status)


@page(Right.SETTINGS)
@require_safe
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One address and what was sent to it."""
    row = get_object_or_404(Webhook.objects.select_related("made_by"), pk=pk)
    sent = row.deliveries.order_by("-pk")[:DELIVERIES]
    told: dict[str, Any] = {
        "webhook": row,
        "events": _events(row),
        "deliveries": [(one, _event(one.event), said(STATES[one.state])) for one in sent],
    }
    return show(request, "webhook", told, tab="office_webhooks")


@page(Right.SETTINGS)
@require_POST
def try_it(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message that says nothing."""
    row = get_object_or_404(Webhook, pk=pk, ended_at=None)
    webhook_actions.try_webhook(by=member_of(request), webhook=row)
    done(request, TRYING)
    return redirect("office_webhook", pk)


@page(Right.SETTINGS)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell an address nothing any more."""
    row = get_object_or_404(Webhook, pk=pk)
    webhook_actions.end_webhook(by=member_of(request), webhook=row)
    done(request, ENDED)
    return redirect("office_webhooks")


def _scopes(token: Token) -> str:
    return ", ".join(said(SCOPES[Scope(one)][1]) for one in token.scopes.split())


def _events(row: Webhook) -> str:
    return ", ".join(_event(one) for one in row.events)


def _event(name: str) -> str:
    return said(TRIAL_WORDS if name == TRIAL else EVENTS.get(name, Text(name, name)))


TRIAL_WORDS = Text("proefbericht", "trial message")
REVOKED = Text("Het token {name} werkt niet meer.", "The token {name} works no longer.")
TRYING = Text(
    "Het proefbericht wordt verstuurd; laad over een paar tellen opnieuw.",
    "The trial message is being sent; reload in a few seconds.",
)
ENDED = Text("Dit adres krijgt niets meer.", "This address gets nothing more.")
