"""Curves of concentration: the 80/20 picture and the whale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kernklant.engine.pictures.links import LINKED, Link
from kernklant.engine.pictures.look import INK, QUIET, RUST, SLATE, TEAL, Spec, Titles, house

Curve = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled point on a curve."""

    x: float
    y: float
    label: str


def share_curve(points: Curve, marks: Sequence[Mark], *, titles: Titles, width: int) -> Spec:
    """The 80/20 picture: cumulative share against share of customers, largest first.

    ``points``: (share of customers, share of the total), from (0, 0). The dashed line is what
    equal customers would give.
    """
    top = max(1.0, *(y for _, y in points))
    equal = _line([(0.0, 0.0), (1.0, 1.0)], SLATE, dashed=True)
    layers = [_area(points, TEAL), equal, _line(points, TEAL), *_marked(marks, TEAL)]
    axes = {"x": _share_axis(titles.x), "y": _axis(titles.y, "%", (0.0, top))}
    return _layered(layers, axes, width=width)


def whale_curve(
    points: Curve,
    marks: Sequence[Mark],
    *,
    peak: float,
    titles: Titles,
    width: int,
    head: Link | None = None,
    tail: Link | None = None,
) -> Spec:
    """Cumulative euros from the most to the least profitable customer, falling after the peak.

    ``points``: (share of customers, euros in the unit that ``titles.y`` names); ``peak`` is
    the share of customers at the top of the curve. The dashed line is the total. ``head`` and
    ``tail`` lead to the customers before the peak, who bring it up, and after, who cost.
    """
    up = [point for point in points if point[0] <= peak]
    down = [point for point in points if point[0] >= peak]
    heights = [y for _, y in points]
    total = _line([(0.0, points[-1][1]), (1.0, points[-1][1])], SLATE, dashed=True)
    layers = [_area(up, TEAL), _area(down, RUST), total, _line(up, TEAL), _line(down, RUST)]
    limits = (min(0.0, *heights), max(heights) * 1.1 or 1.0)
    axes = {"x": _share_axis(titles.x), "y": _axis(titles.y, ",~f", limits)}
    doors = [*_door((0.0, peak), head), *_door((peak, 1.0), tail)]
    return _layered([*layers, *_marked(marks, RUST), *doors], axes, width=width)


def _door(between: tuple[float, float], link: Link | None) -> list[Spec]:
    """An unpainted field from edge to edge, easier to hit than a thin area."""
    if link is None or between[0] >= between[1]:
        return []
    row = {"x": between[0], "x2": between[1], **link.carried()}
    places = {"x": PLACES["x"], "x2": {"field": "x2"}, "y": {"value": 0}}
    field = {"type": "rect", "fill": "transparent", "aria": True}
    encoding = {**places, "y2": {"value": "height"}, **LINKED}
    return [{"data": {"values": [row]}, "mark": field, "encoding": encoding}]


def _layered(layers: list[Spec], axes: dict[str, Any], *, width: int) -> Spec:
    first = {**layers[0], "encoding": {**layers[0]["encoding"], **axes}}
    return house(width=width - 74, height=round(width * 0.62), layer=[first, *layers[1:]])


def _share_axis(title: str) -> Spec:
    axis = {"title": title, "titlePadding": 8, "format": "%", "values": [0, 0.2, 0.4, 0.6, 0.8, 1]}
    return {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "axis": {**axis, "grid": False, "labelFlush": False, "domain": True, "domainColor": QUIET},
    }


def _axis(title: str, number: str, limits: tuple[float, float]) -> Spec:
    above = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleBaseline": "bottom"}
    axis = {"title": title, "format": number, "tickCount": 5, "titleX": -52, "titleY": -8, **above}
    scale = {"domain": list(limits), "nice": False}
    return {"field": "y", "type": "quantitative", "scale": scale, "axis": axis}


def _data(points: Curve) -> Spec:
    return {"values": [{"x": x, "y": y} for x, y in points]}


PLACES = {
    "x": {"field": "x", "type": "quantitative"},
    "y": {"field": "y", "type": "quantitative"},
}


def _area(points: Curve, colour: str) -> Spec:
    mark = {"type": "area", "color": colour, "opacity": 0.12}
    return {"data": _data(points), "mark": mark, "encoding": PLACES}


def _line(points: Curve, colour: str, *, dashed: bool = False) -> Spec:
    look = {"strokeWidth": 1, "strokeDash": [2, 3]} if dashed else {"strokeWidth": 2.25}
    return {
        "data": _data(points),
        "mark": {"type": "line", "color": colour, **look},
        "encoding": PLACES,
    }


def _marked(marks: Sequence[Mark], colour: str) -> list[Spec]:
    """Dots with their words below the curve: right of a point on the left half, else left."""
    dots: list[Spec] = []
    for mark in marks:
        data = {"values": [{"x": mark.x, "y": mark.y, "label": mark.label.split("\n")}]}
        left = mark.x > 0.5
        words = {
            "type": "text",
            "align": "right" if left else "left",
            "baseline": "top",
            "dx": -2 if left else 9,
            "dy": 24 if left else 11,
            "fontSize": 13,
            "lineHeight": 16,
            "color": INK,
        }
        dot = {"type": "circle", "size": 64, "opacity": 1, "color": colour}
        dots.append({"data": data, "mark": dot, "encoding": PLACES})
        text = {**PLACES, "text": {"field": "label"}}
        dots.append({"data": data, "mark": words, "encoding": text})
    return dots
