"""Asking for an evaluation, cancelling it, and performing it."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

from django.db import transaction

from kernklant.engine.errors import Text, UserError
from kernklant.engine.evaluation.publish import answer_in_home
from kernklant.engine.ledger.history import last_sales_day
from kernklant.engine.segments.migration import SEGMENTS
from kernklant.engine.segments.policy import read_policy
from kernklant.web.base import jobs, store, webhooks
from kernklant.web.base.log import record
from kernklant.web.base.models import Member
from kernklant.web.base.models.jobs import State
from kernklant.web.base.models.webhooks import Event
from kernklant.web.evaluation.previewing import answered, basis_now, small
from kernklant.web.evaluation.progress import Steps
from kernklant.web.evaluation.told import flags_told, question_now, ratings_told
from kernklant.web.value.actions import adopt_policy
from kernklant.web.value.in_force import POLICY_NAME, policy_in_force
from kernklant.web.value.models import Evaluation, Policy, Preview

PREPARING = Text("Voorbereiden", "Preparing")
KEY_TAKEN = Text(
    "Hiermee is al een andere peildatum gevraagd; er is niets nieuws gevraagd.",
    "Another as-of date was asked with this already; nothing new was asked.",
)
ANOTHER_KEY = Text(
    "Laad de pagina opnieuw, of neem een andere sleutel.", "Reload the page, or take another key."
)
AT_WORK = threading.Lock()  # one preview at a time in a process that also answers visitors


class KeyTaken(UserError):
    """Another question was asked with this key."""


@transaction.atomic
def request_evaluation(*, by: Member, as_of: date | None, key: str) -> Evaluation:
    """Ask for an evaluation, with policy, ratings and overrides as they are now.

    1. Of one key there is one: a second click finds the first. As of another day it is another
       question: KeyTaken.
    2. While the same question waits for a worker, that one is the answer; another once people
       said something since.
    """
    policy, day = policy_in_force(), as_of.isoformat() if as_of else None
    asked = {"policy": policy.text, "ratings": ratings_told(), "flags": flags_told(), "as_of": day}
    waiting = Evaluation.objects.filter(state=State.ASKED, as_of=as_of, policy=policy.row)
    first = Evaluation.objects.filter(key=key).first()
    if first is not None and first.asked.get("as_of", day) != day:
        raise KeyTaken(KEY_TAKEN, ANOTHER_KEY)
    found = first or next((one for one in waiting if one.asked == asked), None)
    if found is not None:
        return found
    evaluation, new = Evaluation.objects.get_or_create(
        key=key,
        defaults={"asked_by": by, "as_of": as_of, "policy": policy.row, "asked": asked},
    )
    if new:
        record("evaluation.asked", by=by, about=f"evaluation:{evaluation.pk}", as_of=day)
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
    """What a webhook hears of a run: its day, how many each segment has, whether it looks back."""
    segments = store.summary(run)["segments"]
    counts = {letter: segments[letter]["customers"] for letter in SEGMENTS}
    told = {"run": run, "as_of": store.as_of(run).isoformat(), "customers": counts}
    return {**told, "looks_back": store.looks_back(run)}


def _answered(job: Evaluation) -> int:
    """The number of the run."""
    home = store.store()
    jobs.patiently(lambda: jobs.tell(job, PREPARING, 0.0))
    policy = read_policy(job.asked["policy"], name=POLICY_NAME)
    question = question_now(policy, asked=job.asked, as_of=job.as_of, key=job.key)
    now = policy_in_force()
    own = now.own_file if now.text == job.asked["policy"] else None
    steps = Steps(job, store.newest_run())
    return int(answer_in_home(home, question, own_policy=own, progress=steps.begin)["run"])


@transaction.atomic
def adopt_and_evaluate(*, by: Member, draft: Policy, why: str, seen: str) -> Policy:
    """Adopt a draft, and ask for the evaluation that goes by it; once, however often one clicks."""
    adopted = adopt_policy(by=by, draft=draft, why=why, seen=seen)
    if last_sales_day(store.facts()) is not None:
        request_evaluation(by=by, as_of=None, key=f"policy:{adopted.pk}")
    return adopted


@transaction.atomic
def request_preview(*, by: Member, draft: Policy) -> Preview:
    """Ask what a draft would change; while text and facts are the same there is one answer.

    1. The draft is locked, so that of two clicks the second finds what the first asked.
    2. An answer to another text or of other facts is thrown away; who still works on it finds
       its row gone and stops.
    """
    now = Policy.objects.select_for_update().get(pk=draft.pk)
    basis = basis_now()
    found = Preview.objects.filter(draft=now).defer("answer", "present").first()
    if found is not None and found.answers(now.text, basis):
        return found
    same = Preview.objects.filter(basis=basis).exclude(present=None)
    present = same.values_list("present", flat=True).first()
    Preview.objects.filter(draft=now).delete()
    asked = {"policy": policy_in_force().text, "ratings": ratings_told(), "flags": flags_told()}
    return Preview.objects.create(
        draft=now, text=now.text, basis=basis, asked=asked, asked_by=by, present=present
    )


def perform_preview(job: Preview) -> None:
    """Answer and keep the answer with the draft; nothing is published."""
    jobs.refuse_endless(job)
    found = answered(job)
    jobs.patiently(lambda: jobs.finish(job, **found))


def preview_at_once(*, by: Member, draft: Policy) -> None:
    """Answer it now where the base is small and nobody else is at it here; else a worker does."""
    if not small() or not AT_WORK.acquire(blocking=False):
        request_preview(by=by, draft=draft)
        return
    try:
        _preview_here(by=by, draft=draft)
    finally:
        AT_WORK.release()


def _preview_here(*, by: Member, draft: Policy) -> None:
    with transaction.atomic():  # claimed before any worker sees it
        job = jobs.claim_one(Preview, request_preview(by=by, draft=draft).pk)
    if job is None:
        return
    try:
        perform_preview(job)
    except jobs.LeaseLost:
        pass  # it took longer than a lease, or the draft changed: it is another's now
    except UserError as why:
        jobs.fail(job, Text(why.to("nl"), why.to("en")))
