"""Who moves is signed or refused by whom, and what then holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from kernklant.engine.errors import UserError
from kernklant.web.base.models import LogEntry, Member
from kernklant.web.ledger.models import Customer
from kernklant.web.segments.actions import (
    Decision,
    decide_moves,
    end_override,
    fix_segment,
    propose_moves,
)
from kernklant.web.segments.in_force import not_to_be_proposed
from kernklant.web.segments.models import Override, SegmentMove, Standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]
SIGNS = {"director", "team_manager"}
PROPOSES = {*SIGNS, "account_manager", "other_manager"}


def soon(days: int = 90) -> object:
    return timezone.localdate() + timedelta(days=days)


def accept(**more: object) -> Decision:
    return Decision(**{"decision": "accepted", "why": "gezien", **more})  # type: ignore[arg-type]


def refuse(**more: object) -> Decision:
    told = {"decision": "refused", "why": "eerst bellen", "look_again_on": soon(), **more}
    return Decision(**told)  # type: ignore[arg-type]


def moves(**wanted: object) -> list[SegmentMove]:
    return list(SegmentMove.objects.filter(decision="", **wanted).order_by("pk"))


def between() -> SegmentMove:
    """One that is no exit."""
    return SegmentMove.objects.filter(decision="").exclude(to_segment="exit").earliest("pk")


def test_the_decision_stays_in_sight_with_what_is_wrong_beside_it(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    client = signed_in(copies.director)
    page = client.get("/verschuivingen/").content.decode()
    assert 'class="bar">' in page
    assert page.count(" checked") == 0
    assert client.get("/verschuivingen/?kies=alle").content.decode().count(
        " checked"
    ) == page.count('name="move"')
    wrong = client.post("/verschuivingen/besluit/", {"decision": "accepted", "why": ""})
    bar = wrong.content.decode().partition('class="bar" open')[2]
    assert "Kies eerst een of meer klanten." in bar


def standing(move: SegmentMove) -> str:
    return Standing.objects.get(pk=move.customer).segment


def told(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_each_role_finds_what_is_its_to_do(copies: SimpleNamespace, signed_in: SignIn) -> None:
    for role, member in vars(copies).items():
        client = signed_in(member)
        assert client.get("/verschuivingen/").status_code == (200 if role in PROPOSES else 404)
        wanted = 200 if role in SIGNS else 404
        assert client.get("/verschuivingen/vast/").status_code == wanted, role
        signs = client.post("/verschuivingen/besluit/", {"decision": "accepted"}).status_code
        assert signs == (422 if role in SIGNS else 404), role
    assert not SegmentMove.objects.exclude(decision="").exists()


def test_a_signed_move_is_in_force_at_once(copies: SimpleNamespace, signed_in: SignIn) -> None:
    move = between()
    assert standing(move) == move.from_segment
    response = signed_in(copies.director).post(
        "/verschuivingen/besluit/",
        {"move": [move.pk], "decision": "accepted", "why": "klopt"},
        follow=True,
    )
    assert "Getekend: 1" in response.content.decode()
    assert standing(move) == move.to_segment
    move.refresh_from_db()
    assert (move.decision, move.decided_by, move.why) == ("accepted", copies.director, "klopt")
    entry = LogEntry.objects.get(what="move.decided")
    assert entry.about == f"customer:{move.customer}"


def test_a_refused_move_holds_until_the_day_to_look_again(copies: SimpleNamespace) -> None:
    move = between()
    decide_moves(by=copies.director, moves=[move.pk], decision=refuse())
    assert standing(move) == move.from_segment
    held = Override.objects.get(customer=move.customer)
    assert (held.segment, held.until, held.why) == (move.from_segment, soon(), "eerst bellen")


def test_a_refused_exit_is_not_proposed_again_before_its_day(copies: SimpleNamespace) -> None:
    move = moves(to_segment="exit")[0]
    decide_moves(by=copies.director, moves=[move.pk], decision=refuse())
    assert not Override.objects.exists()
    assert not_to_be_proposed(on=timezone.localdate()).tolist() == [move.customer]
    assert len(not_to_be_proposed(on=timezone.localdate() + timedelta(days=91))) == 0


def test_a_signed_exit_lasts_until_its_day_also_over_later_runs(copies: SimpleNamespace) -> None:
    move = moves(to_segment="exit")[0]
    with pytest.raises(UserError, match="day on which you look again"):
        decide_moves(by=copies.director, moves=[move.pk], decision=accept())
    decide_moves(by=copies.director, moves=[move.pk], decision=accept(look_again_on=soon()))
    assert standing(move) == "exit"
    assert Override.objects.get(customer=move.customer).segment == "exit"


def test_what_was_decided_is_not_decided_again(copies: SimpleNamespace) -> None:
    move = between()
    decide_moves(by=copies.director, moves=[move.pk], decision=accept())
    with pytest.raises(UserError, match="do not wait any more"):
        decide_moves(by=copies.team_manager, moves=[move.pk], decision=refuse())
    assert LogEntry.objects.filter(what="move.decided").count() == 1


def test_a_team_manager_decides_on_his_team_alone(copies: SimpleNamespace) -> None:
    own = Customer.objects.filter(manager__team=copies.team_manager.team).values("number")
    others = SegmentMove.objects.filter(decision="").exclude(customer__in=own)
    other = others.exclude(to_segment="exit").first() or others.first()
    assert other is not None
    with pytest.raises(UserError, match="do not wait"):
        decide_moves(by=copies.team_manager, moves=[other.pk], decision=refuse())
    mine = SegmentMove.objects.filter(decision="", customer__in=own).first()
    assert mine is not None
    decide_moves(by=copies.team_manager, moves=[mine.pk, other.pk], decision=refuse())
    other.refresh_from_db()
    assert other.decision == ""


def test_a_team_manager_does_not_decide_the_exit_of_his_own_customer(
    copies: SimpleNamespace,
) -> None:
    move = moves(to_segment="exit")[0]
    Customer.objects.filter(pk=move.customer).update(manager=copies.team_manager)
    with pytest.raises(UserError, match="Somebody else decides"):
        decide_moves(by=copies.team_manager, moves=[move.pk], decision=accept(look_again_on=soon()))
    assert standing(move) != "exit"


def test_an_account_manager_proposes_on_his_own_and_decides_nothing(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    noor = copies.account_manager
    own = Customer.objects.filter(manager=noor).values("number")
    mine = SegmentMove.objects.filter(decision="", customer__in=own).first()
    other = SegmentMove.objects.filter(decision="").exclude(customer__in=own).first()
    assert mine is not None
    assert other is not None
    client = signed_in(noor)
    client.post("/verschuivingen/voorstel/",
                {"move": [mine.pk, other.pk], "decision": "refused", "why": "groeit"})  # fmt: skip
    for move in (mine, other):
        move.refresh_from_db()
    assert (mine.proposed, mine.proposed_by, mine.decision) == ("refused", noor, "")
    assert other.proposed == ""
    page = told(client.get("/verschuivingen/").content.decode())
    assert "Noor stelt voor om te weigeren: “groeit”" in page
    assert str(Customer.objects.get(pk=other.customer)) not in page


def test_a_natural_person_leaves_only_by_two_people(copies: SimpleNamespace) -> None:
    move = moves(to_segment="exit")[0]
    Customer.objects.filter(pk=move.customer).update(kind="consumer")
    signs = accept(look_again_on=soon())
    with pytest.raises(UserError, match="takes two people"):
        decide_moves(by=copies.director, moves=[move.pk], decision=signs)
    propose_moves(by=copies.director, moves=[move.pk], decision="accepted", why="kost te veel")
    with pytest.raises(UserError, match="takes two people"):
        decide_moves(by=copies.director, moves=[move.pk], decision=signs)
    Customer.objects.filter(pk=move.customer).update(manager=copies.account_manager)
    propose_moves(by=copies.account_manager, moves=[move.pk], decision="accepted", why="ja")
    assert decide_moves(by=copies.director, moves=[move.pk], decision=signs) == 1
    assert standing(move) == "exit"


def test_refusing_a_persons_exit_takes_one(copies: SimpleNamespace) -> None:
    move = moves(to_segment="exit")[0]
    Customer.objects.filter(pk=move.customer).update(kind="consumer")
    assert decide_moves(by=copies.director, moves=[move.pk], decision=refuse()) == 1


def test_many_at_once_need_a_stated_sample_and_at_most_25_persons(copies: SimpleNamespace) -> None:
    run = moves()[0].evaluation
    there = SegmentMove.objects.values("customer")
    for one in Standing.objects.filter(segment="C").exclude(pk__in=there)[:10]:
        SegmentMove.objects.create(
            evaluation=run, customer=one.pk, from_segment="C", to_segment="A"
        )
    many = [move.pk for move in moves()][:26]
    assert len(many) == 26
    with pytest.raises(UserError, match="how many of these"):
        decide_moves(by=copies.director, moves=many, decision=refuse(looked_at=0))
    with pytest.raises(UserError, match="how many of these"):
        decide_moves(by=copies.director, moves=many, decision=refuse(looked_at=27))
    Customer.objects.update(kind="consumer")
    with pytest.raises(UserError, match="25 natural persons"):
        decide_moves(by=copies.director, moves=many, decision=refuse(looked_at=5))
    assert not SegmentMove.objects.exclude(decision="").exists()
    assert decide_moves(by=copies.director, moves=many[:25], decision=refuse(looked_at=5)) == 25
    row = SegmentMove.objects.filter(decision="refused").first()
    assert row is not None
    assert (row.together, row.looked_at) == (25, 5)
    assert LogEntry.objects.filter(what="move.decided", data__looked_at=5).count() == 25


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"why": ""}, "Zeg in één zin waarom"),
        ({"move": []}, "Kies eerst een of meer klanten"),
        ({"look_again_on": "ooit"}, "Kies een dag na vandaag"),
        ({"look_again_on": "2020-01-01"}, "Kies een dag na vandaag"),
        ({"look_again_on": ""}, "Kies de dag waarop u opnieuw kijkt"),
    ],
)
def test_what_is_filled_in_wrong_is_told_and_decides_nothing(
    copies: SimpleNamespace, signed_in: SignIn, *, wrong: dict[str, object], why: str
) -> None:
    move = between()
    fields = {"move": [move.pk], "decision": "refused", "why": "x", "look_again_on": str(soon())}
    response = signed_in(copies.director).post("/verschuivingen/besluit/", {**fields, **wrong})
    page = told(response.content.decode())
    assert response.status_code == 422
    assert why in page
    assert "Er is niets besloten" in page
    move.refresh_from_db()
    assert move.decision == ""


def test_a_fixed_segment_holds_at_once_and_until_it_is_released(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    one = Standing.objects.filter(computed="C", segment="C").earliest("customer")
    client, day = signed_in(copies.director), str(soon())
    address = f"/verschuivingen/vast/{one.pk}/"
    fields = {"segment": "A", "until": day, "why": "nieuwe moeder"}
    for _twice in range(2):
        assert client.post(address, fields).status_code == 302
    fixed = Override.objects.get(customer=one.pk)
    one.refresh_from_db()
    assert one.segment == "A"
    assert "nieuwe moeder" in client.get("/verschuivingen/vast/").content.decode()
    client.post(f"/verschuivingen/vast/{fixed.pk}/los/")
    one.refresh_from_db()
    assert one.segment == "C"
    assert LogEntry.objects.filter(what="segment.fixed").count() == 1


def test_exit_is_not_fixed_and_a_past_day_neither(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    one = Standing.objects.filter(computed="C").earliest("customer")
    client, address = signed_in(copies.director), f"/verschuivingen/vast/{one.pk}/"
    for wrong in ({"segment": "exit"}, {"until": "2020-01-01"}, {"why": ""}):
        fields = {"segment": "A", "until": str(soon()), "why": "x", **wrong}
        assert client.post(address, fields).status_code == 422
    assert not Override.objects.exists()


def test_a_team_manager_fixes_no_segment_of_anothers_customer(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    theirs = Standing.objects.filter(manager=copies.other_manager, prospect=False).first()
    assert theirs is not None
    client = signed_in(copies.team_manager)
    assert client.get(f"/verschuivingen/vast/{theirs.pk}/").status_code == 404
    customer = Customer.objects.get(pk=theirs.pk)
    fixed = fix_segment(by=copies.director, customer=customer, segment="A", why="x", until=soon())  # type: ignore[arg-type]
    assert client.post(f"/verschuivingen/vast/{fixed.pk}/los/").status_code == 404
    end_override(by=copies.director, override=fixed)
    end_override(by=copies.director, override=fixed)
    assert LogEntry.objects.filter(what="segment.released").count() == 1


def test_the_list_says_why_and_counts_what_waits(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    page = told(signed_in(copies.director).get("/verschuivingen/?naar=exit").content.decode())
    assert f"{SegmentMove.objects.filter(decision='').count()} verschuivingen wachten" in page
    assert "kans dat hij blijft kopen en meer kost dan hij opbrengt" in page


def test_english_is_complete(copies: SimpleNamespace, signed_in: SignIn) -> None:
    Member.objects.filter(pk=copies.director.pk).update(language="en")
    client = signed_in(copies.director)
    decide_moves(by=copies.director, moves=[between().pk], decision=refuse(why="call first"))
    one = Standing.objects.filter(computed="C").earliest("customer")
    for address in ("/verschuivingen/", "/verschuivingen/vast/", f"/verschuivingen/vast/{one.pk}/"):
        page = told(client.get(address).content.decode())
        assert not re.search(r"\b(klanten|wacht|segmenten|geweigerd|tekent|kans)\b", page), address


def test_a_page_asks_the_database_little(
    copies: SimpleNamespace, signed_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(copies.director)
    client.get("/verschuivingen/")
    with django_assert_num_queries(8):
        client.get("/verschuivingen/")


def test_before_any_evaluation_the_page_says_what_will_stand_there(
    empty_home: object, cast: SimpleNamespace, signed_in: SignIn
) -> None:
    page = told(signed_in(cast.director).get("/verschuivingen/").content.decode())
    assert "Hier komen na een evaluatie de verschuivingen te staan" in page


def test_a_name_that_would_be_markup_is_text(copies: SimpleNamespace, signed_in: SignIn) -> None:
    move = between()
    Customer.objects.filter(pk=move.customer).update(name="<script>alert(1)</script>")
    decide_moves(by=copies.director, moves=[move.pk], decision=accept(why="<img src=x onerror=1>"))
    page = signed_in(copies.director).get("/verschuivingen/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_no_fixed_segment_is_not_counted_as_nought(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    page = signed_in(copies.director).get("/verschuivingen/vast/").content.decode()
    assert "0 segmenten" not in page
    assert "Van niemand." in page
