"""Taking an import back: first what it touches, then a worker does it, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kernklant.engine.evaluation.publish import evaluate_home
from kernklant.engine.segments.policy import default_policy
from kernklant.engine.store.runs import publish
from kernklant.web.base import jobs, store
from kernklant.web.base.models import LogEntry, Member
from kernklant.web.base.models.jobs import State
from kernklant.web.base.rights import Sight
from kernklant.web.desk.undo import touched_by
from kernklant.web.ledger.actions import perform_undo, request_undo
from kernklant.web.ledger.models import ContactPerson, Customer, Import, Note, Undo
from kernklant.web.privacy.actions import correct_person
from kernklant.web.segments.copying import refresh, stale
from tests.web.ledger.conftest import CLEAR, SALES, Wizard

pytestmark = pytest.mark.django_db


@pytest.fixture
def twice(wizard: Wizard, cast: SimpleNamespace) -> Wizard:
    """Import 1 with Bakker and De Groot; import 2 with De Groot again and Kees."""
    wizard.land(wizard.bring(CLEAR))
    text = SALES + "2;De Groot;14-04-2025;1.234,00\n3;Kees;15-04-2025;1,00\n"
    wizard.land(wizard.bring(text))
    refresh()
    return wizard


def test_first_it_says_what_goes_and_what_people_made_of_it(
    twice: Wizard, cast: SimpleNamespace
) -> None:
    bakker = Customer.objects.get(name="Bakker")
    Note.objects.create(customer=bakker.pk, by=cast.director, text="belde")
    ContactPerson.objects.create(customer=bakker.pk, name="Jan")
    page = twice.text("/gegevens/1/ongedaan/")
    assert "1 klant verdwijnt" in page
    assert "Bakker" in page
    assert "De Groot" not in page
    assert "1 notities" in page
    assert "1 contactpersonen" in page
    assert len(store.imports()) == 2
    assert store.live_import(1) is not None


def test_a_worker_takes_it_back_and_the_copies_follow(twice: Wizard) -> None:
    done = twice.undo(1)
    assert (done.state, done.told["sales"]) == (State.DONE, {"deleted": 1, "kept": 1})
    assert store.live_import(1) is None
    assert Import.objects.get(import_no=1).undone_at is not None
    assert stale()
    refresh()
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["De Groot", "Kees"]
    assert "ongedaan gemaakt" in twice.text("/gegevens/")
    assert "telt niets meer van mee" in twice.text("/gegevens/1/")
    assert twice.client.get("/gegevens/1/ongedaan/").status_code == 404
    told = LogEntry.objects.filter(what__startswith="import.und").order_by("number")
    assert [entry.what for entry in told] == ["import.undo_asked", "import.undone"]


def test_figures_that_counted_with_it_are_said_to_be_of_before(
    twice: Wizard, cast: SimpleNamespace
) -> None:
    evaluate_home(store.store(), default_policy())
    refresh()
    assert "Alles telt mee in de nieuwste evaluatie" in twice.text("/gegevens/")
    twice.undo(1)
    for address in ("/gegevens/", "/gegevens/1/"):
        page = twice.text(address)
        assert "rekende nog met 1 import die sindsdien ongedaan is gemaakt" in page, address
        assert "Alles telt mee" not in page, address
    assert "sindsdien is er 1 import ongedaan gemaakt." in twice.text("/portefeuille/")
    twice.land(twice.bring(SALES + "4;Smit;16-04-2025;2,00\n"))
    told = "kwam er 1 nieuwe regel en is er 1 import ongedaan gemaakt."
    assert told in twice.text("/klanten/")
    evaluate_home(store.store(), default_policy())
    refresh()
    assert "Alles telt mee in de nieuwste evaluatie" in twice.text("/gegevens/")


def test_an_undo_of_what_no_evaluation_saw_leaves_the_figures_fresh(twice: Wizard) -> None:
    twice.undo(2)
    evaluate_home(store.store(), default_policy())
    twice.land(twice.bring(SALES + "4;Smit;16-04-2025;2,00\n"))
    twice.undo(3)
    assert store.since(1) == store.Since(lines=0, undone=0)


def test_what_came_in_during_an_evaluation_is_new_to_it(
    twice: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def published_late(home: Any, run: Any) -> int:
        twice.land(twice.bring(SALES + "4;Smit;16-04-2025;2,00\n"))
        twice.undo(2)
        return publish(home, run)

    monkeypatch.setattr("kernklant.engine.evaluation.publish.publish", published_late)
    evaluate_home(store.store(), default_policy())
    assert store.since(1) == store.Since(lines=1, undone=1)
    assert touched_by(store.imports()[2], see=Sight.FULL).runs == []


def test_a_second_click_is_the_same_undo(twice: Wizard, cast: SimpleNamespace) -> None:
    first = request_undo(by=cast.analyst, number=1)
    assert request_undo(by=cast.administrator, number=1) == first
    page = twice.text("/gegevens/1/")
    assert "wordt ongedaan gemaakt" in page
    assert "Maak deze import ongedaan" not in page
    assert "HX-Refresh" not in twice.client.get("/gegevens/1/ongedaan/nu/")
    assert twice.client.get("/gegevens/2/ongedaan/nu/").status_code == 404


def test_a_worker_that_died_after_undoing_is_followed_by_one_that_says_so(
    twice: Wizard, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_undo(by=cast.administrator, number=1)
    monkeypatch.setattr("kernklant.web.ledger.actions._undone", _die)
    job = jobs.claim(Undo)
    assert job is not None
    with pytest.raises(KeyboardInterrupt):
        perform_undo(job)
    monkeypatch.undo()
    Undo.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    again = jobs.claim(Undo)
    assert again is not None
    perform_undo(again)
    again.refresh_from_db()
    assert again.state == State.DONE


def test_what_failed_can_be_asked_again(twice: Wizard, cast: SimpleNamespace) -> None:
    undo = request_undo(by=cast.administrator, number=1)
    Undo.objects.filter(pk=undo.pk).update(state=State.FAILED, error_nl="Te druk.\nWacht.")
    assert "Te druk" in twice.text("/gegevens/1/")
    assert twice.undo(1).state == State.DONE


def test_while_somebody_writes_it_says_so(twice: Wizard) -> None:
    with store.store().writer():
        assert "schrijft sinds" in twice.text("/gegevens/1/ongedaan/")


def _die(*_told: object) -> None:
    raise KeyboardInterrupt


def test_a_correction_on_request_is_taken_back_only_by_who_may_make_it(
    twice: Wizard, cast: SimpleNamespace, signed_in: Callable[[Member], Client]
) -> None:
    bakker = Customer.objects.get(name="Bakker")
    correct_person(by=cast.administrator, customer=bakker, values={"name": "Bakkers"})
    analyst = signed_in(cast.analyst)
    assert "Maak deze import ongedaan" in analyst.get("/gegevens/2/").content.decode()
    assert "Maak deze import ongedaan" not in analyst.get("/gegevens/3/").content.decode()
    assert analyst.post("/gegevens/3/ongedaan/").status_code == 404
    assert not Undo.objects.exists()
    assert "verbetering op verzoek" in twice.text("/gegevens/")
    assert "Maak deze import ongedaan" in twice.text("/gegevens/3/")
    assert twice.client.post("/gegevens/3/ongedaan/").status_code == 302
