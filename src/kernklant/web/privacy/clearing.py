"""Erased persons leave the web's own tables: rows about them, and words about them elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from kernklant.engine.ledger.persons import erased_numbers
from kernklant.engine.ledger.register import Register, register_of
from kernklant.web.base import store, uploads
from kernklant.web.base.models import Delivery, Setting
from kernklant.web.base.models.jobs import State
from kernklant.web.desk.models import SavedView
from kernklant.web.ledger.models import Assignment, ContactPerson, Customer, Import, Note
from kernklant.web.segments.copying import refresh
from kernklant.web.segments.models import Override, SegmentMove, Standing
from kernklant.web.value.models import Rating

CLEARED = "cleared_of_erased"  # the key of a setting that people do not set
GONE: tuple[type[Model], ...] = (ContactPerson, Note, Rating, Assignment, Standing)
# Text of people about any customer, in which a name can stand.
TEXTS: dict[type[Model], tuple[str, ...]] = {
    Note: ("text",),
    ContactPerson: ("name", "email", "phone", "remark"),
    SegmentMove: ("why", "proposed_why"),
    Override: ("why",),
}


def clear(numbers: Sequence[int]) -> int:
    """Take them out of every table; how many rows went or lost words."""
    register, whom = register_of(store.store()), list(numbers)
    with transaction.atomic():
        gone = sum(model._default_manager.filter(customer__in=whom).delete()[0] for model in GONE)
        Customer.objects.filter(pk__in=whom).delete()
        about = {"customer__in": whom}
        SegmentMove.objects.filter(**about).update(why="", proposed_why="")
        Override.objects.filter(**about).update(why="", ended_at=timezone.now())
        gone += sum(_redact(model, names, register) for model, names in TEXTS.items())
        gone += _forget_messages(set(whom)) + _forget_lists(register)
        gone += _forget_sayings(register)
        _forget_uploads()
        Setting.objects.update_or_create(key=CLEARED, defaults={"value": len(register.erased)})
    return gone


def clear_again() -> None:
    """After an old database came back: once more for everybody who was erased since.

    A database notes how many marks of erased persons it was cleared of. Fewer than the register
    has: it is older.
    """
    if cleared_of() != len(register_of(store.store()).erased):
        clear(erased_numbers(store.open_facts()))
        refresh(force=True)
        shrink()


def cleared_of() -> int:
    """Of how many marks this database was cleared."""
    found = Setting.objects.filter(key=CLEARED).first()
    return int(found.value) if found else 0


def shrink() -> None:
    """Overwrite what was deleted: a database keeps the bytes of a row until it needs the room."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("ANALYZE")  # its notes on what columns hold are made of rows of before
            cursor.execute("VACUUM FULL")  # else what was deleted stays until its room is needed


def _redact(model: type[Model], names: Sequence[str], register: Register) -> int:
    changed = 0
    for row in model._default_manager.order_by("pk").iterator(chunk_size=2000):
        told = {name: getattr(row, name) for name in names}
        now = {name: register.without(text)[: _longest(model, name)] for name, text in told.items()}
        if now != told:
            model._default_manager.filter(pk=row.pk).update(**now)
            changed += 1
    return changed


def _longest(model: type[Model], name: str) -> int | None:
    return getattr(model._meta.get_field(name), "max_length", None)


def _forget_messages(numbers: set[int]) -> int:
    """Messages to webhooks that still name one of them are not sent any more."""
    gone = 0
    for row in Delivery.objects.exclude(told={}).iterator():
        changes: list[dict[str, Any]] = row.told.get("changes") or []
        kept = [one for one in changes if one.get("number") not in numbers]
        if len(kept) < len(changes):
            Delivery.objects.filter(pk=row.pk).update(told={**row.told, "changes": kept})
            gone += 1
    return gone


def _forget_lists(register: Register) -> int:
    """Kept lists that search for one of them."""
    gone = 0
    for view in SavedView.objects.exclude(query=""):
        texts = [text for texts in parse_qs(view.query).values() for text in texts]
        if any(register.tells(text) for text in texts):
            view.delete()
            gone += 1
    return gone


def _forget_sayings(register: Register) -> int:
    """What was said to members and waits to be shown, where it names one of them."""
    gone, key = 0, SessionStorage.session_key
    for row in Session.objects.iterator():
        if register.tells(row.get_decoded().get(key)):
            session = SessionStore(row.session_key)
            session.pop(key, None)
            session.save()
            gone += 1
    return gone


def _forget_uploads() -> None:
    """Files that were brought and not yet thrown away, and what was shown of them."""
    busy = Import.objects.filter(state=State.RUNNING)
    Import.objects.exclude(pk__in=busy.values("pk")).exclude(findings={}).update(findings={})
    kept = set(busy.values_list("stored_as", flat=True))
    uploads.sweep(kept, older=0.0)
