"""The part of the report about the division: value against attention, and who is named in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.evaluation.formats import NOT_KNOWN, Format
from kernklant.engine.evaluation.report_people import (
    MOST,
    exits,
    largest_groups,
    moved,
    names_in,
    nearly_a,
    promising,
    watched,
)
from kernklant.engine.segments.naming import activity, named

Summary = Mapping[str, Any]
Words = Mapping[str, str]
SEGMENTS = ("A", "B", "C", "exit")


class Divided(Protocol):
    """What this part reads of an answer."""

    @property
    def customers(self) -> pa.Table: ...
    @property
    def values(self) -> pa.Table: ...
    @property
    def groups(self) -> pa.Table: ...
    @property
    def prospects(self) -> pa.Table: ...
    @property
    def advice(self) -> pa.Table: ...
    @property
    def moves(self) -> pa.Table: ...
    @property
    def summary(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Share:
    """A segment's part of something, for a bar: percent of the whole, and as text."""

    width: float
    text: str


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """One segment: figures in the order of the heads, and its share of value and of attention."""

    label: str
    figures: tuple[str, ...]
    value: Share
    attention: Share | None


def division_view(answer: Divided, names: pa.Table, *, say: Words, form: Format) -> dict[str, Any]:
    """Everything that the page says about the division, by the names the template uses."""
    customers, summary = answer.customers, answer.summary
    costed = summary["concentration"]["contribution_12m"] is not None
    known = names_in(names, _mentioned(answer), say)
    heads, rows = matrix_rows(summary, say, form)
    listed_exits = exits(customers, answer.advice, names=known, say=say, form=form)
    return {
        "lead": attention_sentence(summary, say, form),
        "heads": segment_heads(say, costed=costed),
        "segments": segment_lines(summary, form, costed=costed),
        "daughters": _daughters(summary, say, form),
        "criteria": criteria_rows(summary, form),
        "left_out": left_out_sentence(summary, say, form),
        "weights": weights_sentence(summary, say, form),
        "matrix_heads": heads,
        "matrix": rows,
        "moves": moved(answer.moves, customers, names=known, form=form),
        "moves_lead": _moves_lead(answer.moves, say, form, first=not rows),
        "nearly": nearly_a(customers, answer.values, summary, names=known, form=form),
        "exits": listed_exits,
        "more_exits": _more(summary["segments"]["exit_proposed"] - len(listed_exits), say, form),
        "serve": serve_rows(summary, form),
        "serve_lead": _serve_lead(summary, say, form),
        "watched": watched(customers, names=known, form=form),
        "group_heads": [say[name] for name in ("members", *money_heads(costed=costed))],
        "groups": largest_groups(answer.groups, names=known, form=form, costed=costed),
        "promising": promising(answer.prospects, names=known, form=form),
    }


def segment_lines(summary: Summary, form: Format, *, costed: bool) -> list[SegmentLine]:
    """A line per segment that has customers: value against attention."""
    segments = {name: summary["segments"][name] for name in SEGMENTS}
    whole = {
        name: sum(float(one[name] or 0) for one in segments.values())
        for name in ("clv", "hours_12m", "customers")
    }
    lines = []
    for name, one in segments.items():
        if not one["customers"]:
            continue
        figures = [
            form.number(one["customers"]),
            form.percent(_part(one["customers"], whole["customers"])),
            form.euros(one["clv"]),
            form.euros(one["revenue_12m"]),
        ]
        if costed:
            figures += [form.euros(one["contribution_12m"]), form.euros(one["cost_to_serve_12m"])]
        spent = None
        if whole["hours_12m"]:
            spent = _share(float(one["hours_12m"] or 0), whole["hours_12m"], form)
        value = _share(max(0.0, float(one["clv"])), whole["clv"], form)
        lines.append(SegmentLine(name, tuple(figures), value, spent))
    return lines


