"""One row per customer: what counts as a purchase, on which day, and what was known at the cut."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernklant.engine.ledger.history import HERE, History, history, last_sales_day, order_days
from kernklant.engine.ledger.tables import SALES, TABLES, schema
from kernklant.engine.store import Snapshot, Store, marts
from tests.conformance.ledger import sales
from tests.engine.ledger.history_reference import history_of

SCHEMAS = {name: schema(table) for name, table in TABLES.items()}
AS_OF = date(2024, 12, 31)
CUT = date(2024, 6, 30)
YEAR_START = date(2023, 12, 31)


def facts(lines: pa.Table | list[dict[str, Any]]) -> Snapshot:
    if isinstance(lines, list):
        columns = {name: [line.get(name) for line in lines] for name in schema(SALES).names}
        lines = pa.table(columns, schema=schema(SALES))
    return Store.in_memory({"sales": lines}, schemas=SCHEMAS).snapshot()


def line(day: str, amount: str, **more: Any) -> dict[str, Any]:
    base = {"customer": 1, "date": date.fromisoformat(day), "amount": Decimal(amount)}
    return base | more


def of(*lines: dict[str, Any], cut: date = CUT) -> History:
    return history(facts(list(lines)), as_of=AS_OF, cut=cut)


def row(*lines: dict[str, Any]) -> dict[str, Any]:
    return of(*lines).table.to_pylist()[0]


def expected(lines: pa.Table, **days: date) -> list[dict[str, Any]]:
    customers = defaultdict(list)
    for one in lines.to_pylist():
        if one["date"] <= days["as_of"]:
            customers[one["customer"]].append(one)
    return [history_of(customers[customer], **days) for customer in sorted(customers)]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_one_question_agrees_with_plain_python(seed: int) -> None:
    lines = sales(seed, lines=1500)
    found = facts(lines).mart(
        HERE / "history.sql", by_customer=True, as_of=AS_OF, cut=CUT, year_start=YEAR_START
    )
    assert found.to_pylist() == expected(lines, as_of=AS_OF, cut=CUT, year_start=YEAR_START)


ODD_LINES = st.builds(
    dict,
    customer=st.integers(1, 3),
    date=st.integers(0, 12).map(lambda days: date(2024, 2, 24) + timedelta(days=days)),
    amount=st.sampled_from(["-20.00", "-10.00", "-0.01", "0.00", "0.01", "10.00", "20.00"]).map(
        Decimal
    ),
    cost=st.sampled_from([None, Decimal("0.00"), Decimal("4.00")]),
    document=st.sampled_from([None, "A", "B", "C"]),
    corrects=st.sampled_from([None, "A", "B", "D"]),
)


@settings(max_examples=100)
@given(st.lists(ODD_LINES, min_size=1, max_size=12), st.integers(0, 12), st.integers(0, 12))
def test_any_few_lines_agree_with_plain_python(
    lines: list[dict[str, Any]], as_of_day: int, cut_day: int
) -> None:
    first = date(2024, 2, 24)
    days = {
        "as_of": first + timedelta(days=as_of_day),
        "cut": first + timedelta(days=min(as_of_day, cut_day)),
        "year_start": first + timedelta(days=3),
    }
    columns = {name: [one.get(name) for one in lines] for name in schema(SALES).names}
    table = pa.table(columns, schema=schema(SALES))
    found = facts(table).mart(HERE / "history.sql", by_customer=True, **days)
    assert found.to_pylist() == expected(table, **days)


def test_two_invoices_on_one_day_are_one_purchase() -> None:
    found = row(line("2024-03-01", "10.00"), line("2024-03-01", "5.00"))
    assert (found["orders"], found["x"], found["spend"]) == (1, 0, Decimal("15.00"))


def test_a_return_is_no_purchase_and_lessens_one() -> None:
    found = row(line("2024-03-01", "10.00"), line("2024-04-01", "-4.00"))
    assert (found["orders"], found["spend"]) == (1, Decimal("6.00"))
    assert found["revenue"] == Decimal("6.00")


def test_who_was_credited_all_he_bought_bought_nothing() -> None:
    past = of(line("2024-03-01", "10.00", document="F1"), line("2024-03-03", "-10.00"))
    assert (past.buyer.tolist(), past.table["revenue"].to_pylist()) == ([False], [Decimal("0.00")])


@pytest.mark.parametrize("anew", ["10.00", "9.00", "11.00"])
def test_credited_and_invoiced_anew_is_one_purchase(anew: str) -> None:
    lines = line("2024-03-01", "10.00"), line("2024-03-03", "-10.00"), line("2024-03-03", anew)
    assert (row(*lines)["orders"], row(*lines)["spend"]) == (1, Decimal(anew))


@pytest.mark.parametrize(
    ("credit", "left"),
    [
        ("-10.00", ["20.00", "5.00"]),  # just as much, though a newer day brought more
        ("-7.00", ["10.00", "13.00", "5.00"]),  # the newest that brought more
        ("-21.00", ["10.00", "20.00", "5.00"]),  # nothing that can have brought it
    ],
)
def test_a_credit_without_a_document_takes_from_the_purchase_it_fits(
    credit: str, left: list[str]
) -> None:
    lines = [
        line("2024-03-01", "10.00"),
        line("2024-04-01", "20.00"),
        line("2024-05-01", "5.00"),
        line("2024-06-01", credit),
        line("2024-07-01", "0.00"),
    ]
    days = order_days(facts(lines), as_of=AS_OF)
    assert days["amount"].to_pylist() == [Decimal(amount) for amount in left]


def test_a_credit_takes_nothing_from_what_was_bought_later() -> None:
    found = row(line("2024-03-01", "-10.00"), line("2024-03-02", "10.00"))
    assert (found["orders"], found["spend"]) == (1, Decimal("10.00"))


def test_a_credit_that_names_what_is_not_there_takes_from_nothing_else() -> None:
    found = row(line("2024-03-01", "10.00"), line("2024-04-01", "-10.00", corrects="F0"))
    assert (found["orders"], found["spend"]) == (1, Decimal("10.00"))


def test_the_money_of_the_year_stays_where_it_was_booked() -> None:
    found = row(
        line("2023-12-30", "10.00", cost=Decimal("4.00")),
        line("2024-01-02", "-10.00", cost=Decimal("-4.00")),
    )
    assert (found["orders"], found["revenue_12m"]) == (0, Decimal("-10.00"))
    assert (found["revenue_costed_12m"], found["cost_12m"]) == (Decimal("-10.00"), Decimal("-4.00"))


def test_a_credit_counts_on_the_day_of_the_sale_it_names() -> None:
    found = row(
        line("2024-03-01", "10.00", document="F1"),
        line("2024-04-01", "7.00", document="F2"),
        line("2024-05-01", "-10.00", corrects="F1"),
    )
    assert (found["orders"], found["first_order_on"]) == (1, date(2024, 4, 1))


def test_a_credit_that_names_another_customers_document_stays_on_its_own_day() -> None:
    lines = [
        line("2024-03-01", "10.00", document="F1"),
        line("2024-03-01", "10.00", customer=2),
        line("2024-05-01", "-10.00", customer=2, corrects="F1"),
    ]
    assert of(*lines).table["orders"].to_pylist() == [1, 1]


def test_a_credit_after_the_cut_does_not_change_what_was_known_then() -> None:
    found = row(
        line("2024-03-01", "10.00", document="F1"),
        line("2024-04-01", "7.00"),
        line("2024-09-01", "-10.00", corrects="F1"),
    )
    assert (found["orders"], found["x_cal"], found["spend_cal"]) == (1, 1, Decimal("17.00"))
    assert (found["orders_holdout"], found["spend_holdout"]) == (0, Decimal("0.00"))


def test_nor_does_one_that_names_no_document() -> None:
    found = row(line("2024-03-01", "10.00"), line("2024-09-01", "-10.00"))
    assert (found["orders"], found["x_cal"], found["spend_cal"]) == (0, 0, Decimal("10.00"))


def test_a_line_after_the_as_of_day_is_not_there() -> None:
    assert of(line("2025-01-01", "10.00")).table.num_rows == 0


def test_the_year_starts_after_the_same_day_a_year_ago() -> None:
    found = row(line("2023-12-31", "1.00"), line("2024-01-01", "2.00"))
    assert found["revenue_12m"] == Decimal("2.00")


def test_days_of_timing_include_the_leap_day() -> None:
    found = row(line("2024-02-28", "1.00"), line("2024-03-01", "1.00"))
    assert (found["t_x"], found["t_end"]) == (2, 307)


def test_only_lines_with_a_cost_count_as_costed() -> None:
    found = row(
        line("2024-03-01", "10.00", cost=Decimal("4.00")),
        line("2024-03-01", "90.00"),
        line("2024-03-02", "-5.00", cost=Decimal("-2.00")),
    )
    assert (found["revenue_costed"], found["cost"]) == (Decimal("5.00"), Decimal("2.00"))


def test_a_customer_with_returns_only_is_there_but_no_buyer() -> None:
    past = of(line("2024-03-01", "-4.00"), line("2024-03-01", "5.00", customer=2))
    assert past.buyer.tolist() == [False, True]
    assert past.purchases.x.tolist() == [0, 0]
    assert past.purchases.T.tolist() == [0, 305]


def test_calibration_holds_the_customers_who_bought_before_the_cut() -> None:
    past = of(
        line("2024-09-01", "1.00"),
        line("2024-03-01", "1.00", customer=2),
        line("2024-03-11", "1.00", customer=2),
    )
    assert past.calibration_rows.tolist() == [1]
    assert (past.calibration.x[0], past.calibration.t_x[0], past.calibration.T[0]) == (1, 10, 121)
    assert past.calibration.x.dtype == np.int32


def test_by_default_a_quarter_of_the_span_is_kept_apart() -> None:
    lines = [line("2024-12-01", "1.00"), line("2024-12-31", "1.00")]
    assert history(facts(lines), as_of=AS_OF).cut == AS_OF - timedelta(days=7)


def test_at_most_a_year_is_kept_apart() -> None:
    lines = [line("2004-12-01", "1.00"), line("2024-12-31", "1.00")]
    assert history(facts(lines), as_of=AS_OF).cut == AS_OF - timedelta(days=364)


def test_the_last_sales_day_is_the_last_line() -> None:
    assert last_sales_day(facts([line("2024-12-01", "1.00")])) == date(2024, 12, 1)
    assert last_sales_day(facts([])) is None


def test_order_days_are_the_purchase_days_in_order() -> None:
    lines = [
        line("2024-04-01", "7.00"),
        line("2024-03-01", "10.00"),
        line("2024-03-01", "5.00"),
        line("2024-05-01", "-1.00"),
    ]
    assert order_days(facts(lines), as_of=AS_OF).to_pylist() == [
        {"customer": 1, "day": date(2024, 3, 1), "amount": Decimal("15.00")},
        {"customer": 1, "day": date(2024, 4, 1), "amount": Decimal("6.00")},
    ]


def test_order_of_rows_and_size_of_parts_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = sales(3, lines=1000)
    whole = history(facts(lines), as_of=AS_OF, cut=CUT).table
    monkeypatch.setattr(marts, "ROWS_AT_ONCE", 7)
    shuffled = lines.take(np.random.default_rng(1).permutation(lines.num_rows))
    assert history(facts(shuffled), as_of=AS_OF, cut=CUT).table.to_pylist() == whole.to_pylist()
