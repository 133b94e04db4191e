"""One row per customer: how often, how recently, how long, and for how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Purchases:
    """Purchase timing of n customers, in whole days: int32 arrays of length n.

    ``x`` repeat purchase days; ``t_x`` days from first to last purchase (0 when x = 0);
    ``T`` days from first purchase to the as-of date; 0 <= t_x <= T.
    """

    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray
