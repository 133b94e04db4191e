"""The criteria of a policy as its document tells them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

from kernklant.engine.errors import Text
from kernklant.engine.segments.document import Document
from kernklant.engine.value.criteria import (
    MOST_EUROS,
    SHAPES,
    SOURCES,
    WITHOUT_SHAPE,
    Bound,
    Criterion,
)


def read_criteria(document: Document) -> tuple[Criterion, ...]:
    """The criteria of a document that has them; their weights must be whole and make 100."""
    criteria = tuple(_criterion(document, name) for name in document.keys_of("criteria"))
    weights = sum(criterion.weight for criterion in criteria)
    unsure = any(fault.path.endswith(".weight") for fault in document.faults)
    if weights != 100 and not unsure:
        document.fault(
            "criteria",
            Text(
                f"de gewichten zijn samen {weights:g}, niet 100",
                f"the weights add up to {weights:g}, not 100",
            ),
            Text("verdeel precies 100 punten", "divide exactly 100 points"),
        )
    return criteria


def _criterion(document: Document, name: str) -> Criterion:
    at = f"criteria.{name}"
    source = document.choice(f"{at}.source", SOURCES, default=None)
    own_scale = source in WITHOUT_SHAPE
    weight = document.number(f"{at}.weight", default=None, low=0, high=100, whole=True)
    shape = document.choice(f"{at}.shape", SHAPES, default="" if own_scale else None)
    low, high = _bounds(document, at) if shape in {"bounded", "linear"} else (None, None)
    return Criterion(
        name=name,
        source=source,
        weight=weight,
        shape=shape or None,
        low=low,
        high=high,
        steps=_steps(document, f"{at}.steps", most=weight) if shape == "threshold" else (),
        profile=_profile(document, f"{at}.profile") if source == "profile" else None,
        anchors=tuple(document.words(f"{at}.anchors")) if own_scale else (),
        rated_as=document.text(f"{at}.rated_as") if own_scale else None,
    )


def _bounds(document: Document, at: str) -> tuple[Bound, Bound]:
    before = len(document.faults)
    low, high = _bound(document, f"{at}.from"), _bound(document, f"{at}.to")
    if before == len(document.faults) and "auto" not in {low, high} and low >= high:
        document.fault(
            f"{at}.to",
            Text(
                f"to = {high:g} ligt niet boven from = {low:g}",
                f"to = {high:g} is not above from = {low:g}",
            ),
            Text("zet to hoger", "set to higher"),
        )
    return low, high


def _bound(document: Document, path: str) -> Any:
    if document.peek(path) == "auto":
        return document.take(path)
    return document.number(path, default=None, low=-MOST_EUROS, high=MOST_EUROS)


def _steps(document: Document, path: str, *, most: float) -> tuple[tuple[float, float], ...]:
    steps = document.take(path)
    if not _ascending_pairs(steps):
        document.fault(
            path,
            Text(
                "steps zijn oplopende paren [waarde, punten]",
                "steps are ascending pairs [value, points]",
            ),
            Text("bijvoorbeeld [[0, 0], [1, 4], [3, 7]]", "for example [[0, 0], [1, 4], [3, 7]]"),
        )
        return ()
    if not all(0 <= points <= most for _value, points in steps):
        document.fault(
            path,
            Text(
                f"een stap geeft punten buiten 0 tot en met het gewicht ({most:g})",
                f"a step gives points outside 0 to the weight ({most:g})",
            ),
            Text("pas de punten of het gewicht aan", "change the points or the weight"),
        )
    if any(before[1] > after[1] for before, after in itertools.pairwise(steps)):
        document.fault(
            path,
            Text(
                "de punten dalen terwijl de waarde stijgt; meer waarde mag geen punten kosten",
                "points fall while the value rises; more value must not cost points",
            ),
            Text("zet de punten oplopend", "let the points rise"),
        )
    return tuple((float(value), float(points)) for value, points in steps)


def _ascending_pairs(steps: Any) -> bool:
    pairs = isinstance(steps, list) and all(
        isinstance(step, list) and len(step) == 2 and all(map(_countable, step)) for step in steps
    )
    return pairs and bool(steps) and all(a[0] < b[0] for a, b in itertools.pairwise(steps))


def _countable(value: Any) -> bool:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return plain and abs(value) <= MOST_EUROS and math.isfinite(value)


def _profile(document: Document, path: str) -> Mapping[str, tuple[Any, ...]] | None:
    profile = document.take(path)
    if profile is None:
        return None
    if not isinstance(profile, dict) or not all(map(_wanted, profile.values())):
        document.fault(
            path,
            Text(
                "profile is een tabel van lijsten: teksten, of twee getallen van laag naar hoog",
                "profile is a table of lists: texts, or two numbers from low to high",
            ),
            Text(
                'bijvoorbeeld { sector = ["43"], employees = [10, 250] }',
                'for example { sector = ["43"], employees = [10, 250] }',
            ),
        )
        return None
    return {name: tuple(values) for name, values in profile.items()}


def _wanted(values: Any) -> bool:
    if not isinstance(values, list) or not values:
        return False
    if all(isinstance(value, str) for value in values):
        return True
    return len(values) == 2 and all(map(_countable, values)) and values[0] < values[1]
