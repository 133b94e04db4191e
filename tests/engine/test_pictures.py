"""Pictures: the same drawing for the same figures, safe and readable for everybody."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from kernklant.engine.pictures import (
    SEGMENT_COLOURS,
    TEAL,
    Caption,
    Link,
    Mark,
    Titles,
    ValueClass,
    draw,
    share_curve,
    value_classes,
    whale_curve,
)

CURVE = [(0.0, 0.0), (0.2, 0.7), (0.6, 1.2), (1.0, 1.0)]
TITLES = Titles("deel", "euro")
CAPTION = Caption("one", "Titel", "Wat erop staat")
PAYLOAD = "<script>alert(1)</script> & \"x\" onload='y' \u202eevil"


def share(label: str = "18 klanten", *, name: str = "one", width: int = 400) -> str:
    spec = share_curve(CURVE, [Mark(0.2, 0.7, label)], titles=TITLES, width=width)
    return draw(spec, Caption(name, "Titel", "Wat erop staat"), lang="nl")


def texts(svg: str) -> list[str]:
    tree = ElementTree.fromstring(svg)  # noqa: S314 - our own drawing
    return ["".join(node.itertext()) for node in tree.iter("text")]


def test_the_same_figures_give_the_same_drawing() -> None:
    assert share() == share()


def test_ids_are_unique_on_a_page_with_two_pictures() -> None:
    page = share(name="one") + share(name="two")
    ids = re.findall(r' id="([^"]+)"', page)
    assert ids
    assert len(ids) == len(set(ids))
    assert all(name.startswith(("one-", "two-")) for name in ids)


def test_it_says_what_it_shows() -> None:
    svg = share()
    assert svg.startswith('<svg role="img" aria-labelledby="one-t one-d"')
    assert '<title id="one-t">Titel</title><desc id="one-d">Wat erop staat</desc>' in svg


def test_it_names_no_address_and_runs_nothing() -> None:
    svg = share(PAYLOAD)
    assert "http" not in svg
    assert "<script" not in svg
    assert any(PAYLOAD in text for text in texts(svg))


def test_titles_are_escaped() -> None:
    spec = share_curve(CURVE, [], titles=TITLES, width=300)
    svg = draw(spec, Caption("one", PAYLOAD, PAYLOAD), lang="nl")
    assert "<script" not in svg
    assert svg.count("&lt;script&gt;") == 2


@pytest.mark.parametrize(("lang", "figure"), [("nl", "1.500"), ("en", "1,500")])
def test_axes_speak_the_language(lang: str, figure: str) -> None:
    spec = whale_curve([(0, 0.0), (1, 1500.0)], [], peak=1.0, titles=TITLES, width=400)
    svg = draw(spec, CAPTION, lang=lang)  # type: ignore[arg-type]
    assert figure in texts(svg)
    assert ("20\u00a0%" if lang == "nl" else "20%") in texts(svg)


def test_after_the_peak_a_whale_turns_rust() -> None:
    mark = [Mark(0.6, 1.2, "piek")]
    svg = draw(whale_curve(CURVE, mark, peak=0.6, titles=TITLES, width=400), CAPTION, lang="nl")
    assert svg.count(f'stroke="{TEAL}"') == 1
    assert svg.count(f'stroke="{SEGMENT_COLOURS["exit"]}"') == 1


def test_a_whale_may_end_below_zero() -> None:
    curve = [(0.0, 0.0), (0.5, 1.0), (1.0, -2.0)]
    svg = draw(whale_curve(curve, [], peak=0.5, titles=TITLES, width=400), CAPTION, lang="en")
    assert any(text.startswith("\u2212") for text in texts(svg))
    assert "NaN" not in svg


def test_classes_show_every_label_and_figure_in_the_colour_of_its_segment() -> None:
    classes = [
        ValueClass("≥ € 300", {"A": 2}, {"A": 900.0}, "2", "€ 900"),
        ValueClass("< € 300", {"A": 1, "C": 9}, {"A": 200.0, "C": 80.0}, "10", "€ 280"),
    ]
    svg = draw(value_classes(classes, titles=TITLES, width=500), CAPTION, lang="nl")
    assert {"≥ € 300", "< € 300", "2", "10", "€ 900", "€ 280"} <= set(texts(svg))
    assert svg.count(f'fill="{TEAL}"') == 4
    assert svg.count(f'fill="{SEGMENT_COLOURS["C"]}"') == 2


def test_no_classes_and_all_zero_draw_without_nonsense() -> None:
    zero = [ValueClass("€ 0", {"C": 3}, {"C": 0.0}, "3", "€ 0")]
    for classes in ([], zero):
        svg = draw(value_classes(classes, titles=TITLES, width=350), CAPTION, lang="nl")
        assert "NaN" not in svg
        assert "Infinity" not in svg


@pytest.mark.parametrize("width", [350, 520])
def test_a_drawing_stays_within_the_width_it_was_given(width: int) -> None:
    found = re.search(r'viewBox="0 0 ([\d.]+) ', share(width=width))
    assert found
    assert float(found[1]) <= width + 30


def whale(tail: Link) -> str:
    return draw(
        whale_curve(CURVE, [], peak=0.6, titles=TITLES, width=400, tail=tail), CAPTION, lang="nl"
    )


def test_a_click_on_the_tail_leads_to_who_costs() -> None:
    svg = whale(Link("/klanten?bijdrage=verlies&jaar=2026", "41 klanten kosten geld"))
    tree = ElementTree.fromstring(svg)  # noqa: S314 - our own drawing
    links = list(tree.iter("a"))
    assert [link.get("href") for link in links] == ["/klanten?bijdrage=verlies&jaar=2026"]
    assert [title.text for title in links[0].iter("title")] == ["41 klanten kosten geld"]
    assert svg.startswith('<svg role="group"')
    assert "aria-label=" not in svg


@pytest.mark.parametrize(
    "href",
    [
        "",
        "klanten",
        "//evil.example",
        "javascript:alert(1)",
        "https://evil.example",
    ],
)
def test_a_link_leads_nowhere_else(href: str) -> None:
    with pytest.raises(ValueError, match="places of its own"):
        whale(Link(href, "x"))


def test_characters_that_links_or_xml_cannot_hold_are_replaced() -> None:
    assert 'href="/%5Cevil.example"' in whale(Link("/\\evil.example", "x"))
    svg = whale(Link("/klanten?q=\x00\t<b>\"'", "nul \x00 \ud800"))
    ElementTree.fromstring(svg)  # noqa: S314 - our own drawing
    assert 'href="/klanten?q=%00%09%3Cb%3E%22' in svg
