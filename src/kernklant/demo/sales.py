"""Invoice and credit lines in whole cents, from orders."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from kernklant.demo.assumptions import GROUPS, NUMBERS, SECTORS
from kernklant.demo.base import Base, trait
from kernklant.demo.catalogue import Catalogue, choose
from kernklant.demo.orders import Orders
from kernklant.demo.rng import Bools, Floats, Ints, pick, stream
from kernklant.demo.window import Window, calendar_year, workday

CHANNELS = ("webshop", "telefoon", "balie", "buitendienst", "EDI")
CHANNEL_SHARES = (0.42, 0.24, 0.18, 0.10, 0.06)
WINTER_MONTHS = {10, 11, 12, 1, 2}


@dataclass(frozen=True, slots=True)
class Lines:
    """One row a line; money in cents, negative on credits. ``order`` of a credit = the order it
    corrects; ``named`` whether the credit line says so."""

    order: Ints
    customer: Ints
    day: Ints
    article: Ints
    quantity: Ints
    unit: Ints
    listed: Ints
    amount: Ints
    cost: Ints
    credit: Bools
    returned: Bools
    named: Bools

    def __len__(self) -> int:
        return len(self.day)

    def take(self, rows: Ints | Bools) -> Lines:
        """Some of the lines."""
        return Lines(*(getattr(self, column.name)[rows] for column in fields(self)))


def draw_lines(base: Base, orders: Orders, goods: Catalogue, *, seed: int, span: Window) -> Lines:
    """Invoice lines, then the credits they lead to, all until the end of the truth."""
    rng = stream(seed, "lines")
    sold = _sold(base, orders, goods, rng=rng, span=span)
    credits = _credits(base, sold, stream(seed, "credits"), span=span)
    both = Lines(
        *(
            np.concatenate([getattr(sold, column.name), getattr(credits, column.name)])
            for column in fields(Lines)
        )
    )
    return both.take(both.day <= span.end)


def channels(orders: Orders, seed: int) -> Ints:
    """The channel of each order."""
    return pick(stream(seed, "channels"), CHANNEL_SHARES, len(orders))


def _sold(
    base: Base, orders: Orders, goods: Catalogue, *, rng: np.random.Generator, span: Window
) -> Lines:
    order = _spread(rng, orders.value)
    customer, day = orders.customer[order], orders.day[order]
    target = _targets(rng, orders.value, order)
    group = _groups(rng, base.sector[customer], day, span)
    off = base.discount[customer] + _haggled(rng, len(base))[customer, group]
    off = np.clip(off + NUMBERS.project_discount * (orders.project[order] >= 0), 0, 0.5)
    year = calendar_year(span, day) - span.first.year
    chance = rng.random(len(order))
    article = choose(goods, group, at_list=target / (1 - off), year=year, chance=chance)
    listed = goods.list_cents[article, year]
    unit = np.maximum(1, np.rint(listed * (1 - off)).astype(np.int64))
    quantity = np.maximum(1, np.rint(100 * target / unit).astype(np.int64))
    no = np.zeros(len(order), np.bool_)
    return Lines(
        order=order,
        customer=customer,
        day=day,
        article=article,
        quantity=quantity,
        unit=unit,
        listed=listed,
        amount=quantity * unit,
        cost=quantity * goods.cost_cents[article, year],
        credit=no,
        returned=no,
        named=no,
    )


def _spread(rng: np.random.Generator, value: Floats) -> Ints:
    """The order of every line: larger orders have more lines."""
    extra = NUMBERS.lines_an_order - 1 + NUMBERS.lines_growth * np.log1p(value / 400)
    counts = 1 + rng.poisson(extra)
    return np.repeat(np.arange(len(value)), counts)


def _targets(rng: np.random.Generator, value: Floats, order: Ints) -> Floats:
    """The euros of each line: a random split of its order."""
    weight = rng.exponential(1, len(order)) + 0.1
    total = np.bincount(order, weight, len(value))
    return np.asarray(value[order] * weight / total[order])


def _groups(rng: np.random.Generator, sector: Ints, day: Ints, span: Window) -> Ints:
    """The product group of each line: what the trade buys, with more heating in winter."""
    mix = np.array([sector.groups for sector in SECTORS])[sector]
    winter = np.array([span.date(d).month in WINTER_MONTHS for d in span.days.tolist()])
    tilt = np.where(winter[day, None], 1 + np.array([group.winter for group in GROUPS]), 1)
    edges = np.cumsum(mix * tilt, axis=1)
    drawn = rng.random(len(day)) * edges[:, -1]
    return np.asarray((drawn[:, None] >= edges).sum(axis=1))


def _haggled(rng: np.random.Generator, customers: int) -> Floats:
    """Extra discount a customer got on a product group, (customer, group)."""
    return 0.012 * rng.standard_normal((customers, len(GROUPS)))


def _credits(base: Base, sold: Lines, rng: np.random.Generator, *, span: Window) -> Lines:
    """One line of some orders comes back, or gets cheaper afterwards."""
    first = np.flatnonzero(np.r_[True, np.diff(sold.order) > 0])
    chance = trait(base, "returns")[sold.customer[first]]
    line = sold.take(first[rng.random(len(first)) < chance])
    n = len(line)
    returned = rng.random(n) >= NUMBERS.credit_correction
    pieces = np.ceil(line.quantity * rng.uniform(0.1, 1, n) ** 2).astype(np.int64)
    cut = np.maximum(1, np.rint(line.amount * rng.uniform(0.03, 0.15, n)).astype(np.int64))
    quantity = -np.where(returned, pieces, 1)
    unit = np.where(returned, line.unit, cut)
    return replace(
        line,
        day=workday(span, line.day + rng.integers(2, 36, n)),
        quantity=quantity,
        unit=unit,
        listed=np.where(returned, line.listed, cut),
        amount=quantity * unit,
        cost=np.where(returned, quantity * (line.cost // line.quantity), 0),
        credit=np.ones(n, np.bool_),
        returned=returned,
        named=rng.random(n) < NUMBERS.credit_names_invoice,
    )
