"""The lists of the report: who moved, who is nearly A, whom to let go, whom to watch."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.evaluation.formats import Format
from kernklant.engine.evaluation.movement_words import in_words
from kernklant.engine.evaluation.nearer import nearer
from kernklant.engine.segments.would_change import joined
from kernklant.engine.value import solvency_words as words

Summary = Mapping[str, Any]
Words = Mapping[str, str]
MOST = 12  # lines of a list; the export has them all
GROUP_EUROS = ("clv", "revenue_12m", "contribution_12m", "cost_to_serve_12m")
STEPS = 2  # that a list names
CERTAIN = 1.0  # the chance of insolvency of who is so, whatever the policy makes of it


@dataclass(frozen=True, slots=True)
class Listed:
    """One customer in a list: who he is, figures beside him, and a sentence."""

    segment: str
    name: str
    number: str
    figures: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Names:
    """Numbers and names of customers by our own number."""

    known: Mapping[int, tuple[str | None, str | None]]
    nameless: str

    def of(self, customer: int) -> tuple[str, str]:
        """The name and the number to show; the number alone where there is no name."""
        number, name = self.known.get(customer, (None, None))
        return name or number or self.nameless, (number or "") if name else ""


def names_in(names: pa.Table, wanted: Sequence[pa.ChunkedArray], say: Words) -> Names:
    """The names of the customers that the lists mention."""
    numbers = pa.chunked_array([chunk for column in wanted for chunk in column.chunks], pa.int64())
    rows = names.filter(pc.is_in(names["customer"], numbers)).to_pylist()
    known = {row["customer"]: (row["source_no"], row["name"]) for row in rows}
    return Names(known, say["nameless"])


def moved(moves: pa.Table, customers: pa.Table, *, names: Names, form: Format) -> list[Listed]:
    """The moves of the customers of highest value."""
    rows = moves.filter(pc.equal(moves["kind"], "moved"))
    place = pc.index_in(rows["customer"], value_set=customers["customer"])
    worth = customers["clv"].take(place)
    order = pc.sort_indices(
        pa.table({"clv": worth, "customer": rows["customer"]}),
        sort_keys=[("clv", "descending"), ("customer", "ascending")],
    )
    return [
        _listed(
            {**row, "segment": row["to_segment"]},
            names,
            (f"{row['from_segment']} → {row['to_segment']}", form.short(value)),
            in_words(row).to(form.lang),
        )
        for row, value in zip(
            rows.take(order[:MOST]).to_pylist(), worth.take(order[:MOST]).to_pylist(), strict=True
        )
    ]


def nearly_a(
    customers: pa.Table, values: pa.Table, summary: Summary, *, names: Names, form: Format
) -> list[Listed]:
    """B's who are nearest to A, each with what would make him one."""
    chosen = _top(customers, pc.equal(customers["segment"], "B"), "p_becomes_a")
    listed = []
    for row in chosen.to_pylist():
        own = values.filter(pc.equal(values["customer"], row["customer"])).to_pylist()[0]
        lines = nearer(row, own, summary)
        figures = (
            form.percent(row["p_becomes_a"]),
            form.number(row["score"]),
            form.short(row["potential"]),
        )
        said = joined([line.to(form.lang) for line in lines[:STEPS]], form.lang)
        listed.append(_listed(row, names, figures, said))
    return listed


def exits(
    customers: pa.Table, advice: pa.Table, *, names: Names, say: Words, form: Format
) -> list[Listed]:
    """Whom to propose for exit, the largest loss first, each with what would help first."""
    chosen = _top(customers, customers["exit_proposed"], "contribution_12m", order="ascending")
    listed = []
    for row in chosen.to_pylist():
        own = advice.filter(pc.equal(advice["customer"], row["customer"]))
        text = own[f"text_{form.lang}"][0].as_py() if len(own) else say["no_remedy"]
        figures = (form.euros(row["contribution_12m"]), form.percent(row["exit_chance"]))
        listed.append(_listed(row, names, figures, text))
    return listed


def watched(customers: pa.Table, *, names: Names, form: Format) -> list[Listed]:
    """Who is insolvent or pays ever later, the most euros at risk first."""
    insolvent = pc.fill_null(pc.equal(customers["default_chance"], CERTAIN), False)
    chosen = _top(customers, pc.or_(customers["watch"], insolvent), "value_at_risk")
    return [
        _listed(
            row, names, (form.short(row["open_amount"]), form.short(row["value_at_risk"])),
            _payment(row, form),
        )
        for row in chosen.to_pylist()
    ]  # fmt: skip


def _payment(row: Mapping[str, Any], form: Format) -> str:
    """Why somebody is watched, in a sentence or two."""
    if row["default_chance"] == CERTAIN:
        return words.insolvent(None).to(form.lang)
    trend = math.nan if row["days_late_trend"] is None else row["days_late_trend"]
    paying = words.paying(row["days_late"], trend=trend, at_least=row["days_late_at_least"])
    share = math.nan if row["overdue_30"] is None else row["overdue_30"]
    overdue = words.overdue(share, of=float(row["open_amount"]))
    return f"{paying.to(form.lang)}{overdue.to(form.lang)}."


def largest_groups(groups: pa.Table, *, names: Names, form: Format, costed: bool) -> list[Listed]:
    """Groups of the highest lifetime value together, by their mother."""
    order = [("clv", "descending", "at_end"), ("group", "ascending", "at_end")]
    rows = groups.take(pc.sort_indices(groups, sort_keys=order)[:MOST]) if len(groups) else groups
    return [
        _listed(
            {"customer": row["group"], "segment": ""},
            names,
            (
                form.number(row["members"]),
                *(form.short(row[name]) for name in GROUP_EUROS[: 4 if costed else 2]),
            ),
            "",
        )
        for row in rows.to_pylist()
    ]


def promising(prospects: pa.Table, *, names: Names, form: Format) -> list[Listed]:
    """Prospects of most potential and fit."""
    known = pc.or_(pc.is_valid(prospects["potential"]), pc.is_valid(prospects["fit"]))
    chosen = _top(prospects, known, "potential")
    return [
        _listed(
            {**row, "segment": ""},
            names,
            (form.short(row["potential"]), form.number(row["fit"])),
            "",
        )
        for row in chosen.to_pylist()
    ]


def _top(table: pa.Table, chosen: Any, by: str, *, order: str = "descending") -> pa.Table:
    rows = table.filter(chosen)
    if rows.num_rows == 0:
        return rows
    keys = [(by, order, "at_end"), ("customer", "ascending", "at_end")]
    return rows.take(pc.sort_indices(rows, sort_keys=keys)[:MOST])


def _listed(row: Mapping[str, Any], names: Names, figures: tuple[str, ...], why: str) -> Listed:
    name, number = names.of(row["customer"])
    return Listed(row["segment"], name, number, figures, why)
