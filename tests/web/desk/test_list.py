"""The list of customers: every filter, page by page, within one's reach, and what is done there."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kernklant.web.base.models import LogEntry, Member
from kernklant.web.base.rights import Right
from kernklant.web.desk import listing
from kernklant.web.desk.models import SavedView
from kernklant.web.ledger.models import Customer
from kernklant.web.segments.models import Standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize("order", ["waarde", "bijdrage", "score", "naam"])
def test_page_after_page_gives_everybody_once_in_order(copies: SimpleNamespace, order: str) -> None:
    Standing.objects.filter(customer__in=range(10, 130)).update(
        clv=None, contribution_12m=None, score=None
    )
    asked = {"volgorde": order}
    found, after = [], ""
    while after is not None:
        page = listing.page_of(copies.director, asked, after=after)
        found += [row.pk for row in page.rows]
        after = page.after  # type: ignore[assignment]
    assert len(found) == len(set(found)) == Standing.objects.filter(prospect=False).count()
    assert found == [row.pk for row in listing.whole_of(copies.director, asked)]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"segment": ["A"]}, {"segment": "A"}),
        ({"manager": "geen"}, {"manager": None}),
        ({"waarde_van": 1000, "waarde_tot": 5000}, {"clv__gte": 1000, "clv__lt": 5000}),
        ({"verschoven": "omlaag"}, {"moved": -1}),
        ({"tevreden": "critici"}, {"nps_class": -1}),
        ({"bekend": "goed"}, {"evidence__gte": 0.75}),
        ({"let_op": "verlies"}, {"contribution_12m__lt": 0}),
        ({"cijfer": 8}, {"satisfaction__gte": 7.5, "satisfaction__lt": 8.5}),
    ],
)
def test_a_filter_leaves_who_answers_to_it(
    copies: SimpleNamespace, asked: dict[str, Any], wanted: dict[str, Any]
) -> None:
    found = listing.filtered(copies.director, asked)
    meant = Standing.objects.filter(prospect=False, **wanted)
    assert 0 < found.count() == meant.count() < 1127
    assert set(found.values_list("pk")) == set(meant.values_list("pk"))


def test_much_and_little_attention_are_measured_by_what_an_hour_goes_with(
    copies: SimpleNamespace,
) -> None:
    rate = listing.euros_an_hour()
    assert rate > 0
    for row in listing.filtered(copies.director, {"let_op": "te-veel"}):
        assert float(row.hours_12m or 0) * rate > 2 * float(row.contribution_12m or 0) * 0.999
    for row in listing.filtered(copies.director, {"let_op": "te-weinig"}):
        assert float(row.hours_12m or 0) * rate < float(row.contribution_12m or 0) / 2 * 1.001


@pytest.mark.parametrize(
    "nonsense",
    [
        {"segment": "Z"},
        {"waarde_van": "abc"},
        {"manager": "' OR 1=1"},
        {"na": "x~y"},
        {"na": "99999999999999999999999~NaN"},
        {"na": "1~Infinity"},
        {"volgorde": "drop"},
        {"kolom": "password"},
        {"zoek": "x" * 500},
        {"soort": "?"},
    ],
)
def test_what_makes_no_sense_is_no_error(
    copies: SimpleNamespace, signed_in: SignIn, nonsense: dict[str, str]
) -> None:
    response = signed_in(copies.director).get("/klanten/", nonsense)
    assert response.status_code == 200


def test_an_account_manager_sees_his_own_and_whom_he_stands_in_for(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    mine = Standing.objects.within(copies.account_manager, Right.CUSTOMERS)
    assert set(mine.values_list("manager", flat=True)) == {copies.account_manager.pk}
    page = text(signed_in(copies.account_manager), "/klanten/")
    best_of_other = Standing.objects.filter(manager=copies.other_manager).order_by("-clv").first()
    assert best_of_other is not None
    assert "Uw klanten" in page
    assert best_of_other.name not in page


def test_the_service_desk_sees_no_euros(copies: SimpleNamespace, signed_in: SignIn) -> None:
    client = signed_in(copies.service_desk)
    address = "/klanten/?kolom=clv&kolom=contribution_12m&volgorde=waarde&waarde_van=100000"
    page = text(client, address)
    assert "€" not in page
    assert client.get("/klanten/export.csv").status_code == 404


def test_an_analyst_sees_no_names_of_persons(copies: SimpleNamespace, signed_in: SignIn) -> None:
    person = Customer.objects.filter(standing__prospect=False).order_by("-standing__clv").first()
    assert person is not None
    Customer.objects.filter(pk=person.pk).update(kind="consumer")
    assert person.name in text(signed_in(copies.director), "/klanten/")
    page = text(signed_in(copies.analyst), "/klanten/")
    assert person.name not in page
    assert person.source_no in page


def test_searching_from_the_top_leads_to_who_is_meant(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    one = Standing.objects.order_by("-clv").first()
    assert one is not None
    response = signed_in(copies.director).get("/klanten/", {"zoek": one.name, "spring": "1"})
    assert response.status_code in {200, 302}
    assert one.name in text(
        signed_in(copies.director), f"/klanten/?{urlencode({'zoek': one.name})}"
    )


def test_ticked_customers_go_to_another_and_back(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    client = signed_in(copies.director)
    few = list(Standing.objects.filter(manager=copies.account_manager)[:3])
    told = {"klant": [row.pk for row in few], "manager": copies.other_manager.pk}
    page = client.post("/klanten/toewijzen/", told, follow=True).content.decode()
    assert "3 klanten zijn nu van Bram" in page
    for row in few:
        row.refresh_from_db()
        assert row.manager == copies.other_manager
        assert Customer.objects.get(pk=row.pk).manager == copies.other_manager
    back = re.search(r'action="(/klanten/toewijzen/\d+/terug/)"', page)
    assert back is not None
    client.post(back.group(1))
    for row in few:
        row.refresh_from_db()
        assert row.manager == copies.account_manager
    assert LogEntry.objects.filter(what__startswith="customers.assign").count() == 2


def test_a_team_manager_gives_only_his_teams_customers_to_his_team(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    client = signed_in(copies.team_manager)
    other = Standing.objects.filter(manager=copies.other_manager).first()
    assert other is not None
    client.post("/klanten/toewijzen/", {"klant": [other.pk], "manager": copies.account_manager.pk})
    other.refresh_from_db()
    assert other.manager == copies.other_manager
    mine = Standing.objects.filter(manager=copies.account_manager).first()
    assert mine is not None
    client.post("/klanten/toewijzen/", {"klant": [mine.pk], "manager": copies.other_manager.pk})
    mine.refresh_from_db()
    assert mine.manager == copies.account_manager


def test_the_list_as_a_file_holds_every_row_and_no_formula(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    Standing.objects.filter(segment="A").order_by("-clv").update(city="=1+1")
    client = signed_in(copies.director)
    response = client.get("/klanten/export.xlsx?segment=A&kolom=clv")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    rows = list(book.active.values)
    assert rows[0] == ("klantnummer", "naam", "plaats", "segment", "Klantwaarde")
    assert len(rows) == 1 + Standing.objects.filter(segment="A").count()
    assert {row[2] for row in rows[1:]} == {"'=1+1"}
    entry = LogEntry.objects.get(what="customers.exported")
    assert entry.data == {"filters": ["kolom", "segment"]}
    assert client.get("/klanten/export.exe").status_code == 404


def test_a_list_is_kept_and_forgotten_by_its_owner(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    mine, other = signed_in(copies.director), signed_in(copies.analyst)
    mine.post("/klanten/lijsten/", {"name": "Mijn A's", "query": "segment=A"})
    view = SavedView.objects.get()
    assert "Mijn A" in text(mine, "/klanten/")
    assert "Mijn A" not in text(other, "/klanten/")
    assert other.post(f"/klanten/lijsten/{view.pk}/weg/").status_code == 404
    mine.post(f"/klanten/lijsten/{view.pk}/weg/")
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(("role", "queries"), [("director", 7), ("account_manager", 7)])
def test_a_page_of_the_list_asks_little(
    copies: SimpleNamespace,
    signed_in: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
    *,
    role: str,
    queries: int,
) -> None:
    client = signed_in(getattr(copies, role))
    client.get("/klanten/")
    with django_assert_num_queries(queries):
        client.get("/klanten/")


def test_an_empty_installation_says_what_comes_here(
    empty_home: Any, cast: SimpleNamespace, signed_in: SignIn
) -> None:
    assert "na de eerste evaluatie" in text(signed_in(cast.director), "/klanten/")
    assert "nog geen klanten" in text(signed_in(cast.account_manager), "/klanten/")
