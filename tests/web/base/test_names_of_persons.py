"""No page tells an analyst or marketing what a person is called, wherever its links lead."""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from kernklant.web.base.models import Member
from kernklant.web.desk import listing
from kernklant.web.evaluation.actions import preview_at_once
from kernklant.web.ledger.models import Customer
from kernklant.web.segments.models import Standing
from kernklant.web.value.actions import make_draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]
MOST = 80  # pages a crawl looks at
LOOKED_AT = {"analyst": 30, "marketing": 5}
# Files as they were brought in; who may import has them anyway.
RAW = re.compile(r"^/gegevens/")


@pytest.fixture
def persons(copies: SimpleNamespace) -> set[str]:
    """Everybody is a person, and few enough gave a mark to be drawn one by one; their names."""
    Customer.objects.update(kind="consumer")
    Standing.objects.filter(pk__gt=300).update(satisfaction=None)
    return set(Customer.objects.exclude(name="").values_list("name", flat=True))


def crawl(client: Client, *begin: str) -> dict[str, str]:
    """The pages that links lead to, by address; of addresses that differ in a number only, some."""
    waiting, pages = deque(begin), dict[str, str]()
    seen: dict[str, int] = {}
    while waiting and len(pages) < MOST:
        address = waiting.popleft()
        shape = re.sub(r"\d+", "0", address)
        if address in pages or RAW.match(address) or seen.get(shape, 0) >= 3:
            continue
        seen[shape] = seen.get(shape, 0) + 1
        answer = client.get(address, follow=True)
        if answer.status_code != 200 or getattr(answer, "streaming", False):
            continue
        pages[address] = page = html.unescape(answer.content.decode())
        here = address.partition("?")[0]
        for link in re.findall(r'href="([^"#]+)', page):
            waiting.append(here + link if link.startswith("?") else link)
        waiting = deque(one for one in waiting if one.startswith("/"))
    return pages


def told(pages: dict[str, str], names: set[str]) -> list[tuple[str, str]]:
    """Pages with a name of a person."""
    return [(at, name) for at, page in pages.items() for name in names if name in page]


@pytest.mark.parametrize("role", ["analyst", "marketing"])
def test_no_page_tells_a_persons_name(
    persons: set[str], copies: SimpleNamespace, signed_in: SignIn, role: str
) -> None:
    pages = crawl(signed_in(getattr(copies, role)), "/", "/evaluaties/2/", "/evaluaties/1/tegen/2/")
    assert len(pages) > LOOKED_AT[role]
    assert told(pages, persons) == []


def test_who_may_see_names_finds_them_there(
    persons: set[str], copies: SimpleNamespace, signed_in: SignIn
) -> None:
    pages = crawl(signed_in(copies.director), "/", "/evaluaties/2/", "/evaluaties/1/tegen/2/")
    found = {re.sub(r"\d+", "0", at.partition("?")[0]) for at, _ in told(pages, persons)}
    assert found >= {"/evaluaties/0/", "/evaluaties/0/tegen/0/", "/portefeuille/", "/klanten/",
                     "/klanten/0/"}  # fmt: skip


def test_an_analyst_finds_a_person_by_number_never_by_name(
    persons: set[str], copies: SimpleNamespace, signed_in: SignIn
) -> None:
    person = Customer.objects.filter(standing__prospect=False).latest("standing__clv")
    firm = Customer.objects.filter(standing__prospect=False).earliest("standing__clv")
    Customer.objects.filter(pk=firm.pk).update(kind="business")
    client = signed_in(copies.analyst)

    def found(asked: str) -> list[str]:
        page = client.get("/klanten/", {"zoek": asked}).content.decode()
        return re.findall(r'<a href="/klanten/(\d+)/">', page)

    assert found(person.name) == []
    assert found(person.source_no) == [str(person.pk)]
    assert str(firm.pk) in found(firm.name)


def test_an_analyst_cannot_order_by_names(
    persons: set[str], copies: SimpleNamespace, signed_in: SignIn
) -> None:
    client = signed_in(copies.analyst)
    plain = [row["row"].pk for row in client.get("/klanten/").context["lines"]]
    asked = client.get("/klanten/?volgorde=naam")
    assert [row["row"].pk for row in asked.context["lines"]] == plain
    assert not re.search(r'<option[^>]*value="-?naam"', asked.content.decode())


@pytest.mark.parametrize("order", ["naam", "waarde", "-bijdrage"])
def test_an_address_of_a_page_holds_a_number_alone(copies: SimpleNamespace, order: str) -> None:
    page = listing.page_of(copies.director, {"volgorde": order}, after="")
    assert page.after == str(page.rows[-1].pk)


def test_a_draft_is_tried_on_a_person_without_his_name(
    persons: set[str], copies: SimpleNamespace, signed_in: SignIn
) -> None:
    draft = make_draft(by=copies.analyst, based_on=None, key="0" * 32)
    preview_at_once(by=copies.analyst, draft=draft)
    person: Any = Standing.objects.filter(segment="A").latest("clv")
    client, there = signed_in(copies.analyst), f"/beleid/concept/{draft.pk}/proef/"
    number = {"klant": person.customer.source_no}
    pages = {
        "name": client.get(there, {"klant": person.name}).content.decode(),
        "number": client.get(there, number).content.decode(),
        "movers": client.get(f"/beleid/concept/{draft.pk}/").content.decode(),
    }
    pages["name"] = pages["name"].replace(person.name, "", 1)  # what he typed himself
    assert told(pages, persons) == []
    assert f"<h3>{person.customer.source_no}" in pages["number"]
