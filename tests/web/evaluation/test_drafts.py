"""A draft of the policy from its beginning to its adoption: what it says is what happens."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from kernklant.engine.segments.policy import read_policy
from kernklant.web.base import jobs, store
from kernklant.web.base.models import LogEntry, Member
from kernklant.web.base.models.jobs import State
from kernklant.web.evaluation import actions
from kernklant.web.evaluation.actions import (
    adopt_and_evaluate,
    perform_evaluation,
    perform_preview,
    preview_at_once,
    request_evaluation,
    request_preview,
)
from kernklant.web.evaluation.effects import effect_of
from kernklant.web.evaluation.previewing import basis_now
from kernklant.web.ledger.models import Customer
from kernklant.web.segments.copying import refresh
from kernklant.web.segments.models import Standing
from kernklant.web.value.actions import change_draft, make_draft, mark_of
from kernklant.web.value.in_force import policy_in_force
from kernklant.web.value.models import Evaluation, Policy, Preview

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]
DRAFTERS = {"director", "team_manager", "analyst"}


@pytest.fixture
def own_home(demo_home: Path, tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A copy of De Vries Techniek to evaluate again."""
    settings.HOME = tmp_path / "home"
    shutil.copytree(demo_home, settings.HOME)
    _forget()
    yield settings.HOME
    _forget()


def _forget() -> None:
    for kept in (store.store, store.run, store.summary):
        kept.cache_clear()


