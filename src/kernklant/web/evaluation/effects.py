"""What a draft would change, told to somebody: who moves, hours and euros, one customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text
from kernklant.engine.segments.migration import SEGMENTS
from kernklant.engine.segments.naming import named
from kernklant.web.base.access import sees_all
from kernklant.web.base.models import Member
from kernklant.web.base.rights import Right
from kernklant.web.evaluation.flows import NOWHERE, Flow
from kernklant.web.evaluation.movers import Mover, Page, page_of
from kernklant.web.evaluation.previewing import POINTS, unpacked
from kernklant.web.ledger.models import Customer
from kernklant.web.value.models import Preview


@dataclass(frozen=True, slots=True)
class Row:
    """A segment now and under the draft: customers, and of twelve months euros and hours, None
    where they are known of nobody."""

    letter: str
    customers: tuple[int, int]
    contribution: tuple[float | None, float | None]
    hours: tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Hours:
    """What A would ask if every A got what an A gets now: hours a year each, and how many more."""

    each: float
    more: float

    @property
    def fewer(self) -> float:
        """How many less, when they already get more than that."""
        return -self.more


@dataclass(frozen=True, slots=True)
class Moved:
    """A mover, his score under the policy in force and under the draft, and whether he moves
    under both."""

    mover: Mover
    source_no: str
    score_now: int | None
    score: int | None
    anyway: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """n customers within somebody's reach: now, under the policy in force, under the draft."""

    rows: pa.Table
    flow: Flow
    present: np.ndarray
    score_now: np.ndarray

    @property
    def everybody(self) -> int:
        """How many customers it is about."""
        return len(self.flow.customer)

    @property
    def moved(self) -> np.ndarray:
        """Who (n,) comes into another segment; who is new moves nowhere."""
        return np.asarray((self.flow.before != self.flow.after) & (self.flow.before != NOWHERE))

    @property
    def count(self) -> int:
        """How many move."""
        return int(self.moved.sum())

    @property
    def anyway(self) -> int:
        """How many of them would also move without the draft, for the facts changed."""
        return int((self.moved & (self.present == self.flow.after)).sum())

    @property
    def pairs(self) -> list[tuple[str, str, int]]:
        """From, to and how many, the segments of most value first."""
        cells = self.flow.matrix()
        return [
            (old, new, int(cells[row, column]))
            for row, old in enumerate(SEGMENTS)
            for column, new in enumerate(SEGMENTS)
            if row != column and cells[row, column]
        ]

    @property
    def segments(self) -> list[Row]:
        """Each segment that anybody is in now or would be."""
        told = [self._row(at, letter) for at, letter in enumerate(SEGMENTS)]
        return [row for row in told if any(row.customers)]

    @property
    def hours_of_a(self) -> Hours | None:
        """None where hours are not known, or nobody is A now."""
        now, then = self._both(0)
        hours = self._floats("service_hours_12m")
        if not now.any() or np.isnan(hours).all():
            return None
        each = float(np.nansum(hours[now]) / now.sum())
        return Hours(each, float(each * then.sum() - np.nansum(hours[then])))

    def page(self, member: Member, *, old: str, new: str, number: int) -> tuple[Page, list[Moved]]:
        """A page of movers, the most valuable first."""
        page = page_of(self.flow, member, old=old, new=new, page=number, run=None)
        numbers = dict(
            Customer.objects.filter(number__in=[one.number for one in page.movers]).values_list(
                "number", "source_no"
            )
        )
        return page, [self._told(one, numbers.get(one.number, "")) for one in page.movers]

    def _told(self, mover: Mover, source_no: str) -> Moved:
        at = int(np.searchsorted(self.flow.customer, mover.number))
        anyway = bool(self.present[at] == self.flow.after[at])
        now, then = (_whole(of[at]) for of in (self.score_now, self._floats("score")))
        return Moved(mover, source_no, now, then, anyway)

    def _row(self, at: int, letter: str) -> Row:
        now, then = self._both(at)
        sums = [
            tuple(self._sum(name, members) for members in (now, then))
            for name in ("contribution_12m", "service_hours_12m")
        ]
        return Row(letter, (int(now.sum()), int(then.sum())), *sums)  # type: ignore[arg-type]

    def _sum(self, name: str, members: np.ndarray) -> float | None:
        values = self._floats(name)
        return None if np.isnan(values).all() else float(np.nansum(values[members]))

    def _both(self, at: int) -> tuple[np.ndarray, np.ndarray]:
        return self.flow.before == at, self.flow.after == at

    def _floats(self, name: str) -> np.ndarray:
        return np.asarray(pc.cast(self.rows[name], pa.float64()).to_numpy(zero_copy_only=False))


@dataclass(frozen=True, slots=True)
class Trial:
    """One customer: segment now, under the policy in force and under the draft; score, chance of
    A, and points by criterion, each under both."""

    before: str
    present: str
    after: str
    score: tuple[int | None, int | None]
    p_a: tuple[float | None, float | None]
    points: list[tuple[Text, tuple[int | None, int | None]]]


def effect_of(preview: Preview, member: Member) -> Effect:
    """The part of a preview that is about customers within his reach."""
    rows = unpacked(preview.answer or b"")
    present = unpacked(preview.present or b"")
    if not sees_all(member, Right.DRAFT_POLICY):
        own = Customer.objects.within(member, Right.DRAFT_POLICY).numbers()
        rows = rows.filter(pc.is_in(rows["customer"], value_set=pa.array(own)))
    place = pc.index_in(rows["customer"], value_set=present["customer"])
    beside = present.take(place)
    flow = Flow(
        rows["customer"].to_numpy(),
        _codes(rows["before"]),
        _codes(rows["segment"]),
        np.asarray(rows["clv"].to_numpy()),
    )
    score = pc.cast(beside["score"], pa.float64()).to_numpy(zero_copy_only=False)
    return Effect(rows, flow, _codes(beside["segment"]), np.asarray(score))


def trial_of(preview: Preview, customer: int) -> Trial | None:
    """One customer under the draft; None who never bought anything."""
    now, then = (_one(kept, customer) for kept in (preview.present, preview.answer))
    if then is None:
        return None
    now = now or {}
    names = [name for name in {**then, **now} if name.startswith(POINTS)]
    return Trial(
        before=then["before"],
        present=now.get("segment") or "",
        after=then["segment"],
        score=(now.get("score"), then["score"]),
        p_a=(now.get("p_a"), then["p_a"]),
        points=[
            (named(name.removeprefix(POINTS)), (now.get(name), then.get(name))) for name in names
        ],
    )


def _one(kept: Any, customer: int) -> dict[str, Any] | None:
    rows = unpacked(kept)
    found: list[dict[str, Any]] = rows.filter(pc.equal(rows["customer"], customer)).to_pylist()
    return found[0] if found else None


def _codes(letters: pa.ChunkedArray) -> np.ndarray:
    place = pc.fill_null(pc.index_in(letters, value_set=pa.array(SEGMENTS)), NOWHERE)
    return np.asarray(place.to_numpy().astype(np.int8))


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else int(value)
