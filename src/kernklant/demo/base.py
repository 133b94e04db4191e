"""The customers of De Vries Techniek: who they are, and how they will truly behave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernklant.demo.assumptions import NUMBERS, REGULARITY, SECTORS, TYPES
from kernklant.demo.files import NO_DAY
from kernklant.demo.names import MANAGERS, REGIONS
from kernklant.demo.rng import Bools, Floats, Ints, lognormal, pick, stream
from kernklant.demo.window import DAYS_A_YEAR, Window

TYPE_NAMES = (*(kind.name for kind in TYPES), "unknown")
TYPE = {name: place for place, name in enumerate(TYPE_NAMES)}
SECTOR = {sector.name: place for place, sector in enumerate(SECTORS)}
FOR_EVER = 1 << 20


@dataclass(slots=True)
class Base:
    """One value a customer in every field; -1 = none, NO_DAY = no such day.

    ``kind`` to ``first_order`` are the truth that no file shows. Money is euros a year at the
    last day of the files; ``rate`` is orders a year then.
    """

    sector: Ints
    employees: Ints
    region: Ints
    town: Ints
    manager: Ints
    joined: Ints
    prospect: Bools
    mother: Ints
    referred_by: Ints
    insolvent: Ints
    kind: Ints
    wallet: Floats
    spend: Floats
    rate: Floats
    regularity: Ints
    growth: Floats
    begins: Ints
    resumes: Ints
    leaves: Ints
    discount: Floats
    attention: Floats
    visits: Floats
    late: Floats
    first_order: Floats

    def __len__(self) -> int:
        return len(self.sector)


def trait(base: Base, name: str) -> Floats:
    """A trait of every customer's true type; prospects count as satisfied."""
    values = np.array([getattr(kind, name) for kind in TYPES])
    return np.asarray(values[np.where(base.kind < len(TYPES), base.kind, TYPE["satisfied"])])


def draw_base(seed: int, customers: int, span: Window) -> Base:
    """Customers by chance alone; ``stories.tell`` then writes the hand-made ones."""
    rng = stream(seed, "base")
    base = _blank(rng, customers)
    _arrive(base, rng, span)
    _spend(base, rng)
    _stay(base, rng, span)
    _treat(base, rng)
    return base


def _blank(rng: np.random.Generator, n: int) -> Base:
    sector = pick(rng, [sector.share for sector in SECTORS], n)
    region = pick(rng, [region[1] for region in REGIONS], n)
    towns = np.array([len(region[2]) for region in REGIONS])
    prospects = round(NUMBERS.prospects * n)
    none, never = np.full(n, -1), np.full(n, NO_DAY)
    zero = np.zeros(n)
    kind = pick(rng, [kind.share for kind in TYPES], n)
    prospect = np.arange(n) >= n - prospects
    return Base(
        sector=sector,
        employees=_employees(rng, sector),
        region=region,
        town=(rng.random(n) * towns[region]).astype(np.int64),
        manager=(region + (rng.random(n) < 0.25) * rng.integers(1, 6, n)) % len(MANAGERS),
        joined=none.copy(),
        prospect=prospect,
        mother=none.copy(),
        referred_by=none.copy(),
        insolvent=never,
        kind=np.where(prospect, TYPE["unknown"], kind),
        wallet=zero.copy(),
        spend=zero.copy(),
        rate=zero.copy(),
        regularity=np.array([k for k, _ in REGULARITY])[pick(rng, [p for _, p in REGULARITY], n)],
        growth=zero.copy(),
        begins=none.copy(),
        resumes=none.copy(),
        leaves=none.copy(),
        discount=zero.copy(),
        attention=zero.copy(),
        visits=zero.copy(),
        late=zero.copy(),
        first_order=np.full(n, np.nan),
    )


def _employees(rng: np.random.Generator, sector: Ints) -> Ints:
    middle = np.array([sector.employees for sector in SECTORS])[sector]
    sigma = np.array([sector.employees_sigma for sector in SECTORS])[sector]
    drawn = middle * np.exp(sigma * rng.standard_normal(len(sector)))
    return np.asarray(np.maximum(1, np.rint(drawn)), np.int64)


def _arrive(base: Base, rng: np.random.Generator, span: Window) -> None:
    """Two in three were customers already; a one-off came within the three years."""
    n = len(base)
    early = (rng.random(n) < NUMBERS.already_customer) & (base.kind != TYPE["one_off"])
    before = -(30 + rng.random(n) ** 1.3 * 17 * DAYS_A_YEAR).astype(np.int64)
    within = (rng.random(n) * (span.last - 25)).astype(np.int64)
    base.joined = np.where(early, before, within)
    base.begins = np.maximum(base.joined, 0)
    base.resumes = base.begins.copy()


def _spend(base: Base, rng: np.random.Generator) -> None:
    """Wallet from sector and size, spend = its share, split into orders a year and their size."""
    n = len(base)
    each = np.array([sector.wallet_an_employee for sector in SECTORS])[base.sector]
    sized = each * base.employees**NUMBERS.wallet_exponent
    base.wallet = sized * lognormal(rng, NUMBERS.wallet_sigma, n)
    share = trait(base, "wallet_share")
    strength = NUMBERS.share_strength
    drawn = base.wallet * rng.beta(strength * share, strength * (1 - share))
    base.spend = np.maximum(drawn / np.hypot(1, drawn / NUMBERS.most_spend), 150.0)
    base.rate = orders_a_year(base.spend) * rng.gamma(NUMBERS.rate_shape, 1, n) / NUMBERS.rate_shape
    base.rate = np.clip(base.rate, 0.25, NUMBERS.most_orders)


def orders_a_year(spend: Floats) -> Floats:
    """Orders a year that go with a yearly spend in euros."""
    scaled = (spend / 15_000) ** NUMBERS.orders_exponent
    return np.asarray(NUMBERS.orders_a_year * scaled)


def _stay(base: Base, rng: np.random.Generator, span: Window) -> None:
    """Growth and the day of leaving; a one-off leaves after his only order."""
    n = len(base)
    base.growth = trait(base, "growth") + NUMBERS.growth_sigma * rng.standard_normal(n)
    shape = NUMBERS.leaving_shape
    hazard = trait(base, "leaves_a_year") * rng.gamma(shape, 1, n) / shape
    years = rng.exponential(1, n) / np.maximum(hazard, 1e-3)
    stay = np.minimum(years * DAYS_A_YEAR, FOR_EVER).astype(np.int64)
    base.leaves = base.begins + np.where(base.kind == TYPE["one_off"], 1, stay + 1)
    peak = base.spend * np.exp(np.maximum(0, -base.growth) * NUMBERS.history_years)
    base.wallet = np.maximum(base.wallet, 1.1 * peak)


def _treat(base: Base, rng: np.random.Generator) -> None:
    """Discounts, contacts an order, visits a year and days late."""
    n = len(base)
    sized = NUMBERS.discount_size * np.log10(np.maximum(base.spend, 1000) / 1000)
    drawn = NUMBERS.discount_base + sized + trait(base, "discount")
    noise = NUMBERS.discount_sigma * rng.standard_normal(n)
    base.discount = np.clip(drawn + noise, 0, NUMBERS.discount_most)
    base.attention = trait(base, "attention") * lognormal(rng, NUMBERS.attention_sigma, n)
    base.visits = NUMBERS.visits_a_year * (base.employees / 10) ** 0.3 * rng.gamma(1, 1, n)
    notorious = (rng.random(n) < NUMBERS.late_payers) * (20 + 30 * rng.random(n))
    base.late = trait(base, "late_days") + 4 * rng.standard_normal(n) + notorious
