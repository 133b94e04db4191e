"""What would bring a customer to A, or cost him his place there: one criterion at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kernklant.engine.errors import Lang, Text
from kernklant.engine.segments.naming import named
from kernklant.engine.segments.wording import euros, figure
from kernklant.engine.value.criteria import Criterion
from kernklant.engine.value.score import inverse_share, share_of
from kernklant.engine.value.weights import POINTS

LINES = 3
NOISE_DIGITS = 6  # a figure is not rounded up for what is left of a sum of floats
# What a customer or we can bring about, and how it is said: {need} and {now} are figures.
CHANGES = {
    "clv": Text(
        "een klantwaarde na bediening van {need} (nu {now})",
        "a lifetime value after service of {need} (now {now})",
    ),
    "contribution_12m": Text(
        "een bijdrage van {need} per jaar (nu {now})",
        "a contribution of {need} a year (now {now})",
    ),
    "revenue_12m": Text(
        "een omzet van {need} per jaar (nu {now})", "revenue of {need} a year (now {now})"
    ),
    "potential": Text(
        "bij ons te besteden: {need} per jaar (nu bekend {now})",
        "still to spend with us: {need} a year (now known {now})",
    ),
    "referrals": Text(
        "{need} aangebrachte klanten (nu {now})", "{need} customers brought (now {now})"
    ),
    "price_realised": Text(
        "{need} % van de lijstprijs betalen (nu {now} %)",
        "paying {need}% of the list price (now {now}%)",
    ),
    "rating": Text(
        "een beoordeling van {need} op 4 (nu {now})", "a rating of {need} out of 4 (now {now})"
    ),
    "profile": Text(
        "{need} % van het gewenste profiel (nu {now} %)",
        "{need}% of the wanted profile (now {now}%)",
    ),
}
IN_EUROS = ("clv", "contribution_12m", "revenue_12m", "potential")
SCALES = {"price_realised": 100.0, "rating": 4.0, "profile": 100.0}
UP = Text("Dit alleen maakt hem A: {what}.", "This alone makes him A: {what}.")
DOWN = Text("Minder dan dit kost hem zijn A: {what}.", "Less than this costs him his A: {what}.")
UNKNOWN = Text(
    "Niet bekend van hem: {name}. Dat telt nu niet mee; invullen kan de score veranderen.",
    "Not known of him: {name}. It does not count now; filling it in can change the score.",
)
NOT_YET = Text(
    "Volgens de regels is hij al A; hij verschuift zodra zijn huidige segment onwaarschijnlijk "
    "genoeg is, zodat hij niet heen en weer gaat.",
    "By the rules he is A already; he moves once his present segment has become unlikely enough, "
    "so that he does not go to and fro.",
)
NO_LONGER = Text(
    "Volgens de regels is hij geen A meer; hij blijft het zolang A aannemelijk genoeg is, zodat "
    "hij niet heen en weer gaat.",
    "By the rules he is no A any more; he stays one while A is likely enough, so that he does not "
    "go to and fro.",
)
NOT_ONE = Text(
    "Geen criterium alleen is genoeg: hij staat op {score} punten en de grens ligt op {cut}.",
    "No criterion alone is enough: he stands at {score} points and the cut-off is {cut}.",
)


@dataclass(frozen=True, slots=True)
class Part:
    """A criterion of one customer's score and his value on it, NaN where not known.

    ``weight``: whole points it counts for in this score, which is that of the criterion when no
    other was left out.
    """

    criterion: Criterion
    value: float
    weight: float


def would_change(
    parts: Iterable[Part], *, score: float, cut: float, is_a: bool, by_rule: bool, barred: bool
) -> list[Text]:
    """At most three lines; the smallest change first, as part of what the criterion can give.

    ``score`` and ``cut`` in points of 100, before rounding. ``is_a``: he is A; ``by_rule``: the
    rules say so. Nothing for who is ``barred`` from A, whom no value helps, and where something
    else than the cut-off decides.
    """
    parts = list(parts)
    if barred or not np.isfinite(cut):
        return []
    if by_rule != (score >= cut):
        return []
    if is_a != by_rule:
        return [NO_LONGER if is_a else NOT_YET]
    known = [part for part in parts if not np.isnan(part.value)]
    told = sum(part.weight for part in known)
    found = sorted(
        (change for part in known if (change := _change(part, cut - score, told=told)) is not None),
        key=lambda change: change[0],
    )
    sentence = DOWN if is_a else UP
    lines = [_filled(sentence, what=what) for _size, what in found][:LINES]
    if not lines and not is_a:
        lines = [_filled(NOT_ONE, score=figure(round(score)), cut=figure(round(cut)))]
    blanks = [
        _filled(UNKNOWN, name=named(part.criterion.name)) for part in parts if np.isnan(part.value)
    ]
    return [*lines, *blanks][:LINES]


def joined(lines: list[str], lang: Lang) -> str:
    """Lines of one customer as one text: steps that each suffice become one sentence with "of"."""
    begins = UP.to(lang).partition("{")[0]
    steps = [line.removeprefix(begins).rstrip(".") for line in lines if line.startswith(begins)]
    others = [line for line in lines if not line.startswith(begins)]
    either = Text("; of ", "; or ").to(lang)
    return " ".join([f"{begins}{either.join(steps)}."] * bool(steps) + others)


def _change(part: Part, points: float, *, told: float) -> tuple[float, Text] | None:
    """How far his share must go, and to what value; None when the criterion cannot do it."""
    criterion = part.criterion
    now = float(share_of(criterion, np.array([part.value]))[0])
    need = now + points / (part.weight / told * POINTS)
    value = float(inverse_share(criterion, need))
    if not 0 <= need <= 1 or not np.isfinite(value):
        return None
    scale = SCALES.get(criterion.source, 1.0)
    written = euros if criterion.source in IN_EUROS else figure
    # Up and down both hold for the figure as written: up never falls short, down never goes over.
    needed = _rounded(value * scale, to=np.ceil if points > 0 else np.floor)
    words = _filled(
        CHANGES[criterion.source],
        need=written(needed),
        now=written(_rounded(part.value * scale)),
    )
    return abs(need - now), words


def _rounded(value: float, *, to: Callable[[float], float] = np.round) -> float:
    fine = 1 if abs(value) >= 10 else 10
    return float(to(round(value * fine, NOISE_DIGITS))) / fine


def _filled(sentence: Text, **figures: Text) -> Text:
    dutch: Mapping[str, Any] = {name: text.nl for name, text in figures.items()}
    english: Mapping[str, Any] = {name: text.en for name, text in figures.items()}
    return Text(sentence.nl.format(**dutch), sentence.en.format(**english))
