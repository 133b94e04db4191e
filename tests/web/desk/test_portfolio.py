"""The portfolio: figures are those behind the links, sentences hold for every number."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.db.models import Sum
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kernklant.web.base import store
from kernklant.web.base.models import Member
from kernklant.web.base.rights import Right, Sight
from kernklant.web.desk import drawing, listing, telling
from kernklant.web.desk.columns import COLUMNS
from kernklant.web.desk.forms import ListForm
from kernklant.web.ledger.models import Copies, Customer
from kernklant.web.segments.copying import refresh, stale, stand_again
from kernklant.web.segments.models import SegmentMove, Standing
from kernklant.web.segments.tallies import FLOATS, WORDS, columns_of, tallies

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]


def text(client: Client, address: str = "/portefeuille/") -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_figures_are_the_sums_of_the_standings(copies: SimpleNamespace) -> None:
    told = Copies.objects.get().tallies
    for letter in ("A", "B", "C"):
        rows = Standing.objects.filter(segment=letter, prospect=False)
        one = told["segments"][letter]
        assert one["customers"] == rows.count()
        whole = rows.aggregate(clv=Sum("clv"), contribution=Sum("contribution_12m"))
        assert one["clv"] == pytest.approx(float(whole["clv"]), abs=0.5)
        assert one["contribution_12m"] == pytest.approx(float(whole["contribution"]), abs=0.5)
    concentration = store.summary(2)["concentration"]["contribution_12m"]
    for name in ("total", "customers", "customers_for_80", "whale"):
        assert told["contribution"][name] == concentration[name]


def test_counted_from_the_database_they_are_the_same(copies: SimpleNamespace) -> None:
    again = tallies(columns_of(Standing.objects.all()))
    told = Copies.objects.get().tallies
    assert again["segments"] == told["segments"]
    assert again["corners"] == told["corners"]
    assert again["valuable_from"] == told["valuable_from"]


def test_every_link_leads_to_as_many_customers_as_it_says(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    told = Copies.objects.get().tallies
    asked = {"let_op": "ontevreden"}
    assert (
        listing.filtered(copies.director, asked).count()
        == (told["corners"]["high_low"]["customers"])
    )
    losing = listing.filtered(copies.director, {"let_op": "verlies"})
    assert losing.count() == told["contribution"]["whale"]["loss_makers"]
    page = signed_in(copies.director).get("/portefeuille/").content.decode()
    links = {html.unescape(one) for one in re.findall(r'href="(/klanten/\?[^"]+)"', page)}
    assert len(links) > 20
    for link in links:
        assert "Niemand voldoet" not in text(signed_in(copies.director), link), link


def heads(client: Client, address: str) -> list[str]:
    """The words above the columns of a list."""
    head = client.get(address).content.decode().split("<thead>")[1].split("</thead>")[0]
    return re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', head)


def behind(member: Member, link: str) -> int:
    """How many customers a link to the list leads to."""
    form = ListForm(
        QueryDict(link.partition("?")[2]),
        sight=Sight.FULL,
        columns=[(name, name) for name in COLUMNS],
    )
    asked = form.asked()
    assert not form.errors, link
    return listing.filtered(member, asked).count()


def test_each_corner_and_square_leads_to_exactly_whom_it_counts(copies: SimpleNamespace) -> None:
    Standing.objects.filter(satisfaction__gte=8, clv__lt=1000).update(clv=None)
    Copies.objects.update(tallies=tallies(columns_of(Standing.objects.all())))
    told = Copies.objects.get().tallies
    counted = {name: one["customers"] for name, one in told["corners"].items()}
    assert min(counted.values()) > 0
    assert counted == {
        name: behind(copies.director, corner.link.href)
        for name, corner in drawing.corners(told, short=False).items()
        if corner.link
    }
    squares = [drawing.bin_of(one) for one in told["bins"]]
    assert len(squares) > 20
    for square in squares:
        assert behind(copies.director, drawing.behind(square).href) == square.customers
        one = square.customers == 1
        assert drawing.behind(square).tooltip.startswith(
            "1 klant," if one else f"{square.customers} "
        )


def test_hours_of_both_years_lead_to_lists_that_show_them(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    client = signed_in(copies.director)
    page = html.unescape(client.get("/portefeuille/").content.decode())
    link = r'<a href="([^"]+)"><rect[^>]*><title>{}:'
    now, before = (re.search(link.format(name), page) for name in ("uren nu", "uren ervoor"))
    assert now is not None
    assert before is not None
    assert "Uren jaar ervoor" in text(client, before.group(1))
    assert behind(copies.director, now.group(1)) == behind(copies.director, before.group(1))


def test_what_is_known_of_nobody_is_a_dash_and_no_nought(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    Standing.objects.update(
        contribution_12m=None, cost_to_serve_12m=None, hours_12m=None, hours_before=None
    )
    told = tallies(columns_of(Standing.objects.all()))
    Copies.objects.update(tallies=told)
    for one in (told["all"], *told["segments"].values()):
        assert one["contribution_12m"] is one["hours_12m"] is None
    client = signed_in(copies.director)
    page = text(client)
    table = page[page.rindex("Per segment") :]
    assert "€ 0" not in table
    assert " – " in table
    assert "Omzet 12 m" in heads(client, "/klanten/")
    assert "Bijdrage 12 m" not in heads(client, "/klanten/")


def test_a_segment_without_anybody_has_nought_where_others_have_figures() -> None:
    told = made(clv=[5.0, 3.0], contribution_12m=[4.0, np.nan], segment=["A", "C"])["segments"]
    assert [told[letter]["contribution_12m"] for letter in ("A", "B", "C")] == [4.0, 0.0, None]


def test_unsatisfied_is_said_and_seen(copies: SimpleNamespace, signed_in: SignIn) -> None:
    client = signed_in(copies.director)
    assert "Ontevreden: wie gemiddeld onder de 7 geeft." in text(client)
    for asked in ("let_op=ontevreden", "tevreden=tevreden", "cijfer=8&kolom=clv"):
        assert "Tevreden (0–10)" in heads(client, f"/klanten/?{asked}"), asked
    assert "Tevreden (0–10)" not in heads(client, "/klanten/")


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("administrator", 200),
        ("director", 200),
        ("team_manager", 200),
        ("account_manager", 200),
        ("service_desk", 404),
        ("analyst", 200),
        ("marketing", 200),
    ],
)
def test_each_role_sees_its_own_portfolio(
    copies: SimpleNamespace, signed_in: SignIn, role: str, status: int
) -> None:
    assert signed_in(getattr(copies, role)).get("/portefeuille/").status_code == status


def test_an_account_manager_sees_figures_of_his_own_customers(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    rows = Standing.objects.within(copies.account_manager, Right.PORTFOLIO).filter(prospect=False)
    page = text(signed_in(copies.account_manager))
    assert f"van uw {rows.count()} klanten" in page
    assert "Uw portefeuille" in page
    assert "1.127" not in page


def test_marketing_sees_figures_and_no_names(copies: SimpleNamespace, signed_in: SignIn) -> None:
    page = signed_in(copies.marketing).get("/portefeuille/").content.decode()
    assert "/klanten/" not in page
    assert "<title>" in page  # the pictures themselves are there
    some = Standing.objects.exclude(name="").order_by("-clv")[:50]
    assert not [one.name for one in some if html.escape(one.name) in page]


def test_a_decision_is_counted_again(copies: SimpleNamespace) -> None:
    move = SegmentMove.objects.filter(decision="").exclude(to_segment="exit").first()
    assert move is not None
    before = Copies.objects.get().tallies["segments"][move.to_segment]["customers"]
    SegmentMove.objects.filter(pk=move.pk).update(decision="accepted")
    stand_again([move.customer])
    assert stale()
    refresh()
    assert not stale()
    now = Copies.objects.get().tallies["segments"][move.to_segment]["customers"]
    assert now == before + 1


def test_after_a_decision_the_figures_of_before_stand_until_they_are_counted(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    boss, own = signed_in(copies.director), signed_in(copies.account_manager)
    valuable = listing.valuable_from()
    one = Standing.objects.filter(segment="C").earliest("pk")
    stand_again([one.pk])
    assert "de cijfers worden opnieuw geteld" in text(boss)
    assert "1.127" in text(boss)
    assert "U hebt nog geen klanten" not in text(own)
    assert listing.valuable_from() == valuable > 0
    refresh()
    assert "opnieuw geteld" not in text(boss)


def test_who_has_customers_is_not_told_otherwise_before_the_first_count(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    Copies.objects.update(tallies={})
    assert "De cijfers worden geteld" in text(signed_in(copies.account_manager))


def test_as_many_moves_wait_as_there_are_to_see(copies: SimpleNamespace, signed_in: SignIn) -> None:
    client, waiting = signed_in(copies.director), SegmentMove.objects.filter(decision="")
    gone = waiting.earliest("pk").customer  # an import that brought him was taken back
    Standing.objects.filter(pk=gone).delete()
    Customer.objects.filter(pk=gone).delete()
    many = f"{waiting.count() - 1} verschuivingen wachten"
    assert many in text(client)
    assert many in text(client, "/verschuivingen/")


def test_before_anything_happened_the_page_says_what_comes(
    empty_home: Any, cast: SimpleNamespace, signed_in: SignIn
) -> None:
    assert "na de eerste evaluatie" in text(signed_in(cast.director))


@pytest.mark.parametrize(("role", "queries"), [("director", 5), ("account_manager", 8)])
def test_the_page_asks_little(
    copies: SimpleNamespace,
    signed_in: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
    *,
    role: str,
    queries: int,
) -> None:
    client = signed_in(getattr(copies, role))
    client.get("/portefeuille/")
    with django_assert_num_queries(queries):
        client.get("/portefeuille/")


def made(**columns: list[Any]) -> dict[str, Any]:
    """Tallies of a few invented customers; what is not told is not known."""
    many = len(next(iter(columns.values())))
    told = {name: np.array(columns.get(name, [np.nan] * many), dtype=float) for name in FLOATS}
    words = {name: np.array(columns.get(name, [""] * many), dtype="<U4") for name in WORDS}
    return tallies({**told, **words})


def said(told: dict[str, Any], *, waiting: int = 0) -> list[str]:
    return [one.words.nl.replace("\xa0", " ") for one in telling.sentences(told, waiting=waiting)]


def test_sentences_hold_for_none_one_and_many() -> None:
    assert said(made(clv=[])) == ["Er zijn nog geen klanten om iets over te zeggen."]
    nothing = made(clv=[5.0, 3.0], segment=["C", "C"])
    assert said(nothing)[0] == "Geen van uw 2 klanten is nog A."
    one = made(
        clv=[100.0, 3.0], contribution_12m=[90.0, -10.0], hours_12m=[1.0, 3.0],
        segment=["A", "C"], satisfaction=[4.0, 9.0], nps_class=[-1.0, 1.0],
    )  # fmt: skip
    assert said(one, waiting=1) == [
        "1 van uw 2 klanten is A: hij brengt 113 % van de bijdrage en krijgt 25 % van uw uren.",
        "1 klant kost meer dan hij opbrengt (€ 10 per jaar).",
        "1 waardevolle klant is ontevreden.",
        "1 verschuiving wacht op akkoord.",
    ]
    many = made(clv=[5.0, 4.0], revenue_12m=[30.0, 10.0], segment=["A", "A"])
    assert said(many, waiting=2) == [
        "2 van uw 2 klanten zijn A: zij brengen 100 % van de omzet.",
        "Hoe tevreden zij zijn is nog niet gevraagd.",
        "2 verschuivingen wachten op akkoord.",
    ]
    below = made(clv=[5.0, 4.0], contribution_12m=[-30.0, 10.0], segment=["A", "A"])
    assert said(below)[0].endswith("welk deel zij brengen is nog niet te zeggen.")


def test_an_empty_portfolio_leads_to_bringing_invoices_in(
    empty_home: object, cast: SimpleNamespace, signed_in: SignIn
) -> None:
    page = signed_in(cast.administrator).get("/portefeuille/").content.decode()
    assert re.search(r'btn-primary" href="/gegevens/"', page)
    other = signed_in(cast.director).get("/portefeuille/").content.decode()
    assert re.search(r'btn-primary" href="/evaluaties/"', other)
