"""The report: complete, safe, self-contained, in two languages."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pyarrow as pa
import pytest

from kernklant.engine.errors import Lang
from kernklant.engine.evaluation.formats import FORMATS, Format
from kernklant.engine.evaluation.report import isolated, render_report
from kernklant.engine.evaluation.report_pictures import classes_of
from kernklant.engine.evaluation.report_sections import method
from kernklant.engine.evaluation.report_texts import METHODS, PARAMETERS, WORDS, words

from .report_cases import RULES, Case, case, customers, names_of, refused

VOID = {"meta", "br", "link", "img", "hr", "input", "line", "circle", "path", "rect"}
PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }} {% raw %} ${7*7} %s {name}",
    "' onmouseover='x",
    "\u202egnp.exe",
    "\u2067\u2066links",
    "javascript:alert(1)",
    "Bell\x07\x00",
]


class Balanced(HTMLParser):
    """Collects texts and complains about tags that do not close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


def report(answer: Case, *, lang: Lang = "nl", names: pa.Table | None = None) -> str:
    people = names_of(answer.customers) if names is None else names
    return render_report(answer, people, lang=lang)


CASES = {
    "whole": case(customers(), rules=RULES),
    "no cost": refused(case(customers(40, cost=False))),
    "two": case(customers(2)),
    "one": refused(case(customers(1))),
    "nobody": refused(case(customers(0), rules=RULES)),
}


@pytest.fixture(params=[(name, lang) for name in CASES for lang in FORMATS], ids=str)
def page(request: pytest.FixtureRequest) -> str:
    name, lang = request.param
    return report(CASES[name], lang=lang)


def test_it_needs_nothing_from_outside(page: str) -> None:
    assert "http" not in page
    assert "//" not in page
    assert "@import" not in page
    assert re.findall(r"url\((?!#)", page) == []
    assert re.findall(r'(?:src|href)="(?!#)', page) == []


def test_it_is_well_formed_and_small(page: str) -> None:
    parser = Balanced()
    parser.feed(page)
    assert parser.faults == []
    assert parser.open == []
    assert not {"script", "iframe", "object", "form"} & set(parser.tags)
    assert parser.tags.count("h1") == 1
    assert page.startswith("<!doctype html>")
    assert len(page.encode()) <= 400_000


def test_nothing_is_left_to_fill_in(page: str) -> None:
    body = page[page.index("<body>") :]
    assert re.findall(r"[{}]", body) == []
    for word in ("None", "nan", "NaN", "inf", "Undefined", "Decimal"):
        assert re.search(rf"(?<![\w-]){word}(?!\w)", body) is None


def test_ids_are_unique(page: str) -> None:
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def figures_of(summary: dict[str, Any], form: Format) -> list[str]:
    """Every figure of the summary that the page must show, in the format of the page."""
    parts = [summary["segments"][letter] for letter in "ABC"]
    spreads = [one for one in summary["concentration"].values() if one]
    totals, worth, fit = summary["totals"], summary["clv"], summary["fit"]
    return [
        form.number(summary["customers"]),
        form.number(totals["prospects"]),
        form.number(totals["lines"]),
        *(form.euros(totals[name], digits=2) for name in ("revenue", "revenue_12m")),
        *(form.day(totals[name]) for name in ("first_day", "last_day")),
        form.day(summary["as_of"]),
        form.short(worth["total"]),
        form.span(worth["low"], worth["high"]),
        *(form.euros(part["clv"]) for part in parts if part["customers"]),
        *(form.euros(part["revenue_12m"]) for part in parts if part["customers"]),
        *(form.number(part["customers"]) for part in parts if part["customers"]),
        *(
            form.percent(one["top_share"][top], digits=1)
            for one in spreads
            for top in one["top_share"]
        ),
        *(form.number(one["customers_for_80"]) for one in spreads),
        *(form.number(value, digits=4) for value in fit["parameters"].values()),
        *(form.number(value, digits=4) for value in summary["spend"]["parameters"].values()),
        *(form.number(count) for count in summary["methods"].values()),
        *(form.number(rows) for rows in summary["data"].values()),
    ]


@pytest.mark.parametrize("lang", FORMATS)
@pytest.mark.parametrize("name", ["whole", "no cost", "two"])
def test_every_figure_is_the_one_of_the_run(name: str, lang: Lang) -> None:
    answer = CASES[name]
    cells = set(re.findall(r">([^<>]+)<", report(answer, lang=lang)))
    shown = " ".join(cells)
    absent = [one for one in figures_of(answer.summary, FORMATS[lang]) if one not in shown]
    assert absent == []