def draft_of(by: Member, *changes: tuple[str, str]) -> Policy:
    draft = make_draft(by=by, based_on=None, key=f"{Policy.objects.count():032x}")
    text = draft.text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return change_draft(by=by, draft=draft, text=text, title="", seen=mark_of(draft.text))


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the form of a draft."""
    found = dict(re.findall(r'<input [^>]*?name="(\w+)" value="([^"]*)"', page))
    for name, choices in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', page, re.DOTALL):
        found[name] = re.findall(r'value="(\w*)"\s+selected', choices)[0]
    if re.search(r'name="never_insolvent"[^>]*checked', page):
        found["never_insolvent"] = "on"
    return found


def test_what_the_form_shows_sent_back_changes_nothing(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    draft, client = draft_of(copies.director), signed_in(copies.director)
    address = f"/beleid/concept/{draft.pk}/"
    response = client.post(address, fields_of(client.get(address).content.decode()))
    assert response.status_code == 302
    draft.refresh_from_db()
    assert draft.text == policy_in_force().text


def test_the_form_changes_its_values_in_the_text_and_keeps_the_remarks(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    draft, client = draft_of(copies.director), signed_in(copies.director)
    address = f"/beleid/concept/{draft.pk}/"
    told = fields_of(client.get(address).content.decode())
    told |= {"c0_weight": "30", "c1_weight": "30", "a_value": "20", "title": "Meer bijdrage",
             "hour": "71.50", "minimum_stay": "3"}  # fmt: skip
    assert client.post(address, told).status_code == 302
    draft.refresh_from_db()
    read = read_policy(draft.text, name="p")
    assert [one.weight for one in read.criteria[:2]] == [30, 30]
    assert (read.segments.a_value, read.rates.hour) == (0.2, 71.5)
    assert "# installers, builders and wholesalers of some size, close to home" in draft.text
    assert draft.title == "Meer bijdrage"
    kept = dict(zip(policy_in_force().text.split("\n"), draft.text.split("\n"), strict=True))
    assert sum(old != new for old, new in kept.items()) <= 6


def test_weights_that_are_not_100_are_refused_in_words_and_what_was_typed_stays(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    draft, client = draft_of(copies.director), signed_in(copies.director)
    address = f"/beleid/concept/{draft.pk}/"
    told = fields_of(client.get(address).content.decode()) | {"c0_weight": "31"}
    response = client.post(address, told)
    page = response.content.decode()
    assert response.status_code == 422
    assert "de gewichten zijn samen 96, niet 100; verdeel precies 100 punten" in page
    assert 'value="31"' in page
    assert "er is niets veranderd" in page
    draft.refresh_from_db()
    assert draft.text == policy_in_force().text


@pytest.mark.parametrize(
    ("field", "typed", "remedy"),
    [
        ("a_value", "150", "Neem een getal van 0 tot en met 100 %."),
        ("discount", "-1", "Neem een getal van 0 tot en met 100 %."),
        ("at_once_below", "90", "boven de grens waaronder een klant verschuift"),
        ("c0_to", "-1", "ligt niet boven het getal achter"),
        ("minimum_stay", "2.5", "Neem een geheel getal van 0 tot en met 120."),
        ("exit_months", "0", "Neem een geheel getal van 1 tot en met 120."),
        ("horizon_years", "99", "Neem een getal van 0,25 tot en met 30."),
        ("hour", "-5", "Neem een getal van 0 tot en met 10.000."),
        ("minutes0", "-5", "Neem een getal van 0 tot en met 10.000."),
        ("c0_weight", "20.5", "Neem een geheel getal van 0 tot en met 100."),
    ],
)
def test_a_value_that_cannot_be_is_told_beside_its_field_in_its_own_unit(
    copies: SimpleNamespace, signed_in: SignIn, *, field: str, typed: str, remedy: str
) -> None:
    draft, client = draft_of(copies.director), signed_in(copies.director)
    address = f"/beleid/concept/{draft.pk}/"
    told = fields_of(client.get(address).content.decode()) | {field: typed}
    response = client.post(address, told)
    page = response.content.decode()
    assert response.status_code == 422
    marked = re.search(
        rf'<input [^>]*name="{field}"[^>]*>\s*<span class="fault"[^>]*>(.*?)</span>', page
    )
    assert marked, page
    assert remedy in marked[1]
    assert 'aria-invalid="true"' in marked[0]
    assert not re.search(r"segments\.|hysteresis|criteria\.|policy\.toml", page)


def test_nonsense_in_a_field_is_told_beside_its_name(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    draft, client = draft_of(copies.director), signed_in(copies.director)
    address = f"/beleid/concept/{draft.pk}/"
    told = fields_of(client.get(address).content.decode()) | {"hour": "veel", "c1_weight": ""}
    response = client.post(address, told)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Dit is geen getal." in page
    assert "Vul hier iets in." in page


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("weight = 35", "weight = 36", "de gewichten zijn samen 101"),
        ("hour = 65", "houer = 65", "onbekend; bedoelt u rates.hour?"),
        ("hour = 65", "hour = 'veel'", "is niet een getal"),
        ("hour = 65", "hour = ", "dit is geen geldige TOML"),
        ("version = 1", "version = 2", "version"),
    ],
)
def test_a_wrong_text_is_refused_with_its_line_and_a_remedy(
    copies: SimpleNamespace, signed_in: SignIn, *, old: str, new: str, told: str
) -> None:
    draft = draft_of(copies.director)
    wrong = draft.text.replace(old, new, 1)
    response = signed_in(copies.director).post(
        f"/beleid/concept/{draft.pk}/tekst/",
        {"seen": mark_of(draft.text), "title": "", "text": wrong},
    )
    page = re.sub(r"\s+", " ", response.content.decode())
    assert response.status_code == 422
    assert told in page
    refusal = page.partition('class="faults"')[2].partition("</div>")[0]
    assert "policy init" not in refusal
    assert "policy.toml" not in refusal
    assert re.search(r"regel (\d+)", page) or "criteria" in page
    draft.refresh_from_db()
    assert draft.text == policy_in_force().text


def test_who_saw_another_text_overwrites_nothing(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    draft = draft_of(copies.director)
    seen, text = mark_of(draft.text), draft.text
    first = {"seen": seen, "title": "", "text": text.replace("hour = 65", "hour = 70")}
    second = {"seen": seen, "title": "", "text": text.replace("hour = 65", "hour = 80")}
    address = f"/beleid/concept/{draft.pk}/tekst/"
    assert signed_in(copies.director).post(address, first).status_code == 302
    response = signed_in(copies.analyst).post(address, second)
    assert response.status_code == 422
    assert "intussen door iemand anders gewijzigd" in response.content.decode()
    draft.refresh_from_db()
    assert "hour = 70" in draft.text


def test_a_draft_that_changes_nothing_moves_nobody(own_home: Path, cast: SimpleNamespace) -> None:
    refresh()
    draft = draft_of(cast.director)
    preview_at_once(by=cast.director, draft=draft)
    effect = effect_of(Preview.objects.get(), cast.director)
    assert (effect.count - effect.anyway, effect.everybody) == (0, 1127)


def test_what_the_preview_says_is_what_the_evaluation_after_adoption_does(
    own_home: Path, cast: SimpleNamespace
) -> None:
    refresh()
    draft = draft_of(cast.director, ("top_share = 0.15", "top_share = 0.10"),
                     ("minimum_stay_months = 6", "minimum_stay_months = 0"))  # fmt: skip
    preview_at_once(by=cast.director, draft=draft)
    preview = Preview.objects.get()
    assert preview.state == State.DONE
    effect = effect_of(preview, cast.director)
    assert effect.count > 20
    promised = dict(zip(effect.flow.customer.tolist(), effect.rows["segment"].to_pylist(),
                        strict=True))  # fmt: skip
    adopted = adopt_and_evaluate(
        by=cast.director, draft=draft, why="te veel A", seen=mark_of(draft.text)
    )
    job = jobs.claim(Evaluation)
    assert job is not None
    assert job.policy == adopted
    perform_evaluation(job)
    rows = store.run(3).table("answer/customers.parquet", ["customer", "segment"]).to_pylist()
    assert {row["customer"]: row["segment"] for row in rows} == promised
    refresh()
    assert set(Standing.objects.values_list("computed", flat=True)) <= {"A", "B", "C", ""}


def test_a_preview_publishes_nothing_and_is_made_once(
    own_home: Path, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh()
    draft = draft_of(cast.director, ("hour = 65", "hour = 90"))
    preview_at_once(by=cast.director, draft=draft)
    again: list[Any] = []
    monkeypatch.setattr(actions, "answered", again.append)
    preview_at_once(by=cast.analyst, draft=draft)
    assert again == []
    assert store.runs() == [1, 2]
    assert Preview.objects.get().answers(draft.text, basis_now())


def test_of_many_customers_the_worker_makes_the_preview(
    copies: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernklant.web.evaluation.previewing.AT_ONCE", 10)
    draft = draft_of(copies.director)
    preview_at_once(by=copies.director, draft=draft)
    assert Preview.objects.get().state == State.ASKED
    job = jobs.claim(Preview)
    assert job is not None
    perform_preview(job)
    assert Preview.objects.get().state == State.DONE


def test_another_text_asks_anew_and_who_still_works_on_the_old_one_stops(
    copies: SimpleNamespace,
) -> None:
    draft = draft_of(copies.director)
    old = jobs.claim_one(Preview, request_preview(by=copies.director, draft=draft).pk)
    assert old is not None
    change_draft(by=copies.director, draft=draft, seen=mark_of(draft.text), title="",
                 text=draft.text.replace("hour = 65", "hour = 70"))  # fmt: skip
    new = request_preview(by=copies.director, draft=draft)
    assert new.pk != old.pk
    with pytest.raises(jobs.LeaseLost):
        perform_preview(old)


def test_each_role_finds_what_is_its_to_do(copies: SimpleNamespace, signed_in: SignIn) -> None:
    draft = draft_of(copies.director)
    here = f"/beleid/concept/{draft.pk}/"
    for role, member in vars(copies).items():
        client = signed_in(member)
        wanted = 200 if role in DRAFTERS else 404
        for address in ("/beleid/", here, f"{here}tekst/", f"{here}proef/"):
            assert client.get(address).status_code == wanted, (role, address)
        adopts = client.post(f"{here}vaststellen/", {"why": "", "seen": "x"}).status_code
        assert adopts == (422 if role == "director" else 404), role
    assert Policy.objects.filter(number=None).count() == 1


def test_a_team_manager_sees_the_effect_on_his_team_alone(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    draft = draft_of(copies.director, ("top_share = 0.15", "top_share = 0.10"),
                     ("minimum_stay_months = 6", "minimum_stay_months = 0"))  # fmt: skip
    preview_at_once(by=copies.director, draft=draft)
    effect = signed_in(copies.team_manager).get(f"/beleid/concept/{draft.pk}/").context["effect"]
    own = Standing.objects.filter(manager__team=copies.team_manager.team, prospect=False)
    assert set(effect.flow.customer.tolist()) == set(own.values_list("pk", flat=True))
    whole = effect_of(Preview.objects.get(), copies.director)
    assert 0 < effect.count < whole.count


def test_one_customer_is_tried_under_the_draft(copies: SimpleNamespace, signed_in: SignIn) -> None:
    draft = draft_of(copies.director, ("weight = 35", "weight = 60"), ("weight = 25", "weight = 0"))
    preview_at_once(by=copies.director, draft=draft)
    one = Standing.objects.filter(segment="A").select_related("customer").latest("clv")
    page = signed_in(copies.director).get(
        f"/beleid/concept/{draft.pk}/proef/?klant={one.customer.source_no}"
    )
    trial = page.context["trial"]
    assert trial.before == "A"
    for at in (0, 1):
        assert sum(points[1][at] or 0 for points in trial.points) == trial.score[at]
    assert one.name in page.content.decode().replace("&amp;", "&").replace("&#x27;", "'")


def test_what_is_not_known_of_a_customer_is_no_nought_under_a_draft(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    draft = draft_of(copies.director)
    preview_at_once(by=copies.director, draft=draft)
    values = store.run(2).table("answer/values.parquet").to_pylist()
    unknown = next(row["customer"] for row in values if row["sees_us_as_important"] is None)
    number = Customer.objects.get(pk=unknown).source_no
    page = signed_in(copies.director).get(f"/beleid/concept/{draft.pk}/proef/?klant={number}")
    points = {name.nl: both for name, both in page.context["trial"].points}
    assert points["ziet ons als belangrijk"] == (None, None)
    assert "niet bekend" in page.content.decode()


def test_adopting_asks_why_and_tells_the_log(copies: SimpleNamespace, signed_in: SignIn) -> None:
    draft, client = draft_of(copies.director), signed_in(copies.director)
    before = policy_in_force().text
    address = f"/beleid/concept/{draft.pk}/vaststellen/"
    asked = client.post(address, {"why": " ", "seen": mark_of(draft.text)})
    assert asked.status_code == 422
    end = asked.content.decode().partition('id="vaststellen"')[2]
    assert "Zeg in één zin waarom. Er is nog niets vastgesteld." in end
    assert "vaststellen/#vaststellen" in end
    assert not Policy.objects.exclude(number=None).exists()
    client.post(address, {"why": "om te beginnen", "seen": mark_of("another")})
    assert not Policy.objects.exclude(number=None).exists()
    answer = client.post(address, {"why": "om te beginnen", "seen": mark_of(draft.text)})
    assert answer.headers["Location"] == "/evaluaties/"  # where he sees it come
    client.post(address, {"why": "om te beginnen", "seen": mark_of(draft.text)})
    assert [row.number for row in Policy.objects.order_by("number")] == [1, 2]
    assert Policy.objects.get(number=1).text == before
    assert policy_in_force().row == Policy.objects.get(number=2)
    assert LogEntry.objects.filter(what="policy.adopted").count() == 1
    assert Evaluation.objects.filter(state=State.ASKED).count() == 1
    page = client.get("/beleid/").content.decode()
    assert "om te beginnen" in page
    assert client.get(f"/beleid/concept/{draft.pk}/").status_code == 404


def test_an_evaluation_that_waits_under_the_old_policy_is_not_that_of_the_new(
    copies: SimpleNamespace,
) -> None:
    old = request_evaluation(by=copies.director, as_of=None, key="old")
    draft = draft_of(copies.director, ("hour = 65", "hour = 90"))
    adopted = adopt_and_evaluate(
        by=copies.director, draft=draft, why="duurder", seen=mark_of(draft.text)
    )
    new = Evaluation.objects.get(policy=adopted)
    assert new != old
    assert "hour = 90" in new.asked["policy"]


def test_english_is_complete(copies: SimpleNamespace, signed_in: SignIn) -> None:
    Member.objects.filter(pk=copies.director.pk).update(language="en")
    draft = draft_of(copies.director, ("top_share = 0.15", "top_share = 0.12"))
    preview_at_once(by=copies.director, draft=draft)
    client = signed_in(copies.director)
    for tab in ("", "proef/"):
        page = client.get(f"/beleid/concept/{draft.pk}/{tab}").content.decode()
        told = re.sub(r"<[^>]+>", " ", page)
        assert not re.search(r"\b(klanten|peildatum|verschuift|wordt|samen|punten)\b", told), tab


def test_a_name_that_would_be_markup_is_text(copies: SimpleNamespace, signed_in: SignIn) -> None:
    draft, client = draft_of(copies.director), signed_in(copies.director)
    evil = "<script>alert(1)</script>"
    change_draft(by=copies.director, draft=draft, text=draft.text + f"# {evil}\n", title=evil,
                 seen=mark_of(draft.text))  # fmt: skip
    here = f"/beleid/concept/{draft.pk}/"
    for address in ("/beleid/", here, f"{here}tekst/",
                    f"{here}proef/?klant={evil}"):  # fmt: skip
        page = client.get(address).content.decode()
        assert "<script>alert" not in page, address
