"""How far an evaluation is: by what each step took the last time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from django.utils import timezone

from kernklant.engine.errors import Text
from kernklant.web.base import jobs, store
from kernklant.web.base.models.jobs import State
from kernklant.web.value.models import Evaluation

# Seconds of each step before there is a run to go by: those of De Vries Techniek, 1,200 customers.
FIRST_TIME = {
    "check": 0.02,
    "history": 0.05,
    "lifetime": 0.6,
    "knowing": 0.4,
    "segments": 0.5,
    "answer": 0.4,
    "publish": 0.1,
}


def seconds_of(run: int | None) -> Mapping[str, float]:
    """What each step took in a run, in their order."""
    return store.run(run).seconds if run is not None else FIRST_TIME


def begun_at(seconds: Sequence[float]) -> list[float]:
    """The share of the whole that was done when each step began."""
    whole = sum(seconds) or 1.0
    return [done / whole for done in accumulate(seconds[:-1], initial=0.0)]


class Steps:
    """Tells on the row which step begins; the share never goes back."""

    def __init__(self, job: Evaluation, last_run: int | None) -> None:
        self._job = job
        self._begun = begun_at(list(seconds_of(last_run).values()))
        self._at = -1

    def begin(self, step: Text) -> None:
        """The next step begins; LeaseLost when the job is another's by now."""
        self._at = min(self._at + 1, len(self._begun) - 1)
        share = self._begun[self._at]
        jobs.patiently(lambda: jobs.tell(self._job, step, share))


def time_left(evaluation: Evaluation, *, at: datetime | None = None) -> timedelta | None:
    """What is left, at the pace so far and of the last run; None when that cannot be said yet."""
    if evaluation.state != State.RUNNING or evaluation.started_at is None:
        return None
    last = store.newest_run()
    if last is None:
        return None
    whole = sum(seconds_of(last).values())
    passed = ((at or timezone.now()) - evaluation.started_at).total_seconds()
    left = max(whole * (1 - evaluation.done_share), whole - passed)
    return timedelta(seconds=round(left)) if passed < 2 * whole else None
