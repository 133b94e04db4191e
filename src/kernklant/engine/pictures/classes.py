"""How many customers per class of value, and how much they are worth together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kernklant.engine.pictures.look import INK, QUIET, SEGMENT_COLOURS, Spec, Titles, house

CLASS_LABELS = 120
BAR_FIGURES = 72


@dataclass(frozen=True, slots=True)
class ValueClass:
    """One class of customers: number and worth (never negative) per segment, and in words."""

    label: str
    customers: Mapping[str, int]
    worth: Mapping[str, float]
    customers_words: str
    worth_words: str


def value_classes(classes: Sequence[ValueClass], *, titles: Titles, width: int) -> Spec:
    """Two rows of bars side by side: how many customers per class, and how much value.

    ``titles.x`` stands above the customers, ``titles.y`` above the value.
    """
    each = (width - CLASS_LABELS - 34) // 2
    panels = [
        _bars(classes, "customers", title=titles.x, width=each),
        _bars(classes, "worth", title=titles.y, width=each),
    ]
    return house(hconcat=panels, spacing=14)


def _bars(classes: Sequence[ValueClass], measure: str, *, title: str, width: int) -> Spec:
    first = measure == "customers"
    axis = {"title": None, "labelColor": INK, "labelLimit": 0, "minExtent": CLASS_LABELS}
    y = {
        "field": "label",
        "type": "nominal",
        "sort": [group.label for group in classes],
        "axis": axis if first else None,
    }
    return {
        "width": width,
        "height": {"step": 24},
        "title": {
            "text": title,
            "anchor": "start",
            "fontSize": 12,
            "fontWeight": "normal",
            "color": QUIET,
        },
        "layer": [_stacked(classes, measure, y, width), _totals(classes, measure, y)],
    }


def _stacked(classes: Sequence[ValueClass], measure: str, y: Spec, width: int) -> Spec:
    rows = [
        {"label": group.label, "segment": segment, "size": size, "place": place}
        for group in classes
        for place, (segment, size) in enumerate(getattr(group, measure).items())
    ]
    most = max((sum(getattr(group, measure).values()) for group in classes), default=0)
    room = width / (width - BAR_FIGURES)  # for the figure behind the longest bar
    scale = {"domain": [0, most * room or 1], "nice": False}
    letters = list(SEGMENT_COLOURS)
    colours = {"domain": letters, "range": [SEGMENT_COLOURS[letter] for letter in letters]}
    return {
        "data": {"values": rows},
        "mark": {"type": "bar", "height": 14},
        "encoding": {
            "y": y,
            "x": {"field": "size", "type": "quantitative", "scale": scale, "axis": None},
            "color": {"field": "segment", "type": "nominal", "scale": colours, "legend": None},
            "order": {"field": "place"},
        },
    }


def _totals(classes: Sequence[ValueClass], measure: str, y: Spec) -> Spec:
    rows = [
        {
            "label": group.label,
            "size": sum(getattr(group, measure).values()),
            "words": getattr(group, f"{measure}_words"),
        }
        for group in classes
    ]
    words = {"type": "text", "align": "left", "dx": 5, "fontSize": 12, "color": INK}
    return {
        "data": {"values": rows},
        "mark": words,
        "encoding": {
            "y": y,
            "x": {"field": "size", "type": "quantitative", "axis": None},
            "text": {"field": "words"},
        },
    }
