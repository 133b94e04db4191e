"""From values to a score of 100 points: one customer and one criterion at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kernklant.engine.value.criteria import Criterion
from tests.reference.facts import Row
from tests.reference.statistics import clip, quantile

WITHOUT_SHAPE = ("profile", "rating")
Values = Mapping[str, float | None]


@dataclass(frozen=True)
class Scored:
    """One score; ``points`` by criterion, None of ``exact`` where nothing is known."""

    exact: float | None
    total: int
    points: dict[str, int]
    low: float
    high: float
    evidence: float


@dataclass(frozen=True)
class Yardstick:
    """The criteria that take part, their bounds set, and their whole points of 100."""

    criteria: tuple[Criterion, ...]
    chosen: tuple[Criterion, ...]
    weights: dict[str, int]

    def score(self, values: Values, *, events: float) -> Scored:
        """The score of one, of whom so many events are known."""
        shares = {one.name: share_of(one, values[one.name]) for one in self.chosen}
        told = sum(self.weights[name] for name, share in shares.items() if share is not None)
        parts = {
            name: 0.0 if share is None or not told else 100 * (self.weights[name] * share) / told
            for name, share in shares.items()
        }
        exact = round(sum(parts.values()), 9) if told else None
        total = math.floor((exact or 0.0) + 0.5)
        worst = sum(self.weights[n] * share for n, share in shares.items() if share is not None)
        best = worst + sum(
            self.weights[one.name] * _most(one) for one in self.chosen if shares[one.name] is None
        )
        low, high = round(worst, 9), round(best, 9) if self.chosen else 100.0
        return Scored(
            exact=exact,
            total=total,
            points=_whole({n: round(part, 9) for n, part in parts.items()}, shares, total),
            low=low if exact is None else min(low, exact),
            high=high if exact is None else max(high, exact),
            evidence=min(1.0, events / 5) * told / 100,
        )

    def exact(self, values: Values, known: Values) -> float:
        """The score if values turn out so; what is not ``known`` now takes no part still."""
        shares = {
            one.name: share_of(one, values[one.name])
            for one in self.chosen
            if share_of(one, known[one.name]) is not None
        }
        told = sum(self.weights[name] for name in shares)
        return sum(
            (share or 0.0) * self.weights[name] / max(told, 1) * 100
            for name, share in shares.items()
        )


def yardstick(criteria: Sequence[Criterion], everybody: Sequence[Values]) -> Yardstick:
    """Bounds from the values of everybody; what nobody has a value of takes no part."""
    bounded = tuple(_bounded(one, everybody) for one in criteria)
    chosen = tuple(
        one
        for one in bounded
        if one.weight > 0 and any(values[one.name] is not None for values in everybody)
    )
    return Yardstick(bounded, chosen, whole_points({one.name: one.weight for one in chosen}))


def whole_points(weights: Mapping[str, float]) -> dict[str, int]:
    """Whole points that make 100, by largest remainder, ties to the first."""
    whole = sum(weights.values())
    parts = {name: round(100 * weight / whole, 9) for name, weight in weights.items()}
    return _remainders(parts, 100)


def _remainders(parts: Mapping[str, float], total: int) -> dict[str, int]:
    points = {name: math.floor(part) for name, part in parts.items()}
    left = total - sum(points.values())
    for name in sorted(parts, key=lambda name: points[name] - parts[name])[:left]:
        points[name] += 1
    return points


def _whole(parts: Mapping[str, float], shares: Values, total: int) -> dict[str, int]:
    known = {name: part for name, part in parts.items() if shares[name] is not None}
    return dict.fromkeys(parts, 0) | _remainders(known, total) if known else dict.fromkeys(parts, 0)


def share_of(criterion: Criterion, value: float | None) -> float | None:
    """The part of its weight that a value earns."""
    if value is None or criterion.source in WITHOUT_SHAPE:
        return value
    if criterion.shape == "threshold":
        earned = [points for start, points in criterion.steps if value >= start]
        return earned[-1] / criterion.weight if earned else 0.0
    low, high = float(criterion.low), float(criterion.high)
    share = (value - low) / (high - low)
    return clip(share, 0.0, 1.0) if criterion.shape == "bounded" else clip(share, -1e6, 1e6)


def _most(criterion: Criterion) -> float:
    if criterion.shape == "threshold":
        return max(points for _, points in criterion.steps) / criterion.weight
    return 1.0


def _bounded(criterion: Criterion, everybody: Sequence[Values]) -> Criterion:
    if "auto" not in (criterion.low, criterion.high):
        return criterion
    known = [values[criterion.name] for values in everybody if values[criterion.name] is not None]
    if not known:
        return criterion
    for outer in (0.05, 0.0):
        low = _said(quantile(known, outer)) if criterion.low == "auto" else criterion.low
        high = _said(quantile(known, 1 - outer)) if criterion.high == "auto" else criterion.high
        if low < high:
            return replace(criterion, low=low, high=high)
    if criterion.low == "auto" and high > 0:
        low = 0.0
    elif criterion.high == "auto":
        high = 0.0 if low < 0 else low + 1.0
    else:
        low = high - 1.0
    return replace(criterion, low=low, high=high)


def _said(value: float) -> float:
    """Two digits, as people say numbers; from twelve, beyond which lies arithmetic."""
    return float(round(Decimal(f"{value:.12g}"), _place(value)))


def _place(value: float) -> int:
    """How many decimals the second digit has."""
    return 1 - math.floor(math.log10(abs(float(f"{value:.12g}")))) if value else 0


def profile_share(profile: Mapping[str, tuple], about: Row) -> float | None:
    """The part of the wanted attributes that he has, of those that are known of him."""
    known = {name: about[name] for name in profile if _told(about[name])}
    fits = [_wanted(name, value, profile[name]) for name, value in known.items()]
    return sum(fits) / len(fits) if fits else None


def _told(value: object) -> bool:
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


def _wanted(name: str, value: object, wanted: tuple) -> bool:
    if not isinstance(value, str):
        return wanted[0] <= round(float(value), 6) <= wanted[1]
    text, among = value.strip().casefold(), [one.strip().casefold() for one in wanted]
    if name != "sector":
        return text in among
    digits = text.replace(".", "")
    by_code = any(one[:1].isdigit() and digits.startswith(one.replace(".", "")) for one in among)
    return by_code or text in among or text.lstrip("0123456789. -") in among


def fit(criterion: Criterion, about: Row, mark: float | None) -> float | None:
    """A profile or rating: computed, rated, or the mean of both."""
    told = [] if mark is None else [mark / 4]
    computed = profile_share(criterion.profile, about) if criterion.profile else None
    told += [] if computed is None else [computed]
    return sum(told) / len(told) if told else None


def least(measure: Callable[[float], float], cut: float, most: float) -> float:
    """The least lifetime value from which a rising measure reaches a cut-off, by halves.

    -1 for who is there whatever happens, infinite for who never gets there.
    """
    cut -= 1e-12 * abs(cut)
    if measure(0.0) >= cut:
        return -1.0
    if measure(most) < cut:
        return math.inf
    low, high = 0.0, most
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (low, middle) if measure(middle) >= cut else (middle, high)
    return high
