"""Days and months as people count them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from kernklant.engine.units import whole_months


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        ("2025-09-30", "2026-03-31", 6),
        ("2025-12-31", "2026-06-30", 6),
        ("2026-03-31", "2026-09-30", 6),
        ("2026-06-30", "2026-12-31", 6),
        ("2025-08-31", "2026-02-28", 6),
        ("2025-08-29", "2026-02-28", 6),
        ("2026-02-28", "2026-08-28", 6),
        ("2026-02-28", "2026-08-27", 5),
        ("2026-03-30", "2026-09-29", 5),
        ("2026-03-31", "2026-09-29", 5),
        ("2026-09-30", "2026-09-30", 0),
        ("2024-02-29", "2025-02-28", 12),
    ],
)
def test_months_are_counted_by_the_calendar(since: str, until: str, months: int) -> None:
    days = np.array([since, "1800-01-01"], dtype="datetime64[D]")
    found = whole_months(days, date.fromisoformat(until))
    assert found[0] == months
    assert found[1] > 2600
