"""Who did or saw what, in a chain in which no row can be changed unseen."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from kernklant.web.base.models.people import Member
from kernklant.web.base.turns import Turn, take_turn


class LogEntries(models.QuerySet["LogEntry"]):
    """Writes the chain and checks it."""

    def first_broken(self) -> LogEntry | None:
        """The first entry that does not follow from the one before it; None when all do."""
        before = ""
        for entry in self.order_by("number").iterator(chunk_size=5000):
            if entry.chain != entry.hash_after(before):
                return entry
            before = entry.chain
        return None


class LogEntry(models.Model):
    """One act: ``what`` is a key (``customer.read``), told as a sentence when it is shown.

    ``about`` names the thing (``customer:42``); ``data`` holds values, never personal ones.
    Entries are made by ``base.log.record`` alone.
    """

    number = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    where = models.CharField(max_length=45, blank=True)  # the address it came from
    what = models.CharField(max_length=60, db_index=True)
    about = models.CharField(max_length=100, blank=True, db_index=True)
    data = models.JSONField(default=dict)
    chain = models.CharField(max_length=64)

    objects = LogEntries.as_manager()

    class Meta:
        indexes = (models.Index(fields=["by", "-number"]),)

    def __str__(self) -> str:
        return f"{self.number} {self.what} {self.about}"

    def hash_after(self, before: str) -> str:
        """SHA-256 over the entry before and everything this one says."""
        told = [
            before,
            self.at.isoformat(),
            self.by_id,
            self.where,
            self.what,
            self.about,
            self.data,
        ]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def append(
    *, by: Member | None, what: str, about: str, where: str, data: dict[str, Any]
) -> LogEntry:
    """The next entry of the chain; of those who write at once each follows the one before."""
    with transaction.atomic():
        take_turn(Turn.LOG)
        last = LogEntry.objects.order_by("-number").first()
        entry = LogEntry(at=_now(), by=by, where=where, what=what, about=about, data=data)
        entry.chain = entry.hash_after(last.chain if last else "")
        entry.save(force_insert=True)
    return entry


def _now() -> datetime:
    return timezone.now()
