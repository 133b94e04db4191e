"""Pareto/NBD integrals over the moment of leaving, on a grid of days, without a hypergeometric.

With f(u) = (alpha + u)^-(r + x) (beta + u)^-(s + 1), the likelihood of a history is, up to a
constant of x, the sum of two positive functions of one day each:

    stayed(T)  = (r + x) integral from T to the end of (alpha + u)^-(r+x+1) (beta + u)^-s du
    left(t_x)  = s integral from t_x to the end of f(u) du + (alpha + end)^-(r+x) (beta + end)^-s

Neither subtracts anything. A panel between two days is a 5-point Gauss-Legendre sum relative to
the integrand at its start, and a backward recurrence in those units adds the panels, so nothing
over- or underflows. Derivatives are more integrals of the same kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kernklant.engine.units import DAYS_PER_WEEK
from kernklant.engine.value.counts import Pairs
from kernklant.engine.value.surfaces import COLUMN, PLACE, ROW, Surface

R, ALPHA, S, BETA = range(4)
NODES, WEIGHTS = np.polynomial.legendre.leggauss(5)
NODES, WEIGHTS = (NODES + 1) / 2, WEIGHTS / 2
FALL = 0.5  # most that a panel's integrand may fall, in logs: 5 nodes are then exact to 1e-15
BEND = 0.2  # most that alpha + u or beta + u may grow within a panel, in logs
GONE = 60.0  # where the integrand has fallen by 40 at least, since it falls ever slower
MOST_ORDERS = 32  # of one block


@dataclass(frozen=True, slots=True)
class Block:
    """Values of x that share a grid of days, and the places of their pairs on it."""

    x: np.ndarray
    days: np.ndarray
    ends: slice
    lasts: slice
    end_row: np.ndarray
    end_day: np.ndarray
    last_row: np.ndarray
    last_day: np.ndarray


class Lattice:
    """The two functions of the Pareto/NBD at all pairs of a base."""

    def __init__(self, ends: Pairs, lasts: Pairs) -> None:
        self._ends, self._lasts = ends, lasts
        latest = max(ends.day.max(initial=0), lasts.day.max(initial=0))
        self._end = float(latest) / DAYS_PER_WEEK + 1.0
        self._blocks = list(_blocks(ends, lasts))

    def surfaces(
        self, parameters: tuple[float, ...], *, derivatives: bool = True
    ) -> tuple[Surface, Surface]:
        """ln stayed at each (x, T) and ln left at each (x, t_x)."""
        stayed = Surface.of(np.empty(len(self._ends)))
        left = Surface.of(np.empty(len(self._lasts)))
        for block in self._blocks:
            sums = _Sums(block.x, parameters, derivatives=derivatives)
            days, at = _grid(block, parameters, end=self._end)
            stay, leave, scale = sums.on(days)
            for surface, of, state, row, day, log_scale in (
                (stayed, block.ends, stay, block.end_row, at[block.end_day], scale[0]),
                (left, block.lasts, leave, block.last_row, at[block.last_day], scale[1]),
            ):
                _fill(surface, of, state[day, row], log_scale[day, row])
        return stayed, left


def _fill(surface: Surface, at: slice, state: np.ndarray, log_scale: np.ndarray) -> None:
    """From the integral and its derivatives to the logarithm's."""
    surface.value[at] = np.log(state[:, 0]) + log_scale
    if state.shape[1] == 1:
        return
    gradient = state[:, 1:5] / state[:, :1]
    surface.gradient[at] = gradient
    surface.hessian[at] = state[:, 5:] / state[:, :1] - gradient[:, ROW] * gradient[:, COLUMN]


def _blocks(ends: Pairs, lasts: Pairs) -> Iterator[Block]:
    """Neighbouring x, so that one grid is fine enough for the largest and not wasted on others."""
    orders = np.unique(np.concatenate([ends.x, lasts.x]))
    start = 0
    while start < len(orders):
        reach = int(np.searchsorted(orders, 4 * (orders[start] + 2) - 2, side="right"))
        stop = min(reach, start + MOST_ORDERS)
        yield _block(orders[start:stop], ends, lasts)
        start = stop


