"""Whom Kernklant tells when something happened, and every time it did."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from kernklant.web.base.models.jobs import Job
from kernklant.web.base.models.people import Member


class Event(models.TextChoices):
    """What can be told."""

    SEGMENT_CHANGED = "segment.changed"
    EVALUATION_DONE = "evaluation.done"


TRIAL = "trial"  # a message that says nothing, to try an address with


class Webhooks(models.QuerySet["Webhook"]):
    """Finds who wants to know."""

    def asking(self, event: str) -> list[Webhook]:
        """Those in use that want to hear of an event."""
        return [one for one in self.filter(ended_at=None) if event in one.events]


class Webhook(models.Model):
    """An address that is told of events; ``secret`` signs what it gets, so it is kept readable."""

    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=64)
    events = models.JSONField(default=list)
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = Webhooks.as_manager()

    def __str__(self) -> str:
        return self.url


# Waits before the second attempt and on; after the last one it has failed.
WAITS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60, 24 * 60)
)


class Delivery(Job):
    """One event for one address; its ``key`` is the number the receiver can tell doubles by."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40)
    told = models.JSONField()
    due_at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True)  # of the last answer; None: none came

    @classmethod
    def ready(cls, now: datetime) -> models.Q:
        """Not before its time."""
        return models.Q(due_at__lte=now)

    @property
    def waits_again(self) -> timedelta | None:
        """How long until the next attempt; None: this was the last."""
        return WAITS[self.attempts - 1] if self.attempts <= len(WAITS) else None

    def payload(self) -> dict[str, Any]:
        """What the receiver gets."""
        return {
            "id": self.key,
            "event": self.event,
            "at": self.asked_at.isoformat(),
            "data": self.told,
        }
