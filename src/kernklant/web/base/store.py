"""The only door from the web to the engine's store.

A process keeps its store open. Runs never change, so what was read of one is kept.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings

from kernklant.engine.errors import StoreBusy
from kernklant.engine.ledger.facts import open_home
from kernklant.engine.ledger.health import look
from kernklant.engine.store import (
    Finding as Finding,  # noqa: PLC0414 - so that mypy knows it is passed on
)
from kernklant.engine.store import (
    Run,
    Snapshot,
    Store,
    current_run,
    days_of,
    last_backup,
    read,
    readable,
    run_of,
)
from kernklant.engine.store import turns as turns_of

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Since:
    """``lines`` that came in, and imports that were ``undone`` after they had counted."""

    lines: int
    undone: int

    @property
    def any(self) -> bool:
        """Whether the facts are others now."""
        return self.lines > 0 or self.undone > 0


@lru_cache(maxsize=1)
def store() -> Store:
    """The store of this installation's home, made when it is not there yet."""
    return open_home(settings.HOME, create=True)


def runs() -> list[int]:
    """The numbers of the published runs that can be opened, oldest first."""
    return readable(store())


def turns() -> list[int]:
    """The runs that told how customers stand, in their order; the others looked back."""
    return turns_of(store())


def newest_run() -> int | None:
    """The run that tells how customers stand now; None before the first.

    Not the one made last: as of an earlier day one only looks back.
    """
    return current_run(store())


def run_before(number: int) -> int | None:
    """The run after which customers stood by this one; None of the first, and of who looks back."""
    known = turns()
    at = known.index(number) if number in known else 0
    return known[at - 1] if at else None


def compared_with(number: int) -> int | None:
    """The run that a run's moves are told from: the last before it, of the latest day until its
    own; who looks back is compared too."""
    day = as_of(number)
    earlier = [(as_of(one), one) for one in runs() if one < number and as_of(one) <= day]
    return max(earlier)[1] if earlier else None


def looks_back(number: int) -> bool:
    """Whether a run left how customers stand as it was, being of an earlier day."""
    return number not in turns()


@lru_cache(maxsize=64)
def run(number: int) -> Run:
    """One run; NotFound when there is none."""
    return read(store(), number)


@lru_cache(maxsize=64)
def summary(number: int) -> dict[str, Any]:
    """The figures of a run as a whole. Shared: do not change it."""
    found: dict[str, Any] = json.loads(run(number).bytes("answer/summary.json"))
    return {"run": number, **found}


def as_of(number: int) -> date:
    """The day a run looks back from; NotFound when there is none."""
    return days_of(store(), number).as_of


def run_asked_as(key: str) -> int | None:
    """The run that was published for who asked with this key."""
    return run_of(store(), key)


def facts() -> Snapshot:
    """All tables as they are now."""
    return store().snapshot()


def open_facts() -> Snapshot:
    """The same, kept open for the many small questions of pages."""
    return store().shared()


def table_versions() -> dict[str, int]:
    """The versions of all tables as they are now: what changes when something is imported."""
    return store().table_versions()


def published_at(number: int) -> datetime:
    """When a run was published."""
    return datetime.fromisoformat(run(number).manifest["published_at"])


def since(number: int | None) -> Since:
    """What happened after the facts that a run saw; of None: all there is."""
    seen = imports_seen(number) if number is not None else set()
    columns = ["import_no", "undone_at", "datasets"]
    rows = store().imports().select(columns).to_pylist()
    live = [row for row in rows if row["undone_at"] is None]
    undone = [row for row in rows if row["undone_at"] is not None and row["import_no"] in seen]
    return Since(
        lines=sum(_brought(row) for row in live if row["import_no"] not in seen),
        undone=sum(_brought(row) > 0 for row in undone),
    )


def imports_seen(number: int) -> set[int]:
    """The imports in the facts of a run; those of before it was published where it does not say."""
    told = run(number).imports
    if told is not None:
        return set(told)
    at = published_at(number)
    return {
        row["import_no"]
        for row in imports()
        if row["imported_at"] <= at and (row["undone_at"] is None or row["undone_at"] > at)
    }


def _brought(row: dict[str, Any]) -> int:
    parts = json.loads(row["datasets"]).values()
    return sum(int(part["rows_accepted"]) for part in parts)


def imports() -> list[dict[str, Any]]:
    """Every import, oldest first, undone ones too."""
    rows: list[dict[str, Any]] = store().imports().to_pylist()
    return rows


def live_import(number: int) -> dict[str, Any] | None:
    """One import; None when there is none, or it was undone."""
    found = (row for row in imports() if row["import_no"] == number and row["undone_at"] is None)
    return next(found, None)


def backed_up_at() -> datetime | None:
    """When a backup of the home was last made; None when never."""
    return last_backup(settings.HOME)


def examined(today: date) -> list[Finding]:
    """What doctor finds in the home; every file is read, so it takes a while."""
    return look(settings.HOME, today=today)


def once_free(act: Callable[[], R], *, patience: float) -> R:
    """Do it when no other process writes any more; StoreBusy after ``patience`` seconds."""
    until = time.monotonic() + patience
    while True:
        try:
            return act()
        except StoreBusy:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
