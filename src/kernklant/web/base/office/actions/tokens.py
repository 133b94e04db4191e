"""Tokens of the API: making and revoking them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from kernklant.engine.errors import Text, UserError
from kernklant.web.base.log import record
from kernklant.web.base.models import Member, Token
from kernklant.web.base.models.tokens import Purpose

TAKEN = Text(
    "Deze gebruiker heeft al een token met deze naam.",
    "This user has a token with this name already.",
)
OTHER_NAME = Text(
    "Kies een andere naam, of trek het andere in; er is niets gemaakt.",
    "Choose another name, or revoke the other; nothing was made.",
)


@transaction.atomic
def make_token(*, by: Member, member: Member, name: str, scopes: Iterable[str], days: int) -> str:
    """The secret of a token for a member, told once; of one name there is one at a time."""
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if Token.objects.in_use(timezone.now()).filter(member=member, name=name).exists():
        raise UserError(TAKEN, OTHER_NAME)
    asked = sorted(scopes)
    secret = Token.objects.issue(
        member=member,
        purpose=Purpose.API,
        lasts=timedelta(days=days),
        scopes=" ".join(asked),
        name=name,
    )
    record("token.made", by=by, about=f"member:{member.pk}", name=name, scopes=asked, days=days)
    return secret


@transaction.atomic
def revoke_token(*, by: Member, token: Token) -> None:
    """It works no longer, from the next request on."""
    rows = Token.objects.filter(pk=token.pk, purpose=Purpose.API, revoked_at=None)
    if rows.update(revoked_at=timezone.now()):
        record("token.revoked", by=by, about=f"member:{token.member_id}", name=token.name)
