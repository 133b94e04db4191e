"""Files into the ledger and out of it; and what people write down about a customer."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from kernklant.engine.errors import ImportRefused, Text, UserError
from kernklant.engine.ledger.imports import import_asked_as, import_file, undo_import
from kernklant.engine.ledger.look import look_at
from kernklant.web.base import jobs, store, uploads
from kernklant.web.base.log import record
from kernklant.web.base.models import Member
from kernklant.web.base.models.jobs import State
from kernklant.web.ledger.asking import (
    SAID,
    Rows,
    as_remembered,
    can_be_tried,
    headers_of,
    recipe_for,
    request_of,
    rows_of,
)
from kernklant.web.ledger.models import ContactPerson, Import, Note, Recipe, Stage, Undo

PATIENCE = 60.0  # seconds that another process may be writing
AT_ONCE = timedelta(minutes=1)  # within which a note with the same words is the same click
KEPT = timedelta(days=7)  # a file that nobody goes on with
# What makes a job that ended wait anew, with all its attempts.
AGAIN: dict[str, Any] = {
    "state": State.ASKED, "attempts": 0, "cancel_asked": False, "done_share": 0, "lease": "",
    "started_at": None, "ended_at": None, "error_nl": "", "error_en": "", "step_nl": "",
    "step_en": "",
}  # fmt: skip
OPENING = Text("Bestand openen", "Opening the file")
LOOKING = Text("Bestand bekijken", "Looking at the file")
TRYING = Text("Proef, er wordt niets geschreven", "Trial, nothing is written")
LANDING = Text("Inlezen", "Importing")
UNDOING = Text("Regels terugnemen", "Taking rows back")
NOT_AS_SEEN = Text(
    "Dit bestand staat er niet meer zoals u het zag; er is niets gedaan.",
    "This file no longer stands as you saw it; nothing was done.",
)
LOOK_FIRST = Text("Bekijk hieronder hoe het er nu voor staat.", "See below how it stands now.")
GONE = Text(
    "Het bestand is niet meer bewaard: het lag er te lang, of er zijn intussen gegevens van iemand "
    "gewist. Er is niets ingelezen.",
    "The file is no longer kept: it lay there too long, or somebody's data were erased meanwhile. "
    "Nothing was imported.",
)
SEND_AGAIN = Text("Kies het opnieuw onder Gegevens.", "Choose it again under Data.")


@transaction.atomic
def write_note(*, by: Member, customer: int, text: str) -> Note:
    """Keep a note with a customer."""
    note = Note.objects.create(customer=customer, by=by, text=text)
    record("note.written", by=by, about=f"customer:{customer}", note=note.pk)
    return note


@transaction.atomic
def write_note_once(*, by: Member, customer: int, text: str) -> Note:
    """Keep a note; the same words again at once are the same click.

    Two clicks of one person wait for each other at his own row.
    """
    Member.objects.select_for_update().get(pk=by.pk)
    just_now = Note.objects.filter(at__gt=timezone.now() - AT_ONCE)
    same = just_now.filter(customer=customer, by=by, text=text).first()
    return same or write_note(by=by, customer=customer, text=text)


@transaction.atomic
def remove_note(*, by: Member, note: Note) -> None:
    """Take one's own note away."""
    record("note.removed", by=by, about=f"customer:{note.customer}", note=note.pk)
    note.delete()


@transaction.atomic
def keep_contact(*, by: Member, contact: ContactPerson) -> ContactPerson:
    """Keep a contact person, new or changed."""
    what = "contact.changed" if contact.pk else "contact.added"
    contact.save()
    record(what, by=by, about=f"customer:{contact.customer}", contact=contact.pk)
    return contact


@transaction.atomic
def add_contact_once(*, by: Member, contact: ContactPerson) -> ContactPerson:
    """Keep a new contact person; two clicks wait for each other as those on a note do."""
    Member.objects.select_for_update().get(pk=by.pk)
    same = ContactPerson.objects.filter(**model_to_dict(contact, exclude=["id"])).first()
    return same or keep_contact(by=by, contact=contact)


@transaction.atomic
def remove_contact(*, by: Member, contact: ContactPerson) -> None:
    """Take a contact person away."""
    record("contact.removed", by=by, about=f"customer:{contact.customer}", contact=contact.pk)
    contact.delete()


def receive_file(
    *, by: Member, chunks: Iterable[bytes], name: str, source: str, key: str
) -> Import:
    """Keep a file and have it looked at; of one key there is one, however often it is sent.

    It is written before the transaction, which would hold others up; ``sweep`` removes what a
    process left that died in between.
    """
    found = Import.objects.filter(key=key).first()
    if found is not None:
        return found
    uploads.sweep(_needed())
    kept = uploads.keep(chunks)
    row, new = _received(by=by, kept=kept, name=name, source=source, key=key)
    if not new:  # the same form came twice at once
        uploads.forget(kept.name)
    return row


