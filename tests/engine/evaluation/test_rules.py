"""Rules of the policy through the whole evaluation: B by another measure, losses, the euro."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from kernklant import evaluate
from kernklant.engine.evaluation.formats import FORMATS
from kernklant.engine.evaluation.report_people import Names, watched
from kernklant.engine.evaluation.run import Answer
from kernklant.engine.value.ratings import HIGHEST
from tests.engine.evaluation.companies import AS_OF, Tables, ask, company, demo_policy, letters

BY_CHANCE = "b = { chance_of_a = 0.30 }"
AMOUNTS = {"sales": ("amount", "cost"), "payments": ("amount",), "wallets": ("spend",)}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return company()


@pytest.fixture(scope="module")
def answer(tables: Tables) -> Answer:
    return ask(tables)


def column(answer: Answer, name: str) -> Any:
    values = answer.customers[name].cast(pa.float64())
    return pc.fill_null(values, np.nan).to_numpy()


def of_b(answer: Answer) -> np.ndarray:
    return np.array(answer.customers["segment"].to_pylist()) == "B"


def free(answer: Answer) -> np.ndarray:
    """Who is neither A nor barred from being B."""
    rows = answer.customers
    insolvent = np.array(rows["reason"].to_pylist()) == "insolvent"
    return (np.array(rows["segment"].to_pylist()) != "A") & ~insolvent


def test_b_by_potential_is_who_could_spend_so_much_more(tables: Tables) -> None:
    found = ask(tables, demo_policy(b=f"{BY_CHANCE} -> b = {{ potential = 8_000 }}"))
    enough = free(found) & (column(found, "potential") >= 8_000)
    assert enough.any()
    assert (of_b(found) == enough).all()


def test_a_circle_of_mothers_is_warned_of() -> None:
    sales = pa.table({"klant": ["A", "B"], "datum": [date(2025, 1, 31)] * 2, "bedrag": [10.0] * 2})
    people = pa.table({"klantnr": ["A", "B"], "moeder": ["B", "A"]})
    told = [one["en"] for one in evaluate(sales, people).summary["warnings"]]
    assert any(text.startswith("One group names itself as mother") for text in told)


def test_b_by_rating_is_who_is_rated_so(tables: Tables) -> None:
    by_rating = 'b = { rating = "sees_us_as_important", at_least = 3 }'
    found = ask(tables, demo_policy(b=f"{BY_CHANCE} -> {by_rating}"))
    marks = found.values["sees_us_as_important"].to_numpy() * HIGHEST
    enough = free(found) & (np.nan_to_num(marks) >= 3)
    assert enough.any()
    assert (of_b(found) == enough).all()


def test_dearer_misses_make_more_of_them_a(tables: Tables) -> None:
    many = []
    for missed in (1, 5, 50):
        losses = f"[segments.losses]\nmissed_a = {missed}\nfalse_a = 1\n\n[hysteresis]"
        found = ask(tables, demo_policy(losses=f"[hysteresis] -> {losses}"))
        segments = list(letters(found).values())
        many.append(segments.count("A"))
        assert set(segments) <= {"A", "B", "C"}
    assert many[0] < many[1] < many[2]


def times_a_hundred(tables: Tables) -> Tables:
    """The same company in a currency worth a hundredth."""
    scaled = dict(tables.tables)
    for name, columns in AMOUNTS.items():
        rows = scaled[name]
        for money in columns:
            at = rows.column_names.index(money)
            more = pc.multiply(rows[money], pa.scalar(Decimal(100)))
            rows = rows.set_column(at, money, pc.cast(more, rows.schema.field(money).type))
        scaled[name] = rows
    return Tables(scaled)


def test_amounts_and_the_euros_of_the_policy_times_a_hundred_change_nothing(
    tables: Tables, answer: Answer
) -> None:
    policy = demo_policy(
        worth="to = 100_000 -> to = 10_000_000",
        brings="to = 30_000 -> to = 3_000_000",
        could="to = 50_000 -> to = 5_000_000",
        hour="hour = 65 -> hour = 6_500",
    )
    found = ask(times_a_hundred(tables), policy)
    for name in ("segment", "score", "by_rule", "reason", "exit_proposed", "potential_source"):
        assert letters(found, name) == letters(answer, name), name
    for name in ("p_a", "p_becomes_a", "exit_chance", "evidence", "p_alive"):
        assert column(found, name) == pytest.approx(column(answer, name), abs=2e-6, nan_ok=True)
    for name in ("clv", "clv_low", "potential", "cost_to_serve_12m", "contribution_12m"):
        hundred = 100 * column(answer, name)
        assert column(found, name) == pytest.approx(hundred, rel=2e-6, abs=1.0, nan_ok=True)


def test_more_bought_never_lowers_a_score_on_what_he_brought(tables: Tables) -> None:
    """Of bounds that are told: a percentile of the customers would move with him."""
    before = ask(tables)
    number = next(n for n, segment in letters(before).items() if segment == "C")
    rows = tables.tables["sales"].filter(pc.equal(tables.tables["sales"]["customer"], number))
    last = rows.sort_by([("date", "descending")]).to_pylist()[0]
    more = {**last, "line": "2", "amount": Decimal(9000), "cost": Decimal(1000)}
    after = ask(tables.put("sales", more))
    points = {name: letters_of(before, after, number, name) for name in ("contribution", "score")}
    assert points["contribution"][1] >= points["contribution"][0]
    assert points["score"][1] >= points["score"][0]


def letters_of(before: Answer, after: Answer, number: int, name: str) -> list[int]:
    """The points of a customer before and after."""
    found = []
    for one in (before, after):
        table = one.customers if name == "score" else one.points
        row = table.filter(pc.equal(table["customer"], number))
        found.append(row[name][0].as_py() or 0)
    return found


def test_what_is_decided_on_is_the_contribution_that_is_shown(answer: Answer) -> None:
    (used,) = [one for one in answer.summary["score"]["criteria"] if one["name"] == "contribution"]
    points = {row["customer"]: row["contribution"] for row in answer.points.to_pylist()}
    whole = [row for row in answer.customers.to_pylist() if row["score_low"] == row["score_high"]]
    assert len(whole) > 10
    for row in whole:
        share = (float(row["contribution_12m"]) - used["low"]) / (used["high"] - used["low"])
        assert abs(points[row["customer"]] - used["weight"] * np.clip(share, 0, 1)) < 1


def test_a_group_brings_what_its_members_are_shown_to_bring(answer: Answer) -> None:
    shown, mother = letters(answer, "contribution_12m"), letters(answer, "group")
    for group in answer.groups.to_pylist():
        members = [one for one in shown if group["group"] in (one, mother[one])]
        known = [Decimal(left) for one in members if (left := shown[one]) is not None]
        assert abs(group["contribution_12m"] - sum(known)) <= len(members) * Decimal("0.01")


def test_what_was_brought_back_at_a_known_cost_counts(tables: Tables) -> None:
    back = {"customer": 991, "date": AS_OF, "document": "T1", "amount": -100, "cost": -60}
    found = ask(tables.about(991, name="Bracht terug").put("sales", back))
    assert letters(found, "contribution_12m")[991] == Decimal(-40)
    assert not letters(found, "margin_assumed")[991]


def test_without_the_veto_an_insolvent_customer_is_still_named_as_one_who_may_not_pay(
    tables: Tables,
) -> None:
    found = ask(tables, demo_policy(veto='never_a = ["insolvent"] -> never_a = []'))
    named = watched(found.customers, names=Names({}, "–"), form=FORMATS["en"])
    broke = found.summary["solvency"]["insolvent"]
    assert broke > 0
    assert sum(one.why.startswith("Bankrupt") for one in named) == broke
