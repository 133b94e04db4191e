"""Long work: the business row is the queue, claimed with a lease that a heartbeat renews."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models

from kernklant.engine.errors import Text
from kernklant.web.base.models.people import Member
from kernklant.web.base.words import said


class State(models.TextChoices):
    """Where a job stands."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


def new_key() -> str:
    """For who asks without a key of his own."""
    return uuid.uuid4().hex


class Job(models.Model):
    """What every queued row carries; ``base.jobs`` claims, renews and ends it.

    ``key``: asked twice with one key is asked once. ``lease``: the claim of the worker that has
    it now; a worker whose lease was taken by another may write nothing any more.
    """

    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    key = models.CharField(max_length=64, unique=True, default=new_key)
    asked_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    lease = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    done_share = models.FloatField(default=0)  # 0 to 1, of the steps or rows there are
    step_nl = models.CharField(max_length=200, blank=True)
    step_en = models.CharField(max_length=200, blank=True)
    error_nl = models.TextField(blank=True)
    error_en = models.TextField(blank=True)

    class Meta:
        abstract = True
        indexes = (models.Index(fields=["state", "asked_at"]),)

    @classmethod
    def ready(cls, now: datetime) -> models.Q:
        """Which of those that wait may be begun now: all of them."""
        return models.Q()

    @property
    def step(self) -> str:
        """What is being done, in the reader's language."""
        return said(Text(self.step_nl, self.step_en))

    @property
    def error(self) -> str:
        """Why it failed and what to do, in the reader's language."""
        return said(Text(self.error_nl, self.error_en))

    @property
    def under_way(self) -> bool:
        """Asked or running."""
        return self.state in {State.ASKED, State.RUNNING}