@transaction.atomic
def _received(
    *, by: Member, kept: uploads.Kept, name: str, source: str, key: str
) -> tuple[Import, bool]:
    told = {"file_name": name, "stored_as": kept.name, "sha256": kept.sha256, "size": kept.size}
    settings = {"source": source}
    row, new = Import.objects.get_or_create(
        key=key, defaults={"asked_by": by, "settings": settings, **told}
    )
    if new:
        record("import.received", by=by, about=f"import:{row.pk}", size=kept.size)
    return row, new


@transaction.atomic
def look_again(*, by: Member, row: Import, settings: dict[str, Any]) -> None:
    """Look at a file anew, with what was said about it."""
    now = _waiting(row)
    now.settings = {"source": now.settings["source"], **settings}
    _ask(now, Stage.LOOK)
    record("import.changed", by=by, about=f"import:{row.pk}")


@transaction.atomic
def land_file(*, by: Member, row: Import, looks: int) -> None:
    """Have the file land as it was tried; a second click finds that it was asked already.

    UserError when it is not what was seen any more.
    """
    now = Import.objects.select_for_update().get(pk=row.pk)
    if now.import_no is not None or (now.stage == Stage.LAND and now.under_way):
        return
    if not now.can_land or now.looks != looks:
        raise UserError(NOT_AS_SEEN, LOOK_FIRST)
    _ask(now, Stage.LAND)
    record("import.asked", by=by, about=f"import:{row.pk}")


@transaction.atomic
def drop_file(*, by: Member, row: Import) -> None:
    """Stop with a file and throw it away; what landed stays."""
    now = Import.objects.select_for_update().get(pk=row.pk)
    if now.import_no is not None or now.state == State.CANCELLED:
        return
    if now.state == State.RUNNING:
        jobs.ask_to_cancel(now)
    else:
        now.state, now.ended_at, now.findings = State.CANCELLED, timezone.now(), {}
        now.save(update_fields=["state", "ended_at", "findings"])
        transaction.on_commit(lambda: uploads.forget(now.stored_as))
    record("import.cancelled", by=by, about=f"import:{row.pk}")


def settle_file(row: Import) -> Import:
    """The row as things are: what was stopped as it landed has landed; a stopped file goes, and
    what was seen of it."""
    if row.under_way or row.import_no is not None:
        return row
    number = import_asked_as(store.store(), row.key) if row.stage == Stage.LAND else None
    if number is not None:
        _landed_after_all(row, number)
        row.refresh_from_db()
    if number is not None or row.state == State.CANCELLED:
        Import.objects.filter(pk=row.pk).exclude(findings={}).update(findings={})
        uploads.forget(row.stored_as)
    return row


@transaction.atomic
def _landed_after_all(row: Import, number: int) -> None:
    ended = Import.objects.filter(pk=row.pk, import_no=None).exclude(state=State.RUNNING)
    if ended.update(state=State.DONE, import_no=number, error_nl="", error_en=""):
        _note_landing(row, number, row.receipts)


def perform_import(job: Import) -> None:
    """Look at a file, or let it land, once; runs in a child process of the worker.

    1. The store knows an import under this job's key: a worker died before it could say so,
       and that is the answer.
    2. Else the file is read by a process apart, and written under the key.
    3. The row is ended only by who holds the lease; then the file goes, and what was seen of it.
    """
    number = import_asked_as(store.store(), job.key)
    if number is not None:
        _landed(job, number, job.receipts)
        return
    jobs.refuse_endless(job)
    if not uploads.place_of(job.stored_as).is_file():
        raise UserError(GONE, SEND_AGAIN)
    jobs.patiently(lambda: jobs.tell(job, OPENING, 0.0))
    (_look if job.stage == Stage.LOOK else _land)(job)


def _look(job: Import) -> None:
    settings = dict(job.settings)
    looking = Rows(job, LOOKING)
    seen = look_at(request_of(job, settings), progress=looking.looked)
    recipe = recipe_for(job, seen.as_json())
    if recipe is not None:
        settings = as_remembered(job, recipe)
        seen = look_at(request_of(job, settings), progress=looking.looked)
    if not settings.get("sheet"):
        settings["names"] = [sheet.name for sheet in seen.sheets]
    findings = seen.as_json()
    settings.setdefault("headers", headers_of(findings))
    receipts: list[dict[str, Any]] = []
    if can_be_tried(findings):
        receipts, findings["refused"] = _tried(job, settings, findings)
    told = _storable({"settings": settings, "findings": findings, "receipts": receipts})
    jobs.patiently(lambda: jobs.finish(job, looks=job.looks + 1, **told))


