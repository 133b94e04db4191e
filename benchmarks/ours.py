"""Kernklant itself, in a process of its own: python -m benchmarks.ours HOME MODEL DAY [whole]."""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.dataset  # here, for imports are timed for nobody

import kernklant.engine.ledger
from benchmarks.stopwatch import Stopwatch
from kernklant.engine.ledger.facts import open_home
from kernklant.engine.ledger.history import History, Purchases, history
from kernklant.engine.store import Snapshot
from kernklant.engine.store.marts import text_of
from kernklant.engine.units import euros
from kernklant.engine.value.lifetime import LifetimeRules, lifetimes
from kernklant.engine.value.purchases import (
    Model,
    chance_alive,
    discounted_purchases,
    expected_purchases,
    fit_purchases,
)
from kernklant.engine.value.spend import expected_spend, fit_gamma_gamma

MONTHLY_RATE = 0.01
WEEKS_A_YEAR = 52.18


def like_the_peers(facts: Snapshot, model: Model, as_of: date, watch: Stopwatch) -> None:
    """The steps that the peers take: four figures a customer, maximum likelihood, 12 months."""
    with watch.step("history"):
        timing, repeats = four_figures(facts, as_of)
    x = timing.x.astype(np.int64)
    watch.found["sums"] = [int(x.sum()), int(timing.T.sum(dtype=np.int64)), len(x)]
    with watch.step("fit"):
        fit = fit_purchases(timing, model=model, prior=False)
    watch.found["parameters"] = list(fit.parameters)
    watch.found["log_likelihood"] = fit.log_likelihood
    with watch.step("spend"):
        spend = fit_gamma_gamma(x, repeats)
    with watch.step("value"):
        expected_purchases(fit, timing, weeks=52)
        chance_alive(fit, timing)
        weekly = np.log1p(MONTHLY_RATE) * 12 / WEEKS_A_YEAR
        orders = discounted_purchases(fit, timing, weeks=WEEKS_A_YEAR, weekly_rate=weekly)
        clv = orders * expected_spend(spend, x, repeats)
    watch.found["mean_clv"] = float(clv.mean())


def four_figures(facts: Snapshot, as_of: date) -> tuple[Purchases, np.ndarray]:
    """x, t_x, T and repeat spend by the product's own SQL; peers know no cost and no holdout."""
    whole = text_of(Path(kernklant.engine.ledger.__path__[0]) / "history.sql")
    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
        file.write(f"SELECT customer, x, t_x, t_end, repeat_spend FROM (\n{whole}\n)")  # noqa: S608 - our own
        file.flush()
        days = {"as_of": as_of, "cut": as_of, "year_start": as_of}
        table = facts.mart(Path(file.name), by_customer=True, **days)
    figures = (table[name].to_numpy() for name in ("x", "t_x", "t_end"))
    return Purchases(*figures), euros(table["repeat_spend"])


def as_the_product_does(facts: Snapshot, model: Model, as_of: date, watch: Stopwatch) -> None:
    """Every column, holdout check, fit with its fall-backs, three years of value, intervals."""
    with watch.step("history"):
        past = history(facts, as_of=as_of)
    rules = LifetimeRules(model=model)
    worth = lifetimes(past, rules, order_days=lambda: order_days_of(past))
    watch.steps |= {step: (seconds, None) for step, seconds in worth.seconds.items()}


def order_days_of(past: History) -> pa.Table:
    """Only small bases ask for their single orders."""
    raise AssertionError(f"{past.table.num_rows} customers are no small base")


def main(home: Path, model: Model, as_of: date, *, whole: bool) -> None:
    """Time history, fit, spend and value on the lines of a home."""
    watch = Stopwatch()
    facts = open_home(home).snapshot()
    (as_the_product_does if whole else like_the_peers)(facts, model, as_of, watch)
    watch.report()


if __name__ == "__main__":
    place, name, day, *more = sys.argv[1:]
    main(Path(place), name, date.fromisoformat(day), whole="whole" in more)  # type: ignore[arg-type]
