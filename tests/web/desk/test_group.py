"""The group of a customer: of members outside one's reach name, city and manager alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from kernklant.web.base import store
from kernklant.web.base.models import Member
from kernklant.web.ledger.models import Customer
from kernklant.web.segments.models import Standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]


@pytest.fixture
def group(copies: SimpleNamespace) -> list[Standing]:
    """A group that the run knows, whose mother is Noor's and whose others are Bram's."""
    known = store.run(2).table("answer/customers.parquet", ["customer", "group"])
    told = [one["customer"] for one in known.to_pylist() if one["group"] is not None]
    customer = Customer.objects.filter(pk__in=told).exclude(group=None).earliest("pk")
    rows = Standing.objects.filter(customer__group=customer.group).order_by("pk")
    for whose in (Standing.objects, Customer.objects):
        whose.filter(pk__in=[row.pk for row in rows]).update(manager=copies.other_manager)
        whose.filter(pk=rows[0].pk).update(manager=copies.account_manager)
    assert len(rows) > 1
    return list(rows)


def block(client: Client, number: int) -> str:
    page = client.get(f"/klanten/{number}/").content.decode()
    return page.split('id="groep"')[1].split("</section>")[0]


def test_of_anothers_customer_in_the_group_one_sees_no_segment_and_no_euros(
    group: list[Standing], copies: SimpleNamespace, signed_in: SignIn
) -> None:
    told = block(signed_in(copies.account_manager), group[0].pk)
    assert group[1].name in told
    assert "Bram" in told
    assert 'class="segment' not in told
    assert "€" not in told
    assert "klantwaarde" not in told


def test_who_sees_all_of_the_group_sees_its_sums(
    group: list[Standing], copies: SimpleNamespace, signed_in: SignIn
) -> None:
    told = block(signed_in(copies.director), group[0].pk)
    assert "€" in told
    Standing.objects.update(manager=copies.account_manager)
    Customer.objects.update(manager=copies.account_manager)
    mine = block(signed_in(copies.account_manager), group[0].pk)
    assert re.sub(r"\s", "", mine) == re.sub(r"\s", "", told).replace("Bram", "Noor")


def test_an_analyst_reads_no_names_of_persons_in_a_group(
    group: list[Standing], copies: SimpleNamespace, signed_in: SignIn
) -> None:
    Customer.objects.filter(pk__in=[row.pk for row in group]).update(kind="consumer")
    client = signed_in(copies.analyst)
    for row in group:
        page = client.get(f"/klanten/{row.pk}/").content.decode()
        assert not [one.name for one in group if one.name in page]
