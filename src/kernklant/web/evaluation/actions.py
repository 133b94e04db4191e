"""Asking for an evaluation, cancelling it, and performing it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.publish import answer_in_home, newest_stand
from kernklant.engine.evaluation.question import Question
from kernklant.engine.segments.migration import SEGMENTS
from kernklant.engine.segments.policy import Policy, read_policy
from kernklant.web.base import jobs, store, webhooks
from kernklant.web.base.log import record
from kernklant.web.base.models import Member
from kernklant.web.base.models.jobs import State
from kernklant.web.base.models.webhooks import Event
from kernklant.web.evaluation.progress import Steps
from kernklant.web.evaluation.told import flags_told, ratings_told, tables_of
from kernklant.web.segments.copying import in_force
from kernklant.web.value.in_force import POLICY_NAME, policy_in_force
from kernklant.web.value.models import Evaluation

PREPARING = Text("Voorbereiden", "Preparing")


@transaction.atomic
def request_evaluation(*, by: Member, as_of: date | None, key: str) -> Evaluation:
    """Ask for an evaluation, with policy, ratings and overrides as they are now.

    1. Of one key there is one: a second click finds the first.
    2. While the same question waits for a worker, that one is the answer.
    """
    waiting = Evaluation.objects.filter(state=State.ASKED, as_of=as_of)
    found = Evaluation.objects.filter(key=key).first() or waiting.first()
    if found is not None:
        return found
    policy = policy_in_force()
    asked = {"policy": policy.text, "ratings": ratings_told(), "flags": flags_told()}
    evaluation, new = Evaluation.objects.get_or_create(
        key=key,
        defaults={"asked_by": by, "as_of": as_of, "policy": policy.row, "asked": asked},
    )
    if new:
        about, told = f"evaluation:{evaluation.pk}", as_of.isoformat() if as_of else None
        record("evaluation.asked", by=by, about=about, as_of=told)
    return evaluation


@transaction.atomic
def cancel_evaluation(*, by: Member, evaluation: Evaluation) -> None:
    """Stop it: at once when nobody works on it yet, else within two seconds."""
    jobs.ask_to_cancel(evaluation)
    record("evaluation.cancelled", by=by, about=f"evaluation:{evaluation.pk}")


def perform_evaluation(job: Evaluation) -> None:
    """Answer and publish, once; runs in a child process of the worker.

    1. A run with this job's key was published by a worker that died before it could say so:
       that is the answer.
    2. Else the frozen question is answered, and published under the key: of one key the store
       keeps one run, whoever publishes.
    3. The row is finished only by who holds the lease.
    """
    run = store.run_asked_as(job.key)
    if run is None:
        jobs.refuse_endless(job)
        run = _answered(job)
    jobs.patiently(lambda: _finish(job, run))


@transaction.atomic
def _finish(job: Evaluation, run: int) -> None:
    jobs.finish(job, run=run, as_of=store.as_of(run))
    record("evaluation.done", by=job.asked_by, about=f"evaluation:{job.pk}", run=run)
    webhooks.tell(Event.EVALUATION_DONE, {"evaluation": job.pk, **_in_short(run)})


def _in_short(run: int) -> dict[str, Any]:
    """What a webhook hears of a run: its day, and how many each segment has."""
    told = store.summary(run)["segments"]
    counts = {letter: told[letter]["customers"] for letter in SEGMENTS}
    return {"run": run, "as_of": store.as_of(run).isoformat(), "customers": counts}


def _answered(job: Evaluation) -> int:
    """The number of the run."""
    home = store.store()
    jobs.patiently(lambda: jobs.tell(job, PREPARING, 0.0))
    question = _question(job, read_policy(job.asked["policy"], name=POLICY_NAME))
    now = policy_in_force()
    own = now.own_file if now.text == job.asked["policy"] else None
    steps = Steps(job, store.newest_run())
    return int(answer_in_home(home, question, own_policy=own, progress=steps.begin)["run"])


def _question(job: Evaluation, policy: Policy) -> Question:
    """What was frozen, against the segments in force at the newest run."""
    newest = store.newest_run()
    previous = newest_stand(store.store(), policy)
    if previous is not None and newest is not None:
        held = in_force(newest).of(previous.segments["customer"].to_numpy())
        previous = previous.with_segments(held)
    told = tables_of(job.asked, as_of=job.as_of)
    return Question(policy, as_of=job.as_of, previous=previous, told=told, key=job.key)
