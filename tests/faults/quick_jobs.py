"""Jobs of a moment, as real processes do them: ``python -m tests.faults.quick_jobs VERB``.

``ask KEY …`` makes the database and asks for jobs, ``work`` is a worker, ``count`` tells as JSON
what came of it. Each job publishes a run under its key and writes an entry in the log as it
finishes: the same two effects as an evaluation.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import Counter
from datetime import date, timedelta

import kernklant.web.project.ready  # noqa: F401 - models can be imported after it only

# isort: split
from django.core.management import call_command
from django.db import transaction

from kernklant.engine.errors import NotEnoughHistory, Text
from kernklant.engine.store import RunContents, publish
from kernklant.web.base import jobs, store
from kernklant.web.base.log import record
from kernklant.web.base.models import LogEntry
from kernklant.web.project import child, working
from kernklant.web.value.models import Evaluation

if "AS_SHIPPED" not in os.environ:
    jobs.LEASE = timedelta(seconds=3)
    jobs.MOST_ATTEMPTS = 1000  # whom the dice kill three times is not to blame
    working.LOOK, working.BEAT = 0.05, 0.5
    child.NICE = 0  # what ends a job here is a kill, not waiting behind the other tests


def perform(job: Evaluation) -> None:
    """Publish, pause, finish: kills come before, between and after."""
    misbehave(job)
    run = store.run_asked_as(job.key)
    if run is None:
        jobs.refuse_endless(job)
        time.sleep(random.random() / 10)
        run = publish(
            store.store(),
            RunContents(date(2026, 1, 1), {}, {"x": b"x"}, versions={}, seconds={}, key=job.key),
        )
    time.sleep(random.random() / 20)
    with transaction.atomic():
        jobs.finish(job, run=run)
        record("quick.done", by=None, about=job.key)
    if job.key == "lingers":
        time.sleep(2)
        record("quick.left", by=None, about=job.key)


def misbehave(job: Evaluation) -> None:
    """What the key says: be slow, fail in words, break, or want all memory."""
    if job.key == "slow":
        jobs.tell(job, Text("traag", "slow"), 0.5)
        time.sleep(120)
    if job.key == "words":
        raise NotEnoughHistory(Text("Te weinig.", "Too little."), Text("Wacht.", "Wait."))
    if job.key == "breaks":
        raise ZeroDivisionError
    if job.key == "greedy":
        bytearray(32 << 30)


def ask(*keys: str) -> None:
    """Make the database and ask."""
    call_command("migrate", verbosity=0)
    store.store()
    for key in keys:
        Evaluation.objects.create(key=key)


def count() -> None:
    """What came of every job."""
    entries = LogEntry.objects.filter(what="quick.done")
    told = {
        "states": Counter(Evaluation.objects.values_list("state", flat=True)),
        "effects": Counter(Counter(entries.values_list("about", flat=True)).values()),
        "runs": Counter(Counter(store.run(one).key for one in store.runs()).values()),
        "again": Evaluation.objects.filter(attempts__gt=1).count(),
    }
    print(json.dumps(told))


def main(verb: str, *keys: str) -> None:
    """One verb."""
    if verb == "ask":
        ask(*keys)
    elif verb == "count":
        count()
    else:
        work = working.Worker(((Evaluation, perform),), stale=bool)
        work.stop_on_signals()
        work.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
