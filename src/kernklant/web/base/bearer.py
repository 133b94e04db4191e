"""Who asks something of the API: a member by a token, for what the token may be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast, get_origin

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from ninja import Schema
from ninja.security import HttpBearer
from pydantic import ConfigDict

from kernklant.engine.errors import Text
from kernklant.web.base.access import may
from kernklant.web.base.models import Member, Token
from kernklant.web.base.models.tokens import Purpose
from kernklant.web.base.scopes import SCOPES, Scope
from kernklant.web.base.words import said


@dataclass(eq=False)
class Problem(Exception):
    """An answer that says what is wrong (RFC 9457), in the reader's language."""

    status: int
    title: Text
    detail: Text
    headers: dict[str, str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """As JSON says it."""
        return {
            "type": "about:blank",
            "title": said(self.title),
            "status": self.status,
            "detail": said(self.detail),
            **self.more,
        }


class Strict(Schema):
    """What is asked; in a body a name that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class Bearer(HttpBearer):
    """Lets in by ``Authorization: Bearer …`` who may do what the scope stands for."""

    openapi_description = "Beheer › Tokens"

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Member | None:
        """The member; None when there is no such token, Problem when it may not do this."""
        now = timezone.now()
        found = Token.objects.valid(token, purpose=Purpose.API, at=now)
        row = found.select_related("member").first()
        if row is None:
            return None
        if not asks_language(request):
            translation.activate(row.member.language)
        used = Token.objects.count_use(row, at=now)
        if used > settings.API_A_MINUTE:
            wait = 60 - int(now.timestamp()) % 60
            raise Problem(429, TOO_OFTEN, WAIT, headers={"Retry-After": str(wait)})
        right, words = SCOPES[self.scope]
        if self.scope not in row.scopes.split():
            raise Problem(403, NO_SCOPE, Text(*(NEEDS.to(one).replace("{scope}", words.to(one))
                                               for one in ("nl", "en"))))  # fmt: skip
        if not may(row.member, right):
            raise Problem(403, NO_RIGHT, ROLE)
        request.token = row  # type: ignore[attr-defined]  # for base/once.py
        return row.member


def asker(request: HttpRequest) -> Member:
    """The member behind the token."""
    return cast(Member, request.auth)  # type: ignore[attr-defined]  # set by django-ninja


def no_token() -> Problem:
    """There is no token, or it does not count."""
    return Problem(401, *NO_TOKEN, headers={"WWW-Authenticate": "Bearer"})


def refuse_unknown(request: HttpRequest, asked: Schema) -> None:
    """Problem for a name in the address that is not known, or stands there twice where one counts:
    it may be a filter misspelt."""
    known = type(asked).model_fields
    errors = []
    for name, values in request.GET.lists():
        if name not in known:
            errors.append({"where": ["query", name], "what": said(UNKNOWN)})
        elif len(values) > 1 and get_origin(known[name].annotation) is not list:
            errors.append({"where": ["query", name], "what": said(TWICE)})
    if errors:
        raise Problem(422, NOT_UNDERSTOOD, SEE_ERRORS, more={"errors": errors})


def asks_language(request: HttpRequest) -> bool:
    """Whether the request says in which language it wants to be answered; then it is spoken."""
    for told in request.headers.get("Accept-Language", "").lower().split(","):
        wanted = told.partition(";")[0].strip()[:2]
        if wanted in {"nl", "en"}:
            translation.activate(wanted)
            return True
    return False


NO_TOKEN = (
    Text("Geen geldig token", "No valid token"),
    Text(
        "Stuur de header Authorization: Bearer en een token van Beheer › Tokens. Misschien is dit "
        "token verlopen of ingetrokken.",
        "Send the header Authorization: Bearer and a token of Administration › Tokens. This token "
        "may have expired or been revoked.",
    ),
)
NOT_UNDERSTOOD = Text("Dit verzoek klopt niet", "This request is not right")
SEE_ERRORS = Text(
    "Zie errors voor wat er niet klopt; er is niets veranderd.",
    "See errors for what is wrong; nothing was changed.",
)
UNKNOWN = Text("Deze naam is niet bekend.", "This name is not known.")
TWICE = Text("Dit staat er meer dan eens.", "This stands there more than once.")
TOO_OFTEN = Text("Te veel verzoeken", "Too many requests")
WAIT = Text(
    "Dit token mag deze minuut niets meer vragen; wacht zolang als Retry-After zegt.",
    "This token may ask nothing more this minute; wait as long as Retry-After says.",
)
NO_SCOPE = Text("Dit token is hier niet voor", "This token is not for this")
NEEDS = Text("Er is een token nodig voor: {scope}.", "A token is needed for: {scope}.")
NO_RIGHT = Text("Dit mag deze gebruiker niet", "This user may not do this")
ROLE = Text(
    "De rol van wie bij dit token hoort, heeft dit recht niet.",
    "The role of the member of this token lacks this right.",
)
