"""The policy document: read strictly, explained in sentences."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from kernklant.engine.errors import PolicyInvalid
from kernklant.engine.segments.explain import SOURCES as EXPLAINED
from kernklant.engine.segments.explain import explain
from kernklant.engine.segments.places import places
from kernklant.engine.segments.policy import MODELS, default_policy, default_text, read_policy
from kernklant.engine.segments.rules import (
    A_RULES,
    DECIDE_ON,
    SEGMENT_ON,
    VETOES,
    Losses,
    RatedAtLeast,
)
from kernklant.engine.segments.write import to_toml
from kernklant.engine.value.criteria import SHAPES, SOURCES


def faults_of(text: str) -> str:
    with pytest.raises(PolicyInvalid) as caught:
        read_policy(text, name="mine.toml")
    return caught.value.to("en")


def changed(old: str, new: str) -> str:
    assert old in default_text()
    return default_text().replace(old, new)


def test_the_shipped_policy_says_what_the_reference_says() -> None:
    policy = default_policy()
    assert policy.lifetime.horizon_years == 3
    assert policy.lifetime.discount_per_year == pytest.approx(0.10)
    assert policy.lifetime.default_margin == pytest.approx(0.30)
    assert policy.lifetime.model == "mbg"
    assert [(criterion.name, criterion.weight) for criterion in policy.criteria] == [
        ("lifetime_value", 35),
        ("contribution", 25),
        ("potential", 15),
        ("fit", 10),
        ("sees_us_as_important", 8),
        ("brings_customers", 7),
    ]
    assert (policy.segments.a_rule, policy.segments.a_value) == ("top_share", 0.15)
    assert policy.segments.never_a == ("insolvent",)
    assert policy.rates.minutes["visit"] == 150
    assert policy.criteria[5].steps == ((0, 0), (1, 4), (3, 7))


def test_an_almost_empty_policy_takes_the_defaults() -> None:
    policy = read_policy("version = 1\n", name="mine.toml")
    assert policy.lifetime == default_policy().lifetime
    assert policy.segments == default_policy().segments
    assert policy.criteria == default_policy().criteria
    assert policy.rates == default_policy().rates


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("horizon_years = 3", "horizon_yaers = 3", "horizon_yaers: unknown; do you mean horizon_y"),
        ("horizon_years = 3", "horizon_years = 0", "0 cannot be; take a number from 0.25 to 30"),
        ("horizon_years = 3", "horizon_years = 1000", "1000 cannot be"),
        ("horizon_years = 3", 'horizon_years = "3"', '"3" is not a number'),
        ("horizon_years = 3", "horizon_years = nan", "NaN is not a number"),
        ("horizon_years = 3", "horizon_years = true", "true is not a number"),
        ("discount_per_year = 0.10", "discount_per_year = -1", "-1 cannot be"),
        ("discount_per_year = 0.10", "discount_per_year = 1e9", "1000000000.0 cannot be"),
        ("default_margin = 0.30", "default_margin = 30", "30 cannot be"),
        ("version = 1", "version = 2", "2 cannot be"),
        ('model = "mbg"', 'model = "arima"', '"arima" does not exist; choose from mbg'),
        ('source = "clv"', 'source = "shoe_size"', '"shoe_size" does not exist'),
        ('source = "clv"', "", "criteria.lifetime_value.source: is missing"),
        ("weight = 35", "weight = 34", "the weights add up to 99, not 100"),
        ("weight = 35", "weight = -35", "-35 cannot be"),
        ("steps = [[0, 0], [1, 4], [3, 7]]", "steps = [[1, 4], [0, 0]]", "ascending pairs"),
        ("steps = [[0, 0], [1, 4], [3, 7]]", "steps = 4", "ascending pairs"),
        ("steps = [[0, 0], [1, 4], [3, 7]]", "steps = [[0, nan]]", "ascending pairs"),
        ("steps = [[0, 0], [1, 4], [3, 7]]", "steps = [[0, 8]]", "points outside 0 to the weight"),
        ("weight = 35", "weight = 34.5", "take a whole number"),
        ("months = 24 }", "months = 0 }", "take a whole number from 1 to 120"),
        ("profile = {}", "profile = 3", "profile is a table of lists"),
        ("profile = {}", "profile = { employees = [9, 1] }", "two numbers from low to high"),
        ("profile = {}", 'profile = { sector = ["43", 5] }', "two numbers from low to high"),
        ("top_share = 0.15", "top_share = 15", "15 cannot be"),
        ("top_share = 0.15", "top_share = 0.15, at_least = 5", "A has 2 rules"),
        ("top_share = 0.15", "top_customers = 2.5", "take a whole number"),
        ('never_a = ["insolvent"]', 'never_a = ["ugly"]', '"ugly" does not exist'),
        ('never_a = ["insolvent"]', 'never_a = "insolvent"', "is not a list of texts"),
        ("at_once_below = 0.20", "at_once_below = 0.50", "above the ordinary bound"),
        ("hour = 65", "hour = -1", "-1 cannot be"),
    ],
)
def test_a_fault_is_told_with_its_line_and_remedy(old: str, new: str, expected: str) -> None:
    text = faults_of(changed(old, new))
    assert expected in text
    assert "line " in text


def test_bounds_that_do_not_ascend_are_refused() -> None:
    text = faults_of(changed('from = "auto"\nto = "auto"', "from = 5\nto = 5"))
    assert "to = 5 is not above from = 5" in text


def test_the_line_is_the_line_of_the_key() -> None:
    text = default_text().replace("hour = 65", "hour = -1")
    line = text.splitlines().index("hour = -1") + 1
    assert f"line {line}, rates.hour" in faults_of(text)


def test_all_faults_are_told_at_once() -> None:
    text = faults_of("version = 1\nhorizon_years = 0\ndiscount_per_year = 7\ncolour = 1\n")
    assert "3 faults" in text
    assert text.index("line 2") < text.index("line 3") < text.index("line 4")


def test_what_is_no_toml_is_refused_with_its_line() -> None:
    assert "line 2" in faults_of("version = 1\nhorizon_years = = 3\n")


PROGRAMME = "break_even = { cost_per_year = 1200, lift = 0.10 }"


def test_break_even_is_the_value_whose_lift_pays_for_the_programme() -> None:
    text = changed("top_share = 0.15", PROGRAMME)
    yearly = read_policy(text.replace('"score"', '"contribution_12m"'), name="mine.toml").segments
    assert (yearly.a_rule, yearly.a_value) == ("break_even", 12_000.0)
    worth = read_policy(text.replace('"score"', '"clv"'), name="mine.toml").segments
    # 1,200 a year for three years at 10 % is 3,131.24 today: (1 - 1.1 ** -3) / ln 1.1 = 2.6092.
    assert worth.a_value == pytest.approx(31_310.6, rel=1e-3)


def test_break_even_without_its_programme_is_refused_with_an_example() -> None:
    text = changed("top_share = 0.15", "break_even = true").replace('"score"', '"clv"')
    assert "a = { break_even = { cost_per_year = 1200, lift = 0.10 } }" in faults_of(text)
    text = text.replace("break_even = true", "break_even = { cost_per_year = 1 }")
    assert "segments.a.break_even.lift: is missing" in faults_of(text)


def test_the_months_of_older_policies_are_read_and_say_nothing() -> None:
    older = read_policy(changed("chance_of_a = 0.30", "chance_of_a = 0.30, months = 12"), name="x")
    assert older.segments == default_policy().segments
    assert "months" not in to_toml(older).split("[segments]")[1].split("exit_proposal")[0]
    assert "A te worden." in "\n".join(explain(older, "nl"))


def test_b_may_go_by_potential_or_by_a_rating() -> None:
    chance = "chance_of_a = 0.30"
    policy = read_policy(changed(chance, "potential = 50_000"), name="mine.toml")
    assert policy.segments.b_potential == 50_000
    assert "at least €50,000 a year" in "\n".join(explain(policy, "en"))
    policy = read_policy(changed(chance, 'rating = "fit", at_least = 3'), name="mine.toml")
    assert policy.segments.b_rating == RatedAtLeast("fit", 3)
    assert "minstens 3 van 4" in "\n".join(explain(policy, "nl"))
    assert read_policy(to_toml(policy), name="x").segments == policy.segments
    twice = faults_of(changed(chance, "chance_of_a = 0.3, potential = 1"))
    assert "B has two rules: potential and chance_of_a; choose one" in twice
    assert "contribution is not rated" in faults_of(changed(chance, 'rating = "contribution"'))


def test_points_that_fall_while_the_value_rises_are_refused() -> None:
    text = faults_of(changed("[1, 4], [3, 7]]", "[1, 7], [3, 4]]"))
    assert "points fall while the value rises" in text


def test_a_rating_may_go_by_another_name_in_its_files() -> None:
    text = (
        default_text()
        .replace('# rated_as = "ziet', 'rated_as = "ziet')
        .replace('"   where the ratings file calls it otherwise than we do here', '"')
    )
    names = {one.name: one.rated_as for one in read_policy(text, name="mine.toml").criteria}
    assert names["sees_us_as_important"] == "ziet ons als belangrijk"
    assert "is not a text" in faults_of(text.replace('"ziet ons als belangrijk"', "4"))


def test_losses_and_groups_are_read_and_told() -> None:
    text = (
        changed('decide_on = "customer"', 'decide_on = "group"') + "\n[segments.losses]\nmove = 1"
    )
    policy = read_policy(text, name="mine.toml")
    assert policy.segments.losses == Losses(missed_a=5, false_a=1, move=1)
    told = "\n".join(explain(policy, "en"))
    assert "least expected loss: a missed A weighs 5" in told
    assert "divided as one" in told
    assert "the best 10% of similar customers" in told


@pytest.mark.parametrize("rule", ["cumulative_share = 0.8", PROGRAMME])
def test_a_rule_that_counts_euros_is_refused_on_a_score(rule: str) -> None:
    assert "counts euros, not points" in faults_of(changed("top_share = 0.15", rule))


def test_a_faulty_weight_is_told_once_and_not_again_as_a_wrong_sum() -> None:
    text = faults_of(changed("weight = 35", 'weight = "35"'))
    assert "1 fault in" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[lifetime]\nhorizon_years = 5", "lifetime.horizon_years: unknown; do you mean horizon_y"),
        ("[lifetimes]\nmodel = 'bg'", "do you mean lifetime.model?"),
        ("model = 'bg'", "model: unknown; do you mean lifetime.model?"),
        ("shoe_size = 43", "shoe_size: unknown; remove it"),
        ("'lifetime.model' = 'bg'", '"lifetime.model": unknown'),
        ("[segments.a]\ntop_shaer = 0.1", "unknown"),
        ("[segments.a]", "segments.a: {} does not exist; choose from top_share"),
        ("segments = 3", "segments: 3 is not a table"),
        ("[segments]\na = 0.15", "segments.a: 0.15 is not a table"),
        ("[segments]\nb = 0.3", "segments.b: 0.3 is not a table"),
        ("[[segments]]\na = { top_share = 1 }", "is not a table"),
        ("[criteria]", "the weights add up to 0"),
        ("[criteria.x]", "criteria.x.weight: is missing"),
        ("[criteria.'één']\nsource = 'clv'", 'criteria."één".source: unknown'),
        ("[rates.minutes]\nvisit = 'long'", '"long" is not a number'),
        (
            "[segments]\na = { break_even = false }\nsegment_on = 'clv'",
            "write a = { break_even = {",
        ),
        ("[segments]\na = { at_least = 101 }", "take a number from 0 to 100"),
        ("horizon_years = " + "9" * 400, "cannot be; take a number from 0.25 to 30"),
        ("horizon_years = 1979-05-27", '"1979-05-27" is not a number'),
    ],
)
def test_what_stands_in_the_wrong_place_is_refused_with_a_suggestion(
    text: str, expected: str
) -> None:
    assert expected in faults_of(text)


def test_an_empty_criterion_is_not_also_called_unknown() -> None:
    assert "unknown" not in faults_of("[criteria.x]")


@pytest.mark.parametrize(
    "text", ["horizon_years = " + "9" * 5000, "x = " + "[" * 5000, "a = 1\na = 2", '"""']
)
def test_what_is_no_toml_is_never_a_crash(text: str) -> None:
    assert "not valid TOML" in faults_of(text)


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read_policy("\ufeffhorizon_years = 5\n", name="m").lifetime.horizon_years == 5


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_policy_is_explained_in_sentences(lang: str) -> None:
    sentences = explain(default_policy(), lang)  # type: ignore[arg-type]
    assert len(sentences) >= 13
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in sentences)
    assert any({"nl": "15 %", "en": "15%"}[lang] in sentence for sentence in sentences)


