"""Chance, seeded: a stream for every subject, so that a change in one leaves the others alone."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def stream(seed: int, subject: str) -> np.random.Generator:
    """A PCG64 generator for one subject of one company."""
    entropy = np.random.SeedSequence([seed, crc32(subject.encode())])
    return np.random.Generator(np.random.PCG64(entropy))


def pick(rng: np.random.Generator, weights: Sequence[float] | Floats, size: int) -> Ints:
    """Places drawn by weight."""
    edges = np.cumsum(np.asarray(weights, float))
    found = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    return np.asarray(found, np.int64)


def lognormal(rng: np.random.Generator, sigma: float, size: int) -> Floats:
    """Log-normal factors with mean 1."""
    return np.asarray(np.exp(sigma * rng.standard_normal(size) - sigma**2 / 2))