def _block(x: np.ndarray, ends: Pairs, lasts: Pairs) -> Block:
    of_ends = slice(*np.searchsorted(ends.x, [x[0], x[-1] + 1]))
    of_lasts = slice(*np.searchsorted(lasts.x, [x[0], x[-1] + 1]))
    days = np.unique(np.concatenate([ends.day[of_ends], lasts.day[of_lasts]]))
    return Block(
        x=x.astype(np.float64),
        days=days / DAYS_PER_WEEK,
        ends=of_ends,
        lasts=of_lasts,
        end_row=np.searchsorted(x, ends.x[of_ends]),
        end_day=np.searchsorted(days, ends.day[of_ends]),
        last_row=np.searchsorted(x, lasts.x[of_lasts]),
        last_day=np.searchsorted(days, lasts.day[of_lasts]),
    )


def _grid(
    block: Block, parameters: tuple[float, ...], *, end: float
) -> tuple[np.ndarray, np.ndarray]:
    """The block's days, finer where the integrand bends or falls; and where its days stand in it.

    Growing steps first, so that neither factor bends within one; then as many equal steps as the
    integrand of the largest x falls by FALL, until that of the smallest x is gone.
    """
    r, alpha, s, beta = parameters
    days, nearest = np.append(block.days, end), min(alpha, beta)
    rise = np.diff(np.log(nearest + days))
    steps = np.maximum(np.ceil(rise / BEND), 1.0).astype(np.int64)
    grown = np.expm1(np.repeat(rise / steps, steps) * _within(steps))
    start = np.repeat(days[:-1], steps)
    coarse = np.append(start + (nearest + start) * grown, end)
    alpha_rise, beta_rise = np.diff(np.log(alpha + coarse)), np.diff(np.log(beta + coarse))
    fastest = (r + block.x[-1] + 1) * alpha_rise + (s + 1) * beta_rise
    slowest = (r + block.x[0]) * alpha_rise + s * beta_rise
    part = np.minimum(1.0, GONE / np.maximum(slowest, GONE))
    finer = np.maximum(np.ceil(fastest * part / FALL), 1.0).astype(np.int64) + (part < 1)
    share = np.repeat(part / (finer - (part < 1)), finer) * _within(finer)
    fine = np.repeat(coarse[:-1], finer) + np.repeat(np.diff(coarse), finer) * share
    after = np.append(0, np.cumsum(finer))
    return np.append(fine, end), after[np.append(0, np.cumsum(steps))]


def _within(steps: np.ndarray) -> np.ndarray:
    """0, 1, … steps - 1 for each of the gaps."""
    after = np.cumsum(steps)
    return np.asarray(np.arange(after[-1]) - np.repeat(after - steps, steps))


