"""A small `make accept`: two companies, and the sums by which they are judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from benchmarks import truth
from benchmarks.truth import Calibration, Judged, Outcome

pytestmark = pytest.mark.xdist_group("demo")
ONE, NEVER, PROSPECT, PARTS = truth.RULES


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    return [truth.one_company(seed, tmp_path_factory.mktemp(f"seed-{seed}")) for seed in (1, 2)]


def test_our_list_finds_more_of_the_true_top_than_one_by_past_revenue(
    outcomes: list[Outcome],
) -> None:
    assert np.mean([out.gain for out in outcomes]) > 0
    assert all(out.found > 0.6 for out in outcomes)
    assert all(150 <= out.chosen <= 190 for out in outcomes)


def test_every_customer_has_one_segment_and_an_insolvent_one_is_never_a(
    outcomes: list[Outcome],
) -> None:
    assert all(out.rules[ONE] and out.rules[NEVER] for out in outcomes)


def test_the_large_prospect_is_not_c_and_scores_add_up(outcomes: list[Outcome]) -> None:
    assert all(out.rules[PROSPECT] and out.rules[PARTS] for out in outcomes)


def test_the_chance_of_a_comes_true_as_often_as_told(outcomes: list[Outcome]) -> None:
    errors = [out.calibration.error for out in outcomes if out.calibration is not None]
    assert len(errors) == len(outcomes)
    assert np.mean(errors) <= truth.MOST_ERROR


def judged(
    *,
    segment: str = "ABCC",
    bought: tuple[int, ...] = (1, 2, 3),
    score: tuple[float | None, ...] = (61, 8, 40, None),
    worth: tuple[int, ...] = (60, 1, 40, 0),
    fit: tuple[int | None, ...] = (1, 7, 0, None),
) -> Judged:
    """Customers 1 to 4: 2 is the large prospect, 3 is insolvent, 1 and 3 are the true top."""
    customers = {"customer": [1, 2, 3, 4], "segment": list(segment)}
    points = {"customer": [1, 2, 3, 4], "worth": pa.array(worth, pa.int32())}
    points |= {"fit": pa.array(fit, pa.int32())}
    answer = SimpleNamespace(
        customers=pa.table({**customers, "score": pa.array(score, pa.float64())}),
        points=pa.table(points).take([3, 1, 0, 2]),
    )
    story = ["", "large_prospect", "", ""]
    told = pa.table({"story": story, "true_segment_top15": [True, False, True, False]})
    broke = np.array([False, False, True, False])
    return Judged(answer, told, insolvent=broke, bought=np.array(bought), true_a=2)


def rules(found: Judged) -> dict[str, bool | None]:
    return {name: rule(found) for name, rule in truth.RULES.items()}


def test_every_rule_can_hold() -> None:
    assert set(rules(judged()).values()) == {True}


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (ONE, judged(segment="AB-C")),
        (ONE, judged(bought=(1, 5))),
        (NEVER, judged(segment="CBAC")),
        (PROSPECT, judged(segment="ACCC")),
        (PARTS, judged(worth=(60, 2, 40, 0))),
        (PARTS, judged(score=(61, 8, None, None))),
        (PARTS, judged(score=(61, 8.4, 40, None))),
    ],
)
def test_every_rule_can_be_broken(rule: str, found: Judged) -> None:
    assert [name for name, holds in rules(found).items() if not holds] == [rule]


def test_a_score_nobody_has_is_not_taken_for_one_that_adds_up() -> None:
    assert rules(judged(score=(None, None, None, None)))[PARTS] is None


def test_the_best_of_a_list_come_by_value_and_the_unknown_last() -> None:
    worth = np.array([1.0, np.nan, 3.0, 3.0, -2.0])
    assert truth.top(worth, 3).tolist() == [2, 3, 0]
    assert truth.top(worth, 5).tolist() == [2, 3, 0, 4, 1]


def test_calibration_by_hand() -> None:
    """Twenty customers, two a bin: in eight bins .1 told and none came, in two .6 and one came."""
    chance = np.array([0.1] * 16 + [0.6] * 4 + [np.nan])
    came = np.array([False] * 16 + [True, False, False, True] + [True])
    found = truth.calibration(chance, came)
    assert found is not None
    assert found.error == pytest.approx((8 * 0.1 + 2 * 0.1) / 10)
    assert found.bias == pytest.approx((16 * 0.1 + 4 * 0.6 - 2) / 20)
    assert found.brier == pytest.approx((16 * 0.01 + 2 * 0.36 + 2 * 0.16) / 20)
    assert truth.calibration(np.full(3, np.nan), np.ones(3, np.bool_)) is None


def test_true_chances_are_calibrated_and_a_constant_in_a_mixed_base_has_no_bias() -> None:
    rng = np.random.default_rng(1)
    chance = rng.beta(0.3, 1.7, 200_000)
    came = rng.random(200_000) < chance
    found = truth.calibration(chance, came)
    assert found is not None
    assert found.error < 0.005
    flat = truth.calibration(np.full(200_000, came.mean()), came)
    assert flat is not None
    assert flat.bias < 1e-9
    assert flat.brier > found.brier


GOOD = Outcome(
    seed=1,
    chosen=180,
    found=0.75,
    rivals=dict.fromkeys(truth.RIVALS, 0.65),
    calibration=Calibration(0.03, 0.01, 0.08),
    rules=dict.fromkeys(truth.RULES, True),
    seconds={"invent": 1.0},
)
UNSURE = replace(GOOD, calibration=Calibration(0.08, 0.01, 0.08))


@pytest.mark.parametrize(
    ("outcome", "code", "told"),
    [
        (GOOD, 0, "reached       points above revenue_12m: +10.0"),
        (replace(GOOD, found=0.69), 1, "MISSED        points above revenue_12m: +4.0"),
        (UNSURE, 1, "MISSED        calibration error of P(A): 0.080"),
        (replace(GOOD, calibration=None), 1, "NOT MEASURED  calibration error of P(A)"),
        (replace(GOOD, rules={**GOOD.rules, NEVER: False}), 1, f"MISSED        {NEVER}: not with"),
        (replace(GOOD, rules={**GOOD.rules, PARTS: None}), 1, f"NOT MEASURED  {PARTS}"),
    ],
)
def test_a_missed_target_fails_the_run(
    outcome: Outcome,
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def known(seed: int, _folder: Path) -> Outcome:
        return replace(outcome, seed=seed)

    monkeypatch.setattr(truth, "one_company", known)
    assert truth.main(["--seeds", "1", "2"]) == code
    assert told in capsys.readouterr().out
