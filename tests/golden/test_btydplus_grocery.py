"""Parameters of the grocery log of BTYDplus (1,525 customers), a log that is not ours to ship."""

from __future__ import annotations

import pytest

from kernklant.engine.value.purchases import chance_alive
from tests.golden.purchase_data import given, in_weeks


def test_more_orders_before_make_silence_more_telling() -> None:
    pareto = given("pareto", (0.7864, 5.679, 0.3862, 5.7178))
    silent = in_weeks([1, 2, 3, 4, 5], [12] * 5, [52] * 5)
    alive = chance_alive(pareto, silent)
    assert alive == pytest.approx([0.3186, 0.1652, 0.0728, 0.0288, 0.0107], abs=5.5e-5)
