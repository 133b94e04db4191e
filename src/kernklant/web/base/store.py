"""The only door from the web to the engine's store.

A process keeps its store open. Runs never change, so what was read of one is kept.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
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
    last_backup,
    list_runs,
    read,
    run_of,
)

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
    """The numbers of the published runs, oldest first."""
    return list_runs(store())


def newest_run() -> int | None:
    """The number of the newest run; None before the first."""
    return max(runs(), default=None)


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
    """The day a run looks back from."""
    return run(number).as_of


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
    seen = published_at(number) if number is not None else datetime.min.replace(tzinfo=UTC)
    rows = store().imports().select(["imported_at", "undone_at", "datasets"]).to_pylist()
    return Since(
        lines=sum(
            _brought(row) for row in rows if row["undone_at"] is None and row["imported_at"] > seen
        ),
        undone=sum(
            row["imported_at"] <= seen < row["undone_at"]
            for row in rows
            if row["undone_at"] is not None and _brought(row)
        ),
    )


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
