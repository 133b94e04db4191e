"""How customers go from segment to segment: a report with its doubt, no way to value them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import betaincinv, chdtrc, xlogy

from kernklant.engine.errors import Text
from kernklant.engine.segments.wording import figure, listed, percent

PRIOR = 0.5
LEVEL = 0.90
PERIODS = 4  # what happened before that says little about now
APART = 1.25  # runs that differ more in length than this are not alike
ROUNDING = 1e-9
STATES = ("A", "B", "C", "exit", "gone")
FROM = STATES[:-1]
KEPT = ("A", "B", "C")  # of an exit people decided: he leaves
Matrix = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Transition:
    """Chances to go from each state (k,) to each (m,), with a range; ``seen`` (k,): how many went.

    Rows of ``mean`` add up to 1. A row nobody was seen in is what is assumed beforehand.
    """

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    seen: np.ndarray


@dataclass(frozen=True, slots=True)
class Stability:
    """Whether periods are alike: a likelihood ratio, chi-squared with ``degrees`` if they are.

    ``p`` is 1 where there is nothing to compare.
    """

    statistic: float
    degrees: int
    p: float


def posterior(counts: np.ndarray, *, prior: float = PRIOR, level: float = LEVEL) -> Transition:
    """Rows of ``counts`` (k, m) as Dirichlet, each cell with its ``level`` range.

    ``prior`` is added to every cell. Refuses (ValueError) counts below 0, fewer than two columns
    and a prior that is not above 0.
    Source: Lee, Judge & Zellner (1968), Bayes estimation of transition probabilities.
    """
    counted = np.asarray(counts, dtype=np.float64)
    if counted.ndim != 2 or counted.shape[1] < 2 or not (counted >= 0).all() or prior <= 0:
        raise ValueError("counts from 0, in two columns or more, and a prior above 0")
    weights = counted + prior
    total = weights.sum(axis=1, keepdims=True)
    ends = ((1 - level) / 2, (1 + level) / 2)
    low, high = (betaincinv(weights, total - weights, end) for end in ends)
    return Transition(weights / total, low, high, counted.sum(axis=1))


def stability(periods: Sequence[np.ndarray]) -> Stability:
    """Whether counts (k, m) of several periods come from one and the same matrix.

    A row counts in the periods that have anybody in it, with the columns reached from it in any:
    k (m - 1) degrees for each period after the first when nothing is empty.
    Source: Anderson & Goodman (1957), section 3; empty cells as Bickenbach & Bode (2003).
    """
    if not periods:
        return Stability(0.0, 0, 1.0)
    counts = np.asarray(periods, dtype=np.float64)
    pooled, inside = counts.sum(axis=0), counts.sum(axis=2, keepdims=True)
    expected = inside * pooled / np.maximum(pooled.sum(axis=1, keepdims=True), 1)
    ratio = counts / np.where(counts > 0, expected, 1)
    statistic = 2 * float(xlogy(counts, ratio).sum())
    present, reached = (inside[:, :, 0] > 0).sum(axis=0), (pooled > 0).sum(axis=1)
    degrees = int((np.maximum(present - 1, 0) * np.maximum(reached - 1, 0)).sum())
    p = float(chdtrc(degrees, max(statistic, 0.0))) if degrees else 1.0
    return Stability(max(statistic, 0.0), degrees, p)


def steady_state(chances: np.ndarray) -> np.ndarray:
    """The shares (k,) that stay as they are under ``chances`` (k, k).

    Refuses (ValueError) rows that do not add up to 1, and chains that end otherwise for another
    beginning: then there is no one steady state.
    Source: Kemeny & Snell (1960), Finite Markov chains, chapters 4 and 5.
    """
    _refuse_no_chances(chances)
    k = len(chances)
    if (chances.sum(axis=1) < 1 - ROUNDING).any():
        raise ValueError("rows add up to 1: who leaves settles nowhere")
    flow = np.asarray(chances).T - np.eye(k)
    if np.linalg.matrix_rank(flow, tol=ROUNDING) < k - 1:
        raise ValueError("where this chain settles depends on where it begins")
    flow[-1] = 1.0  # one of the equations follows from the others
    return np.maximum(np.linalg.solve(flow, np.eye(k)[-1]), 0.0)


def value_of(
    chances: np.ndarray, reward: np.ndarray, *, discount: float, periods: int | None = None
) -> np.ndarray:
    """What a customer in each state (k,) brings: ``reward`` (k,) euros a period, from now on.

    For ever, or for ``periods`` periods after this one. What rows of ``chances`` lack of 1
    leaves and brings nothing. Refuses (ValueError) rows above 1 and discounts not above 0.
    Source: Pfeifer & Carraway (2000), with an infinite and with a finite horizon.
    """
    _refuse_no_chances(chances)
    if discount <= 0:
        raise ValueError("a discount lies above 0")
    step = np.asarray(chances) / (1 + discount)
    if periods is None:
        return np.asarray(np.linalg.solve(np.eye(len(step)) - step, reward))
    value = np.asarray(reward, dtype=np.float64)
    for _ in range(periods):
        value = reward + step @ value
    return np.asarray(value)


def _refuse_no_chances(chances: np.ndarray) -> None:
    rows = np.asarray(chances)
    if (rows < 0).any() or (rows.sum(axis=1) > 1 + ROUNDING).any():
        raise ValueError("rows are chances: not below 0, together at most 1")


def report(matrices: Sequence[Matrix], months: Sequence[float]) -> dict[str, Any]:
    """What a home's runs tell of migration, JSON-ready.

    ``matrices`` as segments/migration.matrix gives, the oldest first, ``months`` between the run
    and the one before it. Only the last four count. ``from``: how many times a customer was seen
    to start there; ``chances`` [mean, low, high] from each of those; ``alike``: whether periods
    are; ``settles``: the shares of A, B and C if it goes on like this, null where that cannot be
    said. Refuses (ValueError) another number of months than of matrices.
    """
    if len(matrices) != len(months):
        raise ValueError("months for every matrix")
    matrices, months = matrices[-PERIODS:], months[-PERIODS:]
    periods = [_counts(matrix, FROM, STATES) for matrix in matrices]
    entries = sum((_counts(one, ("new",), FROM) for one in matrices), np.zeros((1, len(FROM))))
    pooled = sum(periods, np.zeros((len(FROM), len(STATES))))
    found, entered, alike = posterior(pooled), posterior(entries), stability(periods)
    settles = _settled(found, entered) if alike.p >= 1 - LEVEL else None
    return {
        "periods": len(periods),
        "months": [round(span, 1) for span in months],
        "from": _seen(FROM, found) | _seen(("new",), entered),
        "chances": _cells(FROM, STATES, found) | _cells(("new",), FROM, entered),
        "alike": {
            "statistic": round(alike.statistic, 4),
            "degrees": alike.degrees,
            "p": round(alike.p, 4),
        },
        "settles": settles,
        "sentences": [
            {"nl": text.nl, "en": text.en}
            for text in (
                *_stayed(pooled, found),
                *_settling(settles),
                *_warnings(len(periods), months, alike),
            )
        ],
    }


def _counts(matrix: Matrix, rows: Sequence[str], columns: Sequence[str]) -> np.ndarray:
    return np.array([[matrix[row][column] for column in columns] for row in rows])


def _seen(rows: Sequence[str], found: Transition) -> dict[str, int]:
    return {name: int(count) for name, count in zip(rows, found.seen, strict=True) if count}


def _cells(
    rows: Sequence[str], columns: Sequence[str], found: Transition
) -> dict[str, dict[str, list[float]]]:
    return {
        name: {
            to: [round(float(part[row, at]), 4) for part in (found.mean, found.low, found.high)]
            for at, to in enumerate(columns)
        }
        for row, name in enumerate(rows)
        if found.seen[row]
    }


def _settled(found: Transition, entered: Transition) -> dict[str, float] | None:
    """Where the shares settle when each who leaves is followed by a new one as they came in."""
    k = len(KEPT)
    if not (found.seen[:k].all() and entered.seen.all()):
        return None
    stays, entry = found.mean[:k, :k], entered.mean[0, :k]
    leaves = 1 - stays.sum(axis=1)
    shares = steady_state(stays + np.outer(leaves, entry / entry.sum()))
    return {name: round(float(share), 4) for name, share in zip(KEPT, shares, strict=True)}


def _stayed(pooled: np.ndarray, found: Transition) -> Iterator[Text]:
    """What was counted, and between brackets what to expect of it."""
    for row, name in enumerate(KEPT[:2]):
        if not found.seen[row]:
            continue
        stayed, of = pooled[row, row], found.seen[row]
        share, low, high = (
            percent(round(float(part), 2))
            for part in (stayed / of, found.low[row, row], found.high[row, row])
        )
        many, among = figure(stayed), figure(of)
        yield Text(
            f"Van de {name}-klanten bleef per periode {share.nl} {name} ({many.nl} van "
            f"{among.nl}; te verwachten {low.nl} tot {high.nl}).",
            f"Of the {name} customers {share.en} stayed {name} each period ({many.en} of "
            f"{among.en}; to be expected {low.en} to {high.en}).",
        )


def _settling(settles: Mapping[str, float] | None) -> Iterator[Text]:
    if settles is None:
        return
    shares = [(percent(round(share, 2)), name) for name, share in settles.items()]
    listing = listed([Text(f"{share.nl} {name}", f"{share.en} {name}") for share, name in shares])
    yield Text(
        f"Gaat het zo door, dan wordt de verdeling {listing.nl}, als voor wie gaat een nieuwe "
        "klant komt.",
        f"If it goes on like this the division becomes {listing.en}, with a new customer for each "
        "who goes.",
    )


def _warnings(periods: int, months: Sequence[float], alike: Stability) -> Iterator[Text]:
    if periods == 1:
        yield Text(
            "Er is één periode geteld: of het zo blijft, is nog niet te zien.",
            "One period was counted: whether it stays like this cannot be seen yet.",
        )
    if periods > 1 and max(months) > APART * min(months):
        yield Text(
            "De tijd tussen de evaluaties verschilt: lees deze kansen met een korrel zout.",
            "The time between the runs differs: take these chances with a grain of salt.",
        )
    if alike.p < 1 - LEVEL:
        yield Text(
            "De periodes lijken niet op elkaar; wat gold, hoeft niet te blijven gelden.",
            "The periods are not alike; what held need not go on to hold.",
        )
