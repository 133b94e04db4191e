"""The one compiled loop of a fit. Importing this module imports numba."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from kernklant.engine.value.counts import Histories
from kernklant.engine.value.surfaces import Surface


def kernel(function: Callable[..., Any]) -> Any:
    """Compile, and keep the result on disk where some folder can be written.

    numba looks for NUMBA_CACHE_DIR, the package's own folder, then the user's cache folder; it
    raises when none can be written (a read-only installation), where compiling anew must do.
    """
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        return numba.njit(nogil=True)(function)


@kernel
def _fold(  # noqa: PLR0917 - numba takes flat arrays
    end_value: np.ndarray,
    end_gradient: np.ndarray,
    last_value: np.ndarray,
    last_gradient: np.ndarray,
    end: np.ndarray,
    last: np.ndarray,
    customers: np.ndarray,
    sums: np.ndarray,
    stays: np.ndarray,
    leaves: np.ndarray,
) -> None:
    """One pass: log-likelihood, mixed second derivatives, and each pair's weight.

    Sums stay in local variables: an array of sums might overlap the inputs for all the compiler
    knows, and would be written back after every history.
    """
    value = h00 = h01 = h02 = h03 = h11 = h12 = h13 = h22 = h23 = h33 = 0.0
    for row in range(len(end)):
        at_end, at_last, many = end[row], last[row], customers[row]
        lead = last_value[at_last] - end_value[at_end]
        small = np.exp(-abs(lead))
        likely = 1.0 / (1.0 + small)
        left = likely if lead > 0.0 else small * likely
        stays[at_end] += many * (likely if lead <= 0.0 else small * likely)
        leaves[at_last] += many * left
        value += many * (max(last_value[at_last], end_value[at_end]) + np.log1p(small))
        mixed = many * small * likely * likely
        d0 = last_gradient[at_last, 0] - end_gradient[at_end, 0]
        d1 = last_gradient[at_last, 1] - end_gradient[at_end, 1]
        d2 = last_gradient[at_last, 2] - end_gradient[at_end, 2]
        d3 = last_gradient[at_last, 3] - end_gradient[at_end, 3]
        h00 += mixed * d0 * d0
        h01 += mixed * d0 * d1
        h02 += mixed * d0 * d2
        h03 += mixed * d0 * d3
        h11 += mixed * d1 * d1
        h12 += mixed * d1 * d2
        h13 += mixed * d1 * d3
        h22 += mixed * d2 * d2
        h23 += mixed * d2 * d3
        h33 += mixed * d3 * d3
    sums[0] = value
    sums[1], sums[2], sums[3], sums[4], sums[5] = h00, h01, h02, h03, h11
    sums[6], sums[7], sums[8], sums[9], sums[10] = h12, h13, h22, h23, h33


def fold_compiled(
    ends: Surface, lasts: Surface, histories: Histories, part: slice
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What ``likelihood.fold_numpy`` computes, about five times as fast."""
    sums, stays, leaves = np.zeros(11), np.zeros(len(ends.value)), np.zeros(len(lasts.value))
    _fold(
        ends.value,
        ends.gradient,
        lasts.value,
        lasts.gradient,
        histories.end[part],
        histories.last[part],
        histories.customers_of[part],
        sums,
        stays,
        leaves,
    )
    return sums, stays, leaves