def test_the_twenty_most_valuable_customers_in_order() -> None:
    answer = CASES["whole"]
    page = re.search(r'<section id="best">.*?</section>', report(answer), re.DOTALL)[0]  # type: ignore[index]
    best = sorted(answer.customers.to_pylist(), key=lambda row: (-row["clv"], row["customer"]))
    form = FORMATS["nl"]
    expected = [form.euros(row["clv"]) for row in best[:20]]
    assert re.findall(r'<td class="worth">([^<]+)</td>', page) == expected
    numbers = re.findall(r'<span class="number"><bdi>([^<]+)</bdi>', page)
    assert numbers == [f"D{10_000 + row['customer']}" for row in best[:20]]
    assert all(form.span(row["clv_low"], row["clv_high"]) in page for row in best[:20])
    assert all(form.euros(row["contribution_12m"]) in page for row in best[:20])


def test_row_order_makes_no_difference() -> None:
    table = customers(60)
    turned = table.take(list(range(59, -1, -1)))
    assert report(case(table)) == report(case(turned), names=names_of(table))


def test_a_published_run_reads_the_same_as_a_fresh_one() -> None:
    """A run is kept as JSON sorted by key; no column may follow the order of a dict."""
    fresh = CASES["whole"]
    kept = json.loads(json.dumps(fresh.summary, sort_keys=True))
    assert report(replace(fresh, summary=kept)) == report(fresh)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_names_and_sentences_from_outside_cannot_act(payload: str) -> None:
    table = customers(3)
    names = (
        names_of(table)
        .set_column(2, "name", pa.array([payload] * 3))
        .set_column(1, "source_no", pa.array([payload] * 3))
    )
    warned = case(table, warnings=[{"nl": payload, "en": payload}])
    page = report(warned, names=names)
    body = page[page.index("<body>") :]
    parser = Balanced()
    parser.feed(page)
    assert parser.faults == []
    assert "script" not in parser.tags
    assert "img" not in parser.tags
    assert "49" not in "".join(re.findall(r"<bdi>([^<]*)</bdi>", body))
    for sign in "\u202e\u2066\u2067":
        assert sign not in "".join(re.findall(r"<bdi>([^<]*)</bdi>", body))


def test_a_name_stands_alone_in_its_direction() -> None:
    assert isolated("a\u202eb") == "<bdi>a b</bdi>"
    assert isolated("<b>\x00") == "<bdi>&lt;b&gt;</bdi>"
    assert isolated("שלום Bakker") == "<bdi>שלום Bakker</bdi>"


def test_a_customer_without_a_name_goes_by_his_number() -> None:
    table = customers(2)
    nameless = pa.table(
        {
            "customer": pa.array([1], pa.int64()),
            "source_no": pa.array(["D1"]),
            "name": pa.array([None], pa.string()),
        }
    )
    page = report(case(table), names=nameless)
    assert "<bdi>D1</bdi>" in page
    assert "<bdi>zonder naam</bdi>" in page


def test_without_cost_no_figure_is_called_contribution() -> None:
    page = report(CASES["no cost"])
    assert "bijdrage 12 maanden</th>" not in page
    assert "kostprijs niet bekend" in page
    assert "whale-wide" not in page
    assert "verkopen, met een kolom kostprijs" in page


def test_with_cost_both_pictures_are_drawn_for_two_widths() -> None:
    page = report(CASES["whole"])
    for picture in ("share", "whale", "classes"):
        for size in ("wide", "narrow"):
            assert f'aria-labelledby="{picture}-{size}-t {picture}-{size}-d"' in page


def test_the_division_begins_with_value_against_attention() -> None:
    segments = CASES["whole"].summary["segments"]
    for lang, words_ in (("nl", "van de uren."), ("en", "of the hours.")):
        page = report(CASES["whole"], lang=lang)  # type: ignore[arg-type]
        assert CASES["whole"].summary["rule"][lang] in page
        lead = re.search(r'<p class="lead">([^<]+)</p>', page)[1]  # type: ignore[index]
        assert lead.startswith(f"{segments['A']['customers']} ")
        assert lead.endswith(words_)


def test_lists_name_who_needs_a_decision_and_say_why() -> None:
    page = report(CASES["whole"])
    assert "Met prijzen die 5" in page
    assert "Betaalt gemiddeld 34 dagen te laat, de laatste 90 dagen 22 dagen later dan" in page
    assert "Failliet of in surseance." in page
    assert "nieuwe aankopen (klantwaarde na bediening +5)" in page
    assert "3 C-klanten horen bij een groep met een A-klant" in page