def test_the_sentences_follow_what_the_policy_says() -> None:
    text = changed("profile = {}", 'profile = { sector = ["43", "46"], employees = [10, 2500] }')
    text = text.replace('from = "auto"\nto = "auto"', "from = 0\nto = 100_000", 1)
    text = text.replace("horizon_years = 3", "horizon_years = 2.5").replace(
        "months = 24", "months = 1"
    )
    text = text.replace("top_share = 0.15", "at_least = 70").replace(
        'prior = "weak"', 'prior = "none"'
    )
    told = "\n".join(explain(read_policy(text, name="mine.toml"), "nl"))
    assert "in de komende 2,5 jaar" in told
    assert "klantwaarde na bediening, oplopend van 0 tot 100.000." in told
    assert "(sector 43 of 46, employees 10 tot en met 2.500)" in told
    assert "een score vanaf 70 punten" in told
    assert "dat hij binnen 1 maand weer koopt" in told
    assert "geen voorkennis" in told


def test_every_key_and_source_stands_in_the_reference() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "policy.md").read_text("utf-8")
    keys = {path.rpartition(".")[2] for path in places(to_toml(default_policy()))}
    own = {criterion.name for criterion in default_policy().criteria}
    tables = {"lifetime", "criteria", "segments", "hysteresis", "rates", "potential"}
    told = {*(keys - own - tables), *SOURCES, *A_RULES, *MODELS, *SEGMENT_ON, *SHAPES, *VETOES}
    told |= {*DECIDE_ON, "rated_as", "cost_per_year", "lift", *asdict(Losses())}
    assert {word for word in told if not re.search(rf"`[^`\n]*\b{word}\b[^`\n]*`", page)} == set()


def test_every_source_has_words() -> None:
    assert EXPLAINED.keys() == set(SOURCES)
