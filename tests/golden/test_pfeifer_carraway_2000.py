"""Values of segments as a Markov chain, against Pfeifer & Carraway (2000)."""

from __future__ import annotations

import numpy as np
import pytest

from kernklant.engine.segments.markov import steady_state, value_of

# Recency 1 to 4 and former customer; a buyer is worth 40 less the 4 of contacting him, the
# others cost 4, a former customer is left alone. Buys again: .3, .2, .15, .05 by recency.
AGAIN = (0.30, 0.20, 0.15, 0.05)
CHAIN = np.array(
    [
        [AGAIN[0], 1 - AGAIN[0], 0, 0, 0],
        [AGAIN[1], 0, 1 - AGAIN[1], 0, 0],
        [AGAIN[2], 0, 0, 1 - AGAIN[2], 0],
        [AGAIN[3], 0, 0, 0, 1 - AGAIN[3]],
        [0, 0, 0, 0, 1],
    ]
)
REWARD = np.array([36.0, -4.0, -4.0, -4.0, 0.0])
THREE = np.array([[0.80, 0.15, 0.05], [0.10, 0.70, 0.20], [0.02, 0.08, 0.90]])


def test_the_value_for_ever_is_the_published_one() -> None:
    value = value_of(CHAIN, REWARD, discount=0.2)
    assert value == pytest.approx([52.320, 5.554, 1.251, -1.820, 0], abs=6e-4)


def test_the_value_of_four_periods_is_the_published_one() -> None:
    value = value_of(CHAIN, REWARD, discount=0.2, periods=4)
    assert value[:4] == pytest.approx([50.115, 4.220, 0.592, -1.980], abs=6e-4)


def test_three_segments_settle_and_are_worth_what_they_should() -> None:
    assert steady_state(THREE) == pytest.approx([0.1795, 0.2436, 0.5769], abs=5e-5)
    value = value_of(THREE, np.array([100.0, 30.0, 5.0]), discount=0.1)
    assert value == pytest.approx([570.07, 334.09, 218.14], abs=6e-3)


def test_rows_above_one_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 1"):
        value_of(CHAIN * 1.01, REWARD, discount=0.2)
    with pytest.raises(ValueError, match="above 0"):
        value_of(CHAIN, REWARD, discount=0)
