"""The tables of the report: figures of a run as the words that stand on the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Lang, Text
from kernklant.engine.evaluation.formats import NOT_KNOWN, Format
from kernklant.engine.evaluation.report_texts import METHODS, MODELS, PARAMETERS
from kernklant.engine.ledger.tables import TABLES
from kernklant.engine.value.concentration import MEASURES, TOPS, without_luck

Summary = Mapping[str, Any]
Words = Mapping[str, str]
TOP_CUSTOMERS = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what it is, and its figures."""

    label: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """Where a range and its middle lie on the common scale, in percent of its length."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Best:
    """One of the most valuable customers, in the words of the page."""

    segment: str
    name: str
    number: str
    clv: str
    range: str
    strip: Strip | None
    revenue: str
    contribution: str
    orders: str
    last_order: str
    method: str


def key_figures(summary: Summary, say: Words, form: Format) -> list[Row]:
    """Customers, revenue, contribution and lifetime value, each with what goes with it."""
    totals, worth = summary["totals"], summary["clv"]
    people = f"{form.number(totals['buyers'])} {say['with_orders']}"
    if totals["prospects"]:
        people += f" · {form.number(totals['prospects'])} {say['prospects']}"
    revenue = f"{form.short(totals['revenue'])} {say['in_all']}"
    bounds = f"{say['likely']} {form.span(worth['low'], worth['high'])}"
    known = bool(Decimal(worth["high"]))
    return [
        Row(say["customers"], (form.number(summary["customers"]), people)),
        Row(say["revenue_12m"], (form.short(totals["revenue_12m"]), revenue)),
        _contribution(summary["concentration"]["contribution_12m"], say, form),
        Row(
            say["clv"],
            (
                form.short(worth["total"]) if known else NOT_KNOWN,
                bounds if known else say["not_yet"],
            ),
        ),
    ]


def _contribution(contribution: Mapping[str, Any] | None, say: Words, form: Format) -> Row:
    if contribution is None:
        return Row(say["contribution_12m"], (NOT_KNOWN, say["cost_unknown"]))
    known = f"{say['cost_known_of']} {form.number(contribution['customers'])} {say['customers']}"
    return Row(say["contribution_12m"], (form.short(contribution["total"]), known))


def spread_rows(concentration: Mapping[str, Any], say: Words, form: Format) -> list[Row]:
    """The shares of the largest customers, of revenue and where known of contribution."""
    measures = [one for name in MEASURES if (one := concentration[name]) is not None]

    def row(label: str, show: Any) -> Row:
        return Row(label, tuple(show(one) for one in measures))

    rows = [
        row(
            say["top_customers"].format(top=top),
            lambda one, top=top: form.percent(one["top_share"][str(top)], digits=1),
        )
        for top in TOPS
    ]
    if any(one["whale"]["loss_makers"] for one in measures):
        losing = [
            row(say["losing"], lambda one: _people(one["whale"]["loss_makers"], say, form)),
            row(say["destroyed"], lambda one: form.euros(one["whale"]["destroyed"])),
        ]
    else:
        losing = []
    return [
        *rows,
        row(say["for_80"], lambda one: _people(one["customers_for_80"], say, form)),
        *losing,
        row(say["gini"], lambda one: form.number(one["gini"], digits=2)),
    ]


def _people(count: int | None, say: Words, form: Format) -> str:
    if count is None:
        return NOT_KNOWN
    return f"{form.number(count)} {say['customer'] if count == 1 else say['customers']}"


def luck(fit: Mapping[str, Any], say: Words, form: Format) -> str | None:
    """The sentence about the most eager fifth without luck; None without an accepted fit."""
    if not fit["accepted"] or "r" not in fit["parameters"]:
        return None
    return say["luck"].format(share=form.percent(without_luck(fit["parameters"]["r"])))


def best_customers(customers: pa.Table, names: pa.Table, *, say: Words, form: Format) -> list[Best]:
    """The twenty of highest lifetime value; equal ones by customer number."""
    order = [("clv", "descending"), ("customer", "ascending")]
    top = customers.take(pc.select_k_unstable(customers, TOP_CUSTOMERS, sort_keys=order))
    who = names.filter(pc.is_in(names["customer"], top["customer"])).to_pylist()
    known = {row["customer"]: (row["source_no"], row["name"]) for row in who}
    rows = top.to_pylist()
    longest = max((row["clv_high"] or 0.0 for row in rows), default=0.0)
    return [
        _best(row, known.get(row["customer"], (None, None)), longest, (say, form)) for row in rows
    ]


def _best(
    row: Mapping[str, Any],
    who: tuple[str | None, str | None],
    longest: float,
    words: tuple[Words, Format],
) -> Best:
    say, form = words
    number, name = who
    return Best(
        segment=row["segment"],
        name=name or number or say["nameless"],
        number=(number or "") if name else "",
        clv=form.euros(row["clv"]),
        range=form.span(row["clv_low"], row["clv_high"]),
        strip=_strip(row, longest),
        revenue=form.euros(row["revenue_12m"]),
        contribution=form.euros(row["contribution_12m"]),
        orders=form.number(row["orders"]),
        last_order=form.day(row["last_order_on"]),
        method=method(row["clv_method"], form.lang),
    )


def _strip(row: Mapping[str, Any], longest: float) -> Strip | None:
    ends = row["clv_low"], row["clv"], row["clv_high"]
    if longest <= 0 or None in ends:
        return None
    return Strip(*(round(min(100.0, max(0.0, 100 * end / longest)), 2) for end in ends))


def method(name: str, lang: Lang) -> str:
    """The rule that a method rests on in words; its own name where no words are known."""
    known = METHODS.get(name.partition("+")[0])
    return known.to(lang) if known else name


def method_rows(summary: Summary, form: Format) -> list[Row]:
    """How many customers were valued by which method, the commonest first."""
    everybody = max(1, summary["customers"])
    counts = sorted(summary["methods"].items(), key=lambda item: (-item[1], item[0]))
    return [
        Row(
            method(name, form.lang), (form.number(count), form.percent(count / everybody, digits=1))
        )
        for name, count in counts
    ]


def fit_rows(fit: Mapping[str, Any], say: Words, form: Format) -> list[Row]:
    """Model, parameters in weeks, log-likelihood and what the fit rests on."""
    if fit["model"] is None:
        return []
    return [
        Row(say["model"], (MODELS[fit["model"]],)),
        *_parameters(fit["parameters"], form),
        Row(say["log_likelihood"], (form.number(fit["log_likelihood"], digits=2),)),
        Row(say["repeat_buyers"], (form.number(fit["repeat_buyers"]),)),
        Row(say["prior"], (say["yes"] if fit["prior"] else say["no"],)),
    ]


def spend_rows(spend: Mapping[str, Any], say: Words, form: Format) -> list[Row]:
    """The model of the amount per purchase and its parameters; empty without purchases."""
    if "parameters" not in spend:
        return []
    return [
        Row(say["spend_model"], (say[f"spend_{spend['method']}"],)),
        *_parameters(spend["parameters"], form),
        Row(say["mean_purchase"], (form.euros(spend["mean"], digits=2),)),
    ]


def _parameters(values: Mapping[str, float], form: Format) -> list[Row]:
    return [
        Row(text.to(form.lang), (form.number(values[name], digits=4),))
        for name, text in PARAMETERS.items()
        if name in values
    ]


def holdout_rows(holdout: Mapping[str, Any], say: Words, form: Format) -> list[Row]:
    """What happened, what the model and what going on at the same rate forecast.

    Orders, how far off their number was, and the mean error per customer; empty untested.
    """
    if not holdout.get("tested"):
        return []
    forecasts = [Row(say[name], _errors(holdout[name], form)) for name in ("model", "run_rate")]
    return [Row(say["happened"], (form.number(holdout["orders"]), "", "")), *forecasts]


def _errors(errors: Mapping[str, float], form: Format) -> tuple[str, ...]:
    off = form.percent(errors["bias"], digits=1)
    return (
        form.number(errors["orders"]),
        off if errors["bias"] < 0 else f"+{off}",
        form.number(errors["mae"], digits=2),
    )


def holdout_sentence(holdout: Mapping[str, Any], say: Words, form: Format) -> str | None:
    """How long a period was held back, of how many customers; None untested."""
    if not holdout.get("tested"):
        return None
    return say["holdout_lead"].format(
        weeks=form.number(holdout["weeks"]), customers=form.number(holdout["customers"])
    )


def data_rows(summary: Summary, say: Words, form: Format) -> list[Row]:
    """Lines, euros, first and last day, and the rows of every table."""
    totals = summary["totals"]
    tables = [
        Row(f"{_table(name, form.lang)} ({say['rows_of']})", (form.number(summary["data"][name]),))
        for name in TABLES
        if name != "sales" and name in summary["data"]  # an older run knew fewer tables
    ]
    return [
        Row(say["lines"], (form.number(totals["lines"]),)),
        Row(f"{say['revenue']} {say['in_all']}", (form.euros(totals["revenue"], digits=2),)),
        Row(say["revenue_12m"], (form.euros(totals["revenue_12m"], digits=2),)),
        Row(say["first_day"], (form.day(totals["first_day"]),)),
        Row(say["last_day"], (form.day(totals["last_day"]),)),
        *tables,
    ]


def _table(name: str, lang: Lang) -> str:
    return Text(TABLES[name].dutch, name).to(lang)


def rules_sentence(summary: Summary, say: Words, form: Format) -> str | None:
    """Horizon, interest, chance and margin behind lifetime value, where the summary has them."""
    rules = summary.get("rules")
    if rules is None:
        return None
    return say["rules"].format(
        years=form.number(rules["horizon_years"], digits=int(rules["horizon_years"] % 1 > 0)),
        discount=form.percent(rules["discount_per_year"]),
        level=form.percent(rules["level"]),
        margin=form.percent(rules["default_margin"]),
    )
