"""An evaluation of an earlier day can be read, and changes nothing of how customers stand."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from kernklant.engine.evaluation.publish import evaluate_home
from kernklant.engine.segments.policy import read_policy
from kernklant.web.base import jobs, store
from kernklant.web.base.models import Delivery, Member
from kernklant.web.base.models.webhooks import Event, Webhook
from kernklant.web.evaluation.actions import perform_evaluation, request_evaluation
from kernklant.web.evaluation.due import due
from kernklant.web.ledger.models import Copies
from kernklant.web.segments.copying import freshness, refresh, stale
from kernklant.web.segments.models import SegmentMove, Standing
from kernklant.web.value.in_force import POLICY_NAME
from kernklant.web.value.models import Evaluation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]
EARLIER = date(2026, 3, 31)
TELLS = "van een eerdere dag; telt niet als stand van nu"


@pytest.fixture
def own_home(demo_home: Path, tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A copy of De Vries Techniek to evaluate again."""
    settings.HOME = tmp_path / "home"
    shutil.copytree(demo_home, settings.HOME)
    forget()
    yield settings.HOME
    forget()


def forget() -> None:
    for kept in (store.store, store.run, store.summary):
        kept.cache_clear()


def asked(by: Member, day: date | None) -> Evaluation:
    """Asked for, performed, and seen to by the worker."""
    evaluation = request_evaluation(by=by, as_of=day, key=f"of {day}")
    job = jobs.claim(Evaluation)
    assert job is not None
    perform_evaluation(job)
    refresh()
    evaluation.refresh_from_db()
    return evaluation


def hook(cast: SimpleNamespace, event: str) -> None:
    url = "https://voorbeeld.invalid/"
    Webhook.objects.create(url=url, events=[event], made_by=cast.administrator)


def stand() -> list[tuple[int, str, str, str, Any]]:
    columns = ("pk", "segment", "computed", "previous", "clv")
    return list(Standing.objects.order_by("pk").values_list(*columns))


def waiting() -> list[tuple[int, str]]:
    rows = SegmentMove.objects.waiting().order_by("pk")
    return list(rows.values_list("pk", "to_segment"))


def test_nothing_of_the_present_changes(own_home: Path, cast: SimpleNamespace) -> None:
    refresh()
    hook(cast, Event.SEGMENT_CHANGED)
    before, waited, calendar = stand(), waiting(), due()
    evaluation = asked(cast.analyst, EARLIER)
    assert (evaluation.run, store.newest_run(), freshness().run) == (3, 2, 2)
    assert (stand(), waiting(), due()) == (before, waited, calendar)
    assert not Delivery.objects.exists()
    assert not SegmentMove.objects.filter(evaluation=evaluation).exists()
    assert evaluation.figures["all"]["customers"] > 0
    assert not stale()
    again = asked(cast.analyst, None)
    assert (store.newest_run(), store.run_before(4)) == (4, 2)
    assert set(SegmentMove.objects.waiting().values_list("evaluation", flat=True)) == {again.pk}


def test_one_from_the_terminal_gets_its_figures_too(own_home: Path, cast: SimpleNamespace) -> None:
    refresh()
    made = Copies.objects.get().made_at
    policy = read_policy((own_home / POLICY_NAME).read_text(), name=POLICY_NAME)
    evaluate_home(store.store(), policy, as_of=EARLIER)
    assert stale()
    refresh()
    assert Evaluation.objects.get(run=3).figures
    assert Copies.objects.get().made_at == made
    assert not stale()


def test_pages_say_so(own_home: Path, cast: SimpleNamespace, signed_in: SignIn) -> None:
    refresh()
    client = signed_in(cast.analyst)
    assert TELLS not in text(client, "/evaluaties/")
    assert "Een dag vóór 30 sep 2026 verandert de stand van nu niet." in text(
        client, "/evaluaties/"
    )
    asked(cast.analyst, EARLIER)
    listed = text(client, "/evaluaties/")
    assert listed.count(TELLS) == 1
    assert "De stand van nu kijkt terug vanaf 30 sep 2026" in listed
    assert "Klaar:" not in listed
    one = text(client, "/evaluaties/3/")
    assert TELLS in one
    assert "Zij is met geen andere vergeleken." in one
    assert TELLS not in text(client, "/evaluaties/2/")
    chosen = client.get("/evaluaties/2/vergelijk/", {"met": 3})
    assert chosen["Location"] == "/evaluaties/3/tegen/2/"  # the earlier day first
    assert "Wat veranderde er tussen 31 mrt 2026 en 30 sep 2026?" in text(
        client, chosen["Location"]
    )
    assert client.get("/evaluaties/2/vergelijk/", {"met": 9})["Location"] == "/evaluaties/2/"


def test_who_looks_back_says_with_which_run_it_was_compared(
    own_home: Path, cast: SimpleNamespace, signed_in: SignIn
) -> None:
    refresh()
    client = signed_in(cast.analyst)
    asked(cast.analyst, EARLIER)
    asked(cast.analyst, EARLIER + timedelta(days=1))
    assert "Vergeleken met wat evaluatie 3 berekende." in text(client, "/evaluaties/4/")
    assert store.run_before(4) is None


def test_webhooks_hear_it(own_home: Path, cast: SimpleNamespace) -> None:
    hook(cast, Event.EVALUATION_DONE)
    asked(cast.analyst, EARLIER)
    asked(cast.analyst, None)
    rows = Delivery.objects.order_by("pk").values_list("told", flat=True)
    assert [(told["run"], told["looks_back"]) for told in rows] == [(3, True), (4, False)]


def text(client: Client, address: str) -> str:
    found = client.get(address).content.decode().replace("\u00a0", " ")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))
