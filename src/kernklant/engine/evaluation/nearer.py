"""What would change a customer's segment, from the answer of a run alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.standing import IN_ANSWER
from kernklant.engine.segments.would_change import Part, would_change
from kernklant.engine.value.criteria import Criterion

BARRED = ("insolvent", "leaving", "decided")
Row = Mapping[str, Any]


def nearer(customer: Row, values: Row, summary: Row) -> list[Text]:
    """At most three lines about one customer: rows of ``customers`` and ``values`` of one run.

    Only where the score divides: then each criterion has its points.
    """
    score, cut = summary["score"], summary["score"]["last_a"]
    if summary["rules"]["segment_on"] != "score" or cut is None or customer["score"] is None:
        return []
    return would_change(
        [Part(one, _value(one, customer, values)) for one in map(_criterion, score["criteria"])],
        score=customer["score"],
        cut=cut,
        is_a=customer["segment"] == "A",
        barred=customer["reason"] in BARRED,
    )


def _criterion(used: Row) -> Criterion:
    return Criterion(
        name=used["name"],
        source=used["source"],
        weight=used["weight"],
        shape=used["shape"],
        low=used["low"],
        high=used["high"],
        steps=tuple((value, points) for value, points in used["steps"]),
    )


def _value(criterion: Criterion, customer: Row, values: Row) -> float:
    """His value, from the answer where it is a column there, else from what was measured."""
    column = IN_ANSWER.get(criterion.source)
    value = values[criterion.name] if column is None else customer[column]
    return math.nan if value is None else float(value)
