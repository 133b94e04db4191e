"""Which runs told how customers stand, each until the next. The others looked back."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from kernklant.engine.errors import NotFound, StoreDamaged, Text
from kernklant.engine.store.lake import Store
from kernklant.engine.store.points import Seen, seen
from kernklant.engine.store.runs import Run, list_runs, manifest_file, manifest_of, read


class Days(NamedTuple):
    """The day a run looks back from, and the last day of sales it knew of."""

    as_of: date
    last_sale: date | None  # None of a run from before that was written down

    def follows(self, earlier: Days | None) -> bool:
        """Whether customers stand by this run rather than by the one they stood by.

        A run of an earlier day looks back. One of the last day of sales does not: whatever was
        sold later is gone since, as after an import that was undone.
        """
        whole = self.last_sale is not None and self.as_of >= self.last_sale
        return whole or earlier is None or self.as_of >= earlier.as_of


def turns(store: Store) -> list[int]:
    """The runs that told how customers stand, in their order; the last one does now."""
    found: list[int] = []
    present = None
    for number in readable(store):
        days = days_of(store, number)
        if days.follows(present):
            present = days
            found.append(number)
    return found


def readable(store: Store) -> list[int]:
    """The runs of which the manifest is whole, oldest first; doctor names the others."""
    found = []
    for number in list_runs(store):
        with suppress(NotFound, StoreDamaged):
            days_of(store, number)
            found.append(number)
    return found


def current_run(store: Store) -> int | None:
    """The run that tells how customers stand now; None before the first."""
    return next(reversed(turns(store)), None)


def run_asked(store: Store, number: int | None) -> Run:
    """One run; None means the one by which customers stand now. NotFound when there is none."""
    asked = current_run(store) if number is None else number
    if asked is None:
        raise NotFound(
            Text("Er is nog geen evaluatie.", "There is no run yet."),
            Text("Draai eerst: kernklant evaluate.", "First run: kernklant evaluate."),
        )
    return read(store, asked)


def days_of(store: Store, number: int) -> Days:
    """The days of a run; NotFound when there is none."""
    return _days(seen(manifest_file(store, number)), number)


@lru_cache(maxsize=4096)
def _days(manifest: Seen, number: int) -> Days:
    told = manifest_of(manifest.path.parent.parent, number)
    last = told.get("last_sale")
    return Days(date.fromisoformat(told["as_of"]), date.fromisoformat(last) if last else None)
