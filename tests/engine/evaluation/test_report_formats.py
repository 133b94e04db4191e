"""Figures as people read them in Dutch and English."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.formats import FORMATS, NOT_KNOWN, in_both

NL, EN = FORMATS["nl"], FORMATS["en"]


def plain(text: str) -> str:
    """Hard spaces as ordinary ones, for tests that people can read."""
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("value", "digits", "dutch", "english"),
    [
        (1234.565, 2, "1.234,57", "1,234.57"),
        (1204, 0, "1.204", "1,204"),
        (0.5, 0, "1", "1"),
        (Decimal("-1234.5"), 1, "−1.234,5", "−1,234.5"),
        (-0.001, 2, "0,00", "0.00"),
        (10**12, 0, "1.000.000.000.000", "1,000,000,000,000"),
    ],
)
def test_numbers(value: Any, digits: int, dutch: str, english: str) -> None:
    assert NL.number(value, digits=digits) == dutch
    assert EN.number(value, digits=digits) == english


@pytest.mark.parametrize(
    ("value", "digits", "dutch", "english"),
    [
        ("84213.55", 2, "€ 84.213,55", "€84,213.55"),
        ("84213.55", 0, "€ 84.214", "€84,214"),
        (-62000.0, 0, "−€ 62.000", "−€62,000"),
        (-0.3, 0, "€ 0", "€0"),
    ],
)
def test_euros(value: Any, digits: int, dutch: str, english: str) -> None:
    assert plain(NL.euros(value, digits=digits)) == dutch
    assert plain(EN.euros(value, digits=digits)) == english


@pytest.mark.parametrize(
    ("low", "high", "dutch", "english"),
    [
        (61000, 112000, "€ 61–112 duizend", "€61–112k"),
        ("5800000.00", "7400000.00", "€ 5,8–7,4 mln", "€5.8–7.4m"),
        (123e6, 456e6, "€ 123–456 mln", "€123–456m"),
        (612.4, 1120, "€ 612–1.120", "€612–1,120"),
        (0, 0, "€ 0", "€0"),
        (84000, 84200, "€ 84 duizend", "€84k"),
        (-5000, 20000, "−€ 5 tot € 20 duizend", "−€5 to €20k"),
        (None, 1, NOT_KNOWN, NOT_KNOWN),
    ],
)
def test_ranges_have_one_unit(low: Any, high: Any, dutch: str, english: str) -> None:
    assert plain(NL.span(low, high)) == dutch
    assert plain(EN.span(low, high)) == english


@pytest.mark.parametrize(
    ("value", "dutch"), [("2113402.00", "€ 2,1 mln"), (84000, "€ 84 duizend"), (8412, "€ 8.412")]
)
def test_short_amounts(value: Any, dutch: str) -> None:
    assert plain(NL.short(value)) == dutch


def test_shares_and_days() -> None:
    assert plain(NL.percent(0.48154, digits=2)) == "48,15 %"
    assert EN.percent(0.8) == "80%"
    assert plain(NL.day("2026-09-30")) == "30 sep 2026"
    assert plain(EN.day(date(2026, 3, 1))) == "1 Mar 2026"
    assert plain(NL.day(date(2026, 5, 1))) == "1 mei 2026"


def test_what_is_not_known_is_a_dash_everywhere() -> None:
    shown = [NL.number(None), NL.euros(None), NL.short(None), NL.percent(None), NL.day(None)]
    assert shown == [NOT_KNOWN] * 5


def test_a_sentence_gets_its_figures_in_each_language() -> None:
    sentence = Text("samen {sum}", "together {sum}")
    assert in_both(sentence, sum=lambda form: form.number(1204)) == Text(
        "samen 1.204", "together 1,204"
    )
