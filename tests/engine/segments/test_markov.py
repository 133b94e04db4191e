"""Migration between segments: chances with their doubt, and whether periods are alike."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import chi2_contingency

from kernklant.engine.segments.markov import (
    FROM,
    STATES,
    posterior,
    report,
    stability,
    steady_state,
    value_of,
)

counts = hnp.arrays(np.int64, (3, 4), elements=st.integers(0, 500))


@given(counts=counts, prior=st.floats(0.1, 10))
def test_rows_are_chances_and_the_range_holds_them(counts: np.ndarray, prior: float) -> None:
    found = posterior(counts, prior=prior)
    assert found.mean.sum(axis=1) == pytest.approx(1)
    assert (found.low <= found.mean).all()
    assert (found.mean <= found.high).all()
    assert found.seen.tolist() == counts.sum(axis=1).tolist()


@given(counts=counts)
def test_more_of_the_same_makes_the_range_narrower(counts: np.ndarray) -> None:
    once, often = posterior(counts), posterior(10 * counts)
    told = counts.sum(axis=1) > 0
    assert ((often.high - often.low)[told] < (once.high - once.low)[told]).all()


def test_a_row_nobody_was_seen_in_is_what_was_assumed() -> None:
    found = posterior(np.array([[0, 0, 0, 0], [7, 1, 1, 1]]))
    assert found.seen.tolist() == [0, 10]
    assert found.mean[0].tolist() == [0.25] * 4
    assert found.mean[1].tolist() == [7.5 / 12, 1.5 / 12, 1.5 / 12, 1.5 / 12]


def test_the_range_is_that_of_a_beta() -> None:
    # Beta(1, 1) is uniform, and Beta(2, 1) has x² below x.
    found = posterior(np.array([[0, 0], [1, 0]]), prior=1)
    assert (found.low[0, 0], found.high[0, 0]) == pytest.approx((0.05, 0.95))
    assert (found.low[1, 0], found.high[1, 0]) == pytest.approx((0.05**0.5, 0.95**0.5))


@pytest.mark.parametrize("given", [{"counts": [[-1, 2]]}, {"counts": [[3]]}, {"prior": 0.0}])
def test_what_cannot_be_counted_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="counts from 0"):
        posterior(np.array(given.get("counts", [[1, 2]])), prior=given.get("prior", 0.5))


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


def test_two_periods_of_one_row_are_a_contingency_table() -> None:
    table = np.array([[30, 10], [20, 20]])
    found = stability([table[:1], table[1:]])
    peer = chi2_contingency(table, correction=False, lambda_="log-likelihood")
    assert found.statistic == pytest.approx(peer.statistic)
    assert found.degrees == 1
    assert found.p == pytest.approx(peer.pvalue)


def test_many_periods_are_nearly_for_ever_and_who_leaves_brings_nothing() -> None:
    chances, reward = np.array([[0.6, 0.3], [0.2, 0.5]]), np.array([100.0, 10.0])
    for_ever = value_of(chances, reward, discount=0.1)
    assert value_of(chances, reward, discount=0.1, periods=0) == pytest.approx(reward)
    assert value_of(chances, reward, discount=0.1, periods=300) == pytest.approx(for_ever)
    left = np.array([[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.0, 0.0, 1.0]])
    whole = value_of(left, np.array([100.0, 10.0, 0.0]), discount=0.1)
    assert whole == pytest.approx([*for_ever, 0])


@pytest.mark.parametrize(
    ("periods", "degrees"),
    [
        ([np.ones((3, 3))] * 4, 3 * 3 * 2),  # k (k - 1) for each period after the first
        ([np.ones((3, 4))] * 2, 3 * 3),
        ([np.array([[1, 1], [0, 0]]), np.array([[1, 1], [1, 1]])], 1),  # a row seen but once
        ([np.array([[1, 1, 0]]), np.array([[1, 1, 0]])], 1),  # a column never reached
        ([np.array([[1, 0]]), np.array([[1, 0]])], 0),
        ([np.ones((3, 3))], 0),
        ([], 0),
    ],
)
def test_degrees_count_what_could_have_differed(periods: list[np.ndarray], degrees: int) -> None:
    found = stability(periods)
    assert found.degrees == degrees
    assert found.p == pytest.approx(1)


def test_a_steady_state_stays_as_it_is() -> None:
    chances = np.array([[0.5, 0.5, 0.0], [0.2, 0.5, 0.3], [0.0, 0.1, 0.9]])
    shares = steady_state(chances)
    assert shares.sum() == pytest.approx(1)
    assert shares @ chances == pytest.approx(shares)
    assert steady_state(np.array([[0.0, 1.0], [1.0, 0.0]])) == pytest.approx([0.5, 0.5])


def test_what_settles_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="who leaves"):
        steady_state(np.array([[0.5, 0.4], [0.1, 0.9]]))
    with pytest.raises(ValueError, match="where it begins"):
        steady_state(np.eye(2))


def matrix(**rows: dict[str, int]) -> dict[str, dict[str, int]]:
    return {row: {to: rows.get(row, {}).get(to, 0) for to in STATES} for row in (*FROM, "new")}


QUIET = matrix(A={"A": 80, "C": 20}, C={"C": 100})
WILD = matrix(A={"C": 100})
WHOLE = matrix(
    A={"A": 75, "B": 15, "C": 5, "gone": 5},
    B={"A": 10, "B": 70, "C": 20},
    C={"A": 2, "B": 8, "C": 80, "exit": 4, "gone": 6},
    new={"A": 1, "B": 4, "C": 10},
)


def said(told: dict[str, Any], lang: str = "nl") -> list[str]:
    return [sentence[lang] for sentence in told["sentences"]]


def test_the_report_says_who_stayed_and_counts_the_last_four_runs() -> None:
    told = report([WILD, QUIET, QUIET, QUIET, QUIET], [9.0, 3.0, 3.0, 3.0, 3.0])
    assert (told["periods"], told["months"]) == (4, [3.0, 3.0, 3.0, 3.0])
    assert told["from"] == {"A": 400, "C": 400}
    assert told["chances"]["A"]["A"] == [0.7963, 0.7625, 0.8284]
    assert told["settles"] is None
    assert said(told) == [
        "Van de A-klanten bleef per periode 80 % A (320 van 400; te verwachten 76 % tot 83 %)."
    ]
    assert said(told, "en") == [
        "Of the A customers 80% stayed A each period (320 of 400; to be expected 76% to 83%)."
    ]


def test_few_customers_are_told_as_counted_and_expected_widely() -> None:
    one = report([matrix(B={"B": 1})], [3.0])
    assert said(one)[0] == (
        "Van de B-klanten bleef per periode 100 % B (1 van 1; te verwachten 8 % tot 83 %)."
    )


def test_the_report_is_ready_for_json() -> None:
    told = report([WHOLE, WHOLE], [3.0, 3.0])
    assert json.loads(json.dumps(told)) == told


def test_the_report_says_where_the_division_settles() -> None:
    told = report([WHOLE, WHOLE], [3.0, 3.0])
    shares = told["settles"]
    assert sum(shares.values()) == pytest.approx(1, abs=2e-4)
    # Nearly the fixed point of the counted chances, each who leaves followed by a new one.
    stays = np.array([[75, 15, 5], [10, 70, 20], [2, 8, 80]]) / 100
    entered = stays + np.outer([0.05, 0, 0.10], np.array([1, 4, 10]) / 15)
    expected = steady_state(entered)
    assert list(shares.values()) == pytest.approx(expected.tolist(), abs=0.01)
    assert said(told)[-1].startswith(
        "Gaat het zo door, dan wordt de verdeling 18 % A, 29 % B, 53 % C, "
    )
    assert said(told, "en")[-1].endswith("with a new customer for each who goes.")
    assert sum(cell[0] for cell in told["chances"]["new"].values()) == pytest.approx(1, abs=2e-4)
    assert "gone" not in told["chances"]["new"]


def test_where_nobody_came_or_periods_differ_nothing_settles() -> None:
    closed = {**WHOLE, "new": dict.fromkeys(STATES, 0)}
    assert report([closed], [3.0])["settles"] is None
    other = {**WHOLE, "A": WHOLE["C"]}
    assert report([WHOLE, other], [3.0, 3.0])["settles"] is None


def test_the_report_warns_when_runs_are_not_alike() -> None:
    told = " ".join(said(report([QUIET, WILD], [3.0, 6.0]), "en"))
    assert "grain of salt" in told
    assert "not alike" in told


def test_the_report_warns_when_there_is_one_period() -> None:
    assert said(report([QUIET], [3.0]), "nl")[-1].startswith("Er is één periode geteld")
    assert "grain" not in " ".join(said(report([QUIET, QUIET], [3.0, 3.1]), "en"))


def test_without_a_second_run_there_is_nothing_to_report() -> None:
    told = report([], [])
    assert (told["periods"], told["from"], told["chances"]) == (0, {}, {})
    assert (told["settles"], told["sentences"]) == (None, [])


def test_a_matrix_without_months_is_refused() -> None:
    with pytest.raises(ValueError, match="months for every matrix"):
        report([QUIET], [])
