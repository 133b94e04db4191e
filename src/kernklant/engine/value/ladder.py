"""Which rule values the customers: a purchase model that holds, else the run-rate; and why."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kernklant.engine.errors import Text
from kernklant.engine.ledger.history import History, Purchases
from kernklant.engine.value import purchases
from kernklant.engine.value.holdout import Holdout, believable_fit, hold_out
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
NAMES: dict[Model, str] = {"mbg": "MBG/NBD", "bg": "BG/NBD", "pareto": "Pareto/NBD"}
NO_TIME_YET = Text(
    "Alle klanten kochten alleen op de peildatum: er is nog geen kooptempo, dus telt de toekomst "
    "nog voor nul.",
    "All customers bought on the as-of date only: there is no rate yet, so the future counts for "
    "nothing still.",
)
RUN_RATE = Text(
    "Daarom telt het eigen kooptempo, voor niet langer dan de historie terugkijkt.",
    "So the own rate counts, for no longer than the history looks back.",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The rule that values the customers, the fit it came from or that was refused, and why."""

    rule: Rule
    fit: PurchaseFit
    holdout: Holdout
    why: Text

    @property
    def name(self) -> str:
        """mbg, bg, pareto or run-rate."""
        return self.rule.fit.model if isinstance(self.rule, ByModel) else "run-rate"

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
    for other in NAMES:
        if other != model:
            choice = _tried(history, buyers, model=other, prior=prior)
            if choice.accepted:
                return replace(choice, why=_instead(asked, choice))
    return asked


def _tried(history: History, buyers: Purchases, *, model: Model, prior: bool | None) -> Choice:
    """The model's fit when it is sound and held; else the run-rate, and why not the fit."""
    fit = believable_fit(buyers, model=model, prior=prior)
    test = hold_out(history, fit=fit, prior=prior)
    if test.passed:
        return Choice(ByModel(fit), fit, test, test.why)
    why = Text(f"{test.why.nl} {RUN_RATE.nl}", f"{test.why.en} {RUN_RATE.en}")
    rule = run_rate(buyers, level=test.level)
    if rule.span == 0:
        why = NO_TIME_YET if len(buyers.x) else test.why
    return Choice(rule, fit, test, why)


def _hopeless(asked: Choice) -> bool:
    """No model can learn from so few repeat buyers: another one need not be tried."""
    return asked.fit.repeat_buyers < FEWEST_REPEAT_BUYERS


def _instead(refused: Choice, used: Choice) -> Text:
    first, second, why = NAMES[refused.fit.model], NAMES[used.fit.model], refused.holdout.why
    return Text(
        f"{second} in plaats van {first}. {used.why.nl} Over {first}: {why.nl}",
        f"{second} instead of {first}. {used.why.en} About {first}: {why.en}",
    )