class _Sums:
    """Panel integrals and their backward sums for one block of x."""

    def __init__(self, x: np.ndarray, parameters: tuple[float, ...], *, derivatives: bool) -> None:
        self.r, self.alpha, self.s, self.beta = parameters
        self.shape = self.r + x
        self.derivatives = derivatives

    def on(self, days: np.ndarray) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
        """stayed and left at the grid days (days, x, 1 or 15), and the logs of their units."""
        stay, leave = self._panels(days)
        alpha_rise = np.diff(np.log(self.alpha + days))[:, None]
        beta_rise = np.diff(np.log(self.beta + days))[:, None]
        fall = -self.shape * alpha_rise - self.s * beta_rise
        self._backwards(stay, np.exp(fall - alpha_rise))
        leave = np.concatenate([leave, self._at_end(days[-1:])])
        self._backwards(leave, np.exp(fall - beta_rise))
        scale = -self.shape * np.log(self.alpha + days)[:, None]
        scale -= self.s * np.log(self.beta + days)[:, None]
        return (
            stay,
            leave,
            (
                scale - np.log(self.alpha + days)[:, None],
                scale - np.log(self.beta + days)[:, None],
            ),
        )

    @staticmethod
    def _backwards(sums: np.ndarray, ratio: np.ndarray) -> None:
        for day in range(len(ratio) - 1, -1, -1):
            if day + 1 < len(sums):
                sums[day] += ratio[day][:, None] * sums[day + 1]

    def _panels(self, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(r + x) x the integral of stayed and s x that of left, over each panel."""
        width = np.diff(days)[:, None]
        within = width * NODES
        to_alpha = np.log1p(within / (self.alpha + days[:-1, None]))[:, None, :]
        to_beta = np.log1p(within / (self.beta + days[:-1, None]))[:, None, :]
        fall = np.exp(-self.shape[:, None] * to_alpha - self.s * to_beta)
        fall *= (WEIGHTS * width)[:, None, :]
        basis = self._basis(days[:-1, None] + within)
        stay = np.matmul(fall * np.exp(-to_alpha), basis)
        leave = np.matmul(fall * np.exp(-to_beta), basis)
        stay = self._times(self._derived(stay, 1.0, self.s), R, self.shape, self.r)
        leave = self._times(self._derived(leave, 0.0, self.s + 1), S, self.s, self.s)
        return stay, leave

    def _at_end(self, end: np.ndarray) -> np.ndarray:
        """Those who stay to the end of the grid, in the units of left."""
        moments = np.broadcast_to(self._basis(end), (1, len(self.shape), self._width))
        return self._derived(moments * (self.beta + end), 0.0, self.s)

    @property
    def _width(self) -> int:
        return 15 if self.derivatives else 1

    def _basis(self, days: np.ndarray) -> np.ndarray:
        """1, and products of ln and inverse of (alpha + u) and (beta + u): (..., 15)."""
        if not self.derivatives:
            return np.ones((*days.shape, 1))
        first = np.stack(
            [
                np.log(self.alpha + days),
                self.alpha / (self.alpha + days),
                np.log(self.beta + days),
                self.beta / (self.beta + days),
            ],
            axis=-1,
        )
        ones = np.ones((*days.shape, 1))
        return np.concatenate([ones, first, first[..., ROW] * first[..., COLUMN]], axis=-1)

    def _derived(self, moments: np.ndarray, more: float, power: float) -> np.ndarray:
        """Moments to derivatives of (alpha + u)^-(r + x + more) (beta + u)^-power."""
        if not self.derivatives:
            return np.array(moments)
        shape = self.shape + more
        scale = np.empty((len(shape), 4))
        scale[:] = -np.array([self.r, 1.0, self.s, power])
        scale[:, ALPHA] = -shape
        first = moments[..., 1:5] * scale
        second = moments[..., 5:] * (scale[:, ROW] * scale[:, COLUMN])
        second[..., PLACE[R, R]] += first[..., R]
        second[..., PLACE[R, ALPHA]] -= self.r * moments[..., 1 + ALPHA]
        second[..., PLACE[ALPHA, ALPHA]] += first[..., ALPHA] + shape * moments[..., _square(ALPHA)]
        second[..., PLACE[S, S]] += first[..., S]
        second[..., PLACE[S, BETA]] -= self.s * moments[..., 1 + BETA]
        second[..., PLACE[BETA, BETA]] += first[..., BETA] + power * moments[..., _square(BETA)]
        return np.concatenate([moments[..., :1], first, second], axis=-1)

    def _times(
        self, sums: np.ndarray, which: int, factor: np.ndarray | float, moving: float
    ) -> np.ndarray:
        """Multiply by a factor of which ``moving`` is the part that grows with one parameter."""
        if self.derivatives:
            grows, square = moving / factor, _square(which)
            for other in range(4):
                sums[..., 5 + PLACE[which, other]] += grows * sums[..., 1 + other]
            sums[..., square] += grows * (sums[..., 1 + which] + sums[..., 0])
            sums[..., 1 + which] += grows * sums[..., 0]
        return np.asarray(sums * np.asarray(factor)[..., None])


def _square(which: int) -> int:
    return 5 + int(PLACE[which, which])
