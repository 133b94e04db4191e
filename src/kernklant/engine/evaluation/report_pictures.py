"""The pictures of the report: what of a run is drawn, with which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.evaluation.formats import MILLION, Format
from kernklant.engine.pictures import (
    Caption,
    Mark,
    Spec,
    Titles,
    ValueClass,
    draw,
    share_curve,
    value_classes,
    whale_curve,
)

WIDTHS = {"wide": 520, "narrow": 350}
# Two labelled points nearer than this would write over each other.
APART = 0.12
STEPS = (1, 3)
MOST_CLASSES = 8
LETTERS = ("A", "B", "C")

Words = Mapping[str, str]
Measure = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One picture for a wide page and for a telephone."""

    wide: str
    narrow: str


def share_picture(revenue: Measure, say: Words, form: Format) -> Drawn | None:
    """The 80/20 curve of revenue; None where shares mean nothing."""
    if revenue["why_not"] is not None:
        return None
    total = float(revenue["total"])
    points = [(share, float(euros) / total) for share, euros in revenue["whale"]["curve"]]
    marks = _share_marks(revenue, say, form)
    words = "; ".join(mark.label.replace("\n", ": ") for mark in marks)
    titles = Titles(say["share_x"], say["share_y"])
    specs = {
        name: share_curve(points, marks, titles=titles, width=width)
        for name, width in WIDTHS.items()
    }
    return _drawn(specs, ("share", say["share_title"], words), form)


def whale_picture(contribution: Measure | None, say: Words, form: Format) -> Drawn | None:
    """The whale curve of contribution; None when no contribution is known."""
    if contribution is None or not contribution["customers"]:
        return None
    whale = contribution["whale"]
    unit, in_unit = _unit(Decimal(whale["peak"]) or Decimal(whale["destroyed"]), form)
    points = [(share, float(Decimal(euros) / unit)) for share, euros in whale["curve"]]
    # Of equals the last: who brings nothing costs nothing either.
    top = max(points, key=lambda point: (point[1], point[0]))
    marks = _whale_marks(contribution, top, (say, form))
    titles = Titles(say["whale_x"], f"{say['contribution']}, {in_unit}")
    specs = {
        name: whale_curve(points, marks, peak=top[0], titles=titles, width=width)
        for name, width in WIDTHS.items()
    }
    words = "; ".join(mark.label.replace("\n", ": ") for mark in marks)
    return _drawn(specs, ("whale", say["whale_title"], words), form)


def classes_picture(customers: pa.Table, say: Words, form: Format) -> Drawn | None:
    """How many customers per class of lifetime value, and what they are worth together."""
    classes = classes_of(customers, say, form)
    if not classes:
        return None
    titles = Titles(say["customers"], say["clv"])
    specs = {
        name: value_classes(classes, titles=titles, width=width) for name, width in WIDTHS.items()
    }
    words = "; ".join(f"{one.label}: {one.customers_words}, {one.worth_words}" for one in classes)
    return _drawn(specs, ("classes", say["classes_title"], words), form)


def classes_of(customers: pa.Table, say: Words, form: Format) -> list[ValueClass]:
    """Classes of lifetime value from high to low, bounds 1, 3, 10, 30 …; the unknown left out."""
    worth = customers["clv"].to_numpy(zero_copy_only=False).astype(float)
    known = ~np.isnan(worth)
    worth = worth[known]
    if not len(worth):
        return []
    letters = pc.index_in(customers["segment"], value_set=pa.array(LETTERS))
    letter = letters.to_numpy(zero_copy_only=False)[known]
    bounds = _bounds(float(worth.max()))
    place = np.searchsorted(bounds, worth, side="right")
    return [
        _class(_label(bounds, at, say, form), worth[place == at], letter[place == at], form)
        for at in range(len(bounds), -1, -1)
        if (place == at).any()
    ]


def _bounds(most: float) -> list[int]:
    """The round amounts below the highest value, at most as many as there are classes."""
    rounds = [step * 10**power for power in range(13) for step in STEPS]
    return [amount for amount in rounds if amount <= most][-(MOST_CLASSES - 1) :]


def _label(bounds: list[int], at: int, say: Words, form: Format) -> str:
    if at == len(bounds):
        return say["above"].format(low=form.short(bounds[-1])) if bounds else form.euros(0)
    if at == 0:
        return say["below"].format(high=form.short(bounds[0]))
    return form.span(bounds[at - 1], bounds[at])


def _class(label: str, worth: np.ndarray, letter: np.ndarray, form: Format) -> ValueClass:
    of = {name: letter == at for at, name in enumerate(LETTERS) if (letter == at).any()}
    customers = {name: int(members.sum()) for name, members in of.items()}
    euros = {name: max(0.0, _sum(worth[members])) for name, members in of.items()}
    return ValueClass(label, customers, euros, form.number(len(worth)), form.short(_sum(worth)))


def _sum(euros: np.ndarray) -> float:
    return float(np.sort(euros).sum())  # sorted, so that the order of rows makes no difference


def _share_marks(revenue: Measure, say: Words, form: Format) -> list[Mark]:
    count, all_ = revenue["customers_for_80"], revenue["customers"]
    who = say["customer"] if count == 1 else say["customers"]
    at_80 = f"{form.number(count)} {who}\n{form.percent(0.8)} {say['revenue']}"
    marks = [Mark(count / all_, 0.8, at_80)]
    fifth = revenue["top_share"]["20"]
    if abs(count / all_ - 0.2) > APART and fifth <= 1:
        at_20 = f"{form.percent(0.2)} {say['customers']}\n{form.percent(fifth)} {say['revenue']}"
        marks.append(Mark(0.2, fifth, at_20))
    return marks


def _whale_marks(
    contribution: Measure, top: tuple[float, float], words: tuple[Words, Format]
) -> list[Mark]:
    say, form = words
    whale = contribution["whale"]
    if not whale["loss_makers"]:
        return []
    label = say["peak"].format(peak=form.short(whale["peak"]))
    if whale["peak_share"] is not None:
        label += "\n" + say["peak_share"].format(share=form.percent(whale["peak_share"]))
    return [Mark(top[0], top[1], label)]


def _unit(size: Decimal, form: Format) -> tuple[Decimal, str]:
    if size >= MILLION:
        return MILLION, {"nl": "miljoen euro", "en": "million euros"}[form.lang]
    if size >= 10_000:
        return Decimal(1000), {"nl": "duizend euro", "en": "thousand euros"}[form.lang]
    return Decimal(1), {"nl": "euro", "en": "euros"}[form.lang]


def _drawn(specs: Mapping[str, Spec], words: tuple[str, str, str], form: Format) -> Drawn:
    name, title, description = words
    return Drawn(
        **{
            size: draw(spec, Caption(f"{name}-{size}", title, description), lang=form.lang)
            for size, spec in specs.items()
        }
    )
