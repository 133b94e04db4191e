"""Charts as Vega-Lite specifications, drawn to SVG in the look of the house.

The report and the web draw with these. Colours are those of a light page; a page restyles them
by CSS attribute selectors (``[fill="#0b5f60"]``), so that one drawing serves light and dark.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any, Literal

TEAL, AMBER, SLATE, RUST = "#0b5f60", "#946000", "#64717d", "#a8442a"
INK, QUIET, HAIR = "#1d2429", "#5b656e", "#d8d4ca"
SEGMENT_COLOURS = {"A": TEAL, "B": AMBER, "C": SLATE, "exit": RUST}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
LOCALES: dict[str, dict[str, Any]] = {
    "nl": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["€ ", ""]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""]},
}
PERCENT = {"nl": "\u00a0%", "en": "%"}
CLASS_LABELS = 120
BAR_FIGURES = 72
# Roles would clash with ours, the font stands once on the drawing, namespaces look like addresses.
SUPERFLUOUS = "aria-[a-z]+|role|pointer-events|xmlns(?::xlink)?|version|font-family"

Spec = dict[str, Any]
Curve = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Caption:
    """What a picture says to who cannot see it; ``name`` makes its ids unique on a page."""

    name: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled point on a curve."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Titles:
    """What the axes measure, unit included."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class ValueClass:
    """One class of customers: number and worth (never negative) per segment, and in words."""

    label: str
    customers: Mapping[str, int]
    worth: Mapping[str, float]
    customers_words: str
    worth_words: str


def draw(spec: Spec, caption: Caption, *, lang: Literal["nl", "en"]) -> str:
    """A Vega-Lite specification as inline SVG: the same text for the same input.

    No script, no address, ids that start with the caption's name, numbers in the language.
    Texts in the specification may come from anybody: they are escaped.
    """
    svg = _converted(json.dumps(spec, sort_keys=True), lang)
    return _headed(_cleaned(svg, caption.name), caption)


@lru_cache(maxsize=256)
def _converted(spec: str, lang: str) -> str:
    import vl_convert

    locale = {**LOCALES[lang], "percent": PERCENT[lang]}
    svg: str = vl_convert.vegalite_to_svg(spec, format_locale=locale, allowed_base_urls=[])
    return svg


def _cleaned(svg: str, name: str) -> str:
    """Without Vega's roles, hidden parts and namespaces; its running ids become ours."""
    svg = re.sub(r'<path [^>]*display="none"/>', "", svg)
    svg = re.sub(r'<text [^>]*opacity="0"[^>]*>[^<]*</text>', "", svg)
    svg = re.sub(f' (?:{SUPERFLUOUS})="[^"]*"', "", svg)
    found = dict.fromkeys(re.findall(r' id="([^"]+)"', svg))
    for place, old in enumerate(found):
        new = f"{name}-{place}"
        svg = svg.replace(f'id="{old}"', f'id="{new}"').replace(f"url(#{old})", f"url(#{new})")
    return svg


def _headed(svg: str, caption: Caption) -> str:
    size = re.search(r'width="([\d.]+)" height="([\d.]+)"', svg)
    if size is None:
        raise ValueError("Vega made a drawing without a size")
    width, height = size.groups()
    name = escape(caption.name)
    head = (
        f'<svg role="img" aria-labelledby="{name}-t {name}-d" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="{FONT}">'
        f'<title id="{name}-t">{escape(caption.title)}</title>'
        f'<desc id="{name}-d">{escape(caption.description)}</desc>'
    )
    return head + svg[svg.index(">") + 1 :]


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
    points: Curve, marks: Sequence[Mark], *, peak: float, titles: Titles, width: int
) -> Spec:
    """Cumulative euros from the most to the least profitable customer, falling after the peak.

    ``points``: (share of customers, euros in the unit that ``titles.y`` names); ``peak`` is
    the share of customers at the top of the curve. The dashed line is the total.
    """
    up = [point for point in points if point[0] <= peak]
    down = [point for point in points if point[0] >= peak]
    heights = [y for _, y in points]
    total = _line([(0.0, points[-1][1]), (1.0, points[-1][1])], SLATE, dashed=True)
    layers = [_area(up, TEAL), _area(down, RUST), total, _line(up, TEAL), _line(down, RUST)]
    limits = (min(0.0, *heights), max(heights) * 1.1 or 1.0)
    axes = {"x": _share_axis(titles.x), "y": _axis(titles.y, ",~f", limits)}
    return _layered([*layers, *_marked(marks, RUST)], axes, width=width)


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


def house(**content: Any) -> Spec:
    """A specification in the look of the house: no frame, hairlines, quiet labels."""
    axis = {
        "labelColor": QUIET,
        "labelFontSize": 12,
        "labelPadding": 6,
        "gridColor": HAIR,
        "domain": False,
        "ticks": False,
        "titleColor": QUIET,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": None,
        "padding": {"left": 2, "right": 20, "top": 4, "bottom": 2},
        "config": {"aria": False, "font": FONT, "view": {"stroke": None}, "axis": axis},
        **content,
    }


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
