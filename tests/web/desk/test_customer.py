"""The page of one customer: each role sees its part, figures are those of the run, writes work."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from kernklant.engine.evaluation.formats import FORMATS
from kernklant.engine.evaluation.one import one_customer
from kernklant.web.base import store
from kernklant.web.base.models import LogEntry, Member
from kernklant.web.desk import about, happened
from kernklant.web.evaluation.told import ratings_told
from kernklant.web.ledger.models import ContactPerson, Customer, Note
from kernklant.web.segments.actions import Decision, decide_moves, fix_segment
from kernklant.web.segments.models import SegmentMove, Standing
from kernklant.web.value.models import Rating

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def best(copies: SimpleNamespace) -> Standing:
    """The most valuable customer of Noor."""
    his = Standing.objects.filter(manager=copies.account_manager, clv__isnull=False)
    found = his.order_by("-clv").first()
    assert found is not None
    return found


def test_the_figures_are_those_of_the_run(
    copies: SimpleNamespace, signed_in: SignIn, best: Standing
) -> None:
    told = one_customer(store.store(), best.customer.source_no)
    page = text(signed_in(copies.director), f"/klanten/{best.pk}/")
    assert f"Score {told['score']}" in page
    for part in told["points"]:
        assert f"{part['points']}/{part['most']}" in page
    assert f"€ {round(told['clv']):,}".replace(",", ".") in page
    assert told["reasons"]["nl"] in page
    for line in told["would_change"]:
        assert line["nl"].split("€")[0] in page


def test_both_values_of_a_customer_who_is_served_are_named(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    move = SegmentMove.objects.filter(decision="", to_segment="exit").earliest("pk")
    one = Standing.objects.get(pk=move.customer)
    assert one.served
    worth, after = (euros(value) for value in (one.clv, one.clv_after_service))
    page = text(signed_in(copies.director), f"/klanten/{one.pk}/")
    assert f"Klantwaarde {worth}" in page
    assert f"na bediening {after}; die telt voor de score" in page
    assert "klantwaarde na bediening 0/" in page
    assert re.search(
        rf"klantwaarde na bediening klantwaarde na bediening {re.escape(after)} ", page
    )
    moves = text(signed_in(copies.director), "/verschuivingen/?naar=exit")
    assert f"klantwaarde {worth} na bediening {after} " in moves


def euros(value: Any) -> str:
    return plain(FORMATS["nl"].euros(value))


def plain(told: str) -> str:
    """With spaces as ``text`` gives them."""
    return told.replace("\xa0", " ")


def test_a_revenue_that_differs_is_accounted_for(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    client, said = signed_in(copies.director), set()
    for one in Standing.objects.filter(prospect=False).order_by("-revenue_12m")[:40]:
        facts = about.facts(2, one.pk)
        differs = happened.years_of(facts.months)[0].revenue != one.revenue_12m
        if differs not in said:
            page = text(client, f"/klanten/{one.pk}/")
            assert ("een creditnota op haar eigen dag" in page) == differs
            assert not differs or f"omzet {euros(one.revenue_12m)}." in page
            said.add(differs)
    assert said == {True, False}


def test_the_head_says_how_satisfied_he_is_and_when_he_was_last_met(
    copies: SimpleNamespace, signed_in: SignIn, best: Standing
) -> None:
    Standing.objects.filter(pk=best.pk).update(satisfaction=4.5)
    head = text(signed_in(copies.director), f"/klanten/{best.pk}/")
    last = about.facts(2, best.pk).last_contact
    assert f"tevredenheid 4,5 van 10 laatste contact {plain(FORMATS['nl'].day(last))}" in head


def test_two_chances_of_a_are_told_apart(copies: SimpleNamespace, signed_in: SignIn) -> None:
    rest = Standing.objects.filter(segment="C", reason="C", p_a__gt=0.05).earliest("pk")
    page = text(signed_in(copies.director), f"/klanten/{rest.pk}/")
    assert "kans dat hij nu al A is" in page
    assert "dat hij het wordt als hij ook meer gaat besteden" in page


def test_hours_that_are_not_known_are_a_dash_without_a_unit(
    copies: SimpleNamespace, signed_in: SignIn, best: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = about.stand(2, best.pk, euros=True)
    assert stand is not None
    bare = replace(stand, row={**stand.row, "service_hours_12m": None, "contacts_12m": None})
    monkeypatch.setattr(about, "stand", lambda *_, **_more: bare)
    assert "Aandacht 12 maanden – <" in re.sub(
        r"\s+",
        " ",
        re.sub(
            r"</?(?:dt|dd|strong)>",
            " ",
            signed_in(copies.director).get(f"/klanten/{best.pk}/").content.decode(),
        ),
    )


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        ("administrator", "full"),
        ("director", "full"),
        ("team_manager", "full"),
        ("account_manager", "full"),
        ("other_manager", "brief"),
        ("service_desk", "no euros"),
        ("analyst", "no persons"),
        ("marketing", None),
    ],
)
def test_each_role_sees_its_part(
    copies: SimpleNamespace, signed_in: SignIn, best: Standing, role: str, sees: str | None
) -> None:
    ContactPerson.objects.create(customer=best.pk, name="Kees Kanarie")
    Note.objects.create(customer=best.pk, by=copies.director, text="Belt liever dan hij mailt")
    client = signed_in(getattr(copies, role))
    if sees is None:
        assert client.get(f"/klanten/{best.pk}/").status_code == 404
        return
    page = text(client, f"/klanten/{best.pk}/")
    assert best.name in page
    assert ("€" in page) == (sees in {"full", "no persons"})
    assert ("Score" in page) == (sees != "brief")
    for personal in ("Kees Kanarie", "Belt liever"):
        assert (personal in page) == (sees in {"full", "no euros"})


def test_reading_a_page_is_written_down(
    copies: SimpleNamespace, signed_in: SignIn, best: Standing
) -> None:
    signed_in(copies.account_manager).get(f"/klanten/{best.pk}/")
    entry = LogEntry.objects.get(what="customer.read")
    assert (entry.by, entry.about) == (copies.account_manager, f"customer:{best.pk}")


def test_a_mark_is_kept_changed_and_taken_back(
    copies: SimpleNamespace, signed_in: SignIn, best: Standing
) -> None:
    client, address = signed_in(copies.account_manager), f"/klanten/{best.pk}/beoordeling/"
    for score in ("4", "2"):
        client.post(address, {"criterion": "sees_us_as_important", "score": score})
    assert Rating.objects.get().score == 2
    assert ratings_told()[0]["mark"] == "2"
    assert "vaste leverancier" in text(signed_in(copies.director), f"/klanten/{best.pk}/")
    client.post(address, {"criterion": "sees_us_as_important", "score": ""})
    assert not Rating.objects.exists()
    for nonsense in ({"criterion": "x", "score": "1"}, {"criterion": "fit", "score": "9"}):
        client.post(address, nonsense)
    assert not Rating.objects.exists()


def test_notes_and_persons_come_and_go(
    copies: SimpleNamespace, signed_in: SignIn, best: Standing
) -> None:
    client, address = signed_in(copies.account_manager), f"/klanten/{best.pk}/"
    client.post(f"{address}notities/", {"text": "Offerte <b>warmtepomp</b> volgt"})
    client.post(f"{address}notities/", {"text": ""})
    told = {"name": "Kees Kanarie", "email": "kees@voorbeeld.invalid"}
    client.post(f"{address}contactpersonen/", told)
    page = client.get(address).content.decode()
    assert "Offerte &lt;b&gt;warmtepomp&lt;/b&gt; volgt" in page
    assert "Kees Kanarie" in page
    wrong = client.post(f"{address}contactpersonen/", {"name": "", "email": "geen adres"})
    assert wrong.status_code == 422
    note, person = Note.objects.get(), ContactPerson.objects.get()
    other = signed_in(copies.director)
    assert other.post(f"{address}notities/{note.pk}/weg/").status_code == 404  # not his own
    client.post(f"{address}notities/{note.pk}/weg/")
    client.post(f"{address}contactpersonen/{person.pk}/weg/")
    assert not Note.objects.exists()
    assert not ContactPerson.objects.exists()
    assert LogEntry.objects.filter(what__in=["note.written", "contact.removed"]).count() == 2


def test_a_double_click_keeps_a_note_and_a_person_once(
    copies: SimpleNamespace, signed_in: SignIn, best: Standing
) -> None:
    client, address = signed_in(copies.account_manager), f"/klanten/{best.pk}/"
    for _click in range(2):
        client.post(f"{address}notities/", {"text": "Belt morgen"})
        client.post(f"{address}contactpersonen/", {"name": "Kees Kanarie", "phone": "038"})
    assert (Note.objects.count(), ContactPerson.objects.count()) == (1, 1)
    Note.objects.update(at=timezone.now() - timedelta(minutes=2))
    client.post(f"{address}notities/", {"text": "Belt morgen"})
    client.post(f"{address}contactpersonen/", {"name": "Kees Kanarie", "phone": "0529"})
    assert (Note.objects.count(), ContactPerson.objects.count()) == (2, 2)


def test_a_person_can_be_changed(
    copies: SimpleNamespace, signed_in: SignIn, best: Standing
) -> None:
    person = ContactPerson.objects.create(customer=best.pk, name="Kees Kanari", phone="038")
    client, address = signed_in(copies.account_manager), f"/klanten/{best.pk}/"
    here = f"{address}contactpersonen/{person.pk}/"
    assert here in client.get(address).content.decode()
    assert "Kees Kanari" in client.get(here).content.decode()
    assert client.post(here, {"name": "", "phone": "038"}).status_code == 422
    assert client.post(here, {"name": "Kees Kanarie", "phone": "038"}).status_code == 302
    person.refresh_from_db()
    assert (person.name, ContactPerson.objects.count()) == ("Kees Kanarie", 1)
    assert LogEntry.objects.filter(what="contact.changed").count() == 1
    assert signed_in(copies.other_manager).get(here).status_code == 404


@pytest.mark.parametrize("role", ["administrator", "other_manager", "service_desk", "analyst"])
@pytest.mark.parametrize("what", ["beoordeling/", "notities/", "contactpersonen/"])
def test_who_may_not_write_finds_nothing(
    copies: SimpleNamespace, signed_in: SignIn, best: Standing, *, role: str, what: str
) -> None:
    client = signed_in(getattr(copies, role))
    told = {"criterion": "sees_us_as_important", "score": "1", "text": "x", "name": "x"}
    assert client.post(f"/klanten/{best.pk}/{what}", told).status_code == 404
    assert not (Note.objects.exists())
    assert not (Rating.objects.exists())
    assert not (ContactPerson.objects.exists())


def test_what_happened_goes_back_page_by_page(
    copies: SimpleNamespace, signed_in: SignIn, best: Standing
) -> None:
    client, address = signed_in(copies.director), f"/klanten/{best.pk}/"
    found, pages = [], 0
    while address:
        page = client.get(address).content.decode()
        found += re.findall(r'datetime="([\d-]+)"', page)
        after = re.search(r'href="(/klanten/\d+/tijdlijn/\?voor=[\d-]+)"', page)
        address, pages = after.group(1) if after else "", pages + 1
    assert pages > 2
    assert found == sorted(found, reverse=True)
    assert client.get(f"/klanten/{best.pk}/tijdlijn/?voor=gisteren").status_code == 404


def test_a_prospect_has_potential_and_no_value(copies: SimpleNamespace, signed_in: SignIn) -> None:
    one = Standing.objects.filter(prospect=True).first()
    assert one is not None
    page = text(signed_in(copies.director), f"/klanten/{one.pk}/")
    assert "Hij kocht nog niets" in page
    assert "Past bij ons" in page


def test_the_page_is_english_for_who_chose_so(
    copies: SimpleNamespace, signed_in: SignIn, best: Standing
) -> None:
    Member.objects.filter(pk=copies.director.pk).update(language="en")
    page = text(signed_in(copies.director), f"/klanten/{best.pk}/")
    assert "Lifetime value" in page
    for dutch in ("Klantwaarde", "Bijdrage", "Tijdlijn", "Notities", "Waarom?"):
        assert dutch not in page


def test_a_customer_that_is_not_there_is_not_found(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    for number in (10**9, 10**18):
        assert signed_in(copies.director).get(f"/klanten/{number}/").status_code == 404


@pytest.mark.parametrize(("role", "queries"), [("director", 11), ("account_manager", 12)])
def test_the_page_asks_little(
    copies: SimpleNamespace,
    signed_in: SignIn,
    best: Standing,
    django_assert_num_queries: DjangoAssertNumQueries,
    *,
    role: str,
    queries: int,
) -> None:
    client = signed_in(getattr(copies, role))
    client.get(f"/klanten/{best.pk}/")
    turn = int(connection.vendor == "postgresql")  # there the line in the log waits for its turn
    with django_assert_num_queries(queries + turn):
        client.get(f"/klanten/{best.pk}/")


def test_an_insolvent_customer_is_told_first(
    copies: SimpleNamespace, signed_in: SignIn, best: Standing
) -> None:
    Standing.objects.filter(pk=best.pk).update(insolvent=True)
    Customer.objects.filter(pk=best.pk).update(name="Zeker <script>alert(1)</script> BV")
    page = signed_in(copies.director).get(f"/klanten/{best.pk}/").content.decode()
    assert "Failliet of in surseance" in page
    assert "<script>alert" not in page


def test_what_holds_a_segment_is_told_as_it_is(copies: SimpleNamespace, signed_in: SignIn) -> None:
    client, day = signed_in(copies.director), timezone.localdate() + timedelta(days=90)
    waiting = SegmentMove.objects.filter(decision="")
    goes, leaves = waiting.exclude(to_segment="exit")[0], waiting.filter(to_segment="exit")[0]
    rest = Standing.objects.filter(segment="C", computed="C", waits=False).earliest("pk")
    date, wait = plain(FORMATS["nl"].day(day)), "wacht op akkoord"
    going = f"Van {goes.from_segment} naar {goes.to_segment}"
    assert f"{going} {wait}." in text(client, f"/klanten/{goes.customer}/")
    assert f"naar exit {wait}." in text(client, f"/klanten/{leaves.customer}/")
    for move, decision in ((goes, "refused"), (leaves, "accepted")):
        decide_moves(by=copies.director, moves=[move.pk], decision=Decision(decision, "ja", day))
    fix_segment(by=copies.director, customer=rest.customer, segment="B", why="groeit", until=day)
    for number, told in (
        (goes.customer, f"{going} is geweigerd; kijk opnieuw op {date}."),
        (leaves.customer, f"Zijn uitfaseren is getekend, tot en met {date}; berekend is C."),
        (rest.pk, f"Vastgezet op B tot en met {date}; berekend is C."),
    ):
        page = text(client, f"/klanten/{number}/").replace("\xa0", " ")
        assert told in page
        assert wait not in page
        assert "Naar de verschuivingen" not in page


def test_a_list_says_of_nobody_that_he_waits_when_it_was_decided(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    goes = SegmentMove.objects.filter(decision="").exclude(to_segment="exit")[0]
    client = signed_in(copies.director)
    address = f"/klanten/?zoek={Customer.objects.get(pk=goes.customer).source_no}"
    assert "wacht op akkoord" in text(client, address)
    day = timezone.localdate() + timedelta(days=90)
    decide_moves(by=copies.director, moves=[goes.pk], decision=Decision("refused", "ja", day))
    page = text(client, address)
    assert "anders besloten" in page
    assert "wacht op akkoord" not in page


def test_who_may_decide_finds_the_way_to_it(copies: SimpleNamespace, signed_in: SignIn) -> None:
    held = Standing.objects.exclude(segment=F("computed")).filter(prospect=False).earliest("pk")
    page = signed_in(copies.director).get(f"/klanten/{held.pk}/").content.decode()
    assert 'href="/verschuivingen/"' in page.split("<main")[1]
    assert f'href="/verschuivingen/vast/{held.pk}/"' in page
    analyst = signed_in(copies.analyst).get(f"/klanten/{held.pk}/").content.decode()
    assert "/verschuivingen/" not in analyst.split("<main")[1]
