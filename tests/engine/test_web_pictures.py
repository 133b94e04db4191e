"""The pictures of the web pages: every mark there, links kept, nothing outside or alive in it."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernklant.engine.pictures import (
    MOST_DOTS,
    Bar,
    Canvas,
    Caption,
    Corner,
    Divide,
    Dot,
    HistoryPoint,
    Link,
    RuleChange,
    SegmentShares,
    Shape,
    ShapeWords,
    ShareBar,
    Titles,
    Weight,
    binned,
    draw,
    history_lines,
    month_bars,
    score_range,
    score_shape,
    share_bars,
    value_satisfaction,
    weights_bar,
)

HOSTILE = '<script>alert(1)</script>"onload=x'
CORNERS = {
    name: Corner(name, "7 · € 1 mln", Link(f"/klanten/?hoek={name}", name))
    for name in ("low_high", "high_high", "low_low", "high_low")
}


def svg(spec: Canvas, lang: str = "nl") -> str:
    drawn = draw(spec, Caption("test", "titel", "wat er staat"), lang=lang)  # type: ignore[arg-type]
    assert not re.search(r"<(script|style)|<[^>]*\s(style|on\w+)=|javascript:", drawn)
    width, height = map(float, re.findall(r'width="([\d.]+)" height="([\d.]+)"', drawn)[0])
    for x, y in re.findall(r' c?x="(-?[\d.]+)" c?y="(-?[\d.]+)"', drawn):
        assert -1 <= float(x) <= width + 1
        assert -1 <= float(y) <= height + 1
    return drawn


def scatter(dots: list[Dot], width: int = 520) -> str:
    spec = value_satisfaction(
        dots,
        CORNERS,  # type: ignore[arg-type]
        divide=Divide(20_000, 7),
        titles=Titles("klantwaarde", "tevreden"),
        width=width,
        behind=lambda one: Link(f"/klanten/?waarde={one.score}", "x"),
    )
    return svg(spec)


def dots(many: int) -> list[Dot]:
    draw_ = np.random.default_rng(1)
    return [
        Dot(float(value), int(score), "ABC"[at % 3], Link(f"/klanten/{at}/", HOSTILE))
        for at, (value, score) in enumerate(
            zip(draw_.lognormal(9, 2, many) - 500, draw_.integers(0, 11, many), strict=True)
        )
    ]


@pytest.mark.parametrize("width", [340, 640])
def test_every_customer_is_a_dot_that_leads_to_him(width: int) -> None:
    drawn = scatter(dots(MOST_DOTS), width)
    assert len(set(re.findall(r'href="(/klanten/\d+/)"', drawn))) == MOST_DOTS
    assert len(drawn) < 90_000


def test_more_customers_become_squares() -> None:
    drawn = scatter(dots(20_000))
    assert not re.findall(r'href="/klanten/\d+/"', drawn)
    assert 10 < len(re.findall(r'href="/klanten/\?waarde=', drawn)) < 200
    assert len(drawn) < 40_000


def test_no_customers_give_a_picture_with_its_corners() -> None:
    assert "high_low" in scatter([])


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.floats(-1e9, 1e9, allow_nan=False) | st.just(float("nan")),
            st.floats(0, 10) | st.just(float("nan")),
        ),
        max_size=200,
    )
)
def test_squares_hold_everybody_whose_both_are_known(told: list[tuple[float, float]]) -> None:
    known = [(value, score) for value, score in told if value == value and score == score]  # noqa: PLR0124
    found = binned([one[0] for one in told], [one[1] for one in told])
    assert sum(one.customers for one in found) == len(known)
    assert sum(one.euros for one in found) == pytest.approx(sum(one[0] for one in known), abs=1)
    for value, _score in known:
        assert any(one.value_from <= value < one.value_to or value <= 0 >= one.value_to
                   for one in found)  # fmt: skip


def test_share_bars_compare_value_with_hours() -> None:
    bars = [
        SegmentShares(
            letter,
            letter,
            HOSTILE,
            [
                ShareBar("bijdrage", share, Link(f"/klanten/?segment={letter}", "x")),
                ShareBar("uren", None, None, "nog niet bekend"),
            ],
        )
        for letter, share in (("A", 0.8), ("B", 0.2), ("C", -0.01))
    ]
    drawn = svg(share_bars(bars, width=520))
    assert "80 %" in drawn.replace("\xa0", " ")
    assert drawn.count("nog niet bekend") == 3
    assert len(re.findall(r'href="/klanten/\?segment=[ABC]"', drawn)) == 3
    assert svg(share_bars([], width=520))


@pytest.mark.parametrize("many", [0, 1, 3, 24])
def test_history_has_a_point_an_evaluation_and_a_line_where_rules_changed(many: int) -> None:
    points = [
        HistoryPoint(date(2020 + at // 4, at % 4 * 3 + 1, 1), at * 4.0, at * 3.0, at * 5.0,
                     "CBA"[at * 3 // max(many, 1)], f"punt {at}")
        for at in range(many)
    ]  # fmt: skip
    changes = [RuleChange(date(2021, 2, 1), HOSTILE)] if many > 4 else []
    drawn = svg(history_lines(points, changes, title="Score", width=520))
    assert drawn.count("<title>punt") == many
    assert ("stroke-dasharray" in drawn) == bool(changes)


@pytest.mark.parametrize("many", [0, 1, 36])
def test_months_show_what_was_lost_too(many: int) -> None:
    months = [
        Bar(date(2023 + at // 12, at % 12 + 1, 1), 100.0 * at, -50.0 if at % 5 else None, f"m{at}.")
        for at in range(many)
    ]
    drawn = svg(month_bars(months, title="Omzet", width=520))
    assert drawn.count("<title>m") == many


@pytest.mark.parametrize("value", [None, -5.0, 0.0, 3.0, 1e9])
@pytest.mark.parametrize(
    "shape",
    [
        Shape("bounded", 35, 0, 100),
        Shape("linear", 10, 50, 0),
        Shape("threshold", 7, steps=((0, 0), (1, 4), (3, 7))),
    ],
)
def test_a_shape_shows_where_somebody_stands(shape: Shape, value: float | None) -> None:
    drawn = svg(score_shape(shape, value=value, say=ShapeWords("laag", HOSTILE, "4 van 7")))
    assert ("4 van 7" in drawn) == (value is not None)


def test_ranges_and_weights_are_drawn() -> None:
    assert "A" in svg(score_range(40, 50, 60, bounds=[(36, "A")]))
    drawn = svg(
        weights_bar([Weight(HOSTILE, 60), Weight("b", 40, Link("/beleid/", "x"))], width=340)
    )
    assert "60" in drawn
    assert 'href="/beleid/"' in drawn
    assert svg(weights_bar([], width=340))
