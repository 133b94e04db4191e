"""Who is in the top whatever the exact weights, and who only because of one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kernklant.engine.errors import Text, UserError
from kernklant.engine.value.score import Score
from kernklant.engine.value.weights import NOISE

MOST_CELLS = 20_000_000  # customers x draws: 80 MB of ranks
FEWEST_DRAWS = 100
MOST_CUSTOMERS = MOST_CELLS // FEWEST_DRAWS
BLOCK = 500_000  # customers x draws at once, 4 MB
OFTEN = 0.10
RANGE = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What n customers are when weights move a little and missing values are filled in.

    ``p_top`` (n,): chance to be in the top. ``rank_low``, ``rank_high`` (n,): best and worst
    rank, 1 = first, in 9 of 10 draws. All NaN where nothing of the customer is known.
    ``changing`` (c,): rows of those who are in or out otherwise in more than 1 of 10 draws;
    ``moved_by`` (c, k): correlation, -1 to 1, of being in with the weight of each criterion.
    """

    p_top: np.ndarray
    rank_low: np.ndarray
    rank_high: np.ndarray
    changing: np.ndarray
    moved_by: np.ndarray
    draws: int


def sensitivity(
    score: Score, *, share_of_a: int, seed: int, concentration: float = 50, draws: int = 1000
) -> Sensitivity:
    """Rank the customers ``draws`` times with other weights, the best ``share_of_a`` are in.

    Weights are Dirichlet(concentration x weights): 50 moves them mildly, 10 strongly. A missing
    share is drawn from the known shares of the others. Beyond 20 million customers x draws there
    are fewer draws; beyond 200,000 customers these would be too few to say anything, and the
    request is refused. Customers alike get the same answer; the order of rows changes nothing.
    Source: Lahdelma, Hokkanen & Salminen (1998), stochastic multiobjective acceptability.
    """
    scored = np.flatnonzero(~np.isnan(score.exact))
    _refuse_too_many(len(scored))
    draws = max(1, min(draws, MOST_CELLS // max(1, len(scored))))
    # Without what arithmetic left behind, else that decides who is alike and whose share is drawn.
    share = np.round(score.share[scored], NOISE)
    order, groups = _alike(share)
    rows, share = scored[order], share[order]
    rng = np.random.default_rng(seed)
    weights = _weights(rng, score.weights, concentration=concentration, draws=draws)
    ranks = _ranks(share, weights, rng)
    inside = ranks < share_of_a
    p_top = groups.mean(inside.mean(axis=0))
    low, high = (groups.mean(found) for found in _range(ranks))
    now = groups.mean(_places(score.exact[rows][None, :])[0] < share_of_a)
    changing = np.flatnonzero(np.abs(p_top - now) > OFTEN)
    moved = np.zeros((len(changing), weights.shape[1]))
    for k, by in enumerate(_correlations(inside, weights)):
        moved[:, k] = groups.mean(by)[changing]
    in_order = np.argsort(rows[changing], kind="stable")
    return Sensitivity(
        p_top=_back(p_top, rows, len(score.exact)),
        rank_low=_back(low + 1, rows, len(score.exact)),
        rank_high=_back(high + 1, rows, len(score.exact)),
        changing=rows[changing][in_order],
        moved_by=moved[in_order],
        draws=draws,
    )


def _refuse_too_many(customers: int) -> None:
    if customers > MOST_CUSTOMERS:
        raise UserError(
            Text(
                f"Gevoeligheid wordt berekend tot {MOST_CUSTOMERS} klanten, dit zijn er "
                f"{customers}",
                f"Sensitivity is computed for up to {MOST_CUSTOMERS} customers, these are "
                f"{customers}",
            ),
            Text(
                "Vraag haar voor een deel van de klanten, bijvoorbeeld een vestiging.",
                "Ask it for a part of the customers, one branch for example.",
            ),
        )


@dataclass(frozen=True, slots=True)
class _Groups:
    """Rows sorted so that equal ones stand together: ``starts`` of each group, ``of`` each row."""

    starts: np.ndarray
    of: np.ndarray

    def mean(self, values: np.ndarray) -> np.ndarray:
        """Each row gets the mean of its group: which of two equals is first says nothing."""
        if len(values) == 0:
            return values.astype(np.float64)
        sums = np.add.reduceat(values.astype(np.float64), self.starts)
        return np.asarray((sums / np.bincount(self.of))[self.of])


def _alike(share: np.ndarray) -> tuple[np.ndarray, _Groups]:
    """The order that sorts rows by what they hold, so that no order of customers plays a part."""
    columns = [np.where(np.isnan(column), np.inf, column) for column in share.T]
    order = np.lexsort(columns) if columns else np.arange(len(share))
    new = np.ones(len(share), dtype=np.bool_)
    new[1:] = False
    for column in columns:
        new[1:] |= column[order][1:] != column[order][:-1]
    return order, _Groups(np.flatnonzero(new), np.cumsum(new) - 1)


def _weights(
    rng: np.random.Generator, weights: np.ndarray, *, concentration: float, draws: int
) -> np.ndarray:
    """Weights (draws, k); a criterion of 0 points, which rounding can make, stays at 0."""
    drawn = np.zeros((draws, len(weights)))
    some = weights > 0
    if some.any():
        drawn[:, some] = rng.dirichlet(concentration * weights[some] / weights.sum(), draws)
    return drawn


def _ranks(share: np.ndarray, weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The rank (draws, n) of each customer in each draw, 0 = first."""
    ranks = np.empty((len(weights), len(share)), dtype=np.uint32)
    known = np.ascontiguousarray(np.nan_to_num(share.T))
    missing = [np.flatnonzero(np.isnan(column)) for column in share.T]
    pools = [column[~np.isnan(column)] for column in share.T]
    for block in _blocks(len(weights), width=len(share)):
        # Sums by hand: a matrix product may add in another order with another number of threads.
        values = np.zeros((block.stop - block.start, len(share)))
        for k, column in enumerate(known):
            weight = weights[block, k, None]
            values += weight * column
            if len(missing[k]):
                pick = rng.integers(0, len(pools[k]), (len(weight), len(missing[k])))
                values[:, missing[k]] += weight * pools[k][pick]
        ranks[block] = _places(values)
    return ranks


def _blocks(rows: int, *, width: int) -> Iterator[slice]:
    step = max(1, BLOCK // max(1, width))
    return (slice(start, min(start + step, rows)) for start in range(0, rows, step))


def _places(values: np.ndarray) -> np.ndarray:
    """The place (m, n) of each value in its row, from the largest; ties keep their order."""
    order = np.argsort(-values, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(values.shape[1])[None, :], axis=1)
    return places


def _range(ranks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ranks (n,) that 5 and 95 in 100 draws do not reach and do not pass."""
    last = len(ranks) - 1
    low, high = int(np.floor(RANGE[0] * last)), int(np.ceil(RANGE[1] * last))
    found = np.empty((2, ranks.shape[1]))
    for block in _blocks(ranks.shape[1], width=len(ranks)):
        found[:, block] = np.sort(np.ascontiguousarray(ranks[:, block].T), axis=1)[:, [low, high]].T
    return found[0], found[1]


def _correlations(inside: np.ndarray, weights: np.ndarray) -> Iterator[np.ndarray]:
    """Per criterion the correlation (n,) of being in with its weight; 0 where one is constant."""
    share = inside.mean(axis=0)
    spread = np.sqrt(share * (1 - share))
    for weight in weights.T:
        off = weight - weight.mean()
        together = np.zeros(inside.shape[1])
        for row, by in zip(inside, off, strict=True):
            together += by * row
        scale = spread * off.std() * len(weight)
        yield np.divide(together, scale, out=np.zeros_like(together), where=scale > 0)


def _back(values: np.ndarray, rows: np.ndarray, n: int) -> np.ndarray:
    found = np.full(n, np.nan)
    found[rows] = values
    return found
