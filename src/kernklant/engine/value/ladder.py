"""Which rule values the customers: a purchase model that holds, else the run-rate; and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np

from kernklant.engine.errors import Text
from kernklant.engine.ledger.history import History, Purchases
from kernklant.engine.value import purchases
from kernklant.engine.value.holdout import Holdout, hold_out, untested
from kernklant.engine.value.purchases import Model, PurchaseFit
from kernklant.engine.value.runrate import RunRate, run_rate
from kernklant.engine.value.sound import FEWEST_REPEAT_BUYERS


@dataclass(frozen=True, slots=True)
class ByModel:
    """A purchase fit as a rule: what `RunRate` does, with chances of leaving."""

    fit: PurchaseFit

    def expected(self, history: Purchases, *, weeks: float) -> np.ndarray:
        """Purchase days (n,) in the coming ``weeks``."""
        return purchases.expected_purchases(self.fit, history, weeks=weeks)

    def discounted(self, history: Purchases, *, weeks: float, weekly_rate: float) -> np.ndarray:
        """The same, each purchase worth exp(-weekly_rate x weeks ahead)."""
        return purchases.discounted_purchases(
            self.fit, history, weeks=weeks, weekly_rate=weekly_rate
        )

    def count_tail(self, x: np.ndarray, T: np.ndarray, *, weeks: float, most: int) -> np.ndarray:
        """P(N >= n | alive), n = 1..most: (pairs, most)."""
        return purchases.count_tail(self.fit, x, T, weeks=weeks, most=most)


Rule = ByModel | RunRate


@dataclass(frozen=True, slots=True)
class Choice:
    """The rule that values the customers, the fit it came from or that was refused, and why."""

    rule: Rule
    fit: PurchaseFit
    holdout: Holdout | None
    why: Text

    @property
    def name(self) -> str:
        """mbg, bg, pareto or run-rate."""
        return self.rule.fit.model if isinstance(self.rule, ByModel) else "run-rate"

    @property
    def figures(self) -> dict[str, Any]:
        """The holdout test as JSON; of an unsound fit there was none."""
        if self.holdout is not None:
            return self.holdout.figures
        return untested(self.why)

    @property
    def off(self) -> float:
        """How far off, in logs, the rule's total was on the holdout; 0 when not tested."""
        return self.holdout.off if self.holdout else 0.0

    @property
    def accepted(self) -> bool:
        """Whether a purchase model values the customers."""
        return isinstance(self.rule, ByModel)


def choose(history: History, buyers: Purchases, *, model: Model, prior: bool | None) -> Choice:
    """The asked model if it is sound and holds; else another that does; else the run-rate.

    A fit is accepted only when its parameters are believable and its holdout forecast is no
    worse than the run-rate's. ``why`` of a refused base is that of the model that was asked.
    """
    asked = _tried(history, buyers, model=model, prior=prior)
    if asked.accepted or _hopeless(asked):
        return asked
    for other in get_args(Model):
        if other != model:
            choice = _tried(history, buyers, model=other, prior=prior)
            if choice.accepted:
                return replace(choice, why=_joined(asked, choice.why))
    return asked


def _tried(history: History, buyers: Purchases, *, model: Model, prior: bool | None) -> Choice:
    """The model's fit when it is sound and held; else the run-rate, and why not the fit."""
    fit = purchases.fit_purchases(buyers, model=model, prior=prior)
    if not fit.sound:
        return Choice(run_rate(buyers), fit, None, fit.why)
    test = hold_out(history, model=model, prior=prior)
    return Choice(ByModel(fit) if test.passed else run_rate(buyers), fit, test, test.why)


def _hopeless(asked: Choice) -> bool:
    """No model can learn from so few repeat buyers: another one need not be tried."""
    return asked.fit.repeat_buyers < FEWEST_REPEAT_BUYERS


def _joined(refused: Choice, why: Text) -> Text:
    return Text(
        f"{refused.fit.model} is afgekeurd ({refused.why.nl}) {why.nl}",
        f"{refused.fit.model} was refused ({refused.why.en}) {why.en}",
    )
