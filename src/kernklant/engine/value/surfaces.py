"""Values with their gradient and Hessian in the four log parameters, packed as a fit needs them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, polygamma, psi

# Row and column of the ten packed elements of a symmetric 4 x 4 Hessian.
ROW, COLUMN = np.triu_indices(4)
PLACE = np.zeros((4, 4), dtype=np.int64)
PLACE[ROW, COLUMN] = PLACE[COLUMN, ROW] = np.arange(10)
TABLE_OF_SUMS = 1 << 14


@dataclass(frozen=True, slots=True)
class Surface:
    """A function at n points: value (n,), gradient (n, 4) and packed Hessian (n, 10)."""

    value: np.ndarray
    gradient: np.ndarray
    hessian: np.ndarray

    @classmethod
    def of(cls, value: np.ndarray) -> Surface:
        """The values alone; derivatives are zero until filled in."""
        return cls(value, np.zeros((len(value), 4)), np.zeros((len(value), 10)))

    def add(self, first: int, second: int, values: np.ndarray | float) -> None:
        """Add to one element of the Hessian, in place."""
        self.hessian[:, PLACE[first, second]] += values

    def total(self, weights: np.ndarray) -> Point:
        """The weighted sum over the points, in a fixed order."""
        return Point(
            float(np.sum(weights * self.value)),
            (self.gradient * weights[:, None]).sum(axis=0),
            unpacked((self.hessian * weights[:, None]).sum(axis=0)),
        )


@dataclass(frozen=True, slots=True)
class Point:
    """A number with its gradient (4,) and Hessian (4, 4)."""

    value: float
    gradient: np.ndarray
    hessian: np.ndarray

    def __add__(self, other: Point) -> Point:
        return Point(
            self.value + other.value,
            self.gradient + other.gradient,
            self.hessian + other.hessian,
        )


def unpacked(elements: np.ndarray) -> np.ndarray:
    """Ten packed elements as a symmetric 4 x 4 matrix."""
    return elements[PLACE]


def rising(c: float, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ln Gamma(c + n) - ln Gamma(c) for each n, with its first two derivatives in c.

    Sums of logarithms where n is small: a difference of two large log gammas would lose digits.
    """
    most = int(counts.max(initial=0))
    if most > TABLE_OF_SUMS:
        many = c + counts
        return (
            gammaln(many) - gammaln(c),
            psi(many) - psi(c),
            polygamma(1, many) - polygamma(1, c),
        )
    terms = c + np.arange(most)
    value, first, second = (
        np.concatenate([[0.0], np.cumsum(part)])[counts]
        for part in (np.log(terms), 1 / terms, -1 / terms**2)
    )
    return value, first, second
