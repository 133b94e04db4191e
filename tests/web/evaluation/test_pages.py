"""The pages of evaluations: who sees what, in both languages, in few questions to the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from kernklant.web.base import store
from kernklant.web.base.models import Member
from kernklant.web.base.models.jobs import State
from kernklant.web.evaluation.sureness import how_sure
from kernklant.web.ledger.models import Copies, Customer
from kernklant.web.segments.models import SegmentMove, Standing
from kernklant.web.value.models import Evaluation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]
KEY = "0" * 32
SEES = ("administrator", "director", "team_manager", "account_manager", "analyst", "marketing")
ASKS = ("administrator", "director", "analyst")
PAGES = ("/evaluaties/", "/evaluaties/nu/", "/evaluaties/1/", "/evaluaties/2/",
         "/evaluaties/1/tegen/2/")  # fmt: skip


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize("address", PAGES)
def test_a_stranger_must_sign_in_first(copies: SimpleNamespace, address: str) -> None:
    response = Client().get(address)
    assert (response.status_code, response["Location"][:11]) == (302, "/aanmelden/")


@pytest.mark.parametrize("address", PAGES)
def test_each_role_sees_what_is_its_to_see(
    copies: SimpleNamespace, signed_in: SignIn, address: str
) -> None:
    for role, member in vars(copies).items():
        wanted = 200 if role in SEES or role == "other_manager" else 404
        assert signed_in(member).get(address).status_code == wanted, role


def test_only_some_roles_start_and_stop(copies: SimpleNamespace, signed_in: SignIn) -> None:
    asked = Evaluation.objects.create(key="waiting")
    for role, member in vars(copies).items():
        client = signed_in(member)
        wanted = 302 if role in ASKS else 404
        start = client.post("/evaluaties/start/", {"as_of": "", "key": KEY})
        stop = client.post(f"/evaluaties/gevraagd/{asked.pk}/stop/")
        assert (start.status_code, stop.status_code) == (wanted, wanted), role
    assert Evaluation.objects.filter(key=KEY).count() == 1


def test_a_run_that_is_not_there_is_not_found(copies: SimpleNamespace, signed_in: SignIn) -> None:
    client = signed_in(copies.director)
    for address in ("/evaluaties/9/", "/evaluaties/1/tegen/9/", "/evaluaties/1/tegen/1/"):
        assert client.get(address).status_code == 404
    assert client.post("/evaluaties/gevraagd/999/stop/").status_code == 404


@pytest.mark.parametrize(
    ("role", "address", "queries"),
    [
        ("director", "/evaluaties/", 8),
        ("director", "/evaluaties/nu/", 3),
        ("director", "/evaluaties/2/", 7),  # three of them tell what is in force beside it
        ("director", "/evaluaties/1/tegen/2/", 3),
        ("account_manager", "/evaluaties/", 10),
        ("account_manager", "/evaluaties/2/", 6),
    ],
)
def test_a_page_asks_the_database_little(
    copies: SimpleNamespace,
    signed_in: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
    *,
    role: str,
    address: str,
    queries: int,
) -> None:
    client = signed_in(getattr(copies, role))
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)


def test_the_list_tells_of_each_run(copies: SimpleNamespace, signed_in: SignIn) -> None:
    told = text(signed_in(copies.director), "/evaluaties/")
    assert "30 sep 2026" in told
    assert "30 jun 2026" in told
    assert "1.127" in told
    assert "terminal" in told
    assert "aanvaard" in told


def test_a_run_tells_who_moved_why_and_how_sure_it_is(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    told = text(signed_in(copies.director), "/evaluaties/2/")
    assert "brengen 80 %" in told
    assert "Tested" not in told
    assert "Getoetst: het koopmodel" in told
    assert "39 weken van 1.043 klanten" in told
    assert "nieuwe aankopen" in told
    assert "sterke naam" in told  # a warning
    assert "kernklant replay 2" in told


def test_english_is_complete(copies: SimpleNamespace, signed_in: SignIn) -> None:
    Member.objects.filter(pk=copies.director.pk).update(language="en")
    client = signed_in(copies.director)
    for address in PAGES:
        told = text(client, address)
        assert not re.search(r"\b(klanten|peildatum|verschoof|wordt|samen)\b", told), address
    assert "How sure is this?" in text(client, "/evaluaties/2/")


def test_every_figure_of_the_matrix_leads_to_as_many_customers(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    client = signed_in(copies.director)
    page = client.get("/evaluaties/2/").content.decode()
    cells = re.findall(r'href="\?van=(\w+)&amp;naar=(\w+)#wie">([\d.]+)<', page)
    assert len(cells) > 6
    for old, new, count in cells:
        moved = client.get(f"/evaluaties/2/?van={old}&naar={new}").context["moved"]
        assert f"{moved.count}" == count.replace(".", "")
        assert {(one.old, one.new) for one in moved.movers} == {(old, new)}
    lines = client.get("/evaluaties/2/").context
    assert lines["total"] == sum(line.total for line in lines["lines"])
    assert sum(line.total for line in lines["lines"] if line.old != "new") == 1105


def test_a_page_counts_once_who_moved_and_says_against_what(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    context = signed_in(copies.director).get("/evaluaties/2/").context
    cells = {line.old: dict(line.cells) for line in context["lines"]}
    for letter, _figures, (came, went) in context["segments"]:
        assert came == sum(row[letter] for old, row in cells.items() if old != letter)
        assert went == sum(many for new, many in cells[letter].items() if new != letter)
    assert "met wat evaluatie 1 berekende" in text(signed_in(copies.director), "/evaluaties/2/")
    Evaluation.objects.filter(run=2).update(asked_by=copies.director)
    assert "golden toen deze" in text(signed_in(copies.director), "/evaluaties/2/")


def test_pages_of_movers_hold_everybody_once(copies: SimpleNamespace, signed_in: SignIn) -> None:
    client = signed_in(copies.director)
    seen: list[int] = []
    for number in range(1, 40):
        moved = client.get(f"/evaluaties/2/?van=C&naar=C&pagina={number}").context["moved"]
        seen += [one.number for one in moved.movers]
        if moved.later is None:
            break
    assert len(seen) == len(set(seen)) == moved.count > 500


def test_nonsense_in_an_address_is_left_out(copies: SimpleNamespace, signed_in: SignIn) -> None:
    client = signed_in(copies.director)
    moved = client.get("/evaluaties/2/?van=Q&naar='--&pagina=-3").context["moved"]
    assert (moved.old, moved.new, moved.number) == ("", "", 1)
    assert client.get("/evaluaties/2/?pagina=999999").context["moved"].number >= 1


@pytest.mark.parametrize("address", ["/evaluaties/2/", "/evaluaties/1/tegen/2/"])
def test_an_account_manager_sees_only_his_own_customers(
    copies: SimpleNamespace, signed_in: SignIn, address: str
) -> None:
    noor = copies.account_manager
    own = set(Customer.objects.filter(manager=noor).values_list("number", flat=True))
    context = signed_in(noor).get(address).context
    bought = own & set(store.run(2).table("answer/customers.parquet")["customer"].to_pylist())
    assert context["total"] == len(bought)
    assert {one.number for one in context["moved"].movers} <= own
    told = text(signed_in(noor), address)
    assert "1.127" not in told
    assert "1.043" not in told
    assert "19,4 mln" not in told


def test_a_team_manager_sees_his_team(copies: SimpleNamespace, signed_in: SignIn) -> None:
    of_team = signed_in(copies.team_manager).get("/evaluaties/2/").context["total"]
    assert of_team == signed_in(copies.account_manager).get("/evaluaties/2/").context["total"]


def test_two_runs_lie_beside_each_other(copies: SimpleNamespace, signed_in: SignIn) -> None:
    client = signed_in(copies.director)
    told = text(client, "/evaluaties/1/tegen/2/")
    assert "Het beleid bleef gelijk" in told
    assert "30 jun 2026" in told
    assert "30 sep 2026" in told
    chosen = client.get("/evaluaties/2/vergelijk/?met=1")
    assert chosen["Location"] == "/evaluaties/1/tegen/2/"
    assert client.get("/evaluaties/2/vergelijk/?met=x")["Location"] == "/evaluaties/2/"


def test_a_run_says_what_is_in_force_beside_what_was_computed(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    computed = store.summary(2)["segments"]["A"]["customers"]
    now = Standing.objects.filter(segment="A", prospect=False).count()
    waiting = SegmentMove.objects.filter(decision="").count()
    told = text(signed_in(copies.director), "/evaluaties/2/")
    assert f"A: berekend {computed}; nu geldt {now}." in told
    assert f"{waiting} verschuivingen wachten op een besluit" in told
    assert "nu geldt" not in text(signed_in(copies.director), "/evaluaties/1/")
    Copies.objects.update(run=1)  # the newest run was not counted yet
    assert "nu geldt" not in text(signed_in(copies.director), "/evaluaties/2/")


def test_who_asked_is_told_that_it_is_done(copies: SimpleNamespace, signed_in: SignIn) -> None:
    client = signed_in(copies.director)
    assert "Klaar:" not in text(client, "/evaluaties/")
    done = {"asked_by": copies.director, "ended_at": timezone.now()}
    Evaluation.objects.filter(run=2).update(**done)
    assert re.search(r"Klaar: \d+ van uw 1\.127 klanten zijn A\. Bekijk de lijst",
                     text(client, "/evaluaties/"))  # fmt: skip
    assert "Klaar:" not in text(signed_in(copies.analyst), "/evaluaties/")


def test_weights_are_not_told_to_matter_where_one_criterion_counted(home: object) -> None:
    summary = store.summary(2)
    one = {**summary["score"], "left_out": [c["name"] for c in summary["score"]["criteria"][1:]]}
    figures = {"all": {}}
    before = how_sure(summary, figures, of_all=True)
    after = how_sure({**summary, "score": one}, figures, of_all=True)
    assert any("hangt het ervan af" in sentence.nl for sentence in before)
    assert not any("hangt het ervan af" in sentence.nl for sentence in after)
    assert after[-1].nl.startswith("Alleen ")
    assert after[-1].nl.endswith(" telde mee.")


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("1999-01-01", "Op die dag was er nog niets verkocht. Kies"),
        ("x", "Schrijf bijvoorbeeld 30-09-2026"),
    ],
)
def test_a_day_before_the_first_sale_is_refused_at_once(
    copies: SimpleNamespace, signed_in: SignIn, day: str, told: str
) -> None:
    response = signed_in(copies.director).post("/evaluaties/start/", {"as_of": day, "key": KEY})
    assert response.status_code == 422
    assert told in response.content.decode()
    assert not Evaluation.objects.filter(key=KEY).exists()


def test_no_word_of_the_terminal_stands_in_a_warning(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    for address in ("/evaluaties/", "/evaluaties/2/"):
        told = text(signed_in(copies.director), address)
        assert not re.search(r"Zet bij een criterium|--as-of|policy\.toml", told), address


def running(**values: Any) -> Evaluation:
    told = {"state": State.RUNNING, "key": "running", "started_at": timezone.now(),
            "step_nl": "Klantwaarde", "step_en": "Lifetime value", "done_share": 0.42}  # fmt: skip
    return Evaluation.objects.create(**{**told, **values})


def test_progress_is_told_and_can_be_left(copies: SimpleNamespace, signed_in: SignIn) -> None:
    running(asked_by=copies.director)
    client = signed_in(copies.director)
    page = client.get("/evaluaties/").content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert 'value="42"' in page
    assert "Klantwaarde" in page
    assert "U kunt deze pagina verlaten" in page
    assert "Evalueer nu" not in page
    assert "HX-Refresh" not in client.get("/evaluaties/nu/")


def test_when_nothing_is_under_way_any_more_the_page_is_read_anew(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    assert signed_in(copies.director).get("/evaluaties/nu/")["HX-Refresh"] == "true"


def test_who_may_not_start_sees_progress_but_no_button(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    running(asked_by=copies.director)
    page = signed_in(copies.account_manager).get("/evaluaties/").content.decode()
    assert "Klantwaarde" in page
    assert "/stop/" not in page


def test_a_failure_stands_there_in_words(copies: SimpleNamespace, signed_in: SignIn) -> None:
    now = timezone.now()
    failed = {
        "state": State.FAILED,
        "ended_at": now + timedelta(minutes=1),
        "error_nl": "De schijf is vol.\nMaak ruimte.",
        "error_en": "The disk is full.",
    }
    running(**failed)  # fmt: skip
    told = text(signed_in(copies.director), "/evaluaties/")
    assert "is mislukt" in told
    assert "De schijf is vol. Maak ruimte." in told


def test_a_day_in_the_future_is_refused_in_words(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    client = signed_in(copies.director)
    for day, why in (("2999-01-01", "in de toekomst"), ("gisteren", "geen datum")):
        response = client.post("/evaluaties/start/", {"as_of": day, "key": KEY})
        assert response.status_code == 422
        assert why in response.content.decode()
    assert not Evaluation.objects.filter(key=KEY).exists()


def test_before_anything_was_imported_the_page_says_what_to_do(
    empty_home: object, cast: SimpleNamespace, signed_in: SignIn
) -> None:
    told = text(signed_in(cast.director), "/evaluaties/")
    assert "zijn eerst verkopen nodig" in told
    assert "Evalueer nu" not in told


def test_a_name_that_would_be_markup_is_text(copies: SimpleNamespace, signed_in: SignIn) -> None:
    client = signed_in(copies.director)
    first = client.get("/evaluaties/2/").context["moved"].movers[0]
    Customer.objects.filter(number=first.number).update(name="<script>alert(1)</script>")
    page = client.get("/evaluaties/2/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
