"""Days beyond terms by hand, what is open, who is watched, and the textbook's survival curve."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernklant.engine.value.solvency import (
    CHANCE_BY_DAYS,
    REASONS,
    Solvency,
    beyond_terms,
    chance_of_default,
    solvency,
)
from tests.engine.ledger.payments_reference import SCHEMA, told

AS_OF = date(2025, 7, 1)
NONE = np.nan
# Weeks of remission of 21 children on 6-mercaptopurine; open: still in remission.
# Source: Freireich et al. (1963), in every textbook of survival.
RELAPSED = (6, 6, 6, 7, 10, 13, 16, 22, 23)
REMISSION = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)


def invoice(
    ago: int, late: int | None, amount: float = 100, *, customer: int = 1, terms: bool = True
) -> dict[str, Any]:
    """Fell due so many days ago and was paid so many days after that; None: not paid."""
    due = AS_OF - timedelta(days=ago)
    return {
        "customer": customer,
        "invoice_date": due - timedelta(days=60),
        "due_date": due if terms else None,
        "paid_date": None if late is None else due + timedelta(days=late),
        "amount": Decimal(str(amount)),
    }


def judge(
    *invoices: dict[str, Any],
    insolvent: bool = False,
    clv: float = 1000.0,
    customers: tuple[int, ...] = (1,),
) -> Solvency:
    return solvency(
        told(invoices, AS_OF),
        np.array(customers),
        np.full(len(customers), insolvent),
        clv=np.full(len(customers), clv),
    )


def rows_of(paid: tuple[int, ...], unpaid: tuple[int, ...]) -> pa.Table:
    """A row per invoice of a euro that fell due in the last ninety days."""
    made = [(1, False, 1, days, False, 1, Decimal(1)) for days in paid]
    made += [(1, False, 1, days, True, 1, Decimal(1)) for days in unpaid]
    return pa.table([list(column) for column in zip(*made, strict=True)], schema=SCHEMA)


def steady(late: int, *, invoices: int = 12, customer: int = 1) -> list[dict[str, Any]]:
    """Paid as many days late for a year, an invoice a month; still open when too recent."""
    return [
        invoice(ago, late if ago >= late else None, customer=customer)
        for ago in range(1, 30 * invoices, 30)
    ]


# Days beyond terms


def test_days_beyond_terms_weigh_by_amount() -> None:
    found = judge(invoice(100, 10, 1000), invoice(200, 30, 3000))
    assert found.dbt[0] == (1000 * 10 + 3000 * 30) / 4000
    assert not found.at_least[0]


def test_who_pays_early_is_not_late_and_makes_up_for_nothing() -> None:
    assert judge(invoice(100, -20), invoice(100, 30)).dbt[0] == 15


def test_an_unpaid_invoice_counts_until_now_and_says_so() -> None:
    found = judge(invoice(100, 10, 1000), invoice(200, 30, 3000), invoice(50, None, 1000))
    assert found.dbt[0] == (1000 * 10 + 3000 * 30 + 1000 * 50) / 5000
    assert found.at_least[0]


def test_an_open_invoice_not_yet_due_is_neither_late_nor_early() -> None:
    before = judge(*steady(12), invoice(40, None, 500))
    after = judge(*steady(12), invoice(40, None, 500), invoice(-10, None, 1e6), invoice(0, None))
    assert after.dbt[0] == before.dbt[0] > 0
    assert after.trend[0] == before.trend[0] > 0
    assert after.open[0] == before.open[0] + 1_000_100
    assert after.overdue_30[0] < before.overdue_30[0]


def test_nothing_is_known_of_who_only_has_invoices_not_yet_due() -> None:
    found = judge(invoice(-1, None, 700))
    for name in ("dbt", "trend", "chance", "value_at_risk"):
        assert math.isnan(getattr(found, name)[0])
    assert (found.open[0], found.overdue_30[0]) == (700, 0)
    assert REASONS[found.reason[0]] == "unknown"
    assert not found.watch[0]


def test_credits_are_no_payment_behaviour_and_settle_the_oldest() -> None:
    unpaid = [invoice(100, None, 800), invoice(-5, None, 800)]
    before = judge(*unpaid, invoice(200, 5))
    after = judge(*unpaid, invoice(200, 5), invoice(300, None, -400), invoice(300, 90, -5000))
    assert after.dbt[0] == before.dbt[0]
    assert (before.open[0], before.overdue_30[0]) == (1600, 0.5)
    assert (after.open[0], after.overdue_30[0]) == (1200, 400 / 1200)


def test_credits_beyond_what_is_open_leave_nothing_open() -> None:
    found = judge(invoice(100, None, 800), invoice(300, None, -900))
    assert found.open[0] == 0
    assert math.isnan(found.overdue_30[0])


def test_invoices_without_terms_are_open_but_say_nothing_of_lateness() -> None:
    found = judge(invoice(100, 10), invoice(90, None, 300, terms=False), invoice(50, None, 100))
    assert found.dbt[0] == 30
    assert (found.open[0], found.overdue_30[0]) == (400, 1)
    (warning,) = found.warnings
    assert warning.nl.startswith("1 factuur heeft geen vervaldatum")


def test_customers_without_payments_are_not_known() -> None:
    found = judge(invoice(100, 10, customer=2), customers=(1, 2, 3))
    assert np.isnan(found.dbt).tolist() == [True, False, True]
    assert np.isnan(found.open).tolist() == [True, False, True]
    assert found.warnings == []
    (warning,) = judge().warnings
    assert "geen betalingen" in warning.nl


def test_rows_of_other_customers_are_left_out() -> None:
    alone = judge(*steady(12, customer=2), customers=(2,))
    among = [invoice(80, 70, customer=number) for number in (1, 3)]
    same = judge(*steady(12, customer=2), *among, customers=(2,))
    assert same.chance == alone.chance
    assert same.dbt == alone.dbt


# Trend


def test_a_trend_is_the_last_ninety_days_less_the_half_year_before() -> None:
    found = judge(invoice(50, 30), invoice(60, 40), invoice(100, 10, 300), invoice(200, 14, 100))
    assert found.trend[0] == 35 - 11


def test_one_invoice_in_a_period_is_no_trend() -> None:
    assert math.isnan(judge(invoice(50, 30), invoice(100, 10), invoice(200, 14)).trend[0])
    assert math.isnan(judge(invoice(50, 30), invoice(60, 30), invoice(100, 10)).trend[0])


@pytest.mark.parametrize("late", [0, 15, 60, 80])
def test_who_pays_as_late_as_ever_has_no_trend(late: int) -> None:
    daily = [invoice(ago, late if ago >= late else None) for ago in range(1, 270)]
    assert judge(*daily).trend[0] == pytest.approx(0, abs=1e-9)


def test_who_stops_paying_has_a_trend_even_when_he_was_late_already() -> None:
    stopped = [invoice(ago, 30 if ago > 90 else None) for ago in range(1, 270, 3)]
    plain = judge(*stopped)
    assert plain.trend[0] == pytest.approx(88 - 30)
    assert plain.watch[0]
    assert REASONS[plain.reason[0]] == "trend"


def test_few_days_of_delay_of_all_that_is_open_are_few_days() -> None:
    recent = [invoice(ago, None) for ago in (1, 2, 3, 4, 5)]
    assert judge(*recent, invoice(100, 0), invoice(200, 0)).trend[0] == 5


# The censored estimate


def test_the_estimate_by_hand() -> None:
    found = beyond_terms(told([invoice(60, days) for days in (0, 10, 40)], AS_OF))
    assert found is not None
    assert found.mean == pytest.approx(50 / 3)
    held = beyond_terms(
        told([*(invoice(60, days) for days in (0, 10, 40)), invoice(20, None)], AS_OF)
    )
    assert held is not None
    assert held.days.tolist() == [0, 10, 20, 40]
    assert held.unpaid == pytest.approx([0.75, 0.5, 0.5, 0])
    assert held.mean == pytest.approx(10 * 0.75 + 30 * 0.5)
    assert (held.median, held.at_least, held.invoices, held.open) == (10, False, 4, 1)


@pytest.mark.parametrize("weigh", ["amount", "invoices"])
def test_the_curve_of_the_textbook(weigh: Any) -> None:
    found = beyond_terms(rows_of(RELAPSED, REMISSION), weigh=weigh)
    assert found is not None
    curve = dict(zip(found.days.tolist(), found.unpaid.round(4).tolist(), strict=True))
    printed = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    assert {day: curve[day] for day in printed} == printed
    assert (found.median, found.at_least, found.invoices, found.open) == (23, True, 21, 12)


def test_the_paid_ones_alone_look_better_than_they_are() -> None:
    paid = [invoice(60, days, 100) for days in (2, 5, 9)]
    found = beyond_terms(told([*paid, invoice(50, None, 5000)], AS_OF))
    alone = beyond_terms(told(paid, AS_OF))
    assert found is not None
    assert alone is not None
    assert alone.mean == pytest.approx(16 / 3)
    assert found.mean > 40
    assert found.at_least


def test_amounts_and_invoices_weigh_differently() -> None:
    table = told([invoice(60, 0, 900), invoice(60, 30, 100)], AS_OF)
    by_amount, by_invoice = beyond_terms(table), beyond_terms(table, weigh="invoices")
    assert by_amount is not None
    assert by_invoice is not None
    assert (by_amount.mean, by_invoice.mean) == (pytest.approx(3), pytest.approx(15))


def test_the_estimate_of_one_customer_and_of_nobody() -> None:
    table = told([invoice(60, 9), invoice(60, 40, customer=2)], AS_OF)
    found = beyond_terms(table, customer=2)
    assert found is not None
    assert found.mean == 40
    assert beyond_terms(table, customer=3) is None


# Chance, watch and value at risk


def test_the_chance_rises_with_the_days() -> None:
    days = np.linspace(0, 400, 801)
    chance = chance_of_default(days, np.full(801, 1000), habit=0.0)
    assert np.all(np.diff(chance) >= 0)
    assert chance[0] == CHANCE_BY_DAYS[0][1]
    assert chance[-1] == CHANCE_BY_DAYS[-1][1]


def test_few_invoices_are_drawn_to_the_habit_of_all() -> None:
    few, many = chance_of_default(np.array([60.0, 60.0]), np.array([1, 100_000]), habit=0.0)
    assert few == pytest.approx(0.01 + 0.01 * 10 / 15)  # (1 x 60 + 5 x 0) / 6 = 10 days
    assert many == pytest.approx(0.12, abs=1e-4)


def test_who_pays_two_months_late_for_a_year_is_watched() -> None:
    found = judge(*[invoice(ago, 65) for ago in range(70, 360, 10)])
    assert found.chance[0] > 0.10
    assert found.watch[0]
    assert REASONS[found.reason[0]] == "chance"


def test_a_trend_alone_is_not_watched_while_little_is_overdue() -> None:
    late = [invoice(60, 50), invoice(70, 50), invoice(100, 0), invoice(200, 0)]
    found = judge(*late, invoice(-5, None, 1000))
    assert found.trend[0] == 50
    assert not found.watch[0]
    assert judge(*late, invoice(40, None, 1000)).watch[0]


def test_an_insolvent_customer_fails_for_sure_and_is_not_watched_besides() -> None:
    found = judge(*steady(0), invoice(40, None, 500), insolvent=True, clv=2000.0)
    assert (found.chance[0], found.watch[0]) == (1, False)
    assert REASONS[found.reason[0]] == "insolvent"
    assert found.value_at_risk[0] == 0.75 * 500 + 2000


def test_the_value_at_risk_is_the_loss_that_is_expected() -> None:
    found = judge(*steady(0), invoice(40, None, 500), clv=2000.0)
    assert found.value_at_risk[0] == found.chance[0] * (0.75 * 500 + 2000)
    costly = judge(*steady(0), invoice(40, None, 500), clv=-2000.0)
    assert costly.value_at_risk[0] == costly.chance[0] * 0.75 * 500
    assert math.isnan(judge(*steady(0), clv=NONE).value_at_risk[0])


# Sentences


def plain(text: str) -> str:
    """With ordinary spaces, as one reads it."""
    return text.replace("\u00a0", " ")


def test_an_insolvent_customer_is_told_since_when() -> None:
    found = judge(invoice(10, 0), insolvent=True)
    (since,) = found.reasons(0, insolvent_on=date(2025, 3, 3))
    assert since.nl == "Failliet of in surseance sinds 3 maart 2025."
    assert since.en == "Bankrupt or under suspension of payments since 3 March 2025."
    assert [text.nl for text in found.reasons(0)] == ["Failliet of in surseance."]


def test_a_watched_customer_is_told_why() -> None:
    stopped = [invoice(ago, 30 if ago > 90 else None) for ago in range(1, 270, 3)]
    (why,) = judge(*stopped).reasons(0)
    assert plain(why.nl) == (
        "Betaalt gemiddeld ten minste 35 dagen te laat, de laatste 90 dagen 58 dagen later dan het "
        "halfjaar daarvoor; 67 % van de openstaande € 3.000 is meer dan 30 dagen te laat."
    )
    assert why.en == (
        "Pays at least 35 days late on average, in the last 90 days 58 days later than in the "
        "half-year before; 67% of the open €3,000 is more than 30 days overdue."
    )


def test_a_chance_is_said_to_be_assumed() -> None:
    why = judge(*[invoice(ago, 65) for ago in range(70, 360, 10)]).reasons(0)
    assert [plain(text.nl) for text in why] == [
        "Betaalt gemiddeld 65 dagen te laat.",
        "Naar onze aanname gaat 13 % van wie zo betaalt binnen twaalf maanden failliet.",
    ]


def test_who_pays_well_needs_no_words() -> None:
    assert judge(*steady(3)).reasons(0) == []


# Properties

INVOICES = st.lists(
    st.builds(
        invoice,
        st.integers(-40, 500),
        st.one_of(st.none(), st.integers(-30, 200)),
        st.integers(-300, 5000),
        customer=st.integers(1, 4),
        terms=st.sampled_from([True, True, True, False]),
    ),
    max_size=30,
)
FOUR = (1, 2, 3, 4)


@settings(deadline=None)
@given(INVOICES, st.integers(0, 29), st.integers(1, 300))
def test_a_later_payment_never_lowers_the_days(
    invoices: list[dict[str, Any]], which: int, later: int
) -> None:
    before = judge(*invoices, customers=FOUR)
    moved = [dict(row) for row in invoices]
    if which < len(moved) and moved[which]["paid_date"]:
        moved[which]["paid_date"] += timedelta(days=later)
    after = judge(*moved, customers=FOUR)
    assert np.array_equal(np.isnan(after.dbt), np.isnan(before.dbt))
    assert np.all(np.nan_to_num(after.dbt) >= np.nan_to_num(before.dbt))
    assert np.all(np.nan_to_num(after.open) >= np.nan_to_num(before.open))


@settings(deadline=None)
@given(INVOICES, st.integers(0, 10**6))
def test_the_order_of_rows_does_not_matter(invoices: list[dict[str, Any]], seed: int) -> None:
    table = told(invoices, AS_OF)
    order = np.random.default_rng(seed).permutation(table.num_rows)
    customer, none = np.array(FOUR), np.zeros(4, dtype=np.bool_)
    one, other = (
        solvency(rows, customer, none, clv=np.arange(4.0)) for rows in (table, table.take(order))
    )
    for name in one.__slots__:
        if name != "warnings":
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@settings(deadline=None)
@given(INVOICES)
def test_a_customers_trend_is_the_difference_of_two_estimates(
    invoices: list[dict[str, Any]],
) -> None:
    table = told(invoices, AS_OF)
    trend = solvency(table, np.array(FOUR), np.zeros(4, np.bool_), clv=np.zeros(4)).trend
    for customer, found in zip(FOUR, trend.tolist(), strict=True):
        recent, before = (
            beyond_terms(table.filter(pa.array(table["period"].to_numpy() == period)),
                         customer=customer)
            for period in (1, 2)
        )  # fmt: skip
        if recent and before and min(recent.invoices, before.invoices) >= 2:
            assert found == pytest.approx(recent.mean - before.mean, abs=1e-9)
        else:
            assert math.isnan(found)


@settings(deadline=None)
@given(INVOICES)
def test_the_estimate_is_never_below_the_plain_days(invoices: list[dict[str, Any]]) -> None:
    found = judge(*invoices, customers=FOUR)
    for customer, plain in zip(FOUR, found.dbt.tolist(), strict=True):
        estimate = beyond_terms(told(invoices, AS_OF), customer=customer)
        assert (estimate is None) == math.isnan(plain)
        assert estimate is None or estimate.mean >= plain - 1e-9


@settings(deadline=None)
@given(INVOICES)
def test_what_can_be_known_lies_where_it_must(invoices: list[dict[str, Any]]) -> None:
    found = judge(*invoices, customers=FOUR)
    assert np.all(np.isnan(found.dbt) | (found.dbt >= 0))
    assert np.all(np.isnan(found.open) | (found.open >= 0))
    assert np.all(np.isnan(found.overdue_30) | ((found.overdue_30 >= 0) & (found.overdue_30 <= 1)))
    assert np.all(np.isnan(found.chance) | ((found.chance >= 0.01) & (found.chance <= 0.30)))
    assert [len(found.reasons(place)) > 0 for place in range(4)] == found.watch.tolist()
