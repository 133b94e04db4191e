"""Asking for an evaluation, and what comes of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from kernklant.engine.errors import UserError
from kernklant.engine.evaluation.publish import replay_run
from kernklant.web.base import jobs, store
from kernklant.web.base.jobs import LeaseLost
from kernklant.web.base.models import LogEntry
from kernklant.web.base.models.jobs import State
from kernklant.web.evaluation.actions import (
    cancel_evaluation,
    perform_evaluation,
    request_evaluation,
)
from kernklant.web.evaluation.progress import begun_at, seconds_of, time_left
from kernklant.web.segments.copying import refresh
from kernklant.web.segments.models import Override, SegmentMove, Standing
from kernklant.web.value.models import Evaluation, Policy, Rating

pytestmark = pytest.mark.django_db
LAST_DAY = date(2026, 9, 30)


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


def perform(evaluation: Evaluation) -> Evaluation:
    """As a worker does, in this process."""
    job = jobs.claim(Evaluation)
    assert job == evaluation
    perform_evaluation(job)
    evaluation.refresh_from_db()
    return evaluation


def test_a_double_click_is_one_question(home: Path, cast: SimpleNamespace) -> None:
    first = request_evaluation(by=cast.director, as_of=None, key="k")
    assert request_evaluation(by=cast.director, as_of=None, key="k") == first
    assert request_evaluation(by=cast.analyst, as_of=None, key="other") == first
    assert request_evaluation(by=cast.analyst, as_of=LAST_DAY, key="day") != first
    assert LogEntry.objects.filter(what="evaluation.asked").count() == 2


def test_what_people_told_is_frozen_when_it_is_asked(home: Path, cast: SimpleNamespace) -> None:
    rating = Rating.objects.create(customer=5, criterion="strong_name", by=cast.director, score=3)
    until = timezone.localdate() + timedelta(days=30)
    Override.objects.create(customer=7, segment="B", why="x", by=cast.director, until=until)
    Override.objects.create(customer=7, segment="A", why="y", by=cast.director, until=until)
    over = Override.objects.create(customer=8, segment="A", why="z", by=cast.director, until=until)
    Override.objects.filter(pk=over.pk).update(ended_at=timezone.now())
    asked = request_evaluation(by=cast.director, as_of=None, key="k").asked
    Rating.objects.filter(pk=rating.pk).update(score=0)
    assert [(r["customer"], r["rater"], r["mark"]) for r in asked["ratings"]] == [
        (5, f"#{cast.director.pk}", "3")
    ]
    assert [(r["customer"], r["flag"]) for r in asked["flags"]] == [(7, "A")]
    assert "Dirk" not in str(asked)


def test_what_people_decided_counts_and_can_be_repeated_byte_for_byte(
    own_home: Path, cast: SimpleNamespace
) -> None:
    refresh()
    of_c = Standing.objects.filter(computed="C", insolvent=False).latest("score")
    until = timezone.localdate() + timedelta(days=30)
    Override.objects.create(
        customer=of_c.pk, segment="A", why="strategisch", by=cast.director, until=until
    )
    Rating.objects.create(
        customer=of_c.pk, criterion="sees_us_as_important", by=cast.director, score=4
    )
    done = perform(request_evaluation(by=cast.director, as_of=None, key="k"))
    assert (done.state, done.run, done.as_of) == (State.DONE, 3, LAST_DAY)
    run = store.run(3)
    rows = run.table("answer/customers.parquet", ["customer", "segment", "reason"]).to_pylist()
    assert {"customer": of_c.pk, "segment": "A", "reason": "decided"} in rows
    assert run.table("asked/ratings.parquet")["rater"].to_pylist() == [f"#{cast.director.pk}"]
    assert replay_run(store.store(), 3)["identical"]
    refresh()
    assert Evaluation.objects.filter(run=3).get() == done
    assert Evaluation.objects.get(run=3).figures


def test_a_run_starts_from_the_segments_in_force_not_from_those_computed(
    own_home: Path, cast: SimpleNamespace
) -> None:
    refresh()
    waits = SegmentMove.objects.filter(decision="").exclude(to_segment="exit").earliest("pk")
    perform(request_evaluation(by=cast.director, as_of=None, key="k"))
    stood = store.run(3).table("asked/standing.parquet").to_pylist()
    held = {row["customer"]: row["segment"] for row in stood}
    assert held[waits.customer] == waits.from_segment != waits.to_segment


def test_who_looks_back_knows_only_what_was_told_by_then(
    own_home: Path, cast: SimpleNamespace
) -> None:
    Rating.objects.create(customer=5, criterion="sees_us_as_important", by=cast.director, score=3)
    done = perform(request_evaluation(by=cast.director, as_of=date(2026, 3, 31), key="k"))
    told = store.run(int(done.run or 0)).table("asked/ratings.parquet")
    assert told["date"].to_pylist() == [timezone.localdate()]  # after that day, so it counts not
    again = perform(request_evaluation(by=cast.director, as_of=None, key="now"))
    told = store.run(int(again.run or 0)).table("asked/ratings.parquet")
    assert told["date"].to_pylist() == [LAST_DAY]


def test_a_run_that_its_worker_never_told_of_is_not_made_twice(
    own_home: Path, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request_evaluation(by=cast.director, as_of=None, key="k")
    monkeypatch.setattr("kernklant.web.evaluation.actions._finish", _die)
    with pytest.raises(KeyboardInterrupt):
        perform(asked)
    monkeypatch.undo()
    refresh()  # another worker finds the run before the job is taken up again
    Evaluation.objects.filter(pk=asked.pk).update(
        lease_until=timezone.now() - timedelta(minutes=1), attempts=3
    )
    done = perform(asked)
    assert (done.state, done.run, store.runs()) == (State.DONE, 3, [1, 2, 3])
    assert Evaluation.objects.filter(run=3).count() == 1
    assert LogEntry.objects.filter(what="evaluation.done").count() == 1


def _die(_job: Evaluation, _run: int) -> None:
    raise KeyboardInterrupt


def test_who_lost_the_lease_writes_nothing(own_home: Path, cast: SimpleNamespace) -> None:
    asked = request_evaluation(by=cast.director, as_of=None, key="k")
    mine = jobs.claim(Evaluation)
    assert mine is not None
    Evaluation.objects.filter(pk=asked.pk).update(lease="another's")
    with pytest.raises(LeaseLost):
        perform_evaluation(mine)
    assert store.runs() == [1, 2]
    assert not LogEntry.objects.filter(what="evaluation.done").exists()


def test_what_ends_unexpectedly_each_time_is_given_up_in_words(
    home: Path, cast: SimpleNamespace
) -> None:
    asked = request_evaluation(by=cast.director, as_of=None, key="k")
    for _attempt in range(jobs.MOST_ATTEMPTS):
        assert jobs.claim(Evaluation) == asked
        Evaluation.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    job = jobs.claim(Evaluation)
    assert job is not None
    with pytest.raises(UserError, match="three times"):
        perform_evaluation(job)


def test_what_nobody_works_on_is_cancelled_at_once(home: Path, cast: SimpleNamespace) -> None:
    asked = request_evaluation(by=cast.director, as_of=None, key="k")
    cancel_evaluation(by=cast.analyst, evaluation=asked)
    asked.refresh_from_db()
    assert asked.state == State.CANCELLED
    assert jobs.claim(Evaluation) is None


def test_the_adopted_policy_is_the_one_asked_about(home: Path, cast: SimpleNamespace) -> None:
    Policy.objects.create(text="version = 1\n", title="Concept")
    in_force = Policy.objects.create(number=2, text="version = 1\n# mine\n", title="Nieuw")
    asked = request_evaluation(by=cast.director, as_of=None, key="k")
    assert (asked.policy, asked.asked["policy"]) == (in_force, in_force.text)


def test_progress_goes_by_what_each_step_took_and_never_back(
    own_home: Path, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, float]] = []
    tell = jobs.tell

    def noted(job: Any, step: Any, share: float) -> None:
        told.append((step.nl, share))
        tell(job, step, share)

    monkeypatch.setattr(jobs, "tell", noted)
    perform(request_evaluation(by=cast.director, as_of=None, key="k"))
    assert told.pop(0) == ("Voorbereiden", 0.0)
    assert [step for step, _ in told][::3] == ["Bestanden nalezen", "Kosten, potentie, betaling",
                                               "Vastleggen"]  # fmt: skip
    shares = [share for _, share in told]
    assert shares == begun_at(list(seconds_of(2).values()))
    assert all(early <= late for early, late in pairwise(shares))
    assert (shares[0], shares[-1] < 1) == (0.0, True)


def test_time_left_goes_by_the_last_run_and_is_not_told_when_it_was_wrong(home: Path) -> None:
    now = timezone.now()
    whole = sum(seconds_of(2).values())
    job = Evaluation(state=State.RUNNING, started_at=now, done_share=0.5)
    assert time_left(job, at=now) == timedelta(seconds=round(whole))
    late = now + timedelta(seconds=whole)
    assert time_left(job, at=late) == timedelta(seconds=round(whole / 2))
    assert time_left(job, at=now + timedelta(seconds=3 * whole)) is None
    assert time_left(Evaluation(state=State.ASKED)) is None


def test_time_left_goes_by_what_the_worker_took_the_last_time(
    home: Path, cast: SimpleNamespace
) -> None:
    now = timezone.now()
    Evaluation.objects.create(
        state=State.DONE, asked_by=cast.director, run=2, started_at=now,
        ended_at=now + timedelta(seconds=80),
    )  # fmt: skip
    job = Evaluation(state=State.RUNNING, started_at=now, done_share=0.25)
    assert time_left(job, at=now + timedelta(seconds=30)) == timedelta(seconds=60)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_restarts_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    fails = iter([OperationalError("gone"), OperationalError("starting")])

    def act() -> str:
        for error in fails:
            raise error
        return "done"

    assert jobs.patiently(act) == "done"
    monkeypatch.setattr(jobs, "PATIENCE", 0.1)
    fails = iter([OperationalError("gone")] * 9)
    with pytest.raises(OperationalError):
        jobs.patiently(act)


def test_a_key_is_of_one_question(home: Path, cast: SimpleNamespace) -> None:
    first = request_evaluation(by=cast.director, as_of=None, key="k")
    Evaluation.objects.filter(pk=first.pk).update(state=State.DONE, run=2, as_of=LAST_DAY)
    assert request_evaluation(by=cast.director, as_of=None, key="k") == first
    with pytest.raises(UserError, match="Another as-of date"):
        request_evaluation(by=cast.director, as_of=LAST_DAY, key="k")
    assert Evaluation.objects.count() == 1


def test_what_people_said_since_makes_it_another_question(
    home: Path, cast: SimpleNamespace
) -> None:
    first = request_evaluation(by=cast.director, as_of=None, key="first")
    Rating.objects.create(customer=5, criterion="strong_name", by=cast.director, score=3)
    second = request_evaluation(by=cast.director, as_of=None, key="second")
    assert second != first
    assert request_evaluation(by=cast.analyst, as_of=None, key="third") == second
