"""Linear quantile regression on numbers and groups that may be missing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from scipy.special import expit

# Of ln spend. The check loss is rounded off over this width, which makes one best answer and lets
# Newton's method find it; the wide ones only lead there.
WIDTHS = (1.0, 0.3, 0.1, 0.05)
# About the weight of twelve observations at q = .9 on no effect at all: a trade of eight customers
# is more like all others than one of eighty.
RIDGE = 2.0
SMALLEST_GROUP = 10
MOST_GROUPS = 50  # of one attribute; keeps the equations small
OUTER = (0.005, 0.995)  # what lies beyond is taken for these quantiles
MOST_STEPS = 50
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Attributes:
    """What is known of n rows: per name numbers (NaN: not known) or codes of groups (-1: idem)."""

    numbers: dict[str, np.ndarray]
    groups: dict[str, np.ndarray]

    def take(self, rows: np.ndarray) -> Attributes:
        """The same of some rows."""
        return Attributes(
            {name: values[rows] for name, values in self.numbers.items()},
            {name: codes[rows] for name, codes in self.groups.items()},
        )

    def names(self) -> set[str]:
        """Of all attributes."""
        return {*self.numbers, *self.groups}

    def known(self, name: str) -> np.ndarray:
        """Of whom an attribute is known, (n,) bool."""
        if name in self.numbers:
            return np.asarray(~np.isnan(self.numbers[name]))
        return np.asarray(self.groups[name] >= 0)

    def without(self, *names: str) -> Attributes:
        """All but some attributes."""
        return Attributes(
            {name: values for name, values in self.numbers.items() if name not in names},
            {name: codes for name, codes in self.groups.items() if name not in names},
        )


@dataclass(frozen=True, slots=True)
class _Number:
    """Two coefficients: a slope, and a step for those of whom it is not known."""

    low: float
    high: float
    middle: float
    spread: float
    width: int = 2

    def slot(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        known = ~np.isnan(values)
        standard = (np.clip(values, self.low, self.high) - self.middle) / self.spread
        return np.where(known, 0, 1), np.where(known, standard, 1.0)


@dataclass(frozen=True, slots=True)
class _Group:
    """A coefficient for each group with enough rows, one for the others, one for not known."""

    place: np.ndarray  # of each code; then of any higher one; then, where -1 points, of not known
    width: int

    def slot(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return self.place[np.minimum(codes, len(self.place) - 2)], np.ones(len(codes))


Features = dict[str, _Number | _Group]


@dataclass(frozen=True, slots=True)
class Line:
    """A fitted quantile: ``at`` gives it for any rows with the same attributes."""

    features: Features
    coefficients: np.ndarray

    def at(self, attributes: Attributes) -> np.ndarray:
        """The quantile of each row, (n,)."""
        found = np.full(_length(attributes), self.coefficients[0])
        for place, value in _slots(self.features, attributes):
            found += self.coefficients[place] * value
        return found


@dataclass(frozen=True, slots=True)
class Judged:
    """Loss and coverage on rows that were left out of the fit, of a line and of one number."""

    pinball: float
    pinball_constant: float
    coverage: float
    coverage_constant: float


def in_order(attributes: Attributes, y: np.ndarray) -> np.ndarray:
    """Rows sorted by what they hold, so that no answer depends on the order they came in."""
    keys = (y, *attributes.numbers.values(), *attributes.groups.values())
    return np.lexsort(keys)


def fit(attributes: Attributes, y: np.ndarray, *, q: float) -> Line:
    """The quantile q of y (n,) as a line in the attributes; give the rows ``in_order``.

    min over b of the sum of rho(y - x'b) + ridge/2 |b|^2, rho(e) = e (q - 1[e < 0]) rounded off by
    a logistic kernel; then lifted so that a share q lies below. Source: Koenker & Bassett (1978);
    Fernandes, Guerre & Horta (2021) for the kernel.
    """
    features = _features(attributes)
    return Line(features, _solve(_Slots.of(features, attributes), y, q))


def judge(attributes: Attributes, y: np.ndarray, *, q: float) -> Judged:
    """How well ``fit`` does on each fifth of the rows, learnt from the other four.

    Which row is in which fifth hangs on its place ``in_order`` alone, by a fixed shuffle.
    """
    slots = _Slots.of(_features(attributes), attributes)
    fold = np.random.default_rng(0).permutation(len(y)) % FOLDS
    line, constant = np.empty(len(y)), np.empty(len(y))
    for one in range(FOLDS):
        out = fold == one
        line[out] = slots.take(out).at(_solve(slots.take(~out), y[~out], q))
        constant[out] = np.quantile(y[~out], q)
    return Judged(
        pinball=pinball(y - line, q),
        pinball_constant=pinball(y - constant, q),
        coverage=float((y <= line).mean()),
        coverage_constant=float((y <= constant).mean()),
    )


def pinball(error: np.ndarray, q: float) -> float:
    """Mean check loss of errors (n,): e q above the line, -e (1 - q) below."""
    return float(np.maximum(q * error, (q - 1) * error).mean())


@dataclass(frozen=True, slots=True)
class _Slots:
    """Rows as a few (coefficient, value) pairs each, (pairs, n): most of x is zero."""

    place: np.ndarray
    value: np.ndarray
    width: int

    @staticmethod
    def of(features: Features, attributes: Attributes) -> _Slots:
        n = _length(attributes)
        pairs = [(np.zeros(n, np.int64), np.ones(n)), *_slots(features, attributes)]
        width = 1 + sum(feature.width for feature in features.values())
        return _Slots(np.stack([p for p, _ in pairs]), np.stack([v for _, v in pairs]), width)

    def take(self, rows: np.ndarray) -> _Slots:
        return _Slots(self.place[:, rows], self.value[:, rows], self.width)

    def at(self, b: np.ndarray) -> np.ndarray:
        return np.asarray((b[self.place] * self.value).sum(axis=0))

    def sums(self, weights: np.ndarray) -> np.ndarray:
        """x'w, (width,)."""
        found = np.zeros(self.width)
        for place, value in zip(self.place, self.value, strict=True):
            found += np.bincount(place, weights=weights * value, minlength=self.width)
        return found

    def squares(self, weights: np.ndarray) -> np.ndarray:
        """x'diag(w)x, (width, width); summed here, as a matrix library sums by its threads."""
        found = np.zeros((self.width, self.width))
        for a, b in combinations_with_replacement(range(len(self.place)), 2):
            cell = self.place[a] * self.width + self.place[b]
            both = np.bincount(cell, weights * self.value[a] * self.value[b], self.width**2)
            both = both.reshape(self.width, self.width)
            found += both if a == b else both + both.T
        return found


def _solve(x: _Slots, y: np.ndarray, q: float) -> np.ndarray:
    b = np.zeros(x.width)
    b[0] = np.quantile(y, q)
    for width in WIDTHS:
        b = _newton(x, y, b, q=q, h=width)
    b[0] += np.quantile(y - x.at(b), q)
    return b


def _newton(x: _Slots, y: np.ndarray, b: np.ndarray, *, q: float, h: float) -> np.ndarray:
    ridge = np.full(x.width, RIDGE)
    ridge[0] = 0.0
    error = y - x.at(b)
    for _ in range(MOST_STEPS):
        below = expit(-error / h)
        slope = x.sums(q - below) - ridge * b
        curve = x.squares(below * (1 - below) / h) + np.diag(ridge)
        # Where nobody is near the line, nothing bends and the equations would have no answer.
        curve[0, 0] += 1e-9 * len(y)
        step = np.linalg.solve(curve, slope)
        before = _loss(error, b, q=q, h=h)
        length = 1.0
        while length > 1e-6 and (
            _loss(error - x.at(length * step), b + length * step, q=q, h=h) > before
        ):
            length /= 2
        b = b + length * step
        error = y - x.at(b)
        if float(slope @ step) <= 1e-12 * len(y) or length <= 1e-6:
            break
    return b


def _loss(error: np.ndarray, b: np.ndarray, *, q: float, h: float) -> float:
    rounded = q * error + h * np.logaddexp(0.0, -error / h)
    return float(rounded.sum() + RIDGE / 2 * (b[1:] ** 2).sum())


def _features(attributes: Attributes) -> Features:
    """What the rows differ in; an attribute that says the same of all of them is left out."""
    found: Features = {}
    for name, values in attributes.numbers.items():
        if (number := _number(values)) is not None:
            found[name] = number
    for name, codes in attributes.groups.items():
        if (group := _group(codes)) is not None:
            found[name] = group
    return found


def _number(values: np.ndarray) -> _Number | None:
    known = np.sort(values[~np.isnan(values)])
    if len(known) < SMALLEST_GROUP:
        return None
    low, middle, high = np.quantile(known, (OUTER[0], 0.5, OUTER[1]))
    spread = float(np.clip(known, low, high).std())
    return _Number(low, high, middle, spread) if spread > 1e-9 else None


def _group(codes: np.ndarray) -> _Group | None:
    """The most common groups with enough rows; equally common ones by their code."""
    counts = np.bincount(codes + 1)[1:]
    common = np.flatnonzero(counts >= SMALLEST_GROUP)
    common = common[np.argsort(-counts[common], kind="stable")][:MOST_GROUPS]
    others = len(common)
    place = np.full(len(counts) + 2, others)
    place[common] = np.arange(others)
    place[-1] = others + 1
    used = np.unique(place[codes])
    return _Group(place, others + 2) if len(common) and len(used) > 1 else None


def _slots(features: Features, attributes: Attributes) -> list[tuple[np.ndarray, np.ndarray]]:
    """Place among all coefficients (0 is the constant) and value, per feature."""
    known = attributes.numbers | attributes.groups
    found, start = [], 1
    for name, feature in features.items():
        place, value = feature.slot(known[name])
        found.append((place + start, value))
        start += feature.width
    return found


def _length(attributes: Attributes) -> int:
    return len(next(iter((attributes.numbers | attributes.groups).values())))
