"""A criterion: where it takes its value from, and how that becomes points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Bound = float | Literal["auto"]
SOURCES = (
    "clv",
    "contribution_12m",
    "revenue_12m",
    "potential",
    "profile",
    "rating",
    "referrals",
    "price_realised",
)
SHAPES = ("bounded", "linear", "threshold")
WITHOUT_SHAPE = ("profile", "rating")  # these have a scale of their own
MOST_EUROS = 1e12


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: where its value comes from and how many of the 100 points it can bring.

    ``low`` and ``high`` bound the shape in the unit of the source; ``steps`` are (from this
    value on, this many points), ascending. ``profile`` holds per attribute the values wanted,
    or two numbers: from and to. ``anchors`` name the marks of a rating, lowest first.
    """

    name: str
    source: str
    weight: float
    shape: str | None = None
    low: Bound | None = None
    high: Bound | None = None
    steps: tuple[tuple[float, float], ...] = ()
    profile: Mapping[str, tuple[Any, ...]] | None = None
    anchors: tuple[str, ...] = ()
    rated_as: str | None = None
