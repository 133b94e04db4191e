"""The people of De Vries Techniek, and a link for each that signs in once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

import kernklant.web.project.ready  # noqa: F401 - models can be imported after it only
from kernklant.engine.errors import Text
from kernklant.web.base.actions import issue_sign_in_link
from kernklant.web.base.models import Deputy, Member, Role, Team
from kernklant.web.base.words import said
from kernklant.web.segments.copying import refresh

MARK = ".kernklant-demo"  # left in a home by ``kernklant demo``
INSIDE, OUTSIDE = "Binnendienst Noord", "Buitendienst Zuid"
# Name, role, team. Account managers go by the name the ledger has for them.
PEOPLE: tuple[tuple[str, Role, str | None], ...] = (
    ("Anneke Zonnehof", Role.ADMINISTRATOR, None),
    ("Dirk de Vries", Role.DIRECTOR, None),
    ("Tess Rietkraag", Role.TEAM_MANAGER, INSIDE),
    ("Noor Vlinderkade", Role.ACCOUNT_MANAGER, INSIDE),
    ("Joost Wolkenveer", Role.ACCOUNT_MANAGER, INSIDE),
    ("Sanne Koperlaan", Role.ACCOUNT_MANAGER, INSIDE),
    ("Bram Kiezelbrug", Role.ACCOUNT_MANAGER, OUTSIDE),
    ("Fatma Sterrehoorn", Role.ACCOUNT_MANAGER, OUTSIDE),
    ("Daan Hagelpoort", Role.ACCOUNT_MANAGER, OUTSIDE),
    ("Saar Lindehout", Role.SERVICE_DESK, INSIDE),
    ("Aart Kompas", Role.ANALYST, None),
    ("Mila Vuurtoren", Role.MARKETING, None),
)


def prepare() -> None:
    """Make the people where they are not there yet, and the copies that pages read."""
    with transaction.atomic():
        teams = {name: Team.objects.get_or_create(name=name)[0] for name in (INSIDE, OUTSIDE)}
        members = {name: _member(name, role, teams.get(team or "")) for name, role, team in PEOPLE}
        today = timezone.localdate()
        Deputy.objects.get_or_create(
            member=members["Noor Vlinderkade"],
            absent=members["Joost Wolkenveer"],
            defaults={"starts_on": today, "ends_on": today + timedelta(days=14)},
        )
    refresh()


def links() -> list[tuple[str, str]]:
    """Of one member of each role: who, and a link that signs in once; the administrator first."""
    told, found = set(), []
    for name, role, _ in PEOPLE:
        if role not in told:
            told.add(role)
            member = Member.objects.get(email=_address(name))
            path = reverse("sign_in_by_link", kwargs={"secret": issue_sign_in_link(member=member)})
            found.append((f"{name} ({said(role.words)})", f"{settings.ORIGIN.geturl()}{path}"))
    return found


def told() -> str:
    """The links as lines for a terminal."""
    head = Text(
        "Elke link meldt één keer aan, binnen twaalf uur:",
        "Each link signs in once, within twelve hours:",
    )
    return "\n".join([said(head), *(f"  {who:<38} {link}" for who, link in links())])


def _member(name: str, role: Role, team: Team | None) -> Member:
    fields: dict[str, Any] = {"name": name, "role": role, "team": team}
    if role is Role.ACCOUNT_MANAGER:
        fields["ledger_name"] = name
    found = Member.objects.filter(email=_address(name)).first()
    return found or Member.objects.create_user(_address(name), **fields)


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@devries.invalid"
