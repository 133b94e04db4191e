"""Claiming, renewing and ending jobs; a job is in the hands of one worker at a time.

1. ``claim``: one UPDATE takes the oldest job that is asked, or whose lease ended, and writes a
   fresh lease on it; of two workers that try at once, one changes a row.
2. ``beat``: renews the lease and reports progress, and only for who still holds it. It tells
   whether the work should go on: not when it was cancelled, or when the lease went to another.
3. ``finish``, ``fail``, ``stopped``: end it, again only for who holds the lease. What the work
   wrote is committed in the same transaction, so a job that is done twice counts once.
4. A job whose worker died comes back when its lease ends. The work first looks whether it was
   done already, under the job's key; only then ``refuse_endless`` counts the attempts.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection, models
from django.db.models import F, Q
from django.utils import timezone

from kernklant.engine.errors import Text, UserError
from kernklant.web.base.models import Job
from kernklant.web.base.models.jobs import State

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 3
PATIENCE = 30.0  # seconds that a database may be away
J = TypeVar("J", bound=Job)
R = TypeVar("R")
TOO_OFTEN = Text(
    "Dit is drie keer begonnen en drie keer onverwacht gestopt. Er is niets veranderd.",
    "This was begun three times and stopped unexpectedly three times. Nothing was changed.",
)
ASK_AGAIN = Text(
    "Kijk in het logboek van de server waarom (vaak: te weinig geheugen) en vraag het dan opnieuw.",
    "Look in the server's log for the reason (often: too little memory), then ask again.",
)


class LeaseLost(Exception):
    """Another worker has the job now; whatever was done for it must not count."""


def claim(kind: type[J]) -> J | None:
    """Take the oldest job that waits, or that its worker left; None when there is none."""
    for pk in _waiting(kind).order_by("asked_at", "pk").values_list("pk", flat=True)[:5]:
        job = claim_one(kind, pk)
        if job is not None:
            return job
    return None


def claim_one(kind: type[J], pk: int) -> J | None:
    """Take this one, if it waits; None when it does not, or another took it."""
    now, lease = timezone.now(), secrets.token_hex(16)
    taken = (
        _waiting(kind)
        .filter(pk=pk)
        .update(
            state=State.RUNNING,
            lease=lease,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
            started_at=now,
            step_nl="",
            step_en="",
            done_share=0,
        )
    )
    return _rows(kind).get(pk=pk) if taken else None


def _waiting(kind: type[J]) -> models.QuerySet[J]:
    now = timezone.now()
    asked = Q(state=State.ASKED) & kind.ready(now)
    return _rows(kind).filter(asked | Q(state=State.RUNNING, lease_until__lt=now))


def beat(job: Job, step: Text | None = None, share: float | None = None) -> bool:
    """Renew the lease and tell how far it is; False: stop, it was cancelled or is another's."""
    told: dict[str, Any] = {"lease_until": timezone.now() + LEASE}
    if step is not None:
        told |= {"step_nl": step.nl, "step_en": step.en}
    if share is not None:
        told["done_share"] = share
    return bool(_held(job).filter(cancel_asked=False).update(**told))


def tell(job: Job, step: Text, share: float) -> None:
    """Which step it is at, and how far; LeaseLost when it is another's."""
    told = {"step_nl": step.nl, "step_en": step.en, "done_share": share}
    if not _held(job).update(**told):
        raise LeaseLost


def wanted(job: Job) -> bool:
    """Whether the work should go on: it is still ours and nobody cancelled it."""
    return _held(job).filter(cancel_asked=False).exists()


def ended(job: Job) -> bool:
    """Whether whoever held it wrote down how it ended."""
    return not _rows(type(job)).filter(pk=job.pk, state__in=(State.ASKED, State.RUNNING)).exists()


def refuse_endless(job: Job) -> None:
    """Raises UserError for a job that ended unexpectedly as often as it may."""
    if job.attempts > MOST_ATTEMPTS:
        raise UserError(TOO_OFTEN, ASK_AGAIN)


def give_back(job: Job) -> None:
    """A worker that stops in order leaves the job to another, as if it had not begun."""
    _held(job).update(state=State.ASKED, lease="", attempts=F("attempts") - 1)


def patiently(act: Callable[[], R]) -> R:
    """Do it, and do it again while the database is away: it may be restarting."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except (OperationalError, InterfaceError):
            if time.monotonic() > until or connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(0.5)


def finish(job: Job, **values: Any) -> None:
    """Done; LeaseLost when it is no longer ours, so that the transaction around it is undone."""
    _end(job, State.DONE, done_share=1, error_nl="", error_en="", **values)


def put_off(job: Job, why: Text, **values: Any) -> None:
    """Not this time, in words; it waits again. LeaseLost when it is another's."""
    told = {"error_nl": why.nl, "error_en": why.en, **values}
    if not _held(job).update(state=State.ASKED, lease="", **told):
        raise LeaseLost


def fail(job: Job, why: Text, *, again: bool = False, **values: Any) -> None:
    """Failed, in words; ``again``: asked anew while attempts are left."""
    if again and job.attempts < MOST_ATTEMPTS:
        _held(job).update(state=State.ASKED, lease="", error_nl=why.nl, error_en=why.en)
        return
    _end(job, State.FAILED, error_nl=why.nl, error_en=why.en, **values)


def ask_again(job: Job) -> bool:
    """A job that failed waits anew, with all its attempts; False when it did not fail."""
    return bool(
        _rows(type(job))
        .filter(pk=job.pk, state=State.FAILED)
        .update(
            state=State.ASKED,
            attempts=0,
            cancel_asked=False,
            ended_at=None,
            error_nl="",
            error_en="",
        )
    )


def stopped(job: Job) -> None:
    """Cancelled by who asked."""
    _end(job, State.CANCELLED)


def ask_to_cancel(job: Job) -> None:
    """Cancel at once what nobody works on yet; else ask its worker to stop."""
    waiting = _rows(type(job)).filter(pk=job.pk, state=State.ASKED)
    if not waiting.update(state=State.CANCELLED, cancel_asked=True, ended_at=timezone.now()):
        _rows(type(job)).filter(pk=job.pk, state=State.RUNNING).update(cancel_asked=True)


def _end(job: Job, state: State, **values: Any) -> None:
    ended = _held(job).update(state=state, ended_at=timezone.now(), lease="", **values)
    if not ended:
        raise LeaseLost


def _held(job: Job) -> models.QuerySet[Any]:
    return _rows(type(job)).filter(pk=job.pk, state=State.RUNNING, lease=job.lease)


def _rows(kind: type[J]) -> models.QuerySet[J]:
    return kind._default_manager.all()
