"""What a customer is still worth: margin of a purchase x purchases to come, in today's euros."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from scipy.special import betainc

from kernklant.engine.value.lifetime import LifetimeRules
from tests.reference.facts import Facts, Row
from tests.reference.fits import moved
from tests.reference.purchases import Model, Seen
from tests.reference.rules import YEAR, ByModel, Chosen, Pace, choose, seen_of
from tests.reference.statistics import clip, mean, quantile, variance

LEAST, MOST = 1e-6, 2.0  # of the variance of ln(amount)
STEP = 1e-3
SIDES = ((2 / 3, 0.0), (1 / 6, math.sqrt(3.0)), (1 / 6, -math.sqrt(3.0)))


@dataclass(frozen=True)
class Amounts:
    """What a purchase brings: a log-normal per customer, drawn to all."""

    within: float
    between: float
    middle: float

    @property
    def p(self) -> float:
        return 1 / math.expm1(self.within)

    @property
    def q(self) -> float:
        return 2 + 1 / math.expm1(self.between)

    def expected(self, logs: Sequence[float]) -> float:
        weight = len(logs) * self.between / (len(logs) * self.between + self.within)
        spread = min(self.within + self.between * (1 - weight), MOST)
        return math.exp(self.middle + weight * (mean(logs) - self.middle) + spread / 2)


@dataclass(frozen=True)
class Worth:
    """One customer: None where it is not known. ``value`` in euros; ``share`` of margin."""

    seen: Seen
    alive: float | None
    orders_12m: float
    spend: float | None
    value: float
    share: float
    assumed: bool


@dataclass(frozen=True)
class Lifetimes:
    """All customers in order of number, and what their worth goes by."""

    worth: list[Worth]
    chosen: Chosen
    amounts: Amounts | None
    outlooks: list[tuple[float, Pace | ByModel]]
    rules: LifetimeRules


def lifetimes(facts: Facts, histories: Sequence[Row], rules: LifetimeRules) -> Lifetimes:
    """The worth of each customer of the histories."""
    chosen = choose(facts, histories, rules)
    logs, amounts = _amounts(facts)
    shares = margin_shares(histories, default=rules.default_margin)
    found, at = [], 0
    for row, (share, assumed) in zip(histories, shares, strict=True):
        if not row["orders"]:
            found.append(Worth(seen_of(row), None, 0.0, None, 0.0, share, assumed))
            continue
        assert amounts
        found.append(_worth(row, chosen, amounts.expected(logs[at]), (share, assumed), rules))
        at += 1
    base = [one.seen for one in found if one.spend is not None]
    return Lifetimes(found, chosen, amounts, _outlooks(chosen, base, rules), rules)


def _worth(
    row: Row, chosen: Chosen, spend: float, margin: tuple[float, bool], rules: LifetimeRules
) -> Worth:
    seen, rule, (share, assumed) = seen_of(row), chosen.rule, margin
    alive = rule.alive(seen) if isinstance(rule, ByModel) else None
    coming = rule.discounted(seen, rules.horizon_years * YEAR, weekly(rules))
    value = coming * max(spend * share, 0.0)
    return Worth(seen, alive, rule.expected(seen, YEAR), spend, value, share, assumed)


def weekly(rules: LifetimeRules) -> float:
    return math.log(1 + rules.discount_per_year) / YEAR


def _amounts(facts: Facts) -> tuple[list[list[float]], Amounts | None]:
    """The ln of each purchase, the largest cut off; and how they vary within and between."""
    logs = [[math.log(float(amount)) for amount in bought] for bought in facts.bought()]
    every = [log for own in logs for log in own]
    if not every:
        return [], None
    most = quantile(every, 0.99)
    logs = [[min(log, most) for log in own] for own in logs]
    every, means = [log for own in logs for log in own], [mean(own) for own in logs]
    spare = len(every) - len(logs)
    if spare:
        within = math.fsum((log - mean(own)) ** 2 for own in logs for log in own) / spare
    else:
        within = variance(every) / 2
    within = clip(within, LEAST, MOST)
    apart = variance(means, spare=1) if len(means) > 1 else variance(every)
    between = clip(apart - within * mean([1 / len(own) for own in logs]), LEAST, MOST)
    return logs, Amounts(within, between, mean(means))


def margin_shares(histories: Sequence[Row], *, default: float) -> list[tuple[float, bool]]:
    """The share of revenue that is left, drawn to that of all; and whether it is assumed."""
    known = [row for row in histories if row["revenue_costed"] > 0]
    assumed = [not row["revenue_costed"] and not row["cost"] for row in histories]
    if not known:
        return [(default, one) for one in assumed]
    own = [clip(float(1 - row["cost"] / row["revenue_costed"]), -1.0, 1.0) for row in known]
    cost, revenue = (
        sum((row[name] for row in known), Decimal()) for name in ("cost", "revenue_costed")
    )
    whole = clip(float(1 - cost / revenue), -1.0, 1.0)
    orders = [max(row["orders"], 1) for row in known]
    kappa = within_to_between(own, orders)
    shares = iter(
        whole if kappa == math.inf else (many * mine + kappa * whole) / (many + kappa)
        for mine, many in zip(own, orders, strict=True)
    )
    return [
        (next(shares) if row["revenue_costed"] > 0 else default if one else whole, one)
        for row, one in zip(histories, assumed, strict=True)
    ]


def within_to_between(means: Sequence[float], counts: Sequence[int]) -> float:
    """How many orders weigh as much as the mean of all. Source: Bühlmann & Straub (1970)."""
    pairs = list(zip(means, counts, strict=True))
    centre = math.fsum(m * n for m, n in pairs) / sum(counts)
    squared, inverse = [(m - centre) ** 2 for m in means], [1 / n for n in counts]
    off = [one - mean(inverse) for one in inverse]
    spread = math.fsum(one**2 for one in off)
    if spread <= 0:
        return float(counts[0]) if max(squared) > 1e-12 else math.inf
    within = math.fsum(one * square for one, square in zip(off, squared, strict=True)) / spread
    between = mean(squared) - within * mean(inverse)
    return max(within, 0.0) / between if between > 0 else math.inf


def _outlooks(
    chosen: Chosen, base: Sequence[Seen], rules: LifetimeRules
) -> list[tuple[float, Pace | ByModel]]:
    """The rule; and where its parameters are in doubt, also shifted both ways."""
    rule = chosen.rule
    if not isinstance(rule, ByModel):
        return [(1.0, rule)]
    at = [math.log(value) for value in rule.model.parameters]
    weeks, covariance = rules.horizon_years * YEAR, chosen.fit.covariance

    def total(logs: Sequence[float]) -> float:
        shifted = _shifted(rule.model, logs)
        return math.log(math.fsum(shifted.expected(seen, weeks) for seen in base))

    slope = [
        (total(moved(at, i, STEP)) - total(moved(at, i, -STEP))) / (2 * STEP) for i in range(4)
    ]
    way = [sum(covariance[i][j] * slope[j] for j in range(4)) for i in range(4)]
    error = math.sqrt(sum(slope[i] * way[i] for i in range(4)))
    if error < 0.02:
        return [(1.0, rule)]
    found: list[tuple[float, Pace | ByModel]] = []
    for weight, side in SIDES:
        by = [side * one / error for one in way]
        by = [one * min(1.0, 1.5 / max(1.5, *map(abs, by))) for one in by]
        found.append((weight, _shifted(rule.model, [a + b for a, b in zip(at, by, strict=True)])))
    return found


def _shifted(model: Model, logs: Sequence[float]) -> ByModel:
    return ByModel(Model(model.name, tuple(math.exp(value) for value in logs)))


def chance_above(found: Lifetimes, place: int, euros: float) -> float:
    """P(value > euros), as a sum over every number of purchases to come.

    k of them bring a beta prime (p k, p known + q), scaled so that the mean is the value.
    """
    one, amounts, rules = found.worth[place], found.amounts, found.rules
    if one.value <= 0 or one.spend is None or amounts is None:
        return float(euros < 0)
    weeks, total = rules.horizon_years * YEAR, 0.0
    stays = amounts.q + amounts.p * (one.seen.x + 1)
    for weight, rule in found.outlooks:
        alive = rule.alive(one.seen)
        worth = rule.discounted(one.seen, weeks, weekly(rules)) * one.spend * one.share
        tails = [*rule.at_least(one.seen, weeks), 0.0]
        unit = worth / alive / (math.fsum(tails) * amounts.p / (stays - 1))
        chance = math.fsum(
            (tails[n - 1] - tails[n]) * float(betainc(stays, amounts.p * n, 1 / (1 + euros / unit)))
            for n in range(1, len(tails))
        )
        total += weight * alive * chance
    return total
