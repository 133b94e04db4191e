"""What people think of a customer, without how strict each of them is."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence

from tests.reference.facts import LONG_AGO, Row
from tests.reference.statistics import clip, mean


def corrected_marks(rows: Sequence[Row], criterion: str) -> dict[int, float]:
    """Marks per customer without how strict each rater is, drawn to the mean of all.

    Source: Searle, Casella & McCulloch (1992), mixed model, variances by mean field.
    """
    newest: dict[tuple[int, str], tuple[object, list[float]]] = {}
    wanted = _criterion(criterion)
    for row in rows:
        if _criterion(row["criterion"]) != wanted:
            continue
        key, day = (row["customer"], row["rater"] or ""), row["date"] or LONG_AGO
        if key not in newest or day > newest[key][0]:
            newest[key] = (day, [])
        if day == newest[key][0]:
            newest[key][1].append(float(row["mark"]))
    given = [(one, rater, mean(marks)) for (one, rater), (_, marks) in newest.items()]
    return _effects(given) if given else {}


def _criterion(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())


def _effects(given: list[tuple[int, str, float]]) -> dict[int, float]:
    times, many = Counter(one for one, _, _ in given), Counter(by for _, by, _ in given)
    own, strict = dict.fromkeys(times, 0.0), dict.fromkeys(many, 0.0)
    middle = mean([mark for _, _, mark in given])
    between, strictness, judgement = 1.0, 0.1, 0.25
    for _ in range(200):
        before = dict(own)
        spread = {one: judgement / (times[one] + judgement / between) for one in own}
        sums = _sums((one, mark - middle - strict[by]) for one, by, mark in given)
        own = {one: sums[one] * spread[one] / judgement for one in own}
        blur = {by: judgement / (many[by] + judgement / strictness) for by in strict}
        sums = _sums((by, mark - middle - own[one]) for one, by, mark in given)
        strict = {by: sums[by] * blur[by] / judgement for by in strict}
        middle = mean([mark - own[one] - strict[by] for one, by, mark in given])
        left = [
            (mark - middle - own[one] - strict[by]) ** 2 + spread[one] + blur[by]
            for one, by, mark in given
        ]
        between = _variance([own[one] ** 2 + spread[one] for one in own], 1.0)
        strictness = _variance([strict[by] ** 2 + blur[by] for by in strict], 0.1)
        judgement = _variance(left, 0.25)
        if max(abs(own[one] - before[one]) for one in own) < 1e-9:
            break
    return {one: clip(middle + value, 0.0, 4.0) for one, value in own.items()}


def _sums(parts: Iterable[tuple[Hashable, float]]) -> dict[Hashable, float]:
    found: dict[Hashable, float] = defaultdict(float)
    for key, value in parts:
        found[key] += value
    return found


def _variance(squares: Sequence[float], guess: float) -> float:
    return (math.fsum(squares) + 5 * guess) / (len(squares) + 5)
