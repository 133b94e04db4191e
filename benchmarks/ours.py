"""Kernklant itself, in a process of its own: python -m benchmarks.ours HOME MODELS."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.stopwatch import Stopwatch
from kernklant.engine.ledger.facts import open_home
from kernklant.engine.ledger.history import Purchases, history
from kernklant.engine.units import euros
from kernklant.engine.value.purchases import (
    Model,
    chance_alive,
    discounted_purchases,
    expected_purchases,
    fit_purchases,
)
from kernklant.engine.value.spend import expected_spend, fit_spend

MONTHLY_RATE = 0.01
WEEKS_A_YEAR = 52.18


def main(home: Path, models: list[Model], as_of: date) -> None:
    """Time history, fits, spend and value on the lines of a home."""
    watch = Stopwatch()
    with watch.step("history"):
        past = history(open_home(home).snapshot(), as_of=as_of)
    timing: Purchases = past.purchases
    repeat_spend = euros(past.table["repeat_spend"])
    x = timing.x.astype(np.int64)
    watch.found["sums"] = [int(x.sum()), int(timing.T.sum(dtype=np.int64)), len(x)]
    for model in models:
        with watch.step(f"fit {model}"):
            fit = fit_purchases(timing, model=model, prior=False)
        watch.found[f"parameters {model}"] = list(fit.parameters)
        watch.found[f"log_likelihood {model}"] = fit.log_likelihood
        with watch.step(f"fit {model} again"):  # the first one also loads compiled kernels
            fit_purchases(timing, model=model, prior=False)
    repeats = x > 0
    mean = repeat_spend[repeats] / x[repeats]
    with watch.step("spend"):
        spend = fit_spend(x[repeats], mean)
    with watch.step("value"):
        expected_purchases(fit, timing, weeks=52)
        chance_alive(fit, timing)
        weekly = np.log1p(MONTHLY_RATE) * 12 / WEEKS_A_YEAR
        orders = discounted_purchases(fit, timing, weeks=WEEKS_A_YEAR, weekly_rate=weekly)
        each = np.full(len(x), np.nan)
        each[repeats] = expected_spend(spend, x[repeats], mean)
        each[~repeats] = expected_spend(spend, np.zeros(1), np.zeros(1))[0]
        clv = orders * each
    watch.found["mean_clv"] = float(clv.mean())
    watch.report()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2].split(","), date.fromisoformat(sys.argv[3]))  # type: ignore[arg-type]
