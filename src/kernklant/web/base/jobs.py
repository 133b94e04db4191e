"""Claiming, renewing and ending jobs; a job is in the hands of one worker at a time.

1. ``claim``: one UPDATE takes the oldest job that is asked, or whose lease ended, and writes a
   fresh lease on it; of two workers that try at once, one changes a row.
2. ``beat``: renews the lease and reports progress, and only for who still holds it. It tells
   whether the work should go on: not when it was cancelled, or when the lease went to another.
3. ``finish``, ``fail``, ``cancelled``: end it, again only for who holds the lease. What the
   work wrote is committed in the same transaction, so a job that is done twice counts once.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from kernklant.engine.errors import Text
from kernklant.web.base.models import Job
from kernklant.web.base.models.jobs import State

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 3
J = TypeVar("J", bound=Job)


class LeaseLost(Exception):
    """Another worker has the job now; whatever was done for it must not count."""


def claim(kind: type[J]) -> J | None:
    """Take the oldest job that waits, or that its worker left; None when there is none."""
    now = timezone.now()
    waits = Q(state=State.ASKED) | Q(state=State.RUNNING, lease_until__lt=now)
    for pk in _rows(kind).filter(waits).order_by("asked_at", "pk").values_list("pk", flat=True)[:5]:
        lease = secrets.token_hex(16)
        taken = (
            _rows(kind)
            .filter(waits, pk=pk)
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
        if taken:
            return _rows(kind).get(pk=pk)
    return None


def beat(job: Job, step: Text | None = None, share: float | None = None) -> bool:
    """Renew the lease and tell how far it is; False: stop, it was cancelled or is another's."""
    told: dict[str, Any] = {"lease_until": timezone.now() + LEASE}
    if step is not None:
        told |= {"step_nl": step.nl, "step_en": step.en}
    if share is not None:
        told["done_share"] = share
    return bool(_held(job).filter(cancel_asked=False).update(**told))


def finish(job: Job, **values: Any) -> None:
    """Done; LeaseLost when it is no longer ours, so that the transaction around it is undone."""
    _end(job, State.DONE, done_share=1, **values)


def fail(job: Job, why: Text, *, again: bool = False) -> None:
    """Failed, in words; ``again``: asked anew while attempts are left."""
    if again and job.attempts < MOST_ATTEMPTS:
        _held(job).update(state=State.ASKED, lease="", error_nl=why.nl, error_en=why.en)
        return
    _end(job, State.FAILED, error_nl=why.nl, error_en=why.en)


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
