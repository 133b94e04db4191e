"""The log-likelihood of a base, with gradient and Hessian, in one pass over distinct histories."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.special import expit

from kernklant.engine.value.counts import Histories
from kernklant.engine.value.surfaces import COLUMN, ROW, Point, Surface, unpacked

CHUNK = 1 << 16  # histories summed together; fixed, so that threads do not change a sum
COMPILE_FROM = 50_000  # distinct histories: below, compiling costs more than it saves

Surfaces = Callable[[np.ndarray], tuple[Surface, Surface, Point]]
Share = tuple[np.ndarray, np.ndarray, np.ndarray]
Fold = Callable[[Surface, Surface, Histories, slice], Share]


def log_likelihood(histories: Histories, surfaces: Surfaces) -> Callable[[np.ndarray], Point]:
    """The sum over customers of logaddexp(end, last) + constant, at four log parameters."""
    fold = chosen_fold(len(histories))

    def at(log_parameters: np.ndarray) -> Point:
        ends, lasts, constant = surfaces(log_parameters)
        sums, stays, leaves = folded(fold, ends, lasts, histories=histories)
        share = Point(float(sums[0]), np.zeros(4), unpacked(sums[1:]))
        for surface, weights in ((ends, stays), (lasts, leaves)):
            part = surface.total(weights)
            share += Point(0.0, part.gradient, part.hessian)
        return share + constant

    return at


def chosen_fold(histories: int) -> Fold:
    """Compiled for large bases where numba is installed, else numpy: equal but for rounding."""
    if histories < COMPILE_FROM or importlib.util.find_spec("numba") is None:
        return fold_numpy
    from kernklant.engine.value.kernels import fold_compiled

    return fold_compiled


def folded(fold: Fold, ends: Surface, lasts: Surface, *, histories: Histories) -> Share:
    """All chunks, added in order whatever thread finished first."""
    chunks = list(_chunks(len(histories)))
    with ThreadPoolExecutor(min(len(chunks), os.cpu_count() or 1) or 1) as threads:
        parts = list(threads.map(lambda part: fold(ends, lasts, histories, part), chunks))
    sums, stays, leaves = np.zeros(11), np.zeros(len(ends.value)), np.zeros(len(lasts.value))
    for part, stay, leave in parts:
        sums += part
        stays += stay
        leaves += leave
    return sums, stays, leaves


def _chunks(length: int) -> Iterator[slice]:
    yield from (slice(start, min(start + CHUNK, length)) for start in range(0, length, CHUNK))


def fold_numpy(ends: Surface, lasts: Surface, histories: Histories, part: slice) -> Share:
    """One chunk: value and the ten mixed second derivatives; weights of each pair's own."""
    end, last = histories.end[part], histories.last[part]
    customers = histories.customers_of[part]
    lead = lasts.value[last] - ends.value[end]
    left = expit(lead)
    apart = lasts.gradient[last] - ends.gradient[end]
    value = np.maximum(ends.value[end], lasts.value[last]) + np.log1p(np.exp(-np.abs(lead)))
    mixed = customers * left * expit(-lead)
    sums = np.empty(11)
    sums[0] = np.sum(customers * value)
    sums[1:] = [np.sum(mixed * apart[:, i] * apart[:, j]) for i, j in zip(ROW, COLUMN, strict=True)]
    return (
        sums,
        np.bincount(end, weights=customers * expit(-lead), minlength=len(ends.value)),
        np.bincount(last, weights=customers * left, minlength=len(lasts.value)),
    )