def test_without_activities_it_says_what_is_missing_instead_of_hours() -> None:
    summary = CASES["whole"].summary
    bare = {
        name: {**one, "hours_12m": None, "cost_to_serve_12m": None} if name in "ABC" else one
        for name, one in summary["segments"].items()
        if name != "exit"
    } | {"exit": summary["segments"]["exit"]}
    page = report(replace(CASES["whole"], summary={**summary, "segments": bare, "service": None}))
    assert "zodra er activiteiten zijn ingelezen" in page
    assert 'class="bar"><i class="spent"' not in page


def test_the_first_run_has_no_moves_and_says_so() -> None:
    first = {row: dict.fromkeys("ABC", 0) for row in ("A", "B", "C", "exit")}
    summary = {**CASES["whole"].summary, "matrix": {**first, "new": {"A": 9, "B": 0, "C": 5}}}
    page = report(replace(CASES["whole"], summary=summary, moves=CASES["whole"].moves[:0]))
    assert "Dit is de eerste evaluatie" in page


def test_it_says_how_sure_and_why() -> None:
    accepted, refused_ = report(CASES["whole"]), report(CASES["no cost"])
    assert "Koopmodel aanvaard" in accepted
    assert CASES["whole"].summary["fit"]["why"]["nl"] in accepted
    assert "0,5248" in accepted
    assert "Zonder geluk" in accepted
    assert "Koopmodel niet gebruikt" in refused_
    assert "Zonder geluk" not in refused_


def test_the_forecast_stands_beside_what_happened() -> None:
    page = report(CASES["whole"]).replace("\u00a0", " ")
    assert "De laatste 39 weken van 1.107 klanten" in page
    for figure in ("1.882", "1.653", "−12,2 %", "0,79", "2.930", "+55,7 %", "1,02"):
        assert f"<td>{figure}</td>" in page
    untested = case(customers(5), holdout={"tested": False, "weeks": 2.0}, spend={})
    assert "Nameting" not in report(untested)


def test_a_small_base_shows_how_its_amounts_were_shrunk() -> None:
    shrunk = {
        "method": "ln",
        "why": {"nl": "Te weinig herhaalkopers.", "en": "Too few repeat buyers."},
        "parameters": {"median": 812.5, "within": 0.31, "between": 0.74},
        "mean": 1204.0,
    }
    page = report(case(customers(20), spend=shrunk))
    assert "log-normaal" in page
    assert "variantie tussen klanten" in page
    assert "0,7400" in page
    bare = {"method": "none", "why": {"nl": "Er zijn geen aankopen.", "en": "No purchases."}}
    assert "Er zijn geen aankopen." in report(case(customers(20), spend=bare))


def test_an_unknown_method_keeps_its_own_name() -> None:
    assert method("mbg+gg", "nl") == "koopmodel"
    assert method("run-rate+ln", "en") == "own rate"
    assert method("oracle+gg", "nl") == "oracle+gg"


def test_customers_of_unknown_worth_come_last_with_a_dash() -> None:
    table = customers(3)
    blank = pa.array([None, 50.0, 10.0], pa.float64())
    for name in ("clv", "clv_low", "clv_high"):
        table = table.set_column(table.column_names.index(name), name, blank)
    worth = re.findall(r'<td class="worth">([^<]+)</td>', report(case(table)))
    assert [one.replace("\u00a0", " ") for one in worth] == ["€ 50", "€ 10", "–"]


def test_classes_hold_everybody_whose_worth_is_known() -> None:
    table = customers(500)
    classes = classes_of(table, words("nl"), FORMATS["nl"])
    assert sum(sum(one.customers.values()) for one in classes) == 500
    total = sum(sum(one.worth.values()) for one in classes)
    assert Decimal(total) == pytest.approx(Decimal(sum(table["clv"].to_pylist())))
    assert len({one.label for one in classes}) == len(classes) <= 8


def test_without_a_run_number_nothing_is_called_a_run() -> None:
    answer = case(customers(5))
    del answer.summary["run"]
    page = report(answer)
    assert "kernklant replay" not in page
    assert "evaluatie 7" not in page


def test_every_word_is_there_in_both_languages() -> None:
    for text in [*WORDS.values(), *METHODS.values(), *PARAMETERS.values()]:
        assert text.nl.strip()
        assert text.en.strip()
        assert re.findall(r"{\w+}", text.nl) == re.findall(r"{\w+}", text.en)
