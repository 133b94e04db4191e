"""What the worker's child processes do: one job, or making the copies again."""

from __future__ import annotations

import logging
import os
import resource
import sys
import threading
from collections.abc import Callable
from multiprocessing import parent_process
from multiprocessing.connection import wait
from typing import Any

from django.conf import settings

from kernklant.engine.disk import failure_of
from kernklant.engine.errors import Text, UserError
from kernklant.web.base import jobs
from kernklant.web.base.models import Job

WORK_NICE = 19  # computing waits for whoever visits
# Making copies holds the database's lock, in short turns: who holds it must not wait for long.
COPY_NICE = 10
log = logging.getLogger("kernklant.worker")


def perform(kind: type[Job], work: Callable[[Any], None], pk: int, lease: str) -> None:
    """Do one job while its lease is ours; why it failed stands on its row, in words."""
    _behave(WORK_NICE)
    job = jobs.patiently(lambda: kind._default_manager.filter(pk=pk, lease=lease).first())
    if job is None:
        return
    try:
        work(job)
    except jobs.LeaseLost:
        log.warning("%s %s is another's", kind.__name__, pk)
    except Exception as error:
        why = error if isinstance(error, UserError) else failure_of(error)
        if why is None:
            log.exception("%s %s", kind.__name__, pk)
            sys.exit(1)
        said = Text(why.to("nl"), why.to("en"))
        jobs.patiently(lambda: jobs.fail(job, said))


def keep(refresh: Callable[[], object]) -> None:
    """Make the copies again."""
    _behave(COPY_NICE)
    refresh()


def _behave(nice: int) -> None:
    """Little priority, one processor left to who visits, no more memory than there is to give."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(nice)
    ours = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, ours[1:] or ours)
    resource.setrlimit(resource.RLIMIT_AS, (settings.WORK_MEMORY, settings.WORK_MEMORY))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
