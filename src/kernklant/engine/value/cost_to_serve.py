"""What it costs to serve a customer: minutes and euros of what was done for him."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rates:
    """Euros per hour, and minutes per activity where the source has none."""

    hour: float
    minutes: Mapping[str, float]
