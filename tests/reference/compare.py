"""The engine's answer beside the reference's: where they differ, and by how much."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import numpy as np
import pyarrow as pa

from kernklant.engine.evaluation import run
from kernklant.engine.evaluation.question import Question
from kernklant.engine.evaluation.run import Answer
from kernklant.engine.ledger.facts import schemas
from kernklant.engine.segments.migration import Stand
from kernklant.engine.segments.policy import Policy
from kernklant.engine.store import Store
from kernklant.engine.value.lifetime import Lifetimes, lifetimes
from kernklant.engine.value.ratings import corrected
from tests.reference import tables
from tests.reference.advising import advised
from tests.reference.evaluation import Reference
from tests.reference.facts import Facts, Row
from tests.reference.lifetime import chance_above
from tests.reference.moving import Before
from tests.reference.potential import potentials

CLOSE = 1e-6
POTENTIAL_CLOSE = 2e-5  # where two searches for the same line end
CENT = Decimal("0.01")  # of a float that lies between two cents
OFF = 0.01  # of a chance: what tables of chances are off at most (docs/algorithms/intervals.md)
SAMPLED = 3  # customers of each base whose chances are summed
BLUR = 0.005  # of an amount: as far apart lie the amounts of a table at most
NOTHING = 0.005  # euros: rounds to no cent
KNOTS = (0.2, 0.6, 1.0, 1.8)  # of his value


@dataclass(frozen=True)
class Case:
    """One base, its question and how customers stood before."""

    tables: Mapping[str, pa.Table]
    policy: Policy
    as_of: date
    before: Stand | None


class Theirs:
    """The engine's answer, and its chances by customer."""

    def __init__(self, case: Case) -> None:
        stored, told = _apart(case.tables)
        store = Store.in_memory(stored, schemas=schemas())
        question = Question(case.policy, as_of=case.as_of, previous=case.before, told=told)
        found: list[Lifetimes] = []

        def listening(*asked: Any, **more: Any) -> Lifetimes:
            found.append(lifetimes(*asked, **more))
            return found[-1]

        # The chances of an evaluation are no part of its answer.
        with patch.object(run, "lifetimes", listening):
            self.answer: Answer = run.evaluate(store, question)
        (self.worth,) = found
        self._ratings = store.snapshot(beside=told).table("ratings")
        self.numbers = self.answer.customers["customer"].to_pylist()
        cut = self.answer.summary["score"]["cut"]
        self.cut = math.inf if cut is None else cut
        both = [*self.answer.customers.select(["customer", "potential"]).to_pylist()]
        both += self.answer.prospects.select(["customer", "potential"]).to_pylist()
        self._headroom = {row["customer"]: row["potential"] for row in both}

    def above(self, euros: Mapping[int, float]) -> dict[int, float]:
        """P(lifetime value > euros) by number."""
        asked = np.array([euros.get(one, math.inf) for one in self.numbers])
        found = dict(zip(self.numbers, self.worth.chance_above(asked).tolist(), strict=True))
        return {one: found[one] for one in euros}

    def marks(self, criterion: str) -> dict[int, float]:
        """Marks from 0 to 4 by number, without how strict the raters are."""
        found = corrected(self._ratings, criterion, as_of=self.answer.as_of)
        return dict(zip(found.customer.tolist(), found.mark.tolist(), strict=True))

    def headroom(self, customer: int) -> float | None:
        """Euros a year by number."""
        return self._headroom[customer]


def _apart(whole: Mapping[str, pa.Table]) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """The store's tables, and the later half of what people told: it must count as if stored."""
    stored, told = dict(whole), {}
    for name in ("ratings", "flags"):
        half = len(whole[name]) // 2
        stored[name], told[name] = whole[name].slice(0, half), whole[name].slice(half)
    return stored, told


def differences(case: Case, *, seed: int) -> list[str]:
    """Every difference between both answers, in words; none when they agree."""
    return compared(case, Theirs(case), seed=seed)


def compared(case: Case, theirs: Theirs, *, seed: int) -> list[str]:
    """What the reference says of a case that differs from an answer of the engine."""
    mine = Reference(Facts.of(case.tables, case.as_of), case.policy, _before(case.before), theirs)
    answer = theirs.answer
    rows, parts = tables.customers(mine), tables.points(mine)
    moved = tables.moved(mine, rows, parts)
    return [
        *_rows("customers", rows, answer.customers),
        *_rows("points", parts, answer.points),
        *_rows("groups", tables.groups(mine), answer.groups, key="group"),
        *_rows("prospects", tables.prospects(mine), answer.prospects),
        *_rows("moves", moved, answer.moves),
        *_rows("advice", advised(mine), answer.advice),
        *_potential(mine, answer),
        *_chances(mine, theirs, seed=seed),
        *_ranges(mine, answer, seed=seed),
    ]


def _before(stand: Stand | None) -> Before | None:
    if stand is None:
        return None
    segments = {row["customer"]: row for row in stand.segments.to_pylist()}
    points = {row.pop("customer"): row for row in stand.points.to_pylist()}
    return Before(segments, points, stand.policy_changed)


