"""A criterion that is put into a policy: as it begins, before anybody tunes it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from kernklant.engine.value.criteria import SOURCES, Criterion

# What a source is called as a criterion (naming.py has the words), and the marks of a rating.
NAMES = {
    "clv": "lifetime_value",
    "contribution_12m": "contribution",
    "revenue_12m": "revenue",
    "potential": "potential",
    "profile": "fit",
    "referrals": "brings_customers",
    "price_realised": "pays_a_good_price",
}
MARKS = {
    "nl": ("helemaal niet", "een beetje", "redelijk", "sterk", "zeer sterk"),
    "en": ("not at all", "a little", "fairly", "strongly", "very strongly"),
}
STEPS = (0.0, 1.0, 3.0)  # referrals: none, one, some


def new_criterion(
    source: str, weight: float, *, called: str = "", lang: str = "nl", taken: Collection[str] = ()
) -> Criterion:
    """A criterion of this source; ValueError for a source there is none of, or that is taken.

    ``called``: what people are asked to mark, of a rating; ``taken``: names that are in use. Bounds
    are "auto", so the first evaluation sets them; of referrals half the points come with the first.
    """
    if source not in SOURCES:
        raise ValueError(source)
    if source == "rating":
        name = _free(_slug(called), taken)
        return Criterion(name, source, weight, anchors=MARKS[lang], rated_as=called or None)
    name = NAMES[source]
    if name in taken:
        raise ValueError(name)
    if source == "profile":
        return Criterion(name, source, weight, profile={})
    if source == "referrals":
        points = (0.0, float(weight // 2), float(weight))
        steps = tuple(zip(STEPS, points, strict=True))
        return Criterion(name, source, weight, shape="threshold", steps=steps)
    return Criterion(name, source, weight, shape="bounded", low="auto", high="auto")


def can_be_added(taken: Collection[str]) -> list[str]:
    """Sources of which a policy with these criteria has none yet; of ratings there may be more."""
    return [one for one in SOURCES if one == "rating" or NAMES[one] not in taken]


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "rating"


def _free(name: str, taken: Collection[str]) -> str:
    if name not in taken:
        return name
    return next(f"{name}_{at}" for at in range(2, len(taken) + 3) if f"{name}_{at}" not in taken)
