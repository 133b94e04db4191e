"""The first sentences of a report, for every kind of base."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.headlines import headlines, where_it_sits
from kernklant.engine.evaluation.missing import COST, COST_OF_SOME, YEARS, missing
from kernklant.engine.value.concentration import concentrate

MONEY = pa.decimal128(18, 2)
ALL_TABLES = ("customers", "sales", "activities", "payments", "contracts", "feedback")


def money(values: list[Any]) -> pa.Array:
    return pa.array([None if v is None else Decimal(str(v)) for v in values], MONEY)


def summary(
    revenue: list[Any],
    contribution: list[Any] | None = None,
    *,
    clv: tuple[str, str, str] = ("2113402.00", "1800000.00", "2400000.00"),
    accepted: bool = True,
    tested: bool = True,
) -> dict[str, Any]:
    cost = contribution if contribution is not None else [None] * len(revenue)
    table = pa.table({"revenue_12m": money(revenue), "contribution_12m": money(cost)})
    return {
        "customers": len(revenue),
        "concentration": concentrate(table),
        "clv": dict(zip(("total", "low", "high"), clv, strict=True)),
        "fit": {"accepted": accepted},
        "holdout": {"tested": tested},
        "totals": {"first_day": "2020-01-01", "last_day": "2026-09-30"},
        "data": dict.fromkeys(ALL_TABLES, 1),
    }


def said(base: dict[str, Any]) -> list[str]:
    return [text.nl.replace("\u00a0", " ") for text in headlines(base)]


LARGE = [8000] * 18 + [30] * 1186

SITS = [
    ([100, *[1] * 19], None, "Eén van uw 20 klanten brengt 80 % van de omzet."),
    (LARGE, LARGE, "18 van uw 1.204 klanten brengen 80 % van de bijdrage."),
    ([40, 40, 10, 10], None, "2 van uw 4 klanten brengen 80 % van de omzet."),
    ([5], None, "U hebt één klant, en alle omzet hangt aan die ene."),
    ([5], [2], "U hebt één klant, en alle bijdrage hangt aan die ene."),
    ([90, 10], None, "Eén van uw 2 klanten brengt 80 % van de omzet."),
    ([55, 45], None, "U hebt twee klanten, en beide zijn nodig voor 80 % van de omzet."),
    (
        [1, 1, 1],
        None,
        "Al uw 3 klanten zijn nodig voor 80 % van de omzet: niemand steekt erbovenuit.",
    ),
    (
        [0, 0],
        None,
        "Waar de waarde zit, is nog niet te zeggen: de laatste twaalf maanden brachten geen omzet.",
    ),
    (
        [5, -30],
        None,
        "In twaalf maanden is er meer gecrediteerd dan verkocht: de omzet is −€ 25.",
    ),
    ([9, 9], [3, -3], "Uw klanten brachten in twaalf maanden precies op wat zij kostten."),
    (
        [9, 9],
        [3, -1003],
        "Uw klanten kostten in twaalf maanden meer dan zij opbrachten: de bijdrage is −€ 1.000.",
    ),
]


@pytest.mark.parametrize(("revenue", "contribution", "sentence"), SITS)
def test_the_first_sentence(
    revenue: list[Any], contribution: list[Any] | None, sentence: str
) -> None:
    assert said(summary(revenue, contribution))[0] == sentence


def test_the_first_sentence_in_english() -> None:
    assert headlines(summary(LARGE, LARGE))[0].en == (
        "18 of your 1,204 customers bring 80% of contribution."
    )


def test_without_customers_there_is_one_sentence() -> None:
    assert said(summary([])) == ["Er zijn nog geen klanten om iets over te zeggen."]
    assert where_it_sits(concentrate_nothing()).nl.startswith("Er zijn nog geen klanten")


def concentrate_nothing() -> dict[str, Any]:
    measure: dict[str, Any] = summary([])["concentration"]["revenue_12m"]
    return measure


def test_revenue_is_called_revenue_when_no_cost_is_known() -> None:
    second = said(summary([9, 1]))[1]
    assert second.startswith("Geteld is omzet: er is geen kostprijs bekend")
    assert "marge aangenomen" in second


def test_contribution_known_of_few_customers_does_not_lead() -> None:
    sentences = said(summary([9, 1, 1], [4, None, None]))
    assert "omzet" in sentences[0]
    assert "van te weinig klanten (1) is de kostprijs bekend" in sentences[1]


@pytest.mark.parametrize(
    ("contribution", "sentence"),
    [
        ([4, 1, None], "Van één klant is geen kostprijs bekend; die telt hierin niet mee."),
        (
            [4, 1, None, None],
            "Van 2 klanten is geen kostprijs bekend; zij tellen hierin niet mee.",
        ),
    ],
)
def test_customers_left_out_are_named(contribution: list[Any], sentence: str) -> None:
    assert said(summary([9] * len(contribution), contribution))[1] == sentence


@pytest.mark.parametrize(
    ("contribution", "sentence"),
    [
        ([90, -62000 + 62050], None),
        ([90000, -800], "Eén klant kost meer dan hij opbrengt: € 800 in twaalf maanden."),
        (
            [90000, 1, -1000, -61000],
            "2 klanten kosten meer dan zij opbrengen, samen € 62 duizend in twaalf maanden.",
        ),
    ],
)
def test_who_costs_money(contribution: list[Any], sentence: str | None) -> None:
    about = [
        text for text in said(summary([9] * len(contribution), contribution)) if "kost" in text
    ]
    assert about == ([] if sentence is None else [sentence])


def test_credited_customers_are_not_called_loss_makers() -> None:
    assert not any("kosten meer" in text for text in said(summary([9, -1])))


@pytest.mark.parametrize(
    ("clv", "sentence"),
    [
        (
            ("2113402.00", "1800000.00", "2400000.00"),
            "Naar verwachting zijn uw klanten samen nog € 2,1 mln waard "
            "(waarschijnlijk € 1,8–2,4 mln).",
        ),
        (
            ("500.00", "500.00", "500.00"),
            "Naar verwachting zijn uw klanten samen nog € 500 waard.",
        ),
        (("0.00", "0.00", "0.00"), "Wat uw klanten nog gaan brengen, is nog niet te zeggen."),
    ],
)
def test_what_customers_are_worth(clv: tuple[str, str, str], sentence: str) -> None:
    assert sentence in said(summary([9, 1], clv=clv))


def test_how_sure_is_the_last_sentence() -> None:
    assert "hield stand" in said(summary([9, 1]))[-1]
    assert "nog niet worden getoetst" in said(summary([9, 1], tested=False))[-1]
    assert "niet vertrouwd" in said(summary([9, 1], accepted=False))[-1]
    nothing = ("0.00", "0.00", "0.00")
    assert "te kort of te dun" in said(summary([9, 1], clv=nothing, accepted=False))[-1]


@pytest.mark.parametrize(("revenue", "contribution"), [case[:2] for case in SITS])
def test_no_sentence_keeps_a_placeholder(
    revenue: list[Any], contribution: list[Any] | None
) -> None:
    for text in headlines(summary(revenue, contribution)):
        assert isinstance(text, Text)
        for sentence in (text.nl, text.en):
            assert "{" not in sentence
            assert "None" not in sentence
            assert sentence.endswith(".")


def test_nothing_is_missing_when_all_is_there() -> None:
    assert missing(summary([9, 1], [4, 1]), named=True) == []


def test_what_is_missing_names_the_file_that_brings_it() -> None:
    base = summary([9, 1], [4, None])
    base["data"] = {"customers": 0, "sales": 12}
    base["totals"] = {"first_day": "2026-01-01", "last_day": "2026-09-30"}
    gaps = missing(base, named=True)
    assert gaps[0] is COST_OF_SOME
    assert gaps[-1] is YEARS
    assert [gap.file.en.split(":")[0].split(",")[0] for gap in gaps[1:-1]] == [
        "customers",
        "activities",
        "payments",
        "feedback",
        "contracts",
    ]


def test_customers_without_a_name_were_not_delivered() -> None:
    gaps = missing(summary([9, 1], [4, 1]), named=False)
    assert [gap.file.nl for gap in gaps] == ["klanten"]


def test_no_cost_at_all_asks_for_the_column() -> None:
    gap = missing(summary([9, 1]), named=True)[0]
    assert gap is COST
    assert "kostprijs" in gap.file.nl


def test_no_sales_ask_for_no_longer_history() -> None:
    base = summary([])
    base["totals"] = {"first_day": None, "last_day": None}
    assert YEARS not in missing(base, named=True)
