"""One battery that every purchase model passes, on ordinary bases and on twenty odd ones."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from kernklant.engine.errors import UserError
from kernklant.engine.ledger.history import Purchases
from kernklant.engine.value.purchases import (
    MODELS,
    Model,
    chance_alive,
    count_tail,
    discounted_purchases,
    expected_from_new,
    expected_purchases,
    fit_purchases,
)
from tests.engine.value.purchase_bases import base, odd_bases, simulate

ODD = odd_bases()
NOT_SOUND = {
    "nobody": "There are no customers",
    "one, new today": "All customers bought for the first time on the as-of date",
    "one": "Only 1 customer bought more than once",
    "two": "Only 1 customer bought more than once",
    "no repeats": "Nobody bought a second time",
    "one repeat": "Only 1 customer bought more than once",
    "all new today": "All customers bought for the first time on the as-of date",
    "a whale of a million": "Only 1 customer bought more than once",
    "one day": "Nobody bought a second time",
}
every_model = pytest.mark.parametrize("model", sorted(MODELS))


@pytest.fixture(scope="module")
def ordinary() -> Purchases:
    return simulate("mbg", (1.2, 10.0, 0.8, 2.5), customers=1000, seed=1)


@every_model
@pytest.mark.parametrize("prior", [None, False])
@pytest.mark.parametrize("name", ODD)
def test_no_base_gives_nonsense(model: Model, prior: bool | None, name: str) -> None:
    history = ODD[name]
    fit = fit_purchases(history, model=model, prior=prior)
    assert np.all(np.isfinite([*fit.parameters, fit.log_likelihood]))
    assert min(fit.parameters) > 0
    assert np.linalg.eigvalsh(fit.covariance)[0] > 0
    assert fit.why.nl != fit.why.en
    alive = chance_alive(fit, history)
    assert np.all((alive >= 0) & (alive <= 1))
    for worth in (
        expected_purchases(fit, history, weeks=52),
        discounted_purchases(fit, history, weeks=156.5, weekly_rate=0.0018),
        discounted_purchases(fit, history, weeks=None, weekly_rate=0.0018),
    ):
        assert worth.shape == history.x.shape
        assert np.all(np.isfinite(worth) & (worth >= 0))
    tail = count_tail(fit, history.x[:3], history.T[:3], weeks=52, most=20)
    assert np.all((tail >= 0) & (tail <= 1))


@every_model
@pytest.mark.parametrize("name", NOT_SOUND)
def test_a_base_that_teaches_nothing_is_said_to(model: Model, name: str) -> None:
    fit = fit_purchases(ODD[name], model=model)
    assert not fit.sound
    assert fit.why.en.startswith(NOT_SOUND[name])


@every_model
@pytest.mark.parametrize("name", ["clockwork", "all equal", "all loyal", "two kinds"])
def test_parameters_at_a_wall_are_not_sound(model: Model, name: str) -> None:
    assert not fit_purchases(ODD[name], model=model, prior=False).sound


@every_model
def test_an_ordinary_base_is_sound(model: Model, ordinary: Purchases) -> None:
    fit = fit_purchases(ordinary, model=model)
    assert fit.sound
    assert (fit.model, fit.customers, fit.prior) == (model, 1000, False)


@every_model
def test_more_weeks_bring_more_purchases(model: Model, ordinary: Purchases) -> None:
    fit = fit_purchases(ordinary, model=model)
    weeks = [expected_purchases(fit, ordinary, weeks=span) for span in (0, 1, 52, 520)]
    assert np.all(weeks[0] == 0)
    assert all(np.all(later > earlier) for earlier, later in pairwise(weeks))


@every_model
def test_discounting_takes_away_and_no_discount_takes_nothing(
    model: Model, ordinary: Purchases
) -> None:
    fit = fit_purchases(ordinary, model=model)
    plain = expected_purchases(fit, ordinary, weeks=100)
    free = discounted_purchases(fit, ordinary, weeks=100, weekly_rate=0.0)
    assert free == pytest.approx(plain, rel=1e-12)
    assert np.all(discounted_purchases(fit, ordinary, weeks=100, weekly_rate=0.002) < plain)


@every_model
def test_customers_are_scored_alike_alone_and_together(model: Model, ordinary: Purchases) -> None:
    fit = fit_purchases(ordinary, model=model)
    together = expected_purchases(fit, ordinary, weeks=52)
    for row in (0, 17, 998):
        alone = Purchases(*(v[row : row + 1] for v in (ordinary.x, ordinary.t_x, ordinary.T)))
        assert expected_purchases(fit, alone, weeks=52) == pytest.approx(
            together[row : row + 1], rel=1e-11
        )


@every_model
def test_a_purchase_today_makes_being_alive_likelier(model: Model, ordinary: Purchases) -> None:
    fit = fit_purchases(ordinary, model=model)
    alive = chance_alive(fit, base([5, 5, 5], [100, 200, 300], [300, 300, 300]))
    assert alive[0] < alive[1] < alive[2]


@every_model
def test_a_new_customer_is_one_of_one_purchase_today(model: Model, ordinary: Purchases) -> None:
    fit = fit_purchases(ordinary, model=model)
    today = expected_purchases(fit, base([0], [0], [0]), weeks=52)[0]
    assert expected_from_new(fit, weeks=52) == pytest.approx(today, rel=1e-12)


@every_model
def test_for_ever_needs_a_discount(model: Model, ordinary: Purchases) -> None:
    fit = fit_purchases(ordinary, model=model)
    with pytest.raises(ValueError, match="positive discount rate"):
        discounted_purchases(fit, ordinary, weeks=None, weekly_rate=0.0)
    with pytest.raises(ValueError, match="must not be negative"):
        discounted_purchases(fit, ordinary, weeks=-1.0, weekly_rate=0.0)


@pytest.mark.parametrize(
    ("x", "t_x", "end"),
    [([1], [11], [10]), ([-1], [0], [10]), ([1], [-1], [10]), ([0], [3], [10]), ([0], [0], [-1])],
)
def test_an_impossible_history_is_refused_with_its_row(
    x: list[int], t_x: list[int], end: list[int]
) -> None:
    with pytest.raises(UserError) as refused:
        fit_purchases(base([2, *x], [5, *t_x], [9, *end]))
    assert "row 1" in refused.value.where
    assert "peildatum" in refused.value.to("nl")


def test_time_in_milliseconds_is_refused() -> None:
    with pytest.raises(UserError, match="cannot exist"):
        fit_purchases(base([0], [0], [2_000_000_000]))


def test_columns_must_be_whole_numbers_of_one_length() -> None:
    good = base([1], [2], [3])
    with pytest.raises(ValueError, match="one value per customer"):
        fit_purchases(Purchases(good.x, good.t_x, np.array([3, 3], dtype=np.int32)))
    with pytest.raises(ValueError, match="whole numbers"):
        fit_purchases(Purchases(good.x, good.t_x, np.array([np.nan])))
