"""The policy in force, its versions, what differs between two, and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kernklant.engine.errors import UserError
from kernklant.engine.segments.policy import default_text, read_policy
from kernklant.web.base import store
from kernklant.web.base.models import LogEntry, Member
from kernklant.web.value.actions import adopt_policy, change_draft, make_draft, mark_of
from kernklant.web.value.drawing import line_of
from kernklant.web.value.in_force import policy_in_force
from kernklant.web.value.models import Evaluation, Policy
from kernklant.web.value.suggesting import suggested
from kernklant.web.value.versions import differing, lines_differing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]
KEY = "{:032x}"


def adopted(by: Member, *change: str, why: str = "omdat het moet") -> Policy:
    draft = make_draft(by=by, based_on=None, key=KEY.format(Policy.objects.count()))
    text = draft.text.replace(*change)
    draft = change_draft(by=by, draft=draft, text=text, title="", seen=mark_of(draft.text))
    return adopt_policy(by=by, draft=draft, why=why, seen=mark_of(text))


def told(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_what_was_in_force_before_the_first_adoption_is_version_one(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    before = policy_in_force().text
    adopted(copies.director, "hour = 65", "hour = 70", why="cao omhoog")
    assert list(Policy.objects.order_by("number").values_list("number", "text")) == [
        (1, before),
        (2, before.replace("hour = 65", "hour = 70")),
    ]
    page = told(signed_in(copies.director), "/beleid/")
    assert "versie 2" in page
    assert "cao omhoog" in page
    assert "gold al vóór deze lijst" in page
    assert "Een uur bediening kost € 70." in page


def test_two_versions_are_told_apart_in_sentences_and_in_lines(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    adopted(copies.director, "hour = 65", "hour = 70")
    adopted(copies.director, "top_share = 0.15", "top_share = 0.2")
    client = signed_in(copies.analyst)
    page = told(client, "/beleid/versies/1/tegen/3/")
    for one in ("Een uur bediening kost € 65.", "Een uur bediening kost € 70.",
                "A: de 15 % van de klanten", "A: de 20 % van de klanten", "− hour = 65",
                "+ hour = 70"):  # fmt: skip
        assert one in page
    assert client.get("/beleid/versies/verschil/?van=1&tot=2")["Location"].endswith("/1/tegen/2/")
    for wrong in ("?van=x&tot=2", "", "?van=1&tot=²"):
        assert client.get(f"/beleid/versies/verschil/{wrong}")["Location"] == "/beleid/"
    assert client.get("/beleid/versies/2/tegen/2/").status_code == 404
    assert client.get("/beleid/versies/9/").status_code == 404


def test_back_to_a_version_is_a_draft_of_its_text(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    adopted(copies.director, "hour = 65", "hour = 70")
    client = signed_in(copies.director)
    fields = {"key": "a" * 32, "van": "1"}
    first, second = (client.post("/beleid/nieuw/", fields)["Location"] for _twice in range(2))
    assert first == second
    draft = Policy.objects.get(number=None)
    assert draft.text == Policy.objects.get(number=1).text
    assert draft.based_on == Policy.objects.get(number=1)
    assert policy_in_force().row == Policy.objects.get(number=2)


def test_a_draft_is_thrown_away_and_an_adopted_policy_is_not(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    row = adopted(copies.director, "hour = 65", "hour = 70")
    client = signed_in(copies.analyst)
    draft = make_draft(by=copies.analyst, based_on=None, key="b" * 32)
    assert client.post(f"/beleid/concept/{row.pk}/weg/").status_code == 404
    assert client.post(f"/beleid/concept/{draft.pk}/weg/").status_code == 302
    assert not Policy.objects.filter(number=None).exists()
    assert LogEntry.objects.filter(what="policy.dropped").count() == 1


def test_an_adopted_policy_never_changes(copies: SimpleNamespace) -> None:
    row = adopted(copies.director, "hour = 65", "hour = 70")
    with pytest.raises(UserError, match="not there any more"):
        change_draft(by=copies.director, draft=row, text="version = 1\n", title="",
                     seen=mark_of(row.text))  # fmt: skip
    row.refresh_from_db()
    assert "hour = 70" in row.text


def test_automatic_bounds_are_those_of_the_first_run_and_do_not_move(
    copies: SimpleNamespace,
) -> None:
    row = Policy.objects.create(number=1, text=default_text())
    assert policy_in_force().text == default_text()
    Evaluation.objects.filter(run=1).update(policy=row)
    assert policy_in_force().text == store.run(1).bytes("asked/policy.toml").decode()
    row.refresh_from_db()
    assert row.text == default_text()


def test_suggested_bounds_are_percentiles_of_the_newest_run(copies: SimpleNamespace) -> None:
    found = suggested(read_policy(policy_in_force().text, name="p").criteria)
    assert set(found) == {"lifetime_value", "contribution", "potential"}
    assert all(low < high for low, high in found.values())


def test_without_a_run_nothing_is_suggested(empty_home: object, cast: SimpleNamespace) -> None:
    assert suggested(read_policy(default_text(), name="p").criteria) == {}


def test_shapes_are_drawn_within_their_frame() -> None:
    for one in read_policy(default_text(), name="p").criteria:
        corners = [tuple(map(float, corner.split(","))) for corner in line_of(one).split()]
        assert all(0 <= across <= 96 and 0 <= up <= 28 for across, up in corners), one.name
        assert [across for across, _ in corners] == sorted(across for across, _ in corners)
        heights = [up for _, up in corners]
        assert heights == sorted(heights, reverse=True)


def test_equal_texts_do_not_differ() -> None:
    assert differing(default_text(), default_text()) == ([], [])
    assert lines_differing(default_text(), default_text()) == []


def test_the_page_asks_the_database_little(
    copies: SimpleNamespace, signed_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for hour in range(70, 76):
        adopted(copies.director, f"hour = {hour - 1 if hour > 70 else 65}", f"hour = {hour}")
    make_draft(by=copies.director, based_on=None, key="c" * 32)
    client = signed_in(copies.director)
    client.get("/beleid/")
    with django_assert_num_queries(6):
        client.get("/beleid/")


def test_english_is_complete(copies: SimpleNamespace, signed_in: SignIn) -> None:
    Member.objects.filter(pk=copies.director.pk).update(language="en")
    adopted(copies.director, "hour = 65", "hour = 70", why="wages")
    client = signed_in(copies.director)
    for address in ("/beleid/", "/beleid/versies/2/", "/beleid/versies/1/tegen/2/"):
        page = told(client, address)
        assert not re.search(r"\b(klanten|beleid|versie|punten|vastgesteld|uur)\b", page), address


def test_an_empty_home_shows_the_policy_that_comes_with_kernklant(
    empty_home: object, cast: SimpleNamespace, signed_in: SignIn
) -> None:
    page = told(signed_in(cast.director), "/beleid/")
    assert "het beleid dat met Kernklant meekomt" in page


def test_bounds_that_an_evaluation_filled_in_make_it_nobodys_own_policy(
    empty_home: Path, cast: SimpleNamespace, signed_in: SignIn
) -> None:
    empty_home.mkdir()
    measured = (
        default_text().replace('from = "auto"', "from = 840").replace('to = "auto"', "to = 9000")
    )
    for text, named in (
        (measured, "het beleid dat met Kernklant meekomt, met grenzen naar uw klanten"),
        (measured.replace("hour = 65", "hour = 70"), "uw eigen beleid"),
    ):
        (empty_home / "policy.toml").write_text(text, encoding="utf-8")
        assert f"Nu geldt {named}" in told(signed_in(cast.director), "/beleid/")
