"""How customers go from segment to segment: a report with its doubt, no way to value them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import beta, chi2

from kernklant.engine.errors import Text
from kernklant.engine.segments.wording import percent

PRIOR = 0.5
LEVEL = 0.90
PERIODS = 4  # what happened before that says little about now
APART = 1.25  # runs that differ more in length than this are not alike
STATES = ("A", "B", "C", "exit", "gone")
FROM = STATES[:-1]
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

    Source: Lee, Judge & Zellner (1968), Bayes estimation of transition probabilities.
    """
    weights = np.asarray(counts, dtype=np.float64) + prior
    total = weights.sum(axis=1, keepdims=True)
    ends = ((1 - level) / 2, (1 + level) / 2)
    low, high = (beta.ppf(end, weights, total - weights) for end in ends)
    return Transition(weights / total, low, high, np.asarray(counts).sum(axis=1))


def stability(periods: Sequence[np.ndarray]) -> Stability:
    """Whether counts (k, m) of several periods come from one and the same matrix.

    Rows and columns that are empty in a period have no say in it.
    Source: Anderson & Goodman (1957), eq. 3.18.
    """
    pooled = np.sum(periods, axis=0) if len(periods) else np.zeros((0, 0))
    statistic, degrees = 0.0, 0
    for row, of_all in enumerate(pooled):
        lives = [counts[row] for counts in periods if counts[row].sum() > 0]
        reached = int((of_all > 0).sum())
        if len(lives) < 2 or reached < 2:
            continue
        degrees += (len(lives) - 1) * (reached - 1)
        for counts in lives:
            some = counts > 0
            expected = of_all[some] / of_all.sum() * counts.sum()
            statistic += 2 * float((counts[some] * np.log(counts[some] / expected)).sum())
    p = float(chi2.sf(statistic, degrees)) if degrees else 1.0
    return Stability(max(statistic, 0.0), degrees, p)


def steady_state(chances: np.ndarray) -> np.ndarray:
    """The shares (k,) that stay as they are under ``chances`` (k, k), whose rows add up to 1."""
    _refuse_no_chances(chances)
    k = len(chances)
    system = np.vstack([chances.T - np.eye(k), np.ones(k)])
    shares = np.linalg.lstsq(system, np.append(np.zeros(k), 1.0), rcond=None)[0]
    return np.asarray(shares)


def value_of(
    chances: np.ndarray, reward: np.ndarray, *, discount: float, periods: int | None = None
) -> np.ndarray:
    """What a customer in each state (k,) brings: ``reward`` (k,) euros a period, from now on.

    For ever, or for ``periods`` periods after this one. What rows of ``chances`` lack of 1
    leaves and brings nothing. Refuses (ValueError) rows above 1 and discounts not above 0.
    Source: Pfeifer & Carraway (2000), eqs. 6 and 8.
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
    if (rows < 0).any() or (rows.sum(axis=1) > 1 + 1e-9).any():
        raise ValueError("rows are chances: not below 0, together at most 1")


def report(matrices: Sequence[Matrix], months: Sequence[float]) -> dict[str, Any]:
    """What a home's runs tell of migration, JSON-ready.

    ``matrices`` as segments/migration.matrix gives, the oldest first, ``months`` between the run
    and the one before it. Only the last four count.
    """
    matrices, months = matrices[-PERIODS:], months[-PERIODS:]
    periods = [_counts(matrix) for matrix in matrices]
    pooled = np.sum(periods, axis=0) if periods else np.zeros((len(FROM), len(STATES)))
    found, alike = posterior(pooled), stability(periods)
    seen = {name: int(count) for name, count in zip(FROM, found.seen, strict=True) if count}
    return {
        "periods": len(periods),
        "months": [round(span, 1) for span in months],
        "from": seen,
        "chances": {
            name: {
                to: [round(float(part[row, at]), 4) for part in (found.mean, found.low, found.high)]
                for at, to in enumerate(STATES)
            }
            for row, name in enumerate(FROM)
            if name in seen
        },
        "alike": {"degrees": alike.degrees, "p": round(alike.p, 4)},
        "sentences": [
            {"nl": text.nl, "en": text.en} for text in _sentences(found, seen, alike, months)
        ],
    }


def _counts(matrix: Matrix) -> np.ndarray:
    return np.array([[matrix[row][column] for column in STATES] for row in FROM])


def _sentences(
    found: Transition, seen: Mapping[str, int], alike: Stability, months: Sequence[float]
) -> list[Text]:
    said = [_stayed(found, FROM.index(name)) for name in ("A", "B") if name in seen]
    if len(months) > 1 and max(months) > APART * min(months):
        said.append(
            Text(
                "De tijd tussen de evaluaties verschilt: lees deze kansen met een korrel zout.",
                "The time between the runs differs: take these chances with a grain of salt.",
            )
        )
    if alike.p < 1 - LEVEL:
        said.append(
            Text(
                "De periodes lijken niet op elkaar; wat gold, hoeft niet te blijven gelden.",
                "The periods are not alike; what held need not go on to hold.",
            )
        )
    return said


def _stayed(found: Transition, row: int) -> Text:
    name = FROM[row]
    mean, low, high = (
        percent(round(float(part[row, row]), 2)) for part in (found.mean, found.low, found.high)
    )
    return Text(
        f"Van de {name}-klanten bleef per periode {mean.nl} {name} ({low.nl} tot {high.nl}).",
        f"Of the {name} customers {mean.en} stayed {name} each period ({low.en} to {high.en}).",
    )
