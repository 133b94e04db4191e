"""The policy document: read strictly, explained in sentences."""

from __future__ import annotations

import pytest

from kernklant.engine.errors import PolicyInvalid
from kernklant.engine.segments.explain import SOURCES as EXPLAINED
from kernklant.engine.segments.explain import explain
from kernklant.engine.segments.policy import SOURCES, default_policy, default_text, read_policy


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
    assert policy.criteria == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("horizon_years = 3", "horizon_yaers = 3", "horizon_yaers: unknown; do you mean horizon_y"),
        ("horizon_years = 3", "horizon_years = 0", "0 cannot be; take a number from 0.25 to 30"),
        ("horizon_years = 3", "horizon_years = 1000", "1000 cannot be"),
        ("horizon_years = 3", 'horizon_years = "3"', "'3' is not a number"),
        ("horizon_years = 3", "horizon_years = nan", "nan is not a number"),
        ("horizon_years = 3", "horizon_years = true", "True is not a number"),
        ("discount_per_year = 0.10", "discount_per_year = -1", "-1 cannot be"),
        ("discount_per_year = 0.10", "discount_per_year = 1e9", "1e+09 cannot be"),
        ("default_margin = 0.30", "default_margin = 30", "30 cannot be"),
        ("version = 1", "version = 2", "2 cannot be"),
        ('model = "mbg"', 'model = "arima"', "'arima' does not exist; choose from mbg"),
        ('source = "clv"', 'source = "shoe_size"', "'shoe_size' does not exist"),
        ('source = "clv"', "", "criteria.lifetime_value.source: is missing"),
        ("weight = 35", "weight = 34", "the weights add up to 99, not 100"),
        ("weight = 35", "weight = -35", "-35 cannot be"),
        ("steps = [[0, 0], [1, 4], [3, 7]]", "steps = [[1, 4], [0, 0]]", "ascending pairs"),
        ("steps = [[0, 0], [1, 4], [3, 7]]", "steps = 4", "ascending pairs"),
        ("profile = {}", "profile = 3", "profile is a table of lists"),
        ("top_share = 0.15", "top_share = 15", "15 cannot be"),
        ("top_share = 0.15", "top_share = 0.15, at_least = 5", "A has 2 rules"),
        ("top_share = 0.15", "top_customers = 2.5", "take a whole number"),
        ('never_a = ["insolvent"]', 'never_a = ["ugly"]', "'ugly' does not exist"),
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


def test_break_even_is_readable_but_not_usable_yet() -> None:
    policy = read_policy(changed("top_share = 0.15", "break_even = true"), name="mine.toml")
    assert policy.segments.a_rule == "break_even"


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_policy_is_explained_in_sentences(lang: str) -> None:
    sentences = explain(default_policy(), lang)  # type: ignore[arg-type]
    assert len(sentences) >= 13
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in sentences)
    assert any("15 %" in sentence for sentence in sentences)


def test_every_source_has_words() -> None:
    assert EXPLAINED.keys() == set(SOURCES)