def _storable(told: dict[str, Any]) -> dict[str, Any]:
    """Without the sign that PostgreSQL keeps in no text; a file may hold it anywhere."""
    kept: dict[str, Any] = json.loads(json.dumps(told, default=str).replace("\\u0000", "\\ufffd"))
    return kept


def _tried(
    job: Import, settings: dict[str, Any], findings: dict[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, str]] | None]:
    """What a trial gives, or why the file as a whole is refused."""
    progress = Rows(job, TRYING).of(rows_of(findings))
    request, aside = request_of(job, settings), _emptied(uploads.beside(job.stored_as))
    try:
        found = store.once_free(
            lambda: import_file(
                store.store(), request, dry_run=True, progress=progress, aside=aside
            ),
            patience=PATIENCE,
        )
    except ImportRefused as why:
        return [], [{"nl": text.nl, "en": text.en} for text in (why.what, why.remedy)]
    return [one.as_json() for one in found], None


def _emptied(folder: Path) -> Path:
    """A folder without what an earlier trial left there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def _land(job: Import) -> None:
    progress = Rows(job, LANDING).of(rows_of(job.findings))
    request = request_of(job, job.settings, key=job.key)
    found = store.once_free(
        lambda: import_file(store.store(), request, progress=progress), patience=PATIENCE
    )
    _landed(job, int(found[0].import_no or 0), [one.as_json() for one in found])


def _landed(job: Import, number: int, receipts: list[dict[str, Any]]) -> None:
    jobs.patiently(lambda: _finish(job, number, receipts))
    uploads.forget(job.stored_as)
    uploads.sweep(_needed())


@transaction.atomic
def _finish(job: Import, number: int, receipts: list[dict[str, Any]]) -> None:
    jobs.finish(job, import_no=number, receipts=receipts, findings={})
    _remember(job)
    _note_landing(job, number, receipts)


def _note_landing(row: Import, number: int, receipts: list[dict[str, Any]]) -> None:
    told = {part: sum(one[f"rows_{part}"] for one in receipts)
            for part in ("accepted", "known", "rejected")}  # fmt: skip
    record("import.done", by=row.asked_by, about=f"import:{row.pk}", number=number, **told)


def _remember(job: Import) -> None:
    """Keep how this file was read, where a person had to say something."""
    said = {name: job.settings[name] for name in SAID if job.settings.get(name)}
    if not said or job.asked_by is None:
        return
    Recipe.objects.update_or_create(
        source=job.settings["source"],
        headers=job.settings["headers"],
        defaults={"settings": said, "by": job.asked_by},
    )


@transaction.atomic
def request_undo(*, by: Member, number: int) -> Undo:
    """Have an import taken back; a second click finds that it was asked already."""
    row, new = Undo.objects.get_or_create(
        import_no=number, defaults={"asked_by": by, "key": f"undo-{number}"}
    )
    if not new and row.state not in {State.FAILED, State.CANCELLED}:
        return row
    if not new:
        Undo.objects.filter(pk=row.pk).update(asked_by=by, **AGAIN)
    record("import.undo_asked", by=by, about=f"undo:{row.pk}", number=number)
    return row


def perform_undo(job: Undo) -> None:
    """Take an import back, once: one that is undone already was undone by who died telling it."""
    told: dict[str, Any] = {}
    if store.live_import(job.import_no):
        jobs.refuse_endless(job)
        jobs.patiently(lambda: jobs.tell(job, UNDOING, 0.0))
        told = store.once_free(
            lambda: undo_import(store.store(), job.import_no), patience=PATIENCE
        )["tables"]
    jobs.patiently(lambda: _undone(job, told))


@transaction.atomic
def _undone(job: Undo, told: dict[str, Any]) -> None:
    jobs.finish(job, told=told)
    Import.objects.filter(import_no=job.import_no).update(undone_at=timezone.now())
    about, rows = f"undo:{job.pk}", sum(one["deleted"] for one in told.values())
    record("import.undone", by=job.asked_by, about=about, number=job.import_no, rows=rows)


def _waiting(row: Import) -> Import:
    """The row, locked, if it waits for somebody to say how it goes on."""
    now = Import.objects.select_for_update().get(pk=row.pk)
    if not now.waits_for_you:
        raise UserError(NOT_AS_SEEN, LOOK_FIRST)
    return now


def _ask(row: Import, stage: Stage) -> None:
    Import.objects.filter(pk=row.pk).update(stage=stage, settings=row.settings, **AGAIN)


def _needed() -> set[str]:
    rows = Import.objects.filter(import_no=None).exclude(state=State.CANCELLED)
    return set(rows.filter(asked_at__gt=timezone.now() - KEPT).values_list("stored_as", flat=True))
