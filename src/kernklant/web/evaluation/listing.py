"""The evaluations there are, as lines of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from kernklant.engine.ledger.history import first_sales_day, last_sales_day
from kernklant.web.base import store
from kernklant.web.base.access import sees_all
from kernklant.web.base.models import Member
from kernklant.web.base.models.jobs import State
from kernklant.web.base.rights import Right
from kernklant.web.evaluation.progress import time_left
from kernklant.web.ledger.models import Customer
from kernklant.web.value.models import Evaluation

UNDER_WAY = (State.ASKED, State.RUNNING)
A_PAGE = 25
STILL_NEWS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A run; ``summary`` for who sees the company's totals, ``moved`` of the others' customers."""

    evaluation: Evaluation
    summary: dict[str, Any] | None
    moved: int | None
    accepted: bool
    seconds: float
    previous: int | None
    looks_back: bool

    @property
    def minutes(self) -> int:
        """How long it took, in whole minutes."""
        return round(self.seconds / 60)


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An evaluation that somebody waits for."""

    evaluation: Evaluation
    percent: int
    left: timedelta | None

    @property
    def minutes(self) -> int:
        """Whole minutes left."""
        return round(self.left.total_seconds() / 60) if self.left else 0


def under_way() -> list[UnderWay]:
    """What is asked or running, in the order in which it will be done."""
    rows = Evaluation.objects.filter(state__in=UNDER_WAY).select_related("asked_by")
    return [
        UnderWay(one, round(one.done_share * 100), time_left(one))
        for one in rows.order_by("-state", "asked_at", "pk")
    ]


def ended_without_run() -> QuerySet[Evaluation]:
    """The last few that failed or were cancelled, later than the newest run's."""
    newest = Evaluation.objects.exclude(run=None).order_by("-run").first()
    rows = Evaluation.objects.filter(state__in=(State.FAILED, State.CANCELLED), run=None)
    if newest is not None and newest.ended_at is not None:
        rows = rows.filter(ended_at__gt=newest.ended_at)
    return rows.select_related("asked_by").order_by("-ended_at")[:3]


def lines(member: Member, *, page: int) -> tuple[list[Line], bool]:
    """A page of runs, newest first, and whether there are older ones."""
    rows = Evaluation.objects.exclude(run=None).exclude(state__in=UNDER_WAY)
    rows = rows.select_related("asked_by").order_by("-run")
    found = list(rows[(page - 1) * A_PAGE : page * A_PAGE + 1])
    own = None
    if not sees_all(member, Right.EVALUATIONS):
        own = Customer.objects.within(member, Right.EVALUATIONS).numbers()
    return [_line(one, own) for one in found[:A_PAGE]], len(found) > A_PAGE


def just_ready(member: Member, newest: Line) -> dict[str, Any] | None:
    """The figures of the newest run, for who asked for it, while that is news."""
    one = newest.evaluation
    if one.asked_by_id != member.pk or one.ended_at is None or newest.looks_back:
        return None
    return newest.summary if timezone.now() - one.ended_at < STILL_NEWS else None


def first_day() -> date | None:
    """The first day of sales there is; None before the first import."""
    versions = store.table_versions()
    return _first_day(settings.HOME, tuple(sorted(versions.items()))) if versions else None


@lru_cache(maxsize=4)
def _first_day(_home: Path, _versions: tuple[tuple[str, int], ...]) -> date | None:
    return first_sales_day(store.facts())


def last_day() -> date | None:
    """The last day of sales there is; None before the first import."""
    versions = store.table_versions()
    return _last_day(settings.HOME, tuple(sorted(versions.items()))) if versions else None


@lru_cache(maxsize=4)
def _last_day(_home: Path, _versions: tuple[tuple[str, int], ...]) -> date | None:
    return last_sales_day(store.facts())


def _line(evaluation: Evaluation, own: np.ndarray | None) -> Line:
    run = int(evaluation.run or 0)
    summary = store.summary(run)
    return Line(
        evaluation=evaluation,
        summary=summary if own is None else None,
        moved=None if own is None else _moved(run, own),
        accepted=summary["fit"]["accepted"],
        seconds=took(evaluation),
        previous=store.compared_with(run),
        looks_back=store.looks_back(run),
    )


def took(evaluation: Evaluation) -> float:
    """Seconds, from when a worker began; of the terminal's, of its steps together."""
    if evaluation.asked_by_id is None or not (evaluation.started_at and evaluation.ended_at):
        return sum(store.run(int(evaluation.run or 0)).seconds.values())
    return (evaluation.ended_at - evaluation.started_at).total_seconds()


def _moved(run: int, own: np.ndarray) -> int:
    moves = store.run(run).table("answer/moves.parquet", ["customer", "kind"])
    moved = moves.filter(pc.equal(moves["kind"], "moved"))["customer"].to_numpy()
    return int(np.isin(moved, own).sum())
