"""Charts as Vega-Lite specifications or pieces on a canvas, drawn to SVG in the look of the house.

The report and the web draw with these. Colours are those of a light page; a page restyles them
by CSS attribute selectors (``[fill="#0b5f60"]``), so that one drawing serves light and dark.
"""

from kernklant.engine.pictures.bins import Bin, binned
from kernklant.engine.pictures.canvas import Canvas
from kernklant.engine.pictures.classes import ValueClass, value_classes
from kernklant.engine.pictures.curves import Curve, Mark, share_curve, whale_curve
from kernklant.engine.pictures.drawing import Caption, draw
from kernklant.engine.pictures.history import HistoryPoint, RuleChange, history_lines
from kernklant.engine.pictures.links import Link
from kernklant.engine.pictures.look import (
    AMBER,
    INK,
    QUIET,
    RUST,
    SEGMENT_COLOURS,
    SLATE,
    TEAL,
    Spec,
    Titles,
    house,
)
from kernklant.engine.pictures.months import Bar, month_bars
from kernklant.engine.pictures.scatter import (
    MOST_DOTS,
    Corner,
    Divide,
    Dot,
    value_density,
    value_satisfaction,
)
from kernklant.engine.pictures.shape import (
    Shape,
    ShapeWords,
    Weight,
    score_range,
    score_shape,
    weights_bar,
)
from kernklant.engine.pictures.shares import SegmentShares, ShareBar, share_bars

__all__ = [
    "AMBER",
    "INK",
    "MOST_DOTS",
    "QUIET",
    "RUST",
    "SEGMENT_COLOURS",
    "SLATE",
    "TEAL",
    "Bar",
    "Bin",
    "Canvas",
    "Caption",
    "Corner",
    "Curve",
    "Divide",
    "Dot",
    "HistoryPoint",
    "Link",
    "Mark",
    "RuleChange",
    "SegmentShares",
    "Shape",
    "ShapeWords",
    "ShareBar",
    "Spec",
    "Titles",
    "ValueClass",
    "Weight",
    "binned",
    "draw",
    "history_lines",
    "house",
    "month_bars",
    "score_range",
    "score_shape",
    "share_bars",
    "share_curve",
    "value_classes",
    "value_density",
    "value_satisfaction",
    "weights_bar",
    "whale_curve",
]
