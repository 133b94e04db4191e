"""The sentence why somebody stands where he stands, for who sees amounts and who sees none."""

from __future__ import annotations

import pyarrow as pa
import pytest

from kernklant.engine.evaluation.reasons import reasons

CUSTOMERS = pa.table(
    {
        "p_a": [0.4], "p_becomes_a": [0.1], "exit_chance": [0.0], "score": [55], "segment": ["C"],
        "by_rule": ["C"], "reason": ["C"], "daughter_of_a": [False], "exit_proposed": [False],
        "watch": [False],
    }
)  # fmt: skip
POINTS = pa.table({"customer": [1]})


@pytest.mark.parametrize("on", ["clv", "contribution_12m"])
def test_a_cut_off_in_euros_is_told_to_who_sees_euros_alone(on: str) -> None:
    summary = {"rules": {"segment_on": on}, "score": {"last_a": 41_000}}
    (told,) = reasons(CUSTOMERS, POINTS, summary, lang="nl").to_pylist()
    (hidden,) = reasons(CUSTOMERS, POINTS, summary, lang="nl", euros=False).to_pylist()
    assert "€ 41" in told
    assert hidden == "C: onder de grens en 10 % kans om A te worden."


def test_a_cut_off_in_points_is_told_to_everybody() -> None:
    summary = {"rules": {"segment_on": "score"}, "score": {"last_a": 70}}
    both = [
        reasons(CUSTOMERS, POINTS, summary, lang="en", euros=euros).to_pylist()
        for euros in (True, False)
    ]
    assert both[0] == both[1]
    assert "cut-off 70" in both[0][0]
