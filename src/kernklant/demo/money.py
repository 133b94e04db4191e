"""When they pay and what they subscribe to: open items and service contracts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernklant.demo.assumptions import NUMBERS
from kernklant.demo.base import TYPE, Base
from kernklant.demo.files import NO_DAY
from kernklant.demo.invoices import Documents
from kernklant.demo.rng import Bools, Floats, Ints, pick, stream
from kernklant.demo.window import DAYS_A_YEAR, Window, workday

TREND_DAYS = 540
WORST_DELAY = 95
UNPAID_BEFORE = 75
PRODUCTS = (
    ("Onderhoud cv-ketels", 95),
    ("Servicecontract warmtepompen", 240),
    ("Gereedschapskeuring", 60),
    ("Voorraadbeheer op de bouwplaats", 420),
)
PERIODS = (("month", 1), ("quarter", 3), ("year", 12))
REASONS = ("Te duur", "Bedrijf gestopt", "Andere leverancier", "Niet tevreden over de service")


@dataclass(frozen=True, slots=True)
class Payments:
    """One row a document: ``paid`` NO_DAY = open on the last day; cents incl. VAT."""

    due: Ints
    paid: Ints
    amount: Ints


@dataclass(frozen=True, slots=True)
class Contracts:
    """One row a service contract; ``cents`` a period, ``cancelled`` and ``ends`` may be NO_DAY."""

    customer: Ints
    product: Ints
    period: Ints
    started: Ints
    renews: Ints
    cents: Ints
    cancelled: Ints
    ends: Ints
    reason: Ints

    def __len__(self) -> int:
        return len(self.customer)


def with_vat(cents: Ints) -> Ints:
    """Cents with 21 % VAT, half a cent up, credits as their invoices."""
    rate = 100 + round(100 * NUMBERS.vat)
    return np.asarray(np.sign(cents) * ((np.abs(cents) * rate + 50) // 100))


def draw_payments(base: Base, bills: Documents, *, seed: int, span: Window) -> Payments:
    """Due and paid day of every document."""
    rng = stream(seed, "payments")
    n = len(bills)
    due = bills.day + int(NUMBERS.payment_days)
    delay = base.late[bills.customer] + _slide(base, bills) + 5 * rng.standard_normal(n)
    paid = workday(span, np.maximum(due + np.rint(delay).astype(np.int64), bills.day + 1))
    # A credit is settled within days of its date.
    settled = workday(span, bills.day + rng.integers(3, 15, n))
    paid = np.where(bills.credit, settled, paid)
    disputed = (rng.random(n) < NUMBERS.disputed) & ~bills.credit
    never = disputed | _left_unpaid(base, bills)
    return Payments(due, np.where(never | (paid > span.last), NO_DAY, paid), with_vat(bills.amount))


def _slide(base: Base, bills: Documents) -> Floats:
    """The growing delay of who is going bankrupt, over a year and a half."""
    failing = base.insolvent[bills.customer]
    nearness = np.clip(1 - (failing - bills.day) / TREND_DAYS, 0, 1)
    return np.asarray(np.where(failing < NO_DAY, WORST_DELAY * nearness**2, 0))


def _left_unpaid(base: Base, bills: Documents) -> Bools:
    return np.asarray(bills.day > base.insolvent[bills.customer] - UNPAID_BEFORE)


def draw_contracts(base: Base, *, seed: int, span: Window) -> Contracts:
    """Contracts of customers; who leaves or is disappointed cancels."""
    rng = stream(seed, "contracts")
    able = ~base.prospect & (base.kind != TYPE["one_off"])
    customer = np.flatnonzero(able & (rng.random(len(base)) < NUMBERS.contracts))
    n = len(customer)
    started = np.minimum(base.begins[customer] + rng.integers(-500, 500, n), span.last - 30)
    started = np.maximum(started, base.joined[customer])
    product, period = rng.integers(0, len(PRODUCTS), n), pick(rng, (0.5, 0.3, 0.2), n)
    cancelled = _cancelled(base, customer, started, rng=rng, span=span)
    gone = cancelled < NO_DAY
    return Contracts(
        customer=customer,
        product=product,
        period=period,
        started=started,
        renews=np.where(gone, NO_DAY, _next_anniversary(started, span)),
        cents=_price(base, customer, product, period=period),
        cancelled=cancelled,
        ends=np.where(gone, cancelled + 30, NO_DAY),
        reason=np.where(gone, rng.integers(0, len(REASONS), n), -1),
    )


def _cancelled(
    base: Base, customer: Ints, started: Ints, *, rng: np.random.Generator, span: Window
) -> Ints:
    left = np.maximum(base.leaves[customer] + 20, started + 30)
    angry = np.isin(base.kind[customer], [TYPE["disappointed"], TYPE["hostile"]])
    soon = started + rng.integers(120, 900, len(customer))
    whim = np.where(angry | (rng.random(len(customer)) < 0.08), soon, NO_DAY)
    day = np.minimum(np.minimum(left, whim), NO_DAY)
    return np.asarray(np.where((day <= span.last) & (day >= 0), day, NO_DAY))


def _next_anniversary(started: Ints, span: Window) -> Ints:
    years = np.floor((span.last - started) / DAYS_A_YEAR) + 1
    return np.asarray(started + np.rint(years * DAYS_A_YEAR).astype(np.int64))


def _price(base: Base, customer: Ints, product: Ints, *, period: Ints) -> Ints:
    """Cents a period: a monthly price by product and size, rounded to fifty cents."""
    monthly = np.array([price for _, price in PRODUCTS])[product]
    sized = monthly * (base.employees[customer] / 10) ** 0.4
    months = np.array([months for _, months in PERIODS])[period]
    return np.asarray(np.rint(sized * months * 2).astype(np.int64) * 50)
