"""Requests of persons that take a while."""

from __future__ import annotations

from django.db import models

from kernklant.web.base.models import Job


class Erasure(Job):
    """Customers to be erased. ``customers``: our own numbers; ``done``: how much went where.

    It holds no names, so that it may stay when they are gone.
    """

    customers = models.JSONField(default=list)
    done = models.JSONField(default=dict)
