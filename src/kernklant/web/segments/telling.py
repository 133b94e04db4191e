"""Telling webhooks which segments in force changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from django.db import transaction

from kernklant.web.base import webhooks
from kernklant.web.base.models.webhooks import Event
from kernklant.web.ledger.models import Customer
from kernklant.web.segments.in_force import Segments
from kernklant.web.segments.models import Standing

AT_ONCE = 500  # changes in one message


@contextmanager
def telling_changes(customers: list[int] | None = None) -> Iterator[None]:
    """In one transaction: what is done within, and telling whose segment it changed.

    Before there was anybody nothing changed; who asks for nothing costs nothing. ``customers``:
    the only ones whose segment can change; None is everybody.
    """
    with transaction.atomic():
        if not webhooks.wanted(Event.SEGMENT_CHANGED):
            yield
            return
        before = _now(customers)
        yield
        if len(before.customer):
            _tell(before, _now(customers))


def _now(customers: list[int] | None) -> Segments:
    """Segments in force, by number."""
    rows = Standing.objects.filter(prospect=False).order_by("pk")
    if customers is not None:
        rows = rows.filter(pk__in=customers)
    found = np.fromiter(
        rows.values_list("pk", "segment").iterator(chunk_size=10_000),
        dtype=[("customer", np.int64), ("segment", "<U4")],
    )
    return Segments(found["customer"], found["segment"])


def _tell(before: Segments, after: Segments) -> None:
    numbers = np.union1d(before.customer, after.customer)
    old, new = before.of(numbers), after.of(numbers)
    changed = np.flatnonzero(old != new)
    for begin in range(0, len(changed), AT_ONCE):
        part = changed[begin : begin + AT_ONCE]
        lines = (numbers[part].tolist(), old[part].tolist(), new[part].tolist())
        webhooks.tell(Event.SEGMENT_CHANGED, {"changes": _changes(*lines)})


def _changes(numbers: list[int], old: list[str], new: list[str]) -> list[dict[str, Any]]:
    names = _source_numbers(numbers)
    return [
        {"number": number, "customer_id": names.get(number), "from": was or None, "to": now or None}
        for number, was, now in zip(numbers, old, new, strict=True)
    ]


def _source_numbers(numbers: list[int]) -> dict[int, str]:
    rows = Customer.objects.filter(pk__in=numbers)
    return dict(rows.values_list("number", "source_no"))
