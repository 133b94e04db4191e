"""What would make a loss-making customer profitable: every sentence is true to the cent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernklant.engine.value.cost_to_serve import Rates, serve
from kernklant.engine.value.remedies import (
    FURTHEST,
    Account,
    Done,
    Remedy,
    account_of,
    remedies,
)
from tests.engine.value.services import services

RATES = Rates(60, {"visit": 150, "call": 15})
VISITS = Done("visit", 10, 1500.0, 0, 0.0)
COMPLAINTS = Done("complaint", 5, 500.0, 4, 400.0)


def loses(loss: float, *done: Done, revenue: float = 10_000, orders: int = 20) -> Account:
    cost = sum(one.cost for one in done)
    return Account(revenue=revenue, margin=cost - loss, orders=orders, done=done)


def by_lever(account: Account) -> dict[str, Remedy]:
    return {remedy.lever: remedy for remedy in remedies(account, RATES)}


def test_each_lever_names_the_figure_to_reach() -> None:
    found = by_lever(loses(450, VISITS, COMPLAINTS))
    assert {lever: remedy.figure for lever, remedy in found.items()} == {
        "activity": 7, "fault": 400, "order_size": pytest.approx(2000 / 1550 * 500),
        "price": 0.045, "channel": 4,
    }  # fmt: skip
    assert {lever for lever, remedy in found.items() if remedy.enough} == set(found) - {"fault"}
    assert found["fault"].text.nl == (
        "Onze eigen fouten kostten €\xa0400; zonder die fouten blijft er €\xa050,00 verlies."
    )
    assert found["activity"].text.nl == (
        "Aan bezoeken gaat het meeste op, €\xa01.500 voor 10 keer; bij hoogstens 7 keer is er geen "
        "verlies meer."
    )
    assert found["channel"].text.en == (
        "Calling instead of visiting, 4 of 10 times and 15 minutes a call: then no loss is left."
    )
    assert found["price"].text.nl == (
        "Met prijzen die 4,5\xa0% hoger zijn is er geen verlies meer, als hij evenveel blijft "
        "kopen."
    )
    assert found["order_size"].text.en == (
        "An order costs €100 to serve and brings a margin of 15.5%: it pays from €646, now an "
        "order is €500 on average."
    )


def test_the_smallest_change_stands_first_and_what_goes_too_far_last() -> None:
    found = remedies(loses(450, VISITS, COMPLAINTS), RATES)
    assert [remedy.lever for remedy in found] == [
        "price", "order_size", "activity", "channel", "fault",
    ]  # fmt: skip
    changes = [remedy.change for remedy in found]
    assert changes == sorted(changes)


def test_when_none_is_enough_they_are_counted_together() -> None:
    found = remedies(loses(1900, VISITS, COMPLAINTS, revenue=5000), RATES)
    assert found[0].lever == "together"
    assert found[0].enough
    assert found[0].text.nl == (
        "Niets is alleen genoeg. Wat kan: geen fouten van onszelf (€\xa0400), 10 keer bellen in "
        "plaats van bezoeken (€\xa01.350), 5 telefoongesprekken minder (€\xa075,00) en prijzen "
        "1,5\xa0% hoger (€\xa075,00); dan is er geen verlies meer."
    )
    assert not any(remedy.enough for remedy in found[1:])
    assert found[1:][0].text.nl.endswith(("Dat alleen gaat te ver.", "verlies."))


def test_it_is_said_when_even_together_is_not_enough() -> None:
    found = remedies(Account(1000, -5000, 0, (COMPLAINTS,)), RATES)
    assert not found[0].enough
    assert found[0].text.en == (
        "Nothing is enough on its own. What can be done: no errors of ours (€400) and prices "
        "10% higher (€100); then a loss of €5,000 remains."
    )


@pytest.mark.parametrize(
    "account",
    [
        loses(0, VISITS),
        loses(-20, VISITS),
        Account(100, np.nan, 3, (VISITS,)),
        Account(0, -100, 0, ()),
    ],
    ids=["break even", "a profit", "margin not known", "nothing to change"],
)
def test_without_a_loss_or_a_lever_there_is_nothing_to_say(account: Account) -> None:
    assert remedies(account, RATES) == []


def test_no_order_size_pays_where_an_order_brings_no_margin() -> None:
    assert set(by_lever(Account(100, -5, 3, (VISITS,)))) == {
        "together", "activity", "price", "channel",
    }  # fmt: skip


def test_calling_is_no_remedy_where_it_costs_as_much_or_no_time_is_given() -> None:
    account = loses(100, VISITS)
    for rates in (Rates(60, {"call": 150}), Rates(60, {"visit": 150})):
        assert "channel" not in {remedy.lever for remedy in remedies(account, rates)}


def test_an_activity_without_a_word_of_ours_is_named_as_delivered() -> None:
    found = by_lever(loses(10, Done("gift", 3, 30.0, 0, 0.0)))
    assert "‘gift’" in found["activity"].text.nl


def test_the_account_is_the_customers_part_of_the_whole() -> None:
    table = services(
        (1, "visit", {"count": 3, "untimed": 3}),
        (1, "Visit", {"count": 1, "costed": 1, "cost": 99.5, "fault_count": 1, "fault_cost": 99.5}),
        (1, "call", {"count": 2, "minutes": 12}),
        (2, "call", {"count": 2, "minutes": 12}),
    )
    found = account_of(table, 1, RATES, revenue=1000, margin=200, orders=4)
    assert {one.activity: one for one in found.done} == {
        "visit": Done("visit", 4, 549.5, 1, 99.5),
        "call": Done("call", 2, 12, 0, 0),
    }
    assert found.cost == serve(table, np.array([1, 2]), RATES).cost[0]
    assert account_of(table, 7, RATES, revenue=0, margin=0, orders=0).done == ()


dones = st.builds(
    lambda activity, count, each, share: Done(
        activity, count, count * each, int(count * share), int(count * share) * each
    ),
    st.sampled_from(["visit", "call", "ticket", "delivery"]),
    st.integers(0, 200),
    st.floats(0.5, 500),
    st.floats(0, 1),
)
accounts = st.builds(
    lambda revenue, margin, orders, done: Account(revenue, margin, orders, tuple(done)),
    st.floats(-1000, 1e6),
    st.floats(-1e4, 1e5),
    st.integers(0, 100),
    st.lists(dones, max_size=4, unique_by=lambda one: one.activity),
)


@given(accounts)
def test_what_is_said_to_be_enough_takes_the_loss_away(account: Account) -> None:
    found = remedies(account, RATES)
    for remedy in found:
        assert remedy.change >= 0
        assert not remedy.enough or remedy.gain >= account.loss - 0.011
        assert not remedy.enough or remedy.lever == "together" or (
            remedy.change <= FURTHEST[remedy.lever] + 1e-6
        )  # fmt: skip
        assert remedy.text.nl.count("verlies") + remedy.text.nl.count("loont") >= 1
    alone = [remedy for remedy in found if remedy.lever != "together"]
    assert (found != alone) == (bool(alone) and not any(remedy.enough for remedy in alone))


@given(accounts)
def test_a_larger_loss_never_needs_a_smaller_change(account: Account) -> None:
    worse = replace(account, margin=account.margin - 100)
    before, after = by_lever(account), by_lever(worse)
    for lever in {"activity", "price", "channel", "fault"} & set(before) & set(after):
        assert after[lever].change >= before[lever].change - 1e-9
