"""Migration between segments: chances with their doubt, and whether periods are alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kernklant.engine.segments.markov import FROM, STATES, posterior, report, stability

counts = hnp.arrays(np.int64, (3, 4), elements=st.integers(0, 500))


@given(counts=counts)
def test_rows_are_chances_and_the_range_holds_them(counts: np.ndarray) -> None:
    found = posterior(counts)
    assert found.mean.sum(axis=1) == pytest.approx(1)
    assert (found.low <= found.high).all()
    assert (found.mean[counts > 0] >= found.low[counts > 0]).all()
    assert (found.mean <= found.high + 1e-12).all()


@given(counts=counts)
def test_more_of_the_same_makes_the_range_narrower(counts: np.ndarray) -> None:
    once, often = posterior(counts + 1), posterior(50 * (counts + 1))
    assert ((often.high - often.low) <= (once.high - once.low) + 1e-12).all()


def test_the_range_of_a_cell_holds_its_chance_in_nine_of_ten_histories() -> None:
    rng = np.random.default_rng(5)
    truth = np.array([0.8, 0.15, 0.05])
    drawn = rng.multinomial(60, truth, size=2000)
    found = posterior(drawn)
    inside = (found.low <= truth) & (truth <= found.high)
    assert inside.mean(axis=0) == pytest.approx([0.9, 0.9, 0.9], abs=0.04)


def test_periods_from_one_matrix_seldom_look_different() -> None:
    rng = np.random.default_rng(6)
    rows = np.array([[0.8, 0.15, 0.05], [0.2, 0.6, 0.2], [0.02, 0.08, 0.9]])

    def drawn() -> np.ndarray:
        return np.array([rng.multinomial(200, row) for row in rows])

    p = [stability([drawn(), drawn(), drawn()]).p for _ in range(400)]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.035)


def test_periods_that_differ_are_told_apart() -> None:
    calm = np.array([[90, 5, 5], [5, 90, 5], [5, 5, 90]])
    assert stability([calm, calm.T]).p == pytest.approx(1)
    assert stability([calm, calm[::-1]]).p < 1e-9
    assert stability([calm]).degrees == 0
    assert stability([]).p == 1


def matrix(**rows: dict[str, int]) -> dict[str, dict[str, int]]:
    return {row: {to: rows.get(row, {}).get(to, 0) for to in STATES} for row in (*FROM, "new")}


def test_the_report_says_who_stayed_and_counts_the_last_four_runs() -> None:
    quiet = matrix(A={"A": 80, "C": 20}, C={"C": 100})
    wild = matrix(A={"C": 100})
    told = report([wild, quiet, quiet, quiet, quiet], [3.0] * 5)
    assert told["periods"] == 4
    assert told["from"] == {"A": 400, "C": 400}
    assert told["chances"]["A"]["A"][0] == pytest.approx(0.8, abs=0.01)
    assert told["sentences"][0]["nl"].startswith("Van de A-klanten bleef per periode 80 % A (")
    assert len(told["sentences"]) == 1


def test_the_report_warns_when_runs_are_not_alike() -> None:
    quiet, wild = matrix(A={"A": 80, "C": 20}), matrix(A={"C": 100})
    told = " ".join(one["en"] for one in report([quiet, wild], [3.0, 6.0])["sentences"])
    assert "grain of salt" in told
    assert "not alike" in told


def test_without_a_second_run_there_is_nothing_to_report() -> None:
    assert report([], [])["sentences"] == []
