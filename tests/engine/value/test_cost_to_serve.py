"""What it costs to serve a customer: cost, minutes or assumed times, and nothing guessed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernklant.demo.assumptions import ACTIVITY_MINUTES
from kernklant.demo.company import write_company
from kernklant.engine.ledger.service import service
from kernklant.engine.ledger.tables import ACTIVITIES, TABLES, schema
from kernklant.engine.segments.policy import default_policy
from kernklant.engine.store import Store
from kernklant.engine.units import twelve_months_before
from kernklant.engine.value.cost_to_serve import (
    NOTHING_RECORDED,
    Rates,
    Service,
    capacity,
    contribution_after_service,
    serve,
)
from tests.engine.value.services import Row, services

RATES = Rates(60, {"visit": 150, "call": 15, "order line": 2})
CUSTOMERS = np.array([1, 2, 3])


def served(*rows: Row, rates: Rates = RATES, customer: np.ndarray = CUSTOMERS) -> Service:
    return serve(services(*rows), customer, rates)


def test_known_cost_goes_before_minutes_and_minutes_before_assumed_times() -> None:
    found = served(
        (1, "visit", {"count": 4, "untimed": 2, "costed": 1, "minutes": 100, "cost": 80,
                      "costed_minutes": 30}),
        (2, "call", {"count": 2, "minutes": 7}),
    )  # fmt: skip
    assert found.cost.tolist() == [80 + 100 + 2 * 150, 7, 0]
    assert found.low.tolist() == [180 + 225, 7, 0]
    assert found.high.tolist() == [180 + 450, 7, 0]
    assert found.assumed.tolist() == pytest.approx([300 / 480, 0, 0])
    assert found.hours.tolist() == pytest.approx([430 / 60, 7 / 60, 0])
    assert found.contacts.tolist() == [4, 2, 0]
    assert found.warnings == ()


def test_what_we_did_wrong_ourselves_is_told_apart() -> None:
    found = served(
        (1, "call", {"count": 5, "untimed": 3, "minutes": 20, "fault_count": 3,
                     "fault_untimed": 1, "fault_minutes": 8, "fault_cost": 2.5, "cost": 4}),
    )  # fmt: skip
    assert found.cost[0] == 4 + 20 + 45
    assert found.fault[0] == 2.5 + 8 + 15


def test_a_name_is_the_same_however_it_is_written() -> None:
    once = {"count": 1, "untimed": 1}
    found = served(
        (1, " Order line", once),
        (1, "ORDER-LINE", once),
        (1, "order_line", once),
        (2, "Call", once),
    )
    assert found.by_activity.to_pydict() == {
        "activity": ["call", "order_line"],
        "count": [1, 3],
        "hours": [0.25, 0.1],
        "cost": [15.0, 6.0],
        "fault": [0.0, 0.0],
        "assumed": [1.0, 1.0],
        "uncharged": [0, 0],
    }
    assert found.contacts.tolist() == [0, 1, 0]


def test_a_time_nobody_knows_is_not_guessed_but_told() -> None:
    found = served(
        (1, "lunch", {"count": 5, "untimed": 3, "minutes": 90}),
        (2, "gift", {"count": 9, "untimed": 9}),
        (2, "fair", {"count": 1, "costed": 1, "cost": 500}),
        *((3, f"other {place}", {"count": 1, "untimed": 1}) for place in range(5)),
    )
    assert found.cost.tolist() == [90, 500, 0]
    assert found.unknown_activities[:3] == ("gift", "lunch", "other_0")
    (warning,) = found.warnings
    assert "gift (9×), lunch (3×)" in warning.nl
    assert "2 andere soorten" in warning.nl
    assert "2 other kinds" in warning.en


def test_without_any_activity_the_cost_is_not_known_rather_than_nothing() -> None:
    found = served()
    for values in (found.cost, found.low, found.high, found.fault, found.hours, found.assumed):
        assert np.isnan(values).all()
        assert len(values) == 3
    assert found.contacts.tolist() == [0, 0, 0]
    assert found.by_activity.num_rows == 0
    assert found.warnings == (NOTHING_RECORDED,)
    assert contribution_after_service(np.array([5, np.nan, -1]), found)[[0, 2]].tolist() == [5, -1]


def test_activities_of_others_are_known_activities() -> None:
    found = served((9, "call", {"count": 1, "untimed": 1}))
    assert found.cost.tolist() == [0, 0, 0]
    assert found.by_activity.num_rows == 0
    assert served(customer=np.zeros(0, dtype=np.int64)).cost.shape == (0,)


def test_contribution_is_unknown_where_the_margin_is() -> None:
    found = served((1, "call", {"count": 1, "untimed": 1}))
    left = contribution_after_service(np.array([10.0, 3.0, np.nan]), found)
    assert left[:2].tolist() == [-5, 3]
    assert np.isnan(left[2])


def test_at_no_rate_only_known_cost_is_left() -> None:
    found = served(
        (1, "call", {"count": 2, "untimed": 1, "costed": 1, "cost": 7}), rates=Rates(0, {"call": 5})
    )
    assert (found.cost[0], found.high[0], found.assumed[0]) == (7, 7, 0)
    assert found.hours[0] == pytest.approx(5 / 60)


def test_a_refund_lowers_the_cost() -> None:
    found = served((1, "call", {"count": 2, "untimed": 1, "costed": 1, "cost": -10}))
    assert (found.cost[0], found.assumed[0]) == (5, 1)


@pytest.mark.parametrize("name", ["count", "untimed", "minutes", "fault_minutes"])
def test_below_zero_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} is below zero"):
        served((1, "call", {name: -1}))


def test_capacity_needs_minutes_and_may_fall_short() -> None:
    assert capacity(100, 50, 60).unused == -20
    with pytest.raises(ValueError, match="practical_minutes"):
        capacity(100, 0, 60)


row = st.fixed_dictionaries(
    {
        "untimed": st.integers(0, 20),
        "timed": st.integers(0, 20),
        "costed": st.integers(0, 20),
        "minutes": st.integers(0, 10**6).map(lambda n: n / 8),
        "cost": st.integers(0, 10**7).map(lambda cents: Decimal(cents) / 100),
        "fault": st.floats(0, 1),
    }
)
tables = st.dictionaries(
    st.tuples(st.integers(1, 3), st.sampled_from(["visit", "Visit", "call", "lunch"])), row
)


def as_rows(drawn: dict[tuple[int, str], dict[str, Any]]) -> list[Row]:
    return [
        (
            customer,
            activity,
            {
                "count": row["untimed"] + row["timed"] + row["costed"],
                "untimed": row["untimed"],
                "costed": row["costed"],
                "minutes": row["minutes"],
                "cost": row["cost"],
                "fault_untimed": int(row["untimed"] * row["fault"]),
            },
        )
        for (customer, activity), row in drawn.items()
    ]


@given(tables)
def test_the_parts_add_up_to_the_whole(drawn: dict[tuple[int, str], dict[str, Any]]) -> None:
    found = served(*as_rows(drawn), (1, "visit extra", {"count": 1}))
    by_activity = found.by_activity
    for name in ("cost", "hours", "fault"):
        total = float(np.sum(by_activity[name].to_numpy()))
        assert total == pytest.approx(float(getattr(found, name).sum()), abs=0.005)
    assumed = by_activity["assumed"].to_numpy() * by_activity["cost"].to_numpy()
    assert float(assumed.sum()) == pytest.approx(float(found.assumed @ found.cost), abs=0.005)


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_bit(
    drawn: dict[tuple[int, str], dict[str, Any]], random: Any
) -> None:
    rows = as_rows(drawn)
    shuffled = random.sample(rows, len(rows))
    once, again = served(*rows), served(*shuffled)
    for name in ("cost", "low", "high", "fault", "assumed", "hours", "contacts"):
        assert getattr(once, name).tobytes() == getattr(again, name).tobytes()
    assert once.by_activity.equals(again.by_activity)


@given(tables, st.tuples(st.integers(1, 3), st.sampled_from(["visit", "call", "lunch"])), row)
def test_more_activities_never_lower_the_cost(
    drawn: dict[tuple[int, str], dict[str, Any]], where: tuple[int, str], more: dict[str, Any]
) -> None:
    base = {"untimed": 0, "timed": 0, "costed": 0, "minutes": 0, "cost": Decimal(0), "fault": 0}
    before = drawn | {where: drawn.get(where, base)}
    after = drawn | {where: {name: before[where][name] + more[name] for name in base}}
    less, greater = served(*as_rows(before)), served(*as_rows(after))
    for name in ("cost", "low", "high", "hours"):
        assert (getattr(greater, name) >= getattr(less, name) - 1e-9).all()
    assert (less.low <= less.cost).all()
    assert (less.cost <= less.high).all()


@given(tables)
def test_a_hundred_times_the_euros_is_a_hundred_times_the_cost(
    drawn: dict[tuple[int, str], dict[str, Any]],
) -> None:
    rows = [(c, a, more | {"cost": 0}) for c, a, more in as_rows(drawn)]
    rows.append((1, "call", {"count": 1}))
    dear = served(*rows, rates=replace(RATES, hour=RATES.hour * 100))
    assert dear.cost == pytest.approx(served(*rows).cost * 100)


@pytest.fixture(scope="module")
def de_vries(tmp_path_factory: pytest.TempPathFactory) -> tuple[pa.Table, date]:
    """The activities of the invented company, under our own customer numbers."""
    company = write_company(tmp_path_factory.mktemp("de-vries"), seed=1)
    told = pq.read_table(company.folder / "activiteiten.parquet")
    columns = {
        "customer": told["klantnummer"].cast(pa.int64()),
        "date": told["datum"],
        "activity": told["activiteit"],
        "minutes": told["minuten"].cast(pa.decimal128(18, 6)),
        "cost": told["kosten"],
        "our_fault": told["onze fout"],
    }
    lacking = {name: pa.nulls(len(told), schema(ACTIVITIES).field(name).type)
               for name in schema(ACTIVITIES).names if name not in columns}  # fmt: skip
    table = pa.table(columns | lacking).select(schema(ACTIVITIES).names)
    return table.cast(schema(ACTIVITIES)), date(2026, 9, 30)


def by_hand(activities: pa.Table, as_of: date) -> dict[int, float]:
    """Euros per customer, row by row, at the rates the company was drawn with."""
    total: dict[int, float] = defaultdict(float)
    for told in activities.to_pylist():
        if twelve_months_before(as_of) < told["date"] <= as_of:
            minutes = told["minutes"]
            minutes = ACTIVITY_MINUTES[told["activity"]] if minutes is None else minutes
            cost = Decimal(minutes) / 60 * 65 if told["cost"] is None else told["cost"]
            total[told["customer"]] += float(cost)
    return total


def test_the_invented_company_costs_what_it_was_drawn_with(
    de_vries: tuple[pa.Table, date],
) -> None:
    activities, as_of = de_vries
    schemas = {name: schema(table) for name, table in TABLES.items()}
    facts = Store.in_memory({"activities": activities}, schemas=schemas).snapshot()
    expected = by_hand(activities, as_of)
    customer = np.array(sorted(expected))
    found = serve(service(facts, as_of=as_of), customer, default_policy().rates)
    assert found.cost == pytest.approx([expected[number] for number in customer.tolist()], abs=1e-6)
    assert found.warnings == ()
    assert 0 < found.fault.sum() < 0.2 * found.cost.sum()
    assert found.low.sum() < found.cost.sum() < found.high.sum()
