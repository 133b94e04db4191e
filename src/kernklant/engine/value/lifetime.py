"""What every customer is still worth: margin x spend x purchases to come, in today's euros."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from kernklant.engine.errors import Text, UserError
from kernklant.engine.ledger.history import History, Purchases
from kernklant.engine.units import WEEKS_PER_YEAR, euros, weekly_discount
from kernklant.engine.value.baskets import Baskets, baskets
from kernklant.engine.value.intervals import Outlook, chance_above, highest, value_intervals
from kernklant.engine.value.ladder import Choice, choose
from kernklant.engine.value.margin import Margins, margins
from kernklant.engine.value.purchases import Model, PurchaseFit
from kernklant.engine.value.worth import (
    Horizon,
    Worth,
    doubt,
    outlooks,
    total_interval,
    value,
)

MONEY = ("spend", "revenue_12m", "revenue_costed", "cost")
BOUNDS = {
    "horizon_years": (0.01, 100.0),
    "discount_per_year": (0.0, 1.0),
    "default_margin": (0.0, 1.0),
    "level": (0.5, 0.99),
}
NOTHING_BOUGHT = Text(
    "Nog niets gekocht (of alles teruggebracht): de waarde is nul tot er een aankoop is.",
    "Nothing bought yet (or all of it returned): the value is zero until there is a purchase.",
)
NO_MARGIN = Text(
    "De aankopen leveren geen marge op, dus ook toekomstige aankopen tellen voor nul.",
    "The purchases leave no margin, so those to come count for nothing either.",
)
MANY = 20
ONE_CARRIES = Text(
    "Eén klant draagt meer dan de helft van alle waarde: kijk of zijn bedragen kloppen.",
    "One customer carries more than half of all value: see whether his amounts are right.",
)
MARGIN_ASSUMED = Text(
    "Van geen enkele klant is een kostprijs bekend: de marge is die van het beleid.",
    "No cost is known of any customer: the margin is the policy's.",
)


@dataclass(frozen=True, slots=True)
class LifetimeRules:
    """What a policy says about lifetime value; ``level`` is that of the intervals.

    ``prior`` "weak" always takes part in the fit; "none" only below 300 repeat buyers.
    """

    horizon_years: float = 3.0
    discount_per_year: float = 0.10
    default_margin: float = 0.30
    model: Model | Literal["auto"] = "mbg"
    prior: Literal["weak", "none"] = "weak"
    level: float = 0.90

    def __post_init__(self) -> None:
        """Refuse (ValueError) what no policy may say."""
        for name, (low, high) in BOUNDS.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must lie between {low:g} and {high:g}")

    @property
    def first_model(self) -> Model:
        """The model that is tried first."""
        return "mbg" if self.model == "auto" else self.model

    @property
    def horizon(self) -> Horizon:
        """Weeks ahead and the weekly discount rate."""
        years, rate = self.horizon_years, self.discount_per_year
        return Horizon(years * WEEKS_PER_YEAR, weekly_discount(rate))


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """One row of ``table`` per row of History.table, in its order.

    clv, clv_low, clv_high (euros; 0 <= low <= clv <= high), clv_method, clv_reason_nl and _en
    (dictionary-encoded), p_alive (null where no model speaks), expected_orders_12m,
    expected_spend (null without a purchase), margin_share, margin_assumed.
    ``total_interval`` holds the sum of clv at ``level``. ``fit`` is the fit that was used, or
    the one that was refused (``accepted`` False); ``why`` is the sentence for it. ``outlooks``
    are the distributions of the rows ``buyers``.
    """

    table: pa.Table
    fit: PurchaseFit | None
    accepted: bool
    why: Text
    total_interval: tuple[float, float]
    spend: dict[str, Any]
    holdout: dict[str, Any]
    methods: dict[str, int]
    warnings: list[Text]
    seconds: dict[str, float]
    buyers: np.ndarray
    outlooks: list[Outlook]

    def chance_above(self, euros: float | np.ndarray) -> np.ndarray:
        """P(lifetime value > euros), one for each row of ``table``, exact as the range.

        ``euros``: one amount, or one (n,) for each row.
        """
        cut = np.broadcast_to(np.asarray(euros, dtype=np.float64), self.table.num_rows)
        chance = (cut < 0).astype(np.float64)
        if len(self.buyers):
            chance[self.buyers] = chance_above(self.outlooks, cut[self.buyers])
        return chance

    def highest(self) -> np.ndarray:
        """Euros, one for each row of ``table``, that hardly any lifetime value exceeds."""
        euros = np.zeros(self.table.num_rows)
        if len(self.buyers):
            euros[self.buyers] = highest(self.outlooks)
        return euros


def lifetimes(
    history: History, rules: LifetimeRules, *, order_days: Callable[[], pa.Table]
) -> Lifetimes:
    """Value every customer of ``history`` over the coming ``horizon_years``, with a range.

    Refuses (UserError) histories that cannot be; never refuses a base for being small or odd:
    then a simpler rule takes over, and ``clv_method`` and the reason say which and why.
    """
    _refuse_unknown_money(history)
    laps, rows = Laps(), np.flatnonzero(history.buyer)
    buyers = _of_rows(history.purchases, rows)
    choice = choose(history, buyers, model=rules.first_model, prior=rules.prior == "weak" or None)
    laps.lap("fit")
    brings = baskets(buyers.x + 1, euros(history.table["spend"])[rows], order_days=order_days)
    left = _margins(history, default=rules.default_margin)
    laps.lap("spend")
    horizon = rules.horizon
    margin = brings.expected * left.share[rows]
    worth = value(choice.rule, buyers, margin, horizon=horizon)
    laps.lap("value")
    unsure = doubt(choice.rule, buyers, weeks=horizon.weeks)
    outlook = outlooks(
        choice.rule, buyers, brings, margin=margin, worth=worth, horizon=horizon, unsure=unsure
    )
    ranges = value_intervals(outlook, worth.clv, level=rules.level)
    errors = [unsure.error, brings.error, choice.holdout.off]
    total = total_interval(worth, outlook, errors=errors, level=rules.level)
    laps.lap("intervals")
    numbers = _numbers(history, rows, worth, ranges=ranges, expected=brings.expected, left=left)
    labels = _labels(history.buyer, left.share, choice, spend=brings.method)
    return Lifetimes(
        table=pa.table({**numbers, **labels}),
        fit=choice.fit,
        accepted=choice.accepted,
        why=choice.why,
        total_interval=total,
        spend=brings.figures,
        holdout=choice.holdout.figures,
        methods=_counted(labels["clv_method"]),
        warnings=_warnings(choice, brings, left, worth=worth),
        seconds=laps.seconds,
        buyers=rows,
        outlooks=outlook,
    )


def _refuse_unknown_money(history: History) -> None:
    empty = [name for name in MONEY if history.table[name].null_count]
    if empty:
        raise UserError(
            Text("Van een klant ontbreekt een bedrag", "An amount of a customer is missing"),
            Text(
                "Vul ontbrekende bedragen met nul of laat de regel weg.",
                "Fill missing amounts with zero, or leave the row out.",
            ),
            where=", ".join(empty),
        )


@dataclass
class Laps:
    """Seconds between calls of ``lap``, by name."""

    seconds: dict[str, float] = field(default_factory=dict)
    last: float = field(default_factory=time.perf_counter)

    def lap(self, name: str) -> None:
        """Note the time since the previous lap."""
        now = time.perf_counter()
        self.seconds[name], self.last = round(now - self.last, 3), now


def _of_rows(history: Purchases, rows: np.ndarray) -> Purchases:
    return Purchases(history.x[rows], history.t_x[rows], history.T[rows])


def _margins(history: History, *, default: float) -> Margins:
    table = history.table
    revenue, cost = euros(table["revenue_costed"]), euros(table["cost"])
    return margins(revenue, cost, orders=table["orders"].to_numpy(), default=default)


def _numbers(
    history: History,
    rows: np.ndarray,
    worth: Worth,
    *,
    ranges: tuple[np.ndarray, np.ndarray],
    expected: np.ndarray,
    left: Margins,
) -> dict[str, pa.Array]:
    """The columns of figures; customers without a purchase are worth nothing yet."""
    everybody = len(history.buyer)

    def all_rows(values: np.ndarray) -> np.ndarray:
        spread = np.zeros(everybody)
        spread[rows] = values
        return spread

    def known(values: np.ndarray | None) -> pa.Array:
        if values is None:
            return pa.nulls(everybody, pa.float64())
        return pa.array(all_rows(values), mask=~history.buyer)

    return {
        "clv": pa.array(all_rows(worth.clv)),
        "clv_low": pa.array(all_rows(ranges[0])),
        "clv_high": pa.array(all_rows(ranges[1])),
        "p_alive": known(worth.alive if worth.judged else None),
        "expected_orders_12m": pa.array(all_rows(worth.orders_12m)),
        "expected_spend": known(expected),
        "margin_share": pa.array(left.share),
        "margin_assumed": pa.array(left.assumed),
    }


def _labels(
    buyer: np.ndarray, share: np.ndarray, choice: Choice, *, spend: str
) -> dict[str, pa.Array]:
    """Method and reason of each customer: a few sentences, dictionary-encoded."""
    reasons = [choice.why, NOTHING_BOUGHT, NO_MARGIN]
    which = np.where(buyer, np.where(share > 0, 0, 2), 1).astype(np.int8)
    method = (~buyer).astype(np.int8)
    return {
        "clv_method": _encoded(method, [f"{choice.name}+{spend}", "none"]),
        "clv_reason_nl": _encoded(which, [reason.nl for reason in reasons]),
        "clv_reason_en": _encoded(which, [reason.en for reason in reasons]),
    }


def _encoded(which: np.ndarray, texts: list[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(which), pa.array(texts))


def _counted(methods: pa.DictionaryArray) -> dict[str, int]:
    counts = np.bincount(methods.indices.to_numpy(), minlength=len(methods.dictionary))
    names = methods.dictionary.to_pylist()
    return {name: int(count) for name, count in zip(names, counts, strict=True) if count}


def _warnings(choice: Choice, brings: Baskets, left: Margins, *, worth: Worth) -> list[Text]:
    one = len(worth.clv) >= MANY and worth.clv.max() > worth.clv.sum() / 2
    said = (
        (not choice.accepted, choice.why),
        (bool(left.assumed.all()), MARGIN_ASSUMED),
        (one, ONE_CARRIES),
    )
    return [text for applies, text in said if applies] + brings.warnings
