"""What a run says in a few sentences, made by rules from its figures."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kernklant.engine.errors import Text
from kernklant.engine.evaluation import headline_texts as say
from kernklant.engine.evaluation.formats import Format, in_both

Measure = Mapping[str, Any]
Summary = Mapping[str, Any]


def headlines(summary: Summary) -> list[Text]:
    """Where the value sits, who costs money, what customers are worth, and how sure that is.

    One to five sentences, the most telling first; ``summary`` is that of `evaluate --json`.
    """
    if not summary["customers"]:
        return [say.NO_CUSTOMERS]
    measure = deciding(summary)
    return [
        where_it_sits(measure),
        *what_is_counted(summary, measure),
        *who_costs_money(measure),
        what_they_are_worth(summary),
        how_sure(summary),
    ]


def deciding(summary: Summary) -> Measure:
    """Contribution where it is known of at least half of the customers, else revenue."""
    contribution: Measure | None = summary["concentration"]["contribution_12m"]
    if contribution and contribution["customers"] >= contribution["unknown"]:
        return contribution
    revenue: Measure = summary["concentration"]["revenue_12m"]
    return revenue


def where_it_sits(measure: Measure) -> Text:
    """How many customers bring 80 %, or why that cannot be said."""
    if measure["why_not"] is not None:
        return _no_shares(measure)
    few, all_ = measure["customers_for_80"], measure["customers"]
    sentence = say.FEW_BRING
    if all_ == 1:
        sentence = say.ONE_CUSTOMER
    elif few == all_:
        sentence = say.BOTH_NEEDED if all_ == 2 else say.ALL_NEEDED
    elif few == 1:
        sentence = say.ONE_BRINGS
    return _about(sentence, measure, few=few, all=all_)


def what_is_counted(summary: Summary, measure: Measure) -> list[Text]:
    """Says so when revenue stands in for contribution, or when customers are left out."""
    contribution: Measure | None = summary["concentration"]["contribution_12m"]
    if contribution is None:
        return [say.NO_COST]
    unknown = contribution["unknown"]
    if not unknown:
        return []
    if measure is not contribution:
        return [in_both(say.COST_OF_FEW, known=_number(contribution["customers"]))]
    return [say.ONE_LEFT_OUT if unknown == 1 else in_both(say.LEFT_OUT, unknown=_number(unknown))]


def who_costs_money(measure: Measure) -> list[Text]:
    """How many customers bring less than they cost, and how much; nothing when nobody does."""
    whale = measure["whale"]
    if measure["measure"] != "contribution_12m" or not whale["loss_makers"]:
        return []
    sentence = say.ONE_COSTS if whale["loss_makers"] == 1 else say.SOME_COST
    return [_about(sentence, measure, losers=whale["loss_makers"])]


def what_they_are_worth(summary: Summary) -> Text:
    """Lifetime value of all together with its range, or that it cannot be said yet."""
    worth = summary["clv"]
    low, high = Decimal(worth["low"]), Decimal(worth["high"])
    if not high:
        return say.WORTH_UNKNOWN
    sentence = say.WORTH if low < high else say.WORTH_WITHOUT_RANGE
    return in_both(
        sentence,
        total=lambda form: form.short(worth["total"]),
        range=lambda form: form.span(low, high),
    )


def how_sure(summary: Summary) -> Text:
    """Whether the purchase model passed its test, or could not be tested, or was refused."""
    if not Decimal(summary["clv"]["high"]):
        return say.TOO_EARLY
    if not summary["fit"]["accepted"]:
        return say.MODEL_REFUSED
    return say.MODEL_PASSED if summary["holdout"].get("tested") else say.MODEL_UNTESTED


def _no_shares(measure: Measure) -> Text:
    if not measure["customers"]:
        return say.NO_CUSTOMERS
    nothing = Decimal(measure["total"]) == 0
    if measure["measure"] == "revenue_12m":
        return _about(say.NO_REVENUE if nothing else say.NEGATIVE_REVENUE, measure)
    return _about(say.NO_CONTRIBUTION if nothing else say.NEGATIVE_CONTRIBUTION, measure)


def _about(sentence: Text, measure: Measure, **counts: int) -> Text:
    """The sentence about a measure: its name, its amounts and the counts it asks for."""
    of, whale = say.MEASURES[measure["measure"]], measure["whale"]
    return in_both(
        sentence,
        of=lambda form: of.to(form.lang),
        total=lambda form: form.euros(measure["total"]),
        lost=lambda form: form.short(whale["destroyed"]),
        **{name: _number(count) for name, count in counts.items()},
    )


def _number(count: int) -> Any:
    def show(form: Format) -> str:
        return form.number(count)

    return show
