"""What people think of customers, corrected for raters who are stricter than others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text, UserError
from kernklant.engine.ledger.judged import HIGHEST_MARK

HIGHEST = HIGHEST_MARK
STEPS = 200
CLOSE = 1e-9
GRAIN = 2.0**-30  # sums of multiples of this are exact, so their order does not matter
# Spread expected before anything is rated, as variances of marks from 0 to 4: between customers,
# between raters, and of one judgement; each counts as much as this many observations.
BETWEEN, STRICTNESS, JUDGEMENT = 1.0, 0.1, 0.25
PRIOR_WEIGHT = 5.0


@dataclass(frozen=True, slots=True)
class Corrected:
    """The ``mark`` (m,), 0 to 4, of each rated ``customer`` (m,), sorted by number.

    ``strictness``: marks a rater gives below the others, by name, for the same customers.
    """

    customer: np.ndarray
    mark: np.ndarray
    strictness: dict[str, float]


def ratings_share(
    ratings: pa.Table, customer: np.ndarray, criterion: str, *, as_of: date | None = None
) -> np.ndarray:
    """Share (n,), 0 to 1, that each ``customer`` earns of a rated criterion; NaN where unrated.

    ``ratings`` as the ledger holds them: customer, criterion, rater, mark from 0 to 4, date. Of
    each rater the newest mark until ``as_of`` counts. Refuses marks outside 0 to 4.
    """
    rated = corrected(ratings, criterion, as_of=as_of)
    share = np.full(len(customer), np.nan)
    if len(rated.customer):
        place = np.minimum(np.searchsorted(rated.customer, customer), len(rated.customer) - 1)
        here = rated.customer[place] == customer
        share[here] = rated.mark[place[here]] / HIGHEST
    return share


def without_criterion(ratings: pa.Table, names: Iterable[str]) -> tuple[str, ...]:
    """The criteria that were rated but go by none of ``names``, sorted: ratings nobody uses."""
    used = {_plain(name) for name in names}
    rated = {text for text in pc.unique(ratings["criterion"]).to_pylist() if text is not None}
    return tuple(sorted(text for text in rated if _plain(text) not in used))


def _plain(name: str) -> str:
    """Ziet_ons_als_belangrijk in a policy is "ziet ons als belangrijk" in a file."""
    return " ".join(name.replace("_", " ").casefold().split())


def corrected(ratings: pa.Table, criterion: str, *, as_of: date | None = None) -> Corrected:
    """Marks of one criterion per customer: s = m + customer + rater + e, drawn to the mean.

    The fewer the judgements of a customer, the nearer to the mean of all; a rater's strictness
    is drawn to nothing alike. How much, the variances say, estimated with the effects and
    started from weak guesses. Refuses marks outside 0 to 4.
    Source: Searle, Casella & McCulloch (1992), mixed model equations; variances by mean field.
    """
    _refuse_off_scale(ratings)
    of, rater, mark = _newest(_of_criterion(ratings, criterion, as_of))
    if len(mark) == 0:
        return Corrected(np.zeros(0, dtype=np.int64), np.zeros(0), {})
    customers, account = np.unique(of, return_inverse=True)
    names, judge = np.unique(rater, return_inverse=True)
    mean, own, strict = _effects(mark, account, judge)
    told = {str(name): -float(by) for name, by in zip(names, strict, strict=True)}
    return Corrected(customers, np.clip(mean + own, 0.0, HIGHEST), told)


def _refuse_off_scale(ratings: pa.Table) -> None:
    marks = _marks(ratings)
    off = np.flatnonzero(~((marks >= 0) & (marks <= HIGHEST)))
    if len(off):
        first = int(off[0])
        row = ratings.slice(first, 1).to_pylist()[0]
        raise UserError(
            Text(
                f"{len(off)} beoordelingen liggen buiten 0 tot en met {HIGHEST}",
                f"{len(off)} ratings lie outside 0 to {HIGHEST}",
            ),
            Text(
                f"Zet de cijfers om naar 0 tot en met {HIGHEST} en lees het bestand opnieuw in.",
                f"Convert the marks to 0 to {HIGHEST} and import the file again.",
            ),
            where=f"row {first + 1}: {row['criterion']}, {row['mark']}",
        )


def _marks(ratings: pa.Table) -> np.ndarray:
    return np.asarray(pc.cast(ratings["mark"], pa.float64()).to_numpy())


def _of_criterion(ratings: pa.Table, criterion: str, as_of: date | None) -> pa.Table:
    named = [text for text in pc.unique(ratings["criterion"]).to_pylist() if text is not None]
    same = [text for text in named if _plain(text) == _plain(criterion)]
    found = ratings.filter(pc.is_in(ratings["criterion"], pa.array(same, pa.string())))
    if as_of is None:
        return found
    until = pc.fill_null(pc.less_equal(found["date"], pa.scalar(as_of)), True)
    return found.filter(until)


def _newest(ratings: pa.Table) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customer, rater and mark, one row for each pair; marks of one day count as their mean.

    A mark without a date is older than any with one; marks without a rater are of one person.
    """
    customer = ratings["customer"].to_numpy()
    rater = np.array(pc.fill_null(ratings["rater"], "").to_pylist(), dtype=np.str_)
    day = pc.fill_null(pc.cast(pc.cast(ratings["date"], pa.int32()), pa.int64()), -(1 << 40))
    mark = _marks(ratings)
    order = np.lexsort((mark, day.to_numpy(), rater, customer))
    keys = customer[order], rater[order], day.to_numpy()[order]
    starts = np.flatnonzero(_changes(*keys))
    if len(starts) == 0:
        return customer, rater, mark
    counts = np.diff(np.append(starts, len(order)))
    means = np.add.reduceat(mark[order], starts) / counts
    of, by = keys[0][starts], keys[1][starts]
    last = np.append(_changes(of, by)[1:], True)
    return of[last], by[last], means[last]


