"""What the company set: one row a key, a JSON value each."""

from __future__ import annotations

from django.db import models


class Setting(models.Model):
    """A setting of this installation; ``base.settings_of`` knows the keys and defaults."""

    key = models.CharField(max_length=60, primary_key=True)
    value = models.JSONField()

    def __str__(self) -> str:
        return self.key
