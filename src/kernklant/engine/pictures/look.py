"""The look of the house: its colours, letters and numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

TEAL, AMBER, SLATE, RUST = "#0b5f60", "#946000", "#64717d", "#a8442a"
INK, QUIET, HAIR = "#1d2429", "#5b656e", "#d8d4ca"
SEGMENT_COLOURS = {"A": TEAL, "B": AMBER, "C": SLATE, "exit": RUST}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
LOCALES: dict[str, dict[str, Any]] = {
    "nl": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["€ ", ""]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""]},
}
MONTHS = {
    "nl": ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}
PERCENT = {"nl": "\u00a0%", "en": "%"}

# XML has no place for these, however they are escaped.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Titles:
    """What the axes measure, unit included."""

    x: str
    y: str


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


def writable(words: str) -> str:
    """The words with a mark in place of each sign that no XML can hold."""
    return UNWRITABLE.sub("\ufffd", words)
