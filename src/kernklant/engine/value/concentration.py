"""Where the value sits: the 80/20 shares, the whale curve, and what is left without luck."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import gammainc, gammaincinv

from kernklant.engine.errors import Text

MEASURES = ("revenue_12m", "contribution_12m")
TOPS = (10, 20, 50)
POINTS = 200
SAFE_CENTS = 2**62

NOBODY = Text("Er zijn geen klanten om te verdelen.", "There are no customers to divide it over.")
NOTHING = Text(
    "Samen is het precies nul; een deel van niets bestaat niet.",
    "Together it is exactly zero; there is no share of nothing.",
)
BELOW_ZERO = Text(
    "Samen is het negatief; dan zeggen aandelen niets. De walviskromme laat zien waar het weglekt.",
    "Together it is negative, so shares mean nothing. The whale curve shows where it leaks away.",
)


def concentrate(customers: pa.Table) -> dict[str, Any]:
    """How the last twelve months' revenue and contribution spread over the customers.

    ``customers``: columns ``revenue_12m`` and ``contribution_12m``, DECIMAL or float64 euros.
    A customer whose amount is null is left out and counted as ``unknown``; a measure nobody
    has an amount for is None. Order of rows and ties make no difference. JSON-ready.
    """
    return {name: _measure(name, customers[name]) for name in MEASURES}


def _measure(name: str, amounts: pa.ChunkedArray) -> dict[str, Any] | None:
    if len(amounts) and amounts.null_count == len(amounts):
        return None
    return {"measure": name, "unknown": amounts.null_count, **spread(in_cents(amounts))}


def spread(cents: np.ndarray) -> dict[str, Any]:
    """The concentration of n whole amounts in cents, of any sign, in any order.

    Shares are of the total and rounded to six decimals; euros are strings with two decimals.
    Where the total is not above zero there are no shares and ``why_not`` says so.
    """
    largest = np.sort(cents)[::-1]
    running = np.cumsum(largest)
    total = int(running[-1]) if len(running) else 0
    why_not = _why_not(len(cents), total)
    shares = why_not is None
    return {
        "total": money(total),
        "customers": len(cents),
        "top_share": {str(top): top_share(running, top) if shares else None for top in TOPS},
        "customers_for_80": int(np.argmax(running * 10 >= total * 8)) + 1 if shares else None,
        "gini": gini(largest) if shares and len(cents) > 1 and largest[-1] >= 0 else None,
        "whale": whale(largest, running),
        "why_not": None if why_not is None else {"nl": why_not.nl, "en": why_not.en},
    }


def _why_not(customers: int, total: int) -> Text | None:
    if customers == 0:
        return NOBODY
    if total == 0:
        return NOTHING
    return BELOW_ZERO if total < 0 else None


def top_share(running: np.ndarray, percent: int) -> float:
    """The share of the total that the largest ``percent`` % of customers hold, rounded up.

    ``running``: cumulative amounts, largest first, ending above zero.
    """
    customers = -(-len(running) * percent // 100)
    return round(int(running[customers - 1]) / int(running[-1]), 6)


def gini(amounts: np.ndarray) -> float:
    """The Gini coefficient of at least two amounts, none negative, total above zero.

    As printed, without the factor n / (n - 1) that small samples need to reach 1: four
    customers of whom one holds everything give 0.75.
    Source: Gini (1912), in the form with ranks.
    """
    x = np.sort(amounts).astype(float)
    n = len(x)
    ranks = 2 * np.arange(1, n + 1) - n - 1
    return round(float(ranks @ x / (n * x.sum())), 6)


def whale(largest: np.ndarray, running: np.ndarray) -> dict[str, Any]:
    """Peak and end of the cumulative curve: what loss makers take from what the others bring.

    ``peak_share`` is the peak as a multiple of the total, None where the total is not above
    zero; ``destroyed`` is peak minus total; ``curve`` holds at most 200 points [share of
    customers, cumulative euros], with the start, the peak and the end among them.
    Source: Kaplan and Narayanan (2001), the whale curve.
    """
    peak = max(0, int(running.max(initial=0)))
    total = int(running[-1]) if len(running) else 0
    return {
        "peak": money(peak),
        "peak_share": round(peak / total, 6) if total > 0 else None,
        "loss_makers": int((largest < 0).sum()),
        "destroyed": money(peak - total),
        "curve": _curve(largest, running),
    }


def _curve(largest: np.ndarray, running: np.ndarray) -> list[list[Any]]:
    n = len(running)
    even = np.linspace(0, n, min(POINTS - 1, n + 1)).round().astype(int)
    places = np.union1d(even, [(largest > 0).sum()])
    return [[round(int(at) / max(n, 1), 6), money(_up_to(running, at))] for at in places]


def _up_to(running: np.ndarray, customers: int) -> int:
    return int(running[customers - 1]) if customers else 0


def without_luck(shape: float, *, share: float = 0.2) -> float:
    """The share of all future purchases that the ``share`` most eager customers make.

    ``shape`` is r of a Gamma purchase rate. Who happened to buy often in a short window looks
    more loyal than he is; the rates themselves are what is left without that luck. Counts
    purchases, not euros.
    Source: Schmittlein, Cooper and Morrison (1993), the Lorenz curve of a Gamma.
    """
    return float(1 - gammainc(shape + 1, gammaincinv(shape, 1 - share)))


def in_cents(amounts: pa.ChunkedArray) -> np.ndarray:
    """Whole cents of the amounts that are known: int64, Python integers where sums would not fit.

    Float euros are rounded half away from zero.
    """
    known = pc.drop_null(amounts)
    if pa.types.is_floating(known.type):
        known = pc.round(known, ndigits=2, round_mode="half_towards_infinity")
    exact = pc.cast(known, pa.decimal128(20, 2), safe=False)
    whole = pc.cast(pc.multiply(exact, pa.scalar(Decimal(100))), pa.int64())
    cents: np.ndarray = whole.to_numpy()
    fits = not len(cents) or int(np.abs(cents).max()) < SAFE_CENTS // (10 * len(cents))
    return cents if fits else cents.astype(object)


def money(cents: int) -> str:
    """Cents as the string that JSON carries: euros with two decimals."""
    return f"{Decimal(cents).scaleb(-2):.2f}"
