"""What all pages of the administration have around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from kernklant.engine.errors import Text, UserError
from kernklant.web.base.access import may, member_of
from kernklant.web.base.rights import Right
from kernklant.web.base.words import language, said


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the administration."""

    name: str
    words: Text
    right: Right


TABS = (
    Tab("office", Text("Mensen", "People"), Right.USERS),
    Tab("office_teams", Text("Teams en waarneming", "Teams and stand-ins"), Right.USERS),
    Tab("office_tokens", Text("Tokens", "Tokens"), Right.SETTINGS),
    Tab("office_webhooks", Text("Webhooks", "Webhooks"), Right.SETTINGS),
    Tab("office_log", Text("Logboek", "Log"), Right.LOG),
    Tab("office_settings", Text("Instellingen", "Settings"), Right.SETTINGS),
    Tab("office_health", Text("Gezondheid", "Health"), Right.SETTINGS),
    Tab("office_work", Text("Taken", "Jobs"), Right.SETTINGS),
)


def show(
    request: HttpRequest, template: str, told: dict[str, Any], *, tab: str, status: int = 200
) -> HttpResponse:
    """A page of the administration, with the tabs that the reader may open."""
    member = member_of(request)
    tabs = [
        {"address": reverse(one.name), "words": said(one.words), "now": one.name == tab}
        for one in TABS
        if may(member, one.right)
    ]
    return render(request, f"office/{template}.html", {**told, "tabs": tabs}, status=status)


def refused(request: HttpRequest, error: UserError) -> None:
    """Say on the next page why something was not done."""
    messages.warning(request, error.to(language()))


def done(request: HttpRequest, text: Text, **values: Any) -> None:
    """Say on the next page what was done."""
    messages.success(request, said(text, **values))
