"""What would change a customer's segment, from the answer of a run alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.standing import IN_ANSWER
from kernklant.engine.segments.would_change import Part, would_change
from kernklant.engine.value.criteria import Criterion

BARRED = ("insolvent", "leaving", "decided", "objected")
Row = Mapping[str, Any]


def nearer(customer: Row, values: Row, summary: Row) -> list[Text]:
    """At most three lines about one customer: rows of ``customers`` and ``values`` of one run.

    Only where the score divides: then each criterion has its points.
    """
    cut = summary["score"]["last_a"]
    if summary["rules"]["segment_on"] != "score" or cut is None or customer["score"] is None:
        return []
    return would_change(
        parts_of(customer, values, summary),
        score=customer["score_exact"],
        cut=cut,
        is_a=customer["segment"] == "A",
        by_rule=customer["by_rule"] == "A",
        barred=customer["reason"] in BARRED,
    )


def parts_of(customer: Row, values: Row, summary: Row) -> list[Part]:
    """Every criterion of the score with his value on it, in the order of the policy."""
    return [_part(one, customer, values) for one in summary["score"]["criteria"]]


def _part(used: Row, customer: Row, values: Row) -> Part:
    criterion = _criterion(used)
    return Part(criterion, _value(criterion, customer, values), used["weight"])


def _criterion(used: Row) -> Criterion:
    return Criterion(
        name=used["name"],
        source=used["source"],
        weight=used["policy_weight"],
        shape=used["shape"],
        low=used["low"],
        high=used["high"],
        steps=tuple((value, points) for value, points in used["steps"]),
    )


def _value(criterion: Criterion, customer: Row, values: Row) -> float:
    """His value, or his group's where groups are divided as one."""
    measured = criterion.name in values
    value = values[criterion.name] if measured else customer[IN_ANSWER[criterion.source]]
    return math.nan if value is None else float(value)
