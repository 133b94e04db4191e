"""One transaction at a time, where there may be no row yet to wait at."""

from __future__ import annotations

from enum import IntEnum

from django.db import connection


class Turn(IntEnum):
    """What is done by one transaction at a time; the numbers are locks of PostgreSQL."""

    LOG = 7001
    FIRST_VISIT = 7002


def take_turn(turn: Turn) -> None:
    """Wait until no other transaction has this turn, and have it until one's own ends.

    A locked row will not do: who waited for the last row of a table gets that same row, though
    another came after it meanwhile. SQLite has one writer at a time already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [turn])
