"""What members do with their own account, and how the first of them comes to be."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from kernklant.web.base.log import record
from kernklant.web.base.models import Member, Role, Token
from kernklant.web.base.models.tokens import Purpose
from kernklant.web.base.turns import Turn, take_turn

SIGN_IN_LASTS = timedelta(hours=12)


@transaction.atomic
def make_first_administrator(*, email: str, name: str, password: str, language: str) -> Member:
    """The administrator of a new installation; ValueError when there is somebody already.

    1. Of two first visits the second waits for the first.
    2. Only while there is nobody is the administrator made, so both make one.
    """
    take_turn(Turn.FIRST_VISIT)
    if Member.objects.exists():
        raise ValueError("there is somebody already")
    member = Member.objects.create_user(
        email, password, name=name, role=Role.ADMINISTRATOR, language=language
    )
    record("member.first", by=member, about=f"member:{member.pk}")
    return member


@transaction.atomic
def issue_sign_in_link(*, member: Member) -> str:
    """The secret of a link that signs in once, for demo companies and lost passwords."""
    record("link.issued", by=None, about=f"member:{member.pk}")
    return Token.objects.issue(member=member, purpose=Purpose.SIGN_IN, lasts=SIGN_IN_LASTS)


@transaction.atomic
def use_sign_in_link(*, secret: str, where: str) -> Member | None:
    """Whom the link signs in, once; None when it is no link, was used before or ended."""
    now = timezone.now()
    found = Token.objects.valid(secret, purpose=Purpose.SIGN_IN, at=now).first()
    if found is None or not Token.objects.filter(pk=found.pk, used_at=None).update(used_at=now):
        return None
    record("link.used", by=found.member, about=f"member:{found.member_id}", where=where)
    return found.member


@transaction.atomic
def choose_looks(*, by: Member, language: str | None = None, theme: str | None = None) -> None:
    """The member's language and light or dark."""
    by.language, by.theme = language or by.language, theme or by.theme
    by.save(update_fields=["language", "theme"])
