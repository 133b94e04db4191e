"""When the next evaluation is due, by the company's calendar."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from kernklant.web.base import store
from kernklant.web.base.settings_of import company


@dataclass(frozen=True, slots=True)
class Due:
    """The day of the next evaluation, and whether it has come."""

    on: date
    come: bool


def due() -> Due | None:
    """None before the first evaluation, or where the company keeps no calendar."""
    run, every = store.newest_run(), company().evaluate_every
    if run is None or not every:
        return None
    on = months_after(store.as_of(run), every)
    return Due(on, on <= timezone.localdate())


def months_after(day: date, months: int) -> date:
    """So many months later; the last day of a month leads to the last day of another."""
    whole = day.year * 12 + day.month - 1 + months
    year, month = divmod(whole, 12)
    last, longest = monthrange(day.year, day.month)[1], monthrange(year, month + 1)[1]
    return date(year, month + 1, longest if day.day == last else min(day.day, longest))
