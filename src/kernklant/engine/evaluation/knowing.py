"""All that is known of every customer on the day, before anything is weighed."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from functools import partial
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.ledger.facts import current_customers
from kernklant.engine.ledger.history import History
from kernklant.engine.ledger.payments import payments
from kernklant.engine.ledger.service import service
from kernklant.engine.segments.policy import Policy
from kernklant.engine.store import Snapshot
from kernklant.engine.units import euros, nulls, present_years
from kernklant.engine.value.cost_to_serve import Service, contribution_after_service, serve
from kernklant.engine.value.groups import NO_MOTHER, top_of
from kernklant.engine.value.lifetime import Lifetimes
from kernklant.engine.value.potential import Potential, potential
from kernklant.engine.value.solvency import Solvency, solvency

# What the engine asks about a customer, and what a profile may ask: nothing that names him.
ATTRIBUTES = (
    "kind",
    "prospect",
    "legal_form",
    "group_customer",
    "sector",
    "employees",
    "revenue_known",
    "region",
    "city",
    "country",
    "language",
    "acquired_on",
    "referred_by",
    "manager",
    "insolvent_on",
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of n customers who ever bought, and of ``prospects`` who never did.

    ``customer`` (n,) sorted numbers; ``about``: their attributes, one row each, null where not
    told. ``margin`` and ``contribution`` (n,): euros of twelve months, before and after the cost
    to serve; NaN where no cost price is known. ``upkeep`` (n,): euros of today that serving him
    will cost over the horizon, while he is there; ``lifetime`` (n,): lifetime value less that.
    ``potential``: of the customers; ``headroom`` (p,) that of the prospects, euros a year.
    ``top`` (n,): the mother of each customer's group.
    """

    customer: np.ndarray
    about: pa.Table
    past: History
    worth: Lifetimes
    service: Service
    margin: np.ndarray
    contribution: np.ndarray
    upkeep: np.ndarray
    lifetime: np.ndarray
    potential: Potential
    solvency: Solvency
    top: np.ndarray
    prospects: pa.Table
    headroom: np.ndarray


def learn(
    facts: Snapshot,
    past: History,
    worth: Lifetimes,
    policy: Policy,
    *,
    as_of: date,
    today: date | None = None,
) -> Known:
    """Join what the ledger tells of each customer to what his lifetime is worth.

    ``today``: the day of asking (None: this one), until which what is told of customers counts.
    """
    customer = past.table["customer"].to_numpy()
    told = current_customers(facts, on=today).select(["customer", *ATTRIBUTES])
    about = of_customers(told, customer)
    prospects = told.filter(pc.invert(pc.is_in(told["customer"], past.table["customer"])))
    served = thin(serve(service(facts, as_of=as_of), customer, policy.rates))
    margin = _margin(past, worth)
    upkeep = _upkeep(served, worth, policy)
    could = _potential(facts, about, prospects, past=past, policy=policy)
    return Known(
        customer=customer,
        about=about,
        past=past,
        worth=worth,
        service=served,
        margin=margin,
        contribution=contribution_after_service(margin, served),
        upkeep=upkeep,
        lifetime=worth.table["clv"].to_numpy() - upkeep,
        potential=could[0],
        solvency=thin(
            solvency(
                payments(facts, as_of=as_of),
                customer,
                insolvent_at(about, as_of=as_of),
                clv=worth.table["clv"].to_numpy(),
            )
        ),
        top=top_of(mothers(about), customer),
        prospects=prospects,
        headroom=could[1],
    )


def of_customers(told: pa.Table, customer: np.ndarray) -> pa.Table:
    """The rows of ``customer`` (n,) from a table by customer, null where he has none."""
    if told.num_rows == 0:
        columns = {name: nulls(len(customer), told[name].type) for name in told.column_names}
        return pa.table({**columns, "customer": customer})
    place = pc.index_in(pa.array(customer), value_set=told["customer"])
    return told.take(place).set_column(
        told.column_names.index("customer"), "customer", pa.array(customer)
    )


Found = TypeVar("Found", Service, Potential, Solvency)


def thin(found: Found) -> Found:
    """The same, where one NaN stands for all of a figure that is known of nobody."""
    unknown: dict[str, Any] = {
        one.name: np.broadcast_to(np.nan, value.shape)
        for one in fields(found)
        if isinstance(value := getattr(found, one.name), np.ndarray)
        and value.dtype.kind == "f"
        and np.isnan(value).all()
    }
    return replace(found, **unknown)


def insolvent_at(about: pa.Table, *, as_of: date) -> np.ndarray:
    """For each row (n,): is he bankrupt or under suspension of payments on that day?"""
    on = pc.fill_null(pc.less_equal(about["insolvent_on"], pa.scalar(as_of)), False)
    return np.asarray(on.to_numpy())


def _margin(past: History, worth: Lifetimes) -> np.ndarray:
    """Euros (n,) of twelve months: what was earned, estimated only where some cost is unknown."""
    names = ("revenue_12m", "revenue_costed_12m", "cost_12m")
    revenue, costed, cost = (euros(past.table[name]) for name in names)
    estimate = worth.table["margin_share"].to_numpy() * revenue
    margin = np.where(costed == revenue, costed - cost, estimate)
    return np.where(worth.table["margin_assumed"], np.nan, margin)


def _upkeep(served: Service, worth: Lifetimes, policy: Policy) -> np.ndarray:
    """Euros (n,): as last year, while he is there; 0 where no cost to serve is known."""
    rules = policy.lifetime
    alive = worth.table["p_alive"].to_numpy(zero_copy_only=False)
    alive = np.where(np.isnan(alive), 1.0, alive)
    return np.asarray(
        np.nan_to_num(served.cost)
        * alive
        * present_years(rules.horizon_years, rules.discount_per_year)
    )


def mothers(about: pa.Table) -> np.ndarray:
    """The number of each customer's mother (n,); NO_MOTHER without one."""
    return np.asarray(pc.fill_null(about["group_customer"], NO_MOTHER).to_numpy())


def _potential(
    facts: Snapshot, about: pa.Table, prospects: pa.Table, *, past: History, policy: Policy
) -> tuple[Potential, np.ndarray]:
    """What customers could spend, and how much that is for each prospect."""
    spend = euros(past.table["revenue_12m"])
    asked = partial(potential, quantile=policy.potential.quantile, as_of=past.as_of)
    if prospects.num_rows == 0:
        return thin(asked(about, spend, facts.table("wallets"))), np.zeros(0)
    everybody = pa.concat_tables([about, prospects])
    order = np.argsort(everybody["customer"].to_numpy(), kind="stable")
    spend = np.concatenate([spend, np.full(prospects.num_rows, np.nan)])
    found = asked(everybody.take(order), spend[order], facts.table("wallets"))
    back = np.argsort(order, kind="stable")
    ours = back[: len(about)]
    of = {name: getattr(found, name)[ours] for name in ("wallet", "headroom", "source")}
    return thin(replace(found, **of)), found.headroom[back[len(about) :]]