def _rows(name: str, mine: Sequence[Row], table: pa.Table, *, key: str = "customer") -> list[str]:
    theirs = table.to_pylist()
    if [row[key] for row in mine] != [row[key] for row in theirs]:
        return [f"{name}: {[r[key] for r in mine]} but {[r[key] for r in theirs]}"]
    missing = {*mine[0]} - {*table.column_names} if mine else set()
    found = [f"{name}: no columns {missing}"] if missing else []
    for row, other in zip(mine, theirs, strict=True):
        found += [
            f"{name} {row[key]} {column}: {value} but {other[column]}"
            for column, value in row.items()
            if column in other and not alike(value, other[column])
        ]
    return found


def alike(mine: Any, theirs: Any, *, close: float = CLOSE) -> bool:
    """Equal; numbers but for the last digits, cents but for one."""
    if isinstance(mine, Decimal) and isinstance(theirs, Decimal | float):
        return abs(mine - Decimal(str(theirs))) <= CENT + abs(mine) * Decimal("1e-9")
    if isinstance(mine, float) and isinstance(theirs, int | float):
        return math.isclose(mine, theirs, rel_tol=close, abs_tol=close)
    return bool(mine == theirs)


def _potential(mine: Reference, answer: Answer) -> list[str]:
    spend: dict[int, float | None] = {**dict.fromkeys(mine.prospects), **mine.revenue}
    about = {one: mine.about(one) for one in sorted(spend)}
    found = potentials(mine.facts, about, spend, mine.policy.potential.quantile)
    wrong = []
    for row in answer.customers.to_pylist():
        could = found[row["customer"]]
        if mine.flags[row["customer"]].objected:
            wrong += [f"{row['customer']}: {row['potential']}"] if row["potential"] else []
            continue
        told = {"wallet": could.wallet, "potential": could.headroom}
        for name, value in told.items():
            if not alike(value, row[name], close=POTENTIAL_CLOSE * max(could.wallet or 1.0, 1.0)):
                wrong.append(f"customers {row['customer']} {name}: {value} but {row[name]}")
        if could.source != row["potential_source"]:
            wrong.append(f"customers {row['customer']} source: {could.source}")
    for row in answer.prospects.to_pylist():
        could = found[row["customer"]]
        silent = mine.flags[row["customer"]].objected
        if not alike(None if silent else could.headroom, row["potential"], close=POTENTIAL_CLOSE):
            wrong.append(f"prospects {row['customer']}: {could.headroom} but {row['potential']}")
    return wrong


def _sample(mine: Reference, *, seed: int) -> list[int]:
    worth = [at for at, one in enumerate(mine.lifetimes.worth) if one.value > 0]
    drawn = np.random.default_rng(seed).permutation(len(worth))[:SAMPLED]
    return [worth[at] for at in drawn.tolist()]


def _chances(mine: Reference, theirs: Theirs, *, seed: int) -> list[str]:
    """P(value > euros), against the sum over every number of purchases."""
    wrong = []
    for at in _sample(mine, seed=seed):
        number, value = mine.customers[at], mine.lifetimes.worth[at].value
        for knot in KNOTS:
            table = theirs.above({number: knot * value})[number]
            over, under = _around(mine, at, knot * value)
            if not over - OFF <= table <= under + OFF:
                wrong.append(f"chance {number} at {knot} x {value}: {over}, {under}: {table}")
    return wrong


def _around(mine: Reference, at: int, euros: float) -> tuple[float, float]:
    """The chances just over an amount and just under: where amounts are alike, both differ."""
    return (
        chance_above(mine.lifetimes, at, euros * (1 + BLUR)),
        chance_above(mine.lifetimes, at, euros * (1 - BLUR)),
    )


def _ranges(mine: Reference, answer: Answer, *, seed: int) -> list[str]:
    """Outside the range lies what the policy's level leaves, unless it was widened to the value."""
    wrong, outside = [], (1 - mine.policy.lifetime.level) / 2
    rows = answer.customers.to_pylist()
    for at in _sample(mine, seed=seed):
        row, value = rows[at], mine.lifetimes.worth[at].value
        low, high = row["clv_low"], row["clv_high"]
        if mine.flags[row["customer"]].objected:
            wrong += [f"range {row['customer']}: {low}"] if low is not None else []
            continue
        widened = alike(low, value), alike(high, value)
        if low >= NOTHING:
            over, under = _around(mine, at, low)
            low_ok = over - OFF <= 1 - outside <= under + OFF or (widened[0] and over < 1 - outside)
        else:
            low_ok = chance_above(mine.lifetimes, at, NOTHING) <= 1 - outside + OFF
        over, under = _around(mine, at, high)
        high_ok = over - OFF <= outside <= under + OFF or (widened[1] and over < outside)
        if not (low_ok and high_ok and low <= value * (1 + CLOSE)):
            wrong.append(f"range {row['customer']}: {low} to {high} of {value}: {over}, {under}")
    return wrong
