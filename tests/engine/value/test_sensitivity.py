"""Sensitivity: chances that add up, the same for any order, and the weight that decides."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kernklant.engine.errors import UserError
from kernklant.engine.value import sensitivity as module
from kernklant.engine.value.criteria import Criterion
from kernklant.engine.value.score import Score, score
from kernklant.engine.value.sensitivity import Sensitivity, sensitivity

CRITERIA = (
    Criterion("worth", "clv", 60, "bounded", 0.0, 1.0),
    Criterion("fit", "profile", 30),
    Criterion("rated", "rating", 10),
)


def of(shares: np.ndarray, criteria: tuple[Criterion, ...] = CRITERIA) -> Score:
    values = {c.name: shares[:, k] for k, c in enumerate(criteria)}
    return score(criteria, values, events=np.full(len(shares), 9))


def random_base(n: int, *, missing: float, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    shares = rng.random((n, 3))
    shares[rng.random((n, 3)) < missing] = np.nan
    return shares


def same(one: np.ndarray, other: np.ndarray) -> bool:
    return np.ascontiguousarray(one).tobytes() == np.ascontiguousarray(other).tobytes()


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_chances_add_up_to_the_places_in_the_top(missing: float) -> None:
    found = sensitivity(of(random_base(400, missing=missing)), share_of_a=60, seed=1)
    assert np.nansum(found.p_top) == pytest.approx(60)
    known = ~np.isnan(found.p_top)
    assert np.all((found.p_top[known] >= 0) & (found.p_top[known] <= 1))
    assert np.all(found.rank_low[known] <= found.rank_high[known])
    assert np.nanmin(found.rank_low) >= 1
    assert np.nanmax(found.rank_high) <= known.sum()


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_any_order_of_customers_gives_the_same_bits(missing: float) -> None:
    shares = random_base(200, missing=missing)
    shares[20:40] = shares[40:60]  # customers alike
    order = np.random.default_rng(5).permutation(200)
    one = sensitivity(of(shares), share_of_a=30, seed=1)
    other = sensitivity(of(shares[order]), share_of_a=30, seed=1)
    for name in ("p_top", "rank_low", "rank_high"):
        assert same(getattr(one, name)[order], getattr(other, name)), name
    back = np.argsort(order[other.changing])
    assert order[other.changing][back].tolist() == one.changing.tolist()
    assert same(other.moved_by[back], one.moved_by)


def test_the_same_seed_gives_the_same_answer_and_another_nearly() -> None:
    given = of(random_base(200, missing=0.2))
    one, again, other = (sensitivity(given, share_of_a=30, seed=seed) for seed in (1, 1, 2))
    assert same(one.p_top, again.p_top)
    assert not same(one.p_top, other.p_top)
    assert np.nanmax(np.abs(one.p_top - other.p_top)) < 0.1


ONE_ANSWER = """
import numpy as np
from tests.engine.value.test_sensitivity import of, random_base, sensitivity
found = sensitivity(of(random_base(3000, missing=0.2)), share_of_a=450, seed=1, draws=200)
print(found.p_top.tobytes().hex(), found.moved_by.tobytes().hex())
"""


def test_the_last_bit_of_a_share_decides_nothing() -> None:
    """Of equals the one whose share was added up in another order is no other customer."""
    shares = random_base(40, missing=0.3)
    shares[:20] = shares[20:]
    other = shares * (1 + 1e-14)
    one, two = (sensitivity(of(base), share_of_a=9, seed=4) for base in (shares, other))
    assert same(one.p_top, two.p_top)


def test_any_number_of_threads_gives_the_same_bits() -> None:
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    answers = {
        subprocess.run(
            [sys.executable, "-c", ONE_ANSWER],
            env=os.environ | dict.fromkeys(names, threads),
            cwd=Path(__file__).parents[3],
            capture_output=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    }
    assert len(answers) == 1


def test_blocks_of_another_size_make_no_difference_where_nothing_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = of(random_base(300, missing=0))
    whole = sensitivity(given, share_of_a=45, seed=1)
    monkeypatch.setattr(module, "BLOCK", 1000)
    assert same(sensitivity(given, share_of_a=45, seed=1).p_top, whole.p_top)


def test_ranks_are_those_of_plain_counting() -> None:
    """Against a direct computation: each draw ranked on its own."""
    shares = random_base(50, missing=0)
    given = of(shares)
    found = sensitivity(given, share_of_a=8, seed=4, draws=300)
    weights = np.random.default_rng(4).dirichlet(50 * np.array([0.6, 0.3, 0.1]), 300)
    ranks = np.array([[(s > s[i]).sum() for i in range(50)] for s in weights @ shares.T])
    assert found.p_top == pytest.approx((ranks < 8).mean(axis=0))
    ordered = np.sort(ranks, axis=0) + 1
    assert found.rank_low == pytest.approx(ordered[14])
    assert found.rank_high == pytest.approx(ordered[285])


def test_best_on_everything_is_in_whatever_the_weights() -> None:
    shares = random_base(100, missing=0) * 0.9
    shares[7], shares[8] = 1.0, 0.0
    found = sensitivity(of(shares), share_of_a=15, seed=1)
    assert (found.p_top[7], found.rank_low[7], found.rank_high[7]) == (1, 1, 1)
    assert (found.p_top[8], found.rank_low[8], found.rank_high[8]) == (0, 100, 100)
    assert not {7, 8} & set(found.changing.tolist())


def two_kinds() -> Sensitivity:
    """Ten customers of worth alone and ten of fit alone, ten places: the weights decide."""
    shares = np.zeros((20, 3))
    shares[:10, 0] = np.linspace(0.5, 0.6, 10)
    shares[10:, 1] = np.linspace(0.8, 0.9, 10)
    return sensitivity(of(shares), share_of_a=10, seed=1, concentration=10)


def test_the_weight_that_decides_is_told() -> None:
    found = two_kinds()
    assert len(found.changing) > 0
    worth = found.changing < 10
    assert np.all(found.moved_by[worth, 0] > 0.3)
    assert np.all(found.moved_by[~worth, 0] < -0.3)
    assert np.all(found.moved_by[~worth, 1] > 0.3)


def test_weights_that_hardly_move_change_nobody() -> None:
    given = of(random_base(100, missing=0))
    assert len(sensitivity(given, share_of_a=15, seed=1, concentration=1e9).changing) == 0
    assert len(sensitivity(given, share_of_a=15, seed=1, concentration=10).changing) > 0


def test_what_is_missing_is_drawn_from_what_others_have() -> None:
    """Worth is not known of one, all others have the same: so has he, in every draw."""
    shares = np.full((50, 3), 0.5)
    shares[:, 1] = np.linspace(0, 1, 50)
    shares[25, 0] = np.nan
    found = sensitivity(of(shares), share_of_a=10, seed=1)
    assert found.rank_low[25] == found.rank_high[25] == 25


def test_customers_alike_get_the_same_answer() -> None:
    shares = np.full((30, 3), 0.5)
    shares[20:, 2] = np.nan
    found = sensitivity(of(shares), share_of_a=6, seed=1)
    assert np.unique(found.p_top[:20]).size == np.unique(found.p_top[20:]).size == 1
    assert found.p_top[0] == pytest.approx(0.2, abs=0.2)
    assert found.p_top.sum() == pytest.approx(6)


def test_of_whom_nothing_is_known_no_chance_is_told() -> None:
    shares = random_base(20, missing=0)
    shares[3] = np.nan
    found = sensitivity(of(shares), share_of_a=5, seed=1)
    assert np.isnan([found.p_top[3], found.rank_low[3], found.rank_high[3]]).all()
    assert np.isfinite(np.delete(found.p_top, 3)).all()
    assert 3 not in found.changing


def test_one_criterion_leaves_nothing_to_weigh() -> None:
    only = (Criterion("worth", "clv", 100, "bounded", 0.0, 1.0),)
    found = sensitivity(of(random_base(40, missing=0)[:, :1], only), share_of_a=6, seed=1)
    assert set(found.p_top.tolist()) == {0.0, 1.0}
    assert len(found.changing) == 0


@pytest.mark.parametrize("n", [0, 1, 5])
def test_without_any_score_there_is_nothing_to_tell(n: int) -> None:
    found = sensitivity(of(np.full((n, 3), np.nan)), share_of_a=1, seed=1)
    assert np.isnan(found.p_top).all()
    assert found.changing.shape == (0,)
    assert found.moved_by.shape == (0, 0)


@pytest.mark.parametrize(("places", "chance"), [(0, 0), (9, 1), (99, 1)])
def test_no_places_or_places_for_all(places: int, chance: float) -> None:
    found = sensitivity(of(random_base(9, missing=0)), share_of_a=places, seed=1)
    assert set(found.p_top.tolist()) == {chance}


def test_many_customers_get_fewer_draws_and_too_many_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_CELLS", 6000)
    monkeypatch.setattr(module, "MOST_CUSTOMERS", 60)
    assert sensitivity(of(random_base(50, missing=0)), share_of_a=5, seed=1).draws == 120
    with pytest.raises(UserError, match="up to 60 customers, these are 70"):
        sensitivity(of(random_base(70, missing=0)), share_of_a=5, seed=1)
