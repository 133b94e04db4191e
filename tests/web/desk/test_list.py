"""The list of customers: every filter, page by page, within one's reach, and what is done there."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from itertools import product
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kernklant.web.base.models import LogEntry, Member
from kernklant.web.base.rights import Right
from kernklant.web.desk import actions, columns, listing
from kernklant.web.desk.models import SavedView
from kernklant.web.desk.telling import LOSSES
from kernklant.web.ledger.models import Assignment, Customer
from kernklant.web.segments.models import Standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def pages(member: Member, asked: dict[str, Any]) -> list[Standing]:
    """The rows of all pages of a list."""
    found: list[Standing] = []
    after: str | None = ""
    while after is not None:
        page = listing.page_of(member, asked, after=after)
        found, after = found + page.rows, page.after
    return found


ORDERS = [f"{end}{name}" for name in listing.OF_CUSTOMERS for end in ("", "-")]


@pytest.mark.parametrize("order", ORDERS)
def test_page_after_page_gives_everybody_once_in_order(copies: SimpleNamespace, order: str) -> None:
    Standing.objects.filter(customer__in=range(10, 130)).update(
        clv=None, contribution_12m=None, score=None
    )
    asked = {"volgorde": order}
    found = [row.pk for row in pages(copies.director, asked)]
    assert len(found) == len(set(found)) == Standing.objects.filter(prospect=False).count()
    assert found == [row.pk for row in listing.whole_of(copies.director, asked)]


def test_losses_begin_with_who_costs_most_and_turn_around(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    client, losing = signed_in(copies.director), Standing.objects.filter(contribution_12m__lt=0)
    page = client.get(f"/klanten/?{LOSSES}").content.decode()
    worst = losing.earliest("contribution_12m")
    assert page.index(worst.name) == min(page.index(one) for one in names_in(page))
    assert re.search(r'<th[^>]*aria-sort="ascending"[^>]*><a[^>]*volgorde=bijdrage"', page)
    turned = client.get("/klanten/?let_op=verlies&volgorde=bijdrage").content.decode()
    assert names_in(turned)[0] == losing.latest("contribution_12m").name
    assert re.search(r'<th[^>]*aria-sort="descending"[^>]*><a[^>]*volgorde=-bijdrage"', turned)


def names_in(page: str) -> list[str]:
    """Whom a list shows, from the top."""
    return [html.unescape(one) for one in re.findall(r'<a href="/klanten/\d+/">([^<]+)</a>', page)]


@pytest.mark.parametrize(
    ("within", "order"),
    [
        *product(({}, {"segment": ["C"]}, {"manager": "geen"}), ORDERS),
        ({"soort": "prospects"}, "potentie"),
        ({"soort": "prospects"}, "-potentie"),
    ],
)
def test_an_order_is_read_from_its_index_whichever_end_it_begins_at(
    copies: SimpleNamespace, within: dict[str, Any], order: str
) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # it would rather sort so few
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    rows = listing.filtered(copies.director, within)
    plan = listing.having(rows, listing.ordering(order), None, 0)[:51].explain()
    assert not re.search(r"TEMP B-TREE|\bSort\b", plan), plan


def test_prospects_begin_with_who_could_bring_most(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    prospects = Standing.objects.filter(prospect=True)
    prospects.filter(pk__lt=prospects.order_by("pk")[60].pk).update(potential=None)
    for order, first in (("", F("potential").desc()), ("-potentie", F("potential").asc())):
        told = pages(copies.director, {"soort": "prospects", "volgorde": order})
        known = [row.potential for row in told if row.potential is not None]
        assert len(told) == len({row.pk for row in told}) == prospects.count()
        assert known == list(
            prospects.exclude(potential=None).order_by(first).values_list("potential", flat=True)
        )
        assert {row.potential for row in told[len(known) :]} == {None}
    page = signed_in(copies.director).get("/klanten/?soort=prospects").content.decode()
    assert names_in(page)[0] == prospects.exclude(potential=None).latest("potential").name
    assert re.search(r'aria-sort="descending"><a href="[^"]*volgorde=-potentie"', page)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"segment": ["A"]}, {"segment": "A"}),
        ({"manager": "geen"}, {"manager": None}),
        ({"waarde_van": 1000, "waarde_tot": 5000}, {"clv__gte": 1000, "clv__lt": 5000}),
        ({"verschoven": "omlaag"}, {"moved": -1}),
        ({"tevreden": "critici"}, {"nps_class": -1}),
        ({"tevreden": "tevreden"}, {"satisfaction__gte": 7}),
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
        assert Customer.objects.get(pk=row.pk).manager == copies.account_manager
    assert LogEntry.objects.filter(what__startswith="customers.assign").count() == 2
    assert not Assignment.objects.exists()  # the ledger says again whose they are


def test_who_was_assigned_before_is_again_whose_he_was_assigned_to(
    copies: SimpleNamespace,
) -> None:
    noor, bram, boss = copies.account_manager, copies.other_manager, copies.director
    whom = Standing.objects.filter(manager=None, prospect=False).earliest("pk").pk
    actions.assign_customers(by=boss, customers=[whom], manager=noor)
    entry, count = actions.assign_customers(by=boss, customers=[whom], manager=bram)
    assert count == 1
    assert entry is not None
    for undone in (1, 0):
        assert actions.undo_assignment(by=boss, entry=entry) == undone
        assert Assignment.objects.get(pk=whom).manager == noor
        assert Standing.objects.get(pk=whom).manager == noor


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


def test_the_columns_that_are_shown_are_ticked(copies: SimpleNamespace, signed_in: SignIn) -> None:
    client = signed_in(copies.director)
    for asked, shown in (("", list(columns.USUAL)), ("?kolom=score&kolom=revenue_12m", None)):
        page = client.get(f"/klanten/{asked}").content.decode()
        ticked = re.findall(r'name="kolom" value="(\w+)" checked', page)
        assert ticked == (shown or ["score", "revenue_12m"])
        more = urlencode([("kolom", name) for name in [*ticked, "sector"]])
        head = client.get(f"/klanten/?{more}").content.decode().split("</thead>")[0]
        assert head.count('<th scope="col"') == len(ticked) + 3  # tick and name, and one more


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


@pytest.mark.parametrize(("role", "queries"), [("director", 8), ("account_manager", 8)])
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
