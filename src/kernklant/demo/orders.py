"""When customers order and for how much: renewals in the company's own rhythm, and projects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernklant.demo.assumptions import NUMBERS, SECTORS
from kernklant.demo.base import TYPE, Base
from kernklant.demo.rng import Bools, Floats, Ints, lognormal, stream
from kernklant.demo.window import DAYS_A_YEAR, Window, season, workday

DAYS_BETWEEN_PARTS = 21
LEAST_PROJECT, MOST_PROJECT = 7_000, 260_000


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders of past and future: customer, day, euros; ``project`` -1 or a number."""

    customer: Ints
    day: Ints
    value: Floats
    project: Ints

    def __len__(self) -> int:
        return len(self.day)


def draw_orders(base: Base, seed: int, span: Window) -> Orders:
    """Every order until the end of the truth, by day, then customer."""
    regular = _regular(base, seed, span)
    projects = _projects(base, seed, span)
    joined = [np.concatenate(pair) for pair in zip(regular, projects, strict=True)]
    customer, day, value, project = joined
    order = np.lexsort((project, customer, day))
    order = order[day[order] <= span.end]
    return Orders(customer[order], day[order], value[order], project[order])


def eagerness(base: Base, span: Window) -> Floats:
    """Orders expected until each day, (customer, day): rate, season, growth, while he stays."""
    days = span.days
    years = (days - span.last) / DAYS_A_YEAR
    # Growth fades after the files end: nobody doubles for ever.
    path = np.where(years <= 0, years, -np.expm1(-np.maximum(years, 0)))
    level = np.exp(base.growth[:, None] * path) * (base.rate / DAYS_A_YEAR)[:, None]
    stays = (days >= base.resumes[:, None]) & (days < base.leaves[:, None])
    return np.asarray(np.cumsum(level * season(span) * stays, axis=1))


def _regular(base: Base, seed: int, span: Window) -> tuple[Ints, Ints, Floats, Ints]:
    rng = stream(seed, "orders")
    until = eagerness(base, span)
    until[base.prospect] = 0
    customer, day = _renewals(rng, until, base.regularity)
    first = np.flatnonzero(~base.prospect & (base.joined >= 0))
    customer = np.concatenate([first, customer])
    day = np.concatenate([workday(span, base.begins[first]), day])
    value = _amounts(rng, base, customer)
    opening = base.first_order[first]
    value[: len(first)] = np.where(np.isnan(opening), value[: len(first)], opening)
    return customer, day, value, np.full(len(day), -1)


def _renewals(rng: np.random.Generator, until: Floats, regularity: Ints) -> tuple[Ints, Ints]:
    """Erlang gaps in operational time, turned into days by the inverse of ``until``."""
    total = until[:, -1]
    most = np.ceil(total + 6 * np.sqrt(total) + 12).astype(np.int64)
    customer = np.repeat(np.arange(len(total)), most)
    shape = regularity[customer].astype(float)
    gaps = rng.gamma(shape) / shape
    starts = np.cumsum(most) - most
    # Those who came before the first day are somewhere between two orders.
    gaps[starts] *= rng.random(len(starts))
    clock = np.cumsum(gaps)
    clock -= np.repeat(clock[starts] - gaps[starts], most)
    kept = clock < total[customer]
    return customer[kept], _days(until, customer[kept], clock[kept])


def _days(until: Floats, customer: Ints, clock: Floats) -> Ints:
    """The day on which each customer's own clock passes a reading; one search for all."""
    apart = until.max() + 1
    lifted = (until + apart * np.arange(len(until))[:, None]).ravel()
    found = np.searchsorted(lifted, clock + apart * customer)
    return np.asarray(found - customer * until.shape[1])


def _amounts(rng: np.random.Generator, base: Base, customer: Ints) -> Floats:
    """Euros an order: log-normal around the customer's mean, a few from a heavy tail."""
    mean = (base.spend / base.rate)[customer]
    heavy = rng.random(len(customer)) < NUMBERS.heavy_share
    tail = np.minimum(2 * (1 + rng.pareto(NUMBERS.heavy_power, len(customer))), 12)
    spread = lognormal(rng, NUMBERS.order_sigma, len(customer))
    return np.asarray(mean * np.where(heavy, tail, spread))


def _projects(base: Base, seed: int, span: Window) -> tuple[Ints, Ints, Floats, Ints]:
    """Few and large, delivered in one to four parts three weeks apart."""
    rng = stream(seed, "projects")
    at = _project_starts(base, rng, span)
    owner, day = at
    size = NUMBERS.project_wallet * base.wallet[owner] * np.exp(0.7 * rng.standard_normal(len(day)))
    euros = np.clip(size, LEAST_PROJECT, MOST_PROJECT)
    parts = rng.integers(1, 5, len(day))
    number = np.repeat(np.arange(len(day)), parts)
    place = np.arange(len(number)) - np.repeat(np.cumsum(parts) - parts, parts)
    when = workday(span, day[number] + DAYS_BETWEEN_PARTS * place)
    return owner[number], when, (euros / parts)[number], number


def _project_starts(base: Base, rng: np.random.Generator, span: Window) -> tuple[Ints, Ints]:
    a_year = np.array([sector.projects_a_year for sector in SECTORS])[base.sector]
    a_year = np.where(_does_projects(base), a_year, 0)
    counts = rng.poisson(a_year * (span.end + 1) / DAYS_A_YEAR)
    owner = np.repeat(np.arange(len(base)), counts)
    day = rng.integers(0, span.end + 1, len(owner))
    there = (day >= base.resumes[owner]) & (day < base.leaves[owner])
    order = np.lexsort((owner[there], day[there]))
    return owner[there][order], day[there][order]


def _does_projects(base: Base) -> Bools:
    """Not the one-offs, nor the customers whose story has no room for a windfall."""
    steady = (base.kind != TYPE["one_off"]) & (base.kind != TYPE["high_attention"])
    return np.asarray(~base.prospect & steady & (np.abs(base.growth) < 0.5))