def _part(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _share(part: float, whole: float, form: Format) -> Share:
    share = _part(part, whole)
    return Share(round(100 * (share or 0.0), 1), form.percent(share))


def attention_sentence(summary: Summary, say: Words, form: Format) -> str:
    """How much of the value A is, and how much of the hours it gets."""
    lines = {line.label: line for line in segment_lines(summary, form, costed=False)}
    best = lines.get("A")
    if best is None:
        return say["nobody_a"]
    if best.attention is None:
        return say["a_value"].format(few=best.figures[0], value=best.value.text)
    return say["a_attention"].format(
        few=best.figures[0], value=best.value.text, hours=best.attention.text
    )


def criteria_rows(summary: Summary, form: Format) -> list[tuple[str, ...]]:
    """Each criterion: name, points, from and to, of how many customers it is known."""
    rows: list[tuple[str, ...]] = []
    for one in summary["score"]["criteria"]:
        bounds = NOT_KNOWN
        if one["low"] is not None and one["high"] is not None:
            bounds = f"{form.number(one['low'])} – {form.number(one['high'])}"
        elif one["steps"]:
            bounds = ", ".join(f"≥ {form.number(value)}" for value, _points in one["steps"][1:])
        name = named(one["name"]).to(form.lang)
        rows.append((name, form.number(one["weight"]), bounds, form.number(one["known"])))
    return rows


def left_out_sentence(summary: Summary, say: Words, form: Format) -> str | None:
    """Which criteria nobody has a value of, if any."""
    names = [named(name).to(form.lang) for name in summary["score"]["left_out"]]
    return say["left_out"].format(names=", ".join(names)) if names else None


def weights_sentence(summary: Summary, say: Words, form: Format) -> str | None:
    """Whether the division hangs on the exact weights; None where that was not worked out."""
    found = summary["sensitivity"]
    if found is None:
        return None
    all_a = summary["segments"]["A"]["customers"]
    return say["weights"].format(
        sure=form.number(found["surely"]),
        all=form.number(all_a),
        might=form.number(found["might"]),
    )


def matrix_rows(summary: Summary, say: Words, form: Format) -> tuple[list[str], list[Any]]:
    """Heads and rows of the migration matrix; empty before the second run."""
    matrix = summary["matrix"]
    rows = [name for name in matrix if any(matrix[name].values())]
    if not any(row != "new" for row in rows):
        return [], []
    columns = [name for name in matrix["A"] if any(matrix[row][name] for row in rows)]

    def word(name: str) -> str:
        return say.get(f"segment_{name}", name)

    cells = [(word(row), tuple(form.number(matrix[row][name]) for name in columns)) for row in rows]
    return [word(name) for name in columns], cells


def segment_heads(say: Words, *, costed: bool) -> list[str]:
    """What the columns of the segment table say."""
    names = ("customers", "share_of_customers", *money_heads(costed=costed))
    return [say[name] for name in names]


def money_heads(*, costed: bool) -> tuple[str, ...]:
    """The columns of euros, by the names of their words."""
    contribution = ("contribution_12m", "cost_to_serve") if costed else ()
    return ("clv", "revenue_12m", *contribution)


def serve_rows(summary: Summary, form: Format) -> list[tuple[str, ...]]:
    """What was done for customers, the most costly first; empty where nothing is recorded."""
    served = summary["service"]
    if served is None:
        return []
    return [
        (
            activity(one["activity"]).to(form.lang),
            form.number(one["count"]),
            form.number(one["hours"]),
            form.euros(one["cost"]),
            form.percent(one["assumed"]),
        )
        for one in served["activities"]
    ]


def _serve_lead(summary: Summary, say: Words, form: Format) -> str:
    served = summary["service"]
    if served is None:
        return ""
    return say["serve_lead"].format(
        cost=form.short(served["cost"]),
        range=form.span(served["low"], served["high"]),
        hours=form.number(served["hours"]),
        fault=form.short(served["own_fault"]),
    )


def _moves_lead(moves: pa.Table, say: Words, form: Format, *, first: bool) -> str:
    if first:
        return say["moves_first"]
    count = pc.sum(pc.equal(moves["kind"], "moved")).as_py() or 0
    many = "moves_many" if count > MOST else "moves_some"
    name = {0: "moves_none", 1: "moves_one"}.get(count, many)
    return say[name].format(count=form.number(count))


def _daughters(summary: Summary, say: Words, form: Format) -> str | None:
    count = summary["score"]["daughters"]
    if not count:
        return None
    return say["daughters_one" if count == 1 else "daughters"].format(count=form.number(count))


def _more(count: int, say: Words, form: Format) -> str | None:
    return say["and_more"].format(count=form.number(count)) if count > 0 else None


def _mentioned(answer: Divided) -> list[pa.ChunkedArray]:
    """Everybody a list may mention: names are looked up once."""
    customers = answer.customers
    flagged = pc.or_(customers["exit_proposed"], customers["watch"])
    flagged = pc.or_(flagged, pc.is_in(customers["reason"], pa.array(["insolvent"])))
    flagged = pc.or_(flagged, pc.equal(customers["segment"], "B"))
    return [
        customers["customer"].filter(flagged),
        answer.moves["customer"],
        answer.prospects["customer"],
        answer.groups["group"],
    ]
