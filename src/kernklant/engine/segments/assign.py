"""Who is A, who can become A, and who is the rest: the policy's rules on values and chances."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kernklant.engine.errors import Text
from kernklant.engine.segments.damping import chance_of_current, damp
from kernklant.engine.segments.losses import choose
from kernklant.engine.segments.policy import Policy
from kernklant.engine.segments.rules import Losses
from kernklant.engine.segments.units import Units
from kernklant.engine.segments.wording import counted, figure, percent

MEASURES = {
    "clv": Text("klantwaarde", "lifetime value"),
    "score": Text("score", "score"),
    "contribution_12m": Text("bijdrage van 12 maanden", "contribution of 12 months"),
}


@dataclass(frozen=True, slots=True)
class Outlook:
    """Chances (n,) of each customer: to be A, to become A."""

    of_a: np.ndarray
    becoming_a: np.ndarray


@dataclass(frozen=True, slots=True)
class Bound:
    """What binds a division of n customers besides their value.

    ``barred`` bool: he can be neither A nor B; ``fixed`` the segment that people decided, "" where
    they did not; ``before`` the segment until now, "" where there is none; ``months`` spent in it.
    """

    barred: np.ndarray
    fixed: np.ndarray
    before: np.ndarray
    months: np.ndarray

    @classmethod
    def nothing(cls, n: int) -> Bound:
        """Nobody is insolvent, nothing was decided, nobody stood anywhere."""
        none, no = np.full(n, "", dtype="<U4"), np.zeros(n, dtype=bool)
        return cls(no, none, none, np.zeros(n))


@dataclass(frozen=True, slots=True)
class Division:
    """The segment (n,) "A", "B", "C" or "exit", and the place (n,) in REASONS of why.

    ``by_rule`` (n,) is what the rules say before damping and decisions; ``cut`` the value of the
    last A, infinite when nobody is; ``rule`` says the A rule in words.
    """

    segment: np.ndarray
    by_rule: np.ndarray
    reason: np.ndarray
    cut: float
    rule: Text

    def but(self, whom: np.ndarray, segment: str, *, why: str) -> Division:
        """The same, but these (n,) stand in one segment for one of REASONS, and C by the rules."""
        reason = np.int8(REASONS.index(why))
        return replace(
            self,
            segment=np.where(whom, segment, self.segment),
            by_rule=np.where(whom, "C", self.by_rule),
            reason=np.where(whom, reason, self.reason),
        )

    def of(self, units: Units) -> Division:
        """The same of units, for each of their members."""
        each = units.each
        return replace(
            self,
            segment=each(self.segment),
            by_rule=each(self.by_rule),
            reason=each(self.reason),
        )


def divide(
    value: np.ndarray, customer: np.ndarray, policy: Policy, *, chances: Outlook, bound: Bound
) -> Division:
    """Divide n customers by value (what the policy divides on; NaN = not known).

    A by the policy's rule: only customers with a positive, known value, ``top_share`` being a
    share of those and ``cumulative_share`` of their value together. Ties go by customer number,
    the older customer first. Who is barred is C, whatever people decided, and the next one takes
    his place. B: a chance of becoming A as the policy asks. With ``losses`` in the policy the
    least expected loss decides instead. Then damping, then decisions.
    """
    by_rule, cut = _by_rule(value, customer, policy, chances=chances, barred=bound.barred)
    before = np.where(bound.before == EXIT, "", bound.before)
    if policy.segments.losses is not None:
        by_rule = _by_losses(
            policy.segments.losses, policy, chances, before=before, barred=bound.barred
        )
    damped = damp(
        by_rule, policy, before=before, months=bound.months, of_a=chances.of_a,
        becoming_a=chances.becoming_a,
    )  # fmt: skip
    fixed = bound.fixed != ""
    segment = np.where(bound.barred, "C", np.where(fixed, bound.fixed, damped))
    words = rule_in_words(policy, on=policy.segments.segment_on)
    reason = _reasons(value, segment, bound=bound, by_rule=by_rule, damped=damped)
    return Division(segment, by_rule, reason, cut, words)


EXIT = "exit"
REASONS = ("A", "B", "C", "held", "decided", "insolvent", "unknown", "leaving", "objected")


def _reasons(
    value: np.ndarray,
    segment: np.ndarray,
    *,
    bound: Bound,
    by_rule: np.ndarray,
    damped: np.ndarray,
) -> np.ndarray:
    """Why each (n,) stands where he stands: the last of these that holds."""
    reason = np.searchsorted(np.array(["A", "B", "C"]), by_rule).astype(np.int8)
    for name, holds in (
        ("held", damped != by_rule),
        ("decided", bound.fixed != ""),
        ("unknown", np.isnan(value) & (segment == "C") & (bound.fixed == "")),
    ):
        reason[holds] = REASONS.index(name)
    return reason


def _by_losses(
    losses: Losses, policy: Policy, chances: Outlook, *, before: np.ndarray, barred: np.ndarray
) -> np.ndarray:
    """The segment (n,) of least expected loss; B as likely as the damping takes it to be."""
    of_b = chance_of_current(np.full(len(before), "B"), policy, chances.of_a, chances.becoming_a)
    allowed = np.column_stack([~barred, ~barred, np.ones(len(before), dtype=bool)])
    chosen = choose(
        chances.of_a,
        of_b,
        np.maximum(1 - chances.of_a - of_b, 0.0),
        before,
        missed_a=losses.missed_a,
        false_a=losses.false_a,
        move=losses.move,
        allowed=allowed,
    )
    return np.asarray(chosen)


def _by_rule(
    value: np.ndarray, customer: np.ndarray, policy: Policy, *, chances: Outlook, barred: np.ndarray
) -> tuple[np.ndarray, float]:
    """A, B or C by the rules alone, and the value of the last A."""
    chosen = chosen_by_rule(value, customer, policy, barred=barred)
    segment = np.where(~barred & (chances.becoming_a >= policy.segments.b_chance), "B", "C")
    segment[chosen] = "A"
    return segment, float(value[chosen[-1]]) if len(chosen) else np.inf


def chosen_by_rule(
    value: np.ndarray, customer: np.ndarray, policy: Policy, *, barred: np.ndarray
) -> np.ndarray:
    """The places of those whom the rule makes A, the highest value first."""
    counts = np.isfinite(value) & (value > 0)
    order = np.lexsort((customer, -np.where(counts, value, 0.0)))[: int(counts.sum())]
    order = order[~barred[order]]
    many = _how_many(value[order], policy, among=int(counts.sum()))
    return np.asarray(order[:many])


def _how_many(descending: np.ndarray, policy: Policy, *, among: int) -> int:
    """How many of the customers, highest value first, are A."""
    rule, value = policy.segments.a_rule, policy.segments.a_value
    if rule == "top_customers":
        return int(value)
    if rule == "top_share":
        return int(np.ceil(round(value * among, 9)))
    if rule == "cumulative_share":
        return _carrying(descending, value)
    return int((descending >= value).sum())  # at_least, and break_even in the euros it comes to


def _carrying(descending: np.ndarray, share: float) -> int:
    """The fewest customers who together carry the share of the value."""
    if share == 0 or len(descending) == 0:
        return 0
    running = np.cumsum(descending)
    # A hair less, for the last sum of many floats is not exactly the whole.
    return int(np.searchsorted(running, share * running[-1] * (1 - 1e-12))) + 1


def rule_in_words(policy: Policy, *, on: str) -> Text:
    """The A rule as one sentence, measured on lifetime value, score or contribution."""
    rule, value, measure = policy.segments.a_rule, policy.segments.a_value, MEASURES[on]
    share, threshold = percent(value), _threshold(value, on)
    people = counted(value, one=Text("klant", "customer"), more=Text("klanten", "customers"))
    words = {
        "top_share": Text(
            f"A: de {share.nl} van de klanten met de hoogste {measure.nl}",
            f"A: the {share.en} of customers with the highest {measure.en}",
        ),
        "top_customers": Text(
            f"A: de {people.nl} met de hoogste {measure.nl}",
            f"A: the {people.en} with the highest {measure.en}",
        ),
        "cumulative_share": Text(
            f"A: de klanten die samen {share.nl} van de {measure.nl} dragen",
            f"A: the customers who together carry {share.en} of the {measure.en}",
        ),
        "at_least": Text(
            f"A: klanten met een {measure.nl} vanaf {threshold.nl}",
            f"A: customers with a {measure.en} of at least {threshold.en}",
        ),
        "break_even": Text(
            f"A: klanten bij wie het A-programma zich terugbetaalt, vanaf een {measure.nl} van "
            f"{threshold.nl}",
            f"A: customers for whom the A programme pays for itself, from a {measure.en} of "
            f"{threshold.en}",
        ),
    }[rule]
    if "insolvent" in policy.segments.never_a:
        return Text(f"{words.nl}, nooit bij faillissement.", f"{words.en}, never when insolvent.")
    return Text(f"{words.nl}.", f"{words.en}.")


def _threshold(value: float, on: str) -> Text:
    if on == "score":
        return counted(value, one=Text("punt", "point"), more=Text("punten", "points"))
    return Text(f"€ {figure(value).nl}", f"€{figure(value).en}")