def _changes(*keys: np.ndarray) -> np.ndarray:
    """Where any of the sorted keys differs from the row before; the first row does."""
    new = np.ones(len(keys[0]), dtype=np.bool_)
    if len(new):
        new[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return new


def _effects(
    mark: np.ndarray, account: np.ndarray, judge: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """The mean, and what each customer and each rater adds to it."""
    times, given = np.bincount(account), np.bincount(judge)
    own, strict, mean = np.zeros(len(times)), np.zeros(len(given)), _mean(mark)
    between, strictness, judgement = BETWEEN, STRICTNESS, JUDGEMENT
    for _step in range(STEPS):
        before = own
        own_spread = judgement / (times + judgement / between)
        own = _sums(account, mark - mean - strict[judge]) * own_spread / judgement
        strict_spread = judgement / (given + judgement / strictness)
        strict = _sums(judge, mark - mean - own[account]) * strict_spread / judgement
        mean = _mean(mark - own[account] - strict[judge])
        left = (mark - mean - own[account] - strict[judge]) ** 2
        left = left + own_spread[account] + strict_spread[judge]
        between = _variance(own**2 + own_spread, BETWEEN)
        strictness = _variance(strict**2 + strict_spread, STRICTNESS)
        judgement = _variance(left, JUDGEMENT)
        if np.abs(own - before).max() < CLOSE:
            break
    return mean, own, strict


def _variance(squares: np.ndarray, guess: float) -> float:
    return (_mean(squares) * len(squares) + PRIOR_WEIGHT * guess) / (len(squares) + PRIOR_WEIGHT)


def _mean(values: np.ndarray) -> float:
    return float(np.rint(values / GRAIN).sum() * GRAIN) / len(values)


def _sums(group: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.asarray(np.bincount(group, weights=np.rint(values / GRAIN)) * GRAIN)
