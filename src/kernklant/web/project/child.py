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

# A tenth of what a visitor gets where both want a processor: 19 gives a sixtieth, and then a job
# on a busy machine takes hours, or holds the lock of the database while it waits for its turn.
NICE = 10
log = logging.getLogger("kernklant.worker")


def perform(kind: type[Job], work: Callable[[Any], None], pk: int, lease: str) -> None:
    """Do one job while its lease is ours; why it failed stands on its row, in words."""
    _behave()
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
    _behave()
    refresh()


def _behave() -> None:
    """Little priority, one processor left to who visits, no more memory than there is to give."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(NICE)
    ours = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, ours[1:] or ours)
    resource.setrlimit(resource.RLIMIT_AS, (settings.WORK_MEMORY, settings.WORK_MEMORY))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
