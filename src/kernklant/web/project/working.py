"""The worker: does what people asked for, one job at a time, and keeps the copies true.

1. It claims a job; a child process with little priority and a limit on memory does it, while the
   worker renews the lease and looks whether somebody cancels.
2. A child that dies leaves the job to the next attempt. A worker that dies takes its child along,
   and another worker takes the job over when the lease ends.
3. Between jobs it makes the copies of customers and standings again when the store changed.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import time
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing import forkserver
from types import FrameType
from typing import Any

from django.db import DatabaseError, close_old_connections

from kernklant.engine.errors import Text, UserError
from kernklant.web.base import jobs
from kernklant.web.base.models import Delivery, Job
from kernklant.web.base.models.settings import WORKER, beat
from kernklant.web.base.webhooks import perform_delivery
from kernklant.web.evaluation.actions import perform_evaluation, perform_preview
from kernklant.web.ledger.actions import perform_import, perform_undo
from kernklant.web.ledger.models import Import, Undo
from kernklant.web.privacy.actions import perform_erasure
from kernklant.web.privacy.models import Erasure
from kernklant.web.privacy.terms import clean_daily, due
from kernklant.web.project import child
from kernklant.web.segments.copying import refresh, stale
from kernklant.web.value.models import Evaluation, Preview

Perform = Callable[[Any], None]
Work = Sequence[tuple[type[Job], Perform]]
# What can be asked for, and what does it.
WORK: Work = (
    (Erasure, perform_erasure),
    (Evaluation, perform_evaluation),
    (Preview, perform_preview),
    (Import, perform_import),
    (Undo, perform_undo),
    (Delivery, perform_delivery),
)

LOOK = 0.5  # seconds between looks at the child, and at who cancels
GOING = 10.0  # seconds that a child gets to leave after its work
BEAT = 10.0  # seconds between renewals of the lease
ALIVE = 20.0  # seconds between saying that it is there
POLL = 2.0  # seconds between looks at the store
AFTER_FAILING = 60.0  # seconds before upkeep that failed is tried again
BROKE = Text(
    "Het werk is onverwacht gestopt; in het logboek van de server staat waarom. "
    "Er is niets veranderd. Vraag het opnieuw.",
    "The work stopped unexpectedly; the server's log says why. Nothing was changed. Ask again.",
)

log = logging.getLogger("kernklant.worker")
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["kernklant.web.project.ready", "kernklant.web.project.working"])


class Worker:
    """Works until it is told to stop."""

    def __init__(
        self,
        work: Work,
        *,
        stale: Callable[[], bool] = stale,
        refresh: Callable[[], object] = refresh,
        daily: tuple[Callable[[], bool], Callable[[], object]] = (due, clean_daily),
    ) -> None:
        self.work = work
        self.stale, self.refresh = stale, refresh
        self.due, self.clean = daily
        self.stopping = False
        self._look_at = 0.0  # when to look at the store again
        self._tell_at = 0.0  # when to say again that it is there

    def stop_on_signals(self) -> None:
        """SIGTERM and SIGINT stop it."""
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, self._stop)

    def run(self) -> None:
        """Job after job; what makes the children is got ready first, so that none waits for it."""
        forkserver.ensure_running()
        while not self.stopping:
            try:
                close_old_connections()
                self._tell_alive()
                busy = self.one_job() or self.keep_up()
            except (DatabaseError, UserError):  # away for long, or damaged: look again later
                log.exception("no work can be done at the moment")
                busy = False
                time.sleep(POLL)
            if not busy:
                time.sleep(LOOK)

    def one_job(self) -> bool:
        """Claim a job and see it to its end; False when nobody asked for anything."""
        for kind, perform in self.work:
            job = jobs.claim(kind)
            if job is not None:
                self._see_through(job, perform)
                self._look_at = 0.0
                return True
        return False

    def keep_up(self) -> bool:
        """Make the copies again when they are stale; once a day, remove what is past its term."""
        if time.monotonic() < self._look_at:
            return False
        self._look_at = time.monotonic() + POLL
        upkeep = self.refresh if self.stale() else self.clean if self.due() else None
        if upkeep is None:
            return False
        process = _started(child.keep, upkeep)
        while process.exitcode is None and not self.stopping:
            process.join(LOOK)
            self._tell_alive()
        if _ended(process) and not self.stopping:
            self._look_at = time.monotonic() + AFTER_FAILING
        return True

    def _tell_alive(self) -> None:
        """Say now and then that there is a worker, for the page that shows whether all is well."""
        if time.monotonic() > self._tell_at:
            self._tell_at = time.monotonic() + ALIVE
            beat(WORKER)

    def _see_through(self, job: Job, perform: Perform) -> None:
        if job.cancel_asked:
            jobs.stopped(job)
            return
        process = _started(child.perform, type(job), perform, job.pk, job.lease)
        try:
            end = self._hold(job, process)
        finally:
            code = _ended(process)
        if end is None and code:
            log.error("%s %s ended with %s", type(job).__name__, job.pk, code)
            end = _broken
        try:
            if end is not None:
                jobs.patiently(partial(end, job))
        except jobs.LeaseLost:
            log.warning("%s %s is another's", type(job).__name__, job.pk)

    def _hold(self, job: Job, process: Any) -> Callable[[Job], None] | None:
        """Renew the lease while the child works; how to end what should not go on."""
        beaten = time.monotonic()
        while process.exitcode is None:
            process.join(LOOK)
            jobs.patiently(self._tell_alive)
            if self.stopping:
                return jobs.give_back
            if jobs.patiently(partial(jobs.ended, job)):
                process.join(GOING)  # it wrote its end, and goes by itself
                return None
            if not jobs.patiently(partial(jobs.wanted, job)):
                return jobs.stopped if process.exitcode is None else None
            if time.monotonic() - beaten > BEAT:
                jobs.patiently(partial(jobs.beat, job))
                beaten = time.monotonic()
        return None

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = True


def _broken(job: Job) -> None:
    jobs.fail(job, BROKE, again=True)


def _started(target: Callable[..., None], *args: Any) -> Any:
    process = processes.Process(target=target, args=args)
    process.start()
    return process


def _ended(process: Any) -> int:
    """End it if it works still; what it ended with, 0 when all went well."""
    if process.exitcode is None:
        process.kill()
    process.join()
    return int(process.exitcode)
