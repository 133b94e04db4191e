"""Inviting members, changing what they are, and letting them go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from kernklant.engine.errors import Text, UserError
from kernklant.web.base.log import record
from kernklant.web.base.models import Member, Role, Team, Token
from kernklant.web.base.models.tokens import Purpose

INVITATION_LASTS = timedelta(days=7)
KNOWN = Text(
    "Er is al iemand met dit e-mailadres.",
    "There is somebody with this e-mail address already.",
)
LOOK_AT_LIST = Text(
    "Zoek hem op in de lijst; er is niemand uitgenodigd.",
    "Find that person in the list; nobody was invited.",
)
ANOTHER_ADDRESS = Text(
    "Geef een ander adres; er is niets veranderd.", "Give another address; nothing was changed."
)
LAST_ONE = Text(
    "Dit is de enige beheerder die zich kan aanmelden.",
    "This is the only administrator who can sign in.",
)
ANOTHER_FIRST = Text(
    "Maak eerst iemand anders beheerder; er is niets veranderd.",
    "Make somebody else administrator first; nothing was changed.",
)
CAME_ALREADY = Text("Deze persoon is al binnen.", "This person has come in already.")
FORGOTTEN = Text(
    "Een nieuw wachtwoord vraagt hij zelf aan bij het aanmelden; er is niets verstuurd.",
    "A new password is asked for when signing in; nothing was sent.",
)


@transaction.atomic
def invite_member(
    *, by: Member, email: str, name: str, role: str, team: Team | None, ledger_name: str,
    language: str,
) -> tuple[Member, str]:  # fmt: skip
    """A member without a password, and the secret of the link with which he chooses one."""
    try:
        with transaction.atomic():
            member = Member.objects.create_user(
                email, name=name, role=role, team=team, ledger_name=ledger_name, language=language
            )
    except IntegrityError:  # also of who was invited at the same moment
        raise UserError(KNOWN, LOOK_AT_LIST) from None
    record("member.invited", by=by, about=_about(member), role=role)
    return member, _invitation(member)


@transaction.atomic
def invite_again(*, by: Member, member: Member) -> str:
    """Another link for who did not come in yet; the earlier one ends."""
    if has_come_in(member):
        raise UserError(CAME_ALREADY, FORGOTTEN)
    Token.objects.filter(member=member, purpose=Purpose.INVITATION, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    record("member.invited_again", by=by, about=_about(member))
    return _invitation(member)


def invitation(secret: str) -> Token | None:
    """The invitation of this secret, as long as it lets in: not who came in another way since."""
    valid = Token.objects.valid(secret, purpose=Purpose.INVITATION, at=timezone.now())
    found = valid.select_related("member").first()
    return None if found is None or has_come_in(found.member) else found


@transaction.atomic
def accept_invitation(*, secret: str, password: str) -> Member | None:
    """Who chose a password with his invitation; None when it is none, was used or ended.

    The link is used up by one UPDATE, so of two clicks one counts.
    """
    found, now = invitation(secret), timezone.now()
    if found is None or not Token.objects.filter(pk=found.pk, used_at=None).update(used_at=now):
        return None
    member = found.member
    member.set_password(password)
    member.save(update_fields=["password"])
    record("member.joined", by=member, about=_about(member))
    return member


@transaction.atomic
def change_member(
    *, by: Member, member: Member, name: str, email: str, role: str, team: Team | None,
    ledger_name: str,
) -> None:  # fmt: skip
    """What he is called and may do, and his address.

    Another role or address ends his sessions, so that it counts at once; links that went to the
    address before end too.
    """
    now, email = _locked(member), email.strip().lower()
    wanted = {"name": name, "email": email, "role": role, "team": team, "ledger_name": ledger_name}
    changed = [field for field, value in wanted.items() if getattr(now, field) != value]
    if not changed:
        return
    told: dict[str, Any] = {"fields": changed}
    if "role" in changed:
        told |= {"before": now.role, "role": role}
        if role != Role.ADMINISTRATOR:
            _keep_an_administrator(now)
    if "email" in changed:
        _leave_address(now, email)
    if {"role", "email"} & set(changed):
        now.sessions_valid_from = timezone.now()
    for field in changed:
        setattr(now, field, wanted[field])
    record("member.changed", by=by, about=_about(member), **told)
    now.save(update_fields=[*changed, "sessions_valid_from"])


@transaction.atomic
def deactivate_member(*, by: Member, member: Member) -> None:
    """Let him go: his sessions, invitations and tokens end at once."""
    now = _locked(member)
    if not now.is_active:
        return
    _keep_an_administrator(now)
    now.is_active, now.sessions_valid_from = False, timezone.now()
    now.save(update_fields=["is_active", "sessions_valid_from"])
    Token.objects.filter(member=now, revoked_at=None).update(revoked_at=timezone.now())
    record("member.deactivated", by=by, about=_about(member))


@transaction.atomic
def reactivate_member(*, by: Member, member: Member) -> None:
    """Let him in again; tokens that ended stay ended."""
    if Member.objects.filter(pk=member.pk, is_active=False).update(is_active=True):
        record("member.reactivated", by=by, about=_about(member))


@transaction.atomic
def end_sessions(*, by: Member, member: Member) -> None:
    """Sign him out everywhere."""
    Member.objects.filter(pk=member.pk).update(sessions_valid_from=timezone.now())
    record("member.sessions_ended", by=by, about=_about(member))


@transaction.atomic
def take_second_step_away(*, by: Member, member: Member) -> None:
    """For who lost his telephone or key: he signs in anew, and sets up another second step."""
    removed, _ = Authenticator.objects.filter(user=member).delete()
    if removed:
        Member.objects.filter(pk=member.pk).update(sessions_valid_from=timezone.now())
        record("member.second_step_removed", by=by, about=_about(member))


def has_come_in(member: Member) -> bool:
    """Whether he ever chose a password or signed in."""
    return member.has_usable_password() or member.last_login is not None


def _leave_address(member: Member, email: str) -> None:
    """Nothing leads in any more by the address before; UserError when another has the new one."""
    if Member.objects.filter(email__iexact=email).exclude(pk=member.pk).exists():
        raise UserError(KNOWN, ANOTHER_ADDRESS)
    EmailAddress.objects.filter(user=member).delete()  # allauth's own note of it
    links = Token.objects.filter(member=member, revoked_at=None).exclude(purpose=Purpose.API)
    links.update(revoked_at=timezone.now())


def _keep_an_administrator(leaving: Member) -> None:
    """Raises UserError for the last administrator who can come in."""
    others = Member.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=leaving.pk)
    invited = Q(last_login=None, password__startswith="!")  # noqa: S106 - a password of nobody
    if leaving.role == Role.ADMINISTRATOR and not others.exclude(invited).exists():
        raise UserError(LAST_ONE, ANOTHER_FIRST)


def _locked(member: Member) -> Member:
    """The member, after all administrators in one order: of two who remove each other the second
    waits, finds himself the last, and neither waits for ever."""
    rows = Member.objects.select_for_update(no_key=True)
    list(rows.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk"))
    return rows.get(pk=member.pk)


def _invitation(member: Member) -> str:
    return Token.objects.issue(member=member, purpose=Purpose.INVITATION, lasts=INVITATION_LASTS)


def _about(member: Member) -> str:
    return f"member:{member.pk}"
