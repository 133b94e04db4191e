"""How far an evaluation is: by what each step took the last time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from django.utils import timezone

from kernklant.engine.errors import Text
from kernklant.web.base import jobs, store
from kernklant.web.base.models import Job
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

    def __init__(
        self, job: Job, last_run: int | None, *, part: tuple[float, float] = (0.0, 1.0)
    ) -> None:
        """``part``: from which share of the job to which these steps go."""
        self._job = job
        first, last = part
        begun = begun_at(list(seconds_of(last_run).values()))
        self._begun = [first + share * (last - first) for share in begun]
        self._at = -1

    def begin(self, step: Text) -> None:
        """The next step begins; LeaseLost when the job is another's by now."""
        self._at = min(self._at + 1, len(self._begun) - 1)
        share = self._begun[self._at]
        jobs.patiently(lambda: jobs.tell(self._job, step, share))


def time_left(evaluation: Evaluation, *, at: datetime | None = None) -> timedelta | None:
    """What is left, by what the last one took; None when that cannot be said."""
    whole = _took_last_time()
    if evaluation.state != State.RUNNING or evaluation.started_at is None or whole is None:
        return None
    passed = ((at or timezone.now()) - evaluation.started_at).total_seconds()
    left = max(whole * (1 - evaluation.done_share), whole - passed)
    return timedelta(seconds=round(left)) if passed < 2 * whole else None


def _took_last_time() -> float | None:
    """Seconds from beginning to end, of the last that a worker did; else of the steps of a run."""
    done = Evaluation.objects.filter(state=State.DONE, asked_by__isnull=False)
    last = done.order_by("-run").first()
    if last is not None and last.started_at and last.ended_at:
        return (last.ended_at - last.started_at).total_seconds()
    run = store.newest_run()
    return sum(seconds_of(run).values()) if run is not None else None
