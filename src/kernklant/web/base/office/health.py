"""Whether all is well, in sentences, the worst first."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from kernklant import __version__
from kernklant.engine.errors import Text, UserError
from kernklant.engine.evaluation.formats import in_both
from kernklant.web.base import store
from kernklant.web.base.models import Beat
from kernklant.web.base.models.jobs import State
from kernklant.web.base.models.settings import WORKER
from kernklant.web.base.office import work
from kernklant.web.base.office.mail import mails
from kernklant.web.base.store import Finding

WORKER_AWAY = timedelta(minutes=2)
BACKUP_OLD = timedelta(days=2)
RECENT = timedelta(days=7)
LOWEST_FREE, LOW_FREE = 1 << 30, 5 << 30
ORDER = {"error": 0, "note": 1, "ok": 2}
NO_WORKER = Text(
    "Geen rekenproces: evaluaties en imports blijven wachten.",
    "No worker: evaluations and imports keep waiting.",
)
START_IT = Text(
    "start Kernklant opnieuw met kernklant serve; het logboek van de server zegt waarom het stopte",
    "start Kernklant again with kernklant serve; the server's log says why it stopped",
)
NO_BACKUP = Text("Er is nog nooit een back-up gemaakt.", "No backup was ever made.")
MAKE_ONE = Text(
    "maak er elke nacht een, op een andere schijf: kernklant backup BESTAND",
    "make one every night, on another disk: kernklant backup FILE",
)
MAKE_ROOM = Text("maak ruimte op de schijf", "make room on the disk")
SEE_JOBS = Text("kijk onder Taken waarom, en vraag ze opnieuw", "see why under Jobs, and ask again")
SET_MAIL = Text(
    "zet KERNKLANT_MAIL in de omgeving van Kernklant",
    "set KERNKLANT_MAIL in the environment of Kernklant",
)


def findings(*, thorough: bool = False) -> list[Finding]:
    """What was looked at; ``thorough``: every file of the home is read too."""
    now = timezone.now()
    found = [*_home(), *_worker(now), *_jobs(now), *_backup(now), *_disk(), *_mail()]
    if thorough:
        found += store.examined(timezone.localdate())
    found.append(Finding("ok", Text(f"Kernklant {__version__}", f"Kernklant {__version__}")))
    return sorted(found, key=lambda one: ORDER[one.severity])


def _home() -> Iterator[Finding]:
    try:
        runs, imports = len(store.runs()), store.store().imports().num_rows
    except UserError as error:
        yield Finding("error", error.what, error.remedy)
        return
    yield Finding(
        "ok",
        Text(
            f"De gegevens zijn te openen: {imports} imports, {runs} evaluaties.",
            f"The data can be opened: {imports} imports, {runs} evaluations.",
        ),
    )


def _worker(now: datetime) -> Iterator[Finding]:
    beat = Beat.objects.filter(name=WORKER).first()
    if beat is None or now - beat.at > WORKER_AWAY:
        yield Finding("error", NO_WORKER, START_IT)
        return
    seconds = round((now - beat.at).total_seconds())
    yield Finding(
        "ok",
        Text(
            f"Het rekenproces werkt; {seconds} seconden geleden liet het van zich horen.",
            f"The worker works; it was heard of {seconds} seconds ago.",
        ),
    )


def _jobs(now: datetime) -> Iterator[Finding]:
    failed = work.count(State.FAILED, ended_at__gt=now - RECENT)
    waiting = work.count(State.ASKED)
    if failed:
        one = Text("1 taak mislukte deze week.", "1 job failed this week.")
        many = Text(f"{failed} taken mislukten deze week.", f"{failed} jobs failed this week.")
        yield Finding("note", one if failed == 1 else many, SEE_JOBS)
    one = Text("1 taak wacht op haar beurt.", "1 job waits its turn.")
    many = Text(f"{waiting} taken wachten op hun beurt.", f"{waiting} jobs wait their turn.")
    yield Finding("ok", one if waiting == 1 else many)


def _backup(now: datetime) -> Iterator[Finding]:
    at = store.backed_up_at()
    if at is None:
        yield Finding("note", NO_BACKUP, MAKE_ONE)
        return
    told = in_both(
        Text("De laatste back-up is van {day}.", "The last backup is of {day}."),
        day=lambda form: form.day(timezone.localtime(at).date()),
    )
    old = now - at > BACKUP_OLD
    yield Finding("note" if old else "ok", told, MAKE_ONE if old else None)


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.HOME if settings.HOME.exists() else "/").free
    told = in_both(
        Text("Nog {size} GB vrij op de schijf.", "{size} GB left on the disk."),
        size=lambda form: form.number(free / 1e9, digits=1),
    )
    if free < LOW_FREE:
        yield Finding("error" if free < LOWEST_FREE else "note", told, MAKE_ROOM)
    else:
        yield Finding("ok", told)


def _mail() -> Iterator[Finding]:
    if not mails():
        told = Text(
            f"Er is geen mailserver: e-mail blijft liggen in {settings.EMAIL_FILE_PATH}.",
            f"There is no mail server: e-mail stays in {settings.EMAIL_FILE_PATH}.",
        )
        yield Finding("note", told, SET_MAIL)
        return
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    yield Finding("ok", Text(f"E-mail gaat via {where}.", f"E-mail goes by {where}."))
