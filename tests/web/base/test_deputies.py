"""Who stands in for somebody sees and does what that asks, also when he leads a team."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from kernklant.web.base.access import reaches
from kernklant.web.base.models import Deputy, Member, Role
from kernklant.web.base.rights import Right
from kernklant.web.desk.actions import assign_customers
from kernklant.web.ledger.models import Assignment, Customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]


def stands_in(member: Member, absent: Member, *, until: int = 0) -> None:
    today = timezone.localdate()
    ends = today + timedelta(days=until)
    Deputy.objects.create(
        member=member, absent=absent, starts_on=today - timedelta(days=9), ends_on=ends
    )


def sees(member: Member, manager: Member, right: Right = Right.PORTFOLIO) -> bool:
    fresh = Member.objects.get(pk=member.pk)  # what it reaches is asked once a request
    return reaches(fresh, right, manager=manager.pk, stand_in=None)


@pytest.mark.parametrize("right", [Right.PORTFOLIO, Right.SIGN_OFF, Right.ASSIGN, Right.RATE])
def test_who_leads_a_team_reaches_whom_he_stands_in_for(
    cast: SimpleNamespace, right: Right
) -> None:
    assert not sees(cast.team_manager, cast.other_manager, right)
    stands_in(cast.team_manager, cast.other_manager)
    assert sees(cast.team_manager, cast.other_manager, right)
    assert sees(cast.team_manager, cast.account_manager, right)


def test_only_between_the_two_days(cast: SimpleNamespace) -> None:
    stands_in(cast.team_manager, cast.other_manager, until=-1)
    assert not sees(cast.team_manager, cast.other_manager)


def test_who_leads_a_team_reaches_the_team_whose_leader_is_away(cast: SimpleNamespace) -> None:
    south = Member.objects.create_user(
        "zoe@voorbeeld.invalid", name="Zoë", role=Role.TEAM_MANAGER, team=cast.other_manager.team
    )
    stands_in(cast.team_manager, south)
    stands_in(cast.account_manager, south)
    assert sees(cast.team_manager, cast.other_manager)
    assert sees(cast.account_manager, south)
    assert not sees(cast.account_manager, cast.other_manager)  # he leads no team himself


@pytest.mark.usefixtures("copies")
def test_the_pages_follow(cast: SimpleNamespace, signed_in: SignIn) -> None:
    customer = Customer.objects.filter(manager=cast.other_manager).earliest("pk")
    page = f"/klanten/{customer.pk}/"
    assert "desk/customer_brief.html" in templates(signed_in(cast.team_manager), page)
    stands_in(cast.team_manager, cast.other_manager)
    assert "desk/customer.html" in templates(signed_in(cast.team_manager), page)
    told = {"klant": [customer.pk], "manager": cast.account_manager.pk}
    signed_in(cast.team_manager).post("/klanten/toewijzen/", told)
    assert Assignment.objects.get(customer=customer.pk).manager == cast.account_manager


def templates(client: Client, address: str) -> list[str | None]:
    return [one.name for one in client.get(address).templates]


def test_without_a_team_one_gives_customers_to_nobody_else(cast: SimpleNamespace) -> None:
    alone = Member.objects.create_user(
        "lies@voorbeeld.invalid", name="Lies", role=Role.TEAM_MANAGER
    )
    with pytest.raises(PermissionError):
        assign_customers(by=alone, customers=[1], manager=cast.director)
