"""Charts as Vega-Lite specifications, drawn to SVG in the look of the house.

The report and the web draw with these. Colours are those of a light page; a page restyles them
by CSS attribute selectors (``[fill="#0b5f60"]``), so that one drawing serves light and dark.
"""

from kernklant.engine.pictures.classes import ValueClass, value_classes
from kernklant.engine.pictures.curves import Curve, Mark, share_curve, whale_curve
from kernklant.engine.pictures.drawing import Caption, draw
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

__all__ = [
    "AMBER",
    "INK",
    "QUIET",
    "RUST",
    "SEGMENT_COLOURS",
    "SLATE",
    "TEAL",
    "Caption",
    "Curve",
    "Link",
    "Mark",
    "Spec",
    "Titles",
    "ValueClass",
    "draw",
    "house",
    "share_curve",
    "value_classes",
    "whale_curve",
]
