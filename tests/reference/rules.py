"""Which rule says what customers will buy: a model that holds, or the pace they had."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from scipy.special import betainc

from kernklant.engine.value.lifetime import LifetimeRules
from kernklant.engine.value.purchases import Model as Name
from tests.reference.facts import Facts, Row
from tests.reference.fits import FEWEST_REPEATERS, Fit, fit
from tests.reference.purchases import NEVER, Model, Seen, discounted, week_ends
from tests.reference.statistics import clip, mean, variance

YEAR = 365.25 / 7
UNTESTED = 0.5  # how far off a total is, in logs, that nothing tested
NAMES = ("mbg", "bg", "pareto")


@dataclass(frozen=True)
class Pace:
    """Everybody goes on at his own pace, drawn to that of all, for ``span`` weeks at most."""

    shape: float
    weeks: float
    span: float
    level: float

    def alive(self, _seen: Seen) -> float:
        return 1.0

    def expected(self, seen: Seen, weeks: float) -> float:
        rate = (self.shape + seen.x) / (self.weeks + seen.T)
        return min(rate, 7.0) * self.level * min(weeks, self.span)

    def discounted(self, seen: Seen, weeks: float, rate: float) -> float:
        ahead = min(weeks, self.span)
        if ahead == 0 or rate == 0:
            return self.expected(seen, weeks)
        return self.expected(seen, weeks) * (1 - math.exp(-rate * ahead)) / (rate * ahead)

    def at_least(self, seen: Seen, weeks: float) -> Iterator[float]:
        ahead = min(weeks, self.span) * self.level
        share = ahead / (self.weeks + seen.T + ahead)
        for n in range(1, math.ceil(7 * weeks) + 1):
            chance = float(betainc(n, self.shape + seen.x, share))
            yield chance
            if chance < NEVER:
                return


@dataclass(frozen=True)
class ByModel:
    """A fit that holds, or one shifted from it."""

    model: Model

    def alive(self, seen: Seen) -> float:
        return self.model.alive(seen)

    def expected(self, seen: Seen, weeks: float) -> float:
        return self.alive(seen) * self.model.expected(seen, weeks)

    def discounted(self, seen: Seen, weeks: float, rate: float) -> float:
        ends = week_ends(weeks)
        until = [self.model.expected(seen, end) for end in ends]
        return self.alive(seen) * discounted(until, ends, rate)

    def at_least(self, seen: Seen, weeks: float) -> Iterator[float]:
        return self.model.at_least(seen, weeks)


@dataclass(frozen=True)
class Chosen:
    """The rule, the fit behind it, and how far a total may be off, in logs."""

    rule: Pace | ByModel
    fit: Fit
    off: float

    @property
    def name(self) -> str:
        return self.rule.model.name if isinstance(self.rule, ByModel) else "run-rate"


def seen_of(row: Row, suffix: str = "") -> Seen:
    """Whole days of a history as weeks."""
    return Seen(row[f"x{suffix}"], row[f"t_x{suffix}"] / 7, row[f"t_end{suffix}"] / 7)


def choose(facts: Facts, histories: Sequence[Row], rules: LifetimeRules) -> Chosen:
    """The model that is asked for when it holds, else another that does, else the pace."""
    base = [seen_of(row) for row in histories if row["orders"]]
    first = rules.first_model
    asked = _tried(facts, histories, base, first)
    if isinstance(asked.rule, ByModel) or asked.fit.repeaters < FEWEST_REPEATERS:
        return asked
    for other in NAMES:
        if other != first:
            tried = _tried(facts, histories, base, cast(Name, other))
            if isinstance(tried.rule, ByModel):
                return tried
    return asked


def _tried(facts: Facts, histories: Sequence[Row], base: Sequence[Seen], name: Name) -> Chosen:
    found = fit(base, name)
    held = _Held(facts, histories)
    passed, off = held.test(found)
    rule = ByModel(found.model) if passed else pace(base, level=held.level)
    return Chosen(rule, found, off)


def pace(base: Sequence[Seen], *, level: float = 1.0) -> Pace:
    """The gamma of all paces, by moments."""
    watched = math.fsum(seen.T for seen in base)
    if watched == 0:
        return Pace(1.0, 1.0, 0.0, 1.0)
    rate = max(sum(seen.x for seen in base), 0.5) / watched
    beyond = math.fsum((seen.x - rate * seen.T) ** 2 - rate * seen.T for seen in base)
    squares = math.fsum((rate * seen.T) ** 2 for seen in base)
    shape = clip(squares / beyond if beyond > 0 else 50.0, 0.05, 50.0)
    return Pace(shape, shape / rate, max(seen.T for seen in base), level)


class _Held:
    """What was held back, and what would have been forecast of it."""

    def __init__(self, facts: Facts, histories: Sequence[Row]) -> None:
        rows = [row for row in histories if row["x_cal"] is not None]
        self.past = [seen_of(row, "_cal") for row in rows]
        self.actual = [row["orders_holdout"] for row in rows]
        self.weeks = (facts.as_of - facts.cut()).days / 7
        rule = pace(self.past)
        self.by_pace = [rule.expected(seen, self.weeks) for seen in self.past]
        self.level = min(1.0, (sum(self.actual) + 0.5) / (math.fsum(self.by_pace) + 0.5))

    def test(self, found: Fit) -> tuple[bool, float]:
        """Whether the fit may be used, and how far the total of who won may be off."""
        if self.weeks < 4 or sum(self.actual) < 20:
            return found.sound, UNTESTED
        off = self._off(self.by_pace)
        short = max((seen.T * 7 for seen in self.past), default=0) < 91 - 1e-9
        repeaters = sum(seen.x > 0 for seen in self.past)
        if not found.sound or short or repeaters < FEWEST_REPEATERS:
            return found.sound, UNTESTED if found.sound else off
        before = fit(self.past, cast(Name, found.model.name))
        rule = ByModel(before.model)
        forecast = [rule.expected(seen, self.weeks) for seen in self.past]
        if not before.sound or self._worse(forecast):
            return False, off
        return True, self._off(forecast)

    def _off(self, forecast: Sequence[float]) -> float:
        actual = sum(self.actual)
        return abs(math.log(max(math.fsum(forecast), actual * 1e-6) / actual))

    def _worse(self, forecast: Sequence[float]) -> bool:
        more = [
            abs(mine - true) - abs(theirs - true)
            for mine, theirs, true in zip(forecast, self.by_pace, self.actual, strict=True)
        ]
        if mean(more) > 1.645 * math.sqrt(variance(more) / len(more)):
            return True
        off = self._off(forecast)
        return off > math.log(2) and off > self._off(self.by_pace)
