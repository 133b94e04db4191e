"""What the company set: one row a key, a JSON value each; and which processes are alive."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

WORKER = "worker"  # the name of its beat


class Setting(models.Model):
    """A setting of this installation; ``base.settings_of`` knows the keys and defaults."""

    key = models.CharField(max_length=60, primary_key=True)
    value = models.JSONField()

    def __str__(self) -> str:
        return self.key


class Beat(models.Model):
    """When a process last said that it is there."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%c}"


def beat(name: str) -> None:
    """Say that a process is there."""
    Beat.objects.update_or_create(name=name, defaults={"at": timezone.now()})
