"""The truth that no file shows: what each customer will bring, and what he really is."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pyarrow as pa

from kernklant.demo.assumptions import NUMBERS, as_record
from kernklant.demo.base import TYPE_NAMES, Base
from kernklant.demo.files import NO_DAY, calendar, write_parquet
from kernklant.demo.rng import Bools, Floats
from kernklant.demo.sales import Lines
from kernklant.demo.service import Activities, cost_to_serve
from kernklant.demo.stories import cast
from kernklant.demo.window import DAYS_A_YEAR, Window


def write_truth(
    folder: Path, base: Base, numbers: list[str], *, lines: Lines, served: Activities, span: Window
) -> None:
    """truth.parquet, one row a customer by number, and assumptions.json."""
    folder.mkdir(parents=True, exist_ok=True)
    table = _truth(base, numbers, lines=lines, served=served, span=span)
    write_parquet(folder / "truth.parquet", table.sort_by("klantnummer"))
    text = json.dumps(as_record(), ensure_ascii=False, indent=1)
    (folder / "assumptions.json").write_text(text + "\n", encoding="utf-8")


def _truth(
    base: Base, numbers: list[str], *, lines: Lines, served: Activities, span: Window
) -> pa.Table:
    future = _contribution(base, lines, served, after=span.last, until=span.end)
    alive = ~base.prospect & (base.leaves > span.last)
    orders = _orders(base, lines, span)
    return pa.table(
        {
            "klantnummer": numbers,
            "future_contribution_24m": future.round(2),
            "future_orders_24m": orders,
            "past_contribution_12m": _contribution(
                base, lines, served, after=span.last - 365, until=span.last
            ).round(2),
            "true_type": [TYPE_NAMES[kind] for kind in base.kind.tolist()],
            "true_rate": np.where(base.prospect, 0.0, base.rate),
            "true_alive": alive,
            "true_lifetime": np.where(
                base.prospect, 0.0, (base.leaves - base.joined) / DAYS_A_YEAR
            ).round(3),
            "true_wallet": base.wallet.round(2),
            "true_growth": base.growth,
            "true_segment_top15": top(future, NUMBERS.top_share),
            "story": _stories(base),
            "leaves_on": pa.array(calendar(span.first, _leaves(base, span)), pa.date32()),
        }
    )


def top(worth: Floats, share: float) -> Bools:
    """The given share of the list that is worth most, rounded up; earlier rows win a tie."""
    best = np.argsort(-worth, kind="stable")[: math.ceil(share * len(worth))]
    chosen = np.zeros(len(worth), np.bool_)
    chosen[best] = True
    return chosen


def _contribution(
    base: Base, lines: Lines, served: Activities, *, after: int, until: int
) -> Floats:
    """Euros of amount - cost - cost to serve on the days (after, until]."""
    sold = lines.take((lines.day > after) & (lines.day <= until))
    done = served.take((served.day > after) & (served.day <= until))
    margin = np.bincount(sold.customer, sold.amount - sold.cost, len(base)) / 100
    return np.asarray(margin - np.bincount(done.customer, cost_to_serve(done), len(base)))


def _orders(base: Base, lines: Lines, span: Window) -> np.ndarray:
    """Purchase days after the files end."""
    bought = ~lines.credit & (lines.day > span.last)
    days = np.unique(np.stack([lines.customer[bought], lines.day[bought]]), axis=1)
    return np.bincount(days[0], minlength=len(base))


def _stories(base: Base) -> list[str]:
    story = [""] * len(base)
    for name, places in cast().items():
        for place in places:
            story[place] = name
    return story


def _leaves(base: Base, span: Window) -> np.ndarray:
    """The day of leaving; none within the truth's window is no day at all."""
    return np.where(base.prospect | (base.leaves > span.end), NO_DAY, base.leaves)
