"""What is not left to chance: families, referrals, and the customers every demo must have."""

from __future__ import annotations

from datetime import date

import numpy as np

from kernklant.demo.assumptions import NUMBERS, STORIES
from kernklant.demo.base import FOR_EVER, SECTOR, TYPE, Base, orders_a_year, trait
from kernklant.demo.rng import pick, stream
from kernklant.demo.window import Window

LARGEST_FAMILY = 6


def cast() -> dict[str, range]:
    """Which customers play which story: the first ones drawn; their numbers come later."""
    roles, start = {}, 0
    for name, (count, _) in STORIES.items():
        roles[name] = range(start, start + count)
        start += count
    return roles


def tell(base: Base, seed: int, span: Window) -> None:
    """Write families, stories and referrals over what chance drew."""
    rng = stream(seed, "stories")
    _families(base, rng)
    roles = cast()
    _bankrupt(base, roles["bankrupt"], span)
    _large_prospect(base, roles["large_prospect"], span)
    _declining(base, roles["declining"], rng)
    _unprofitable(base, roles["unprofitable"], rng)
    _growing(base, roles["growing"], rng)
    _refer(base, rng)


def _families(base: Base, rng: np.random.Generator) -> None:
    """Mothers with one to six daughters, mostly in the same region and trade."""
    first = sum(count for count, _ in STORIES.values())
    free = first + rng.permutation(int((~base.prospect).sum()) - first)
    sizes = rng.integers(1, LARGEST_FAMILY + 1, round(NUMBERS.groups * len(base)))
    for size in sizes.tolist():
        mother, daughters, free = free[0], free[1 : 1 + size], free[1 + size :]
        base.mother[daughters] = mother
        near = daughters[rng.random(size) < 0.7]
        for field in (base.sector, base.region, base.town, base.manager):
            field[near] = field[mother]


def _bankrupt(base: Base, who: range, span: Window) -> None:
    for place, (sector, employees, before, day) in zip(
        who, (("Installateurs", 85, 6, 17), ("Aannemers", 140, 3, 23)), strict=True
    ):
        _settled(base, place, sector=sector, employees=employees, spend=900_000, growth=-0.30)
        base.spend[place] *= np.exp(-0.30 * NUMBERS.history_years)
        base.rate[place] = 34
        base.insolvent[place] = span.day(_months_before(span.date(span.last), before, day))
        base.leaves[place] = base.insolvent[place] - 15
        base.kind[place], base.late[place] = TYPE["satisfied"], 2


def _large_prospect(base: Base, who: range, span: Window) -> None:
    """One order now; the real business starts only after the files end."""
    place = who[0]
    _settled(base, place, sector="Woningcorporaties", employees=800, spend=240_000, growth=0.05)
    base.wallet[place] = 1_600_000
    base.joined[place] = base.begins[place] = span.last - 140
    base.resumes[place] = span.last + 30
    base.kind[place], base.late[place] = TYPE["satisfied"], 0
    base.rate[place], base.first_order[place] = 20, 340.0
    base.visits[place], base.region[place], base.town[place] = 2, 0, 0


def _declining(base: Base, who: range, rng: np.random.Generator) -> None:
    kinds = ("disappointed", "satisfied", "disappointed", "shopper", "satisfied")
    for place, kind, start in zip(who, kinds, rng.uniform(600_000, 850_000, 5), strict=True):
        _settled(base, place, sector="Installateurs", employees=60, spend=start, growth=-0.55)
        base.spend[place] *= np.exp(-0.55 * NUMBERS.history_years)
        base.rate[place] = 11
        base.kind[place] = TYPE[kind]
        base.discount[place] = 0.30


def _unprofitable(base: Base, who: range, rng: np.random.Generator) -> None:
    sectors = ("Aannemers", "Industrie", "Installateurs", "Woningcorporaties", "Zorg", "Aannemers")
    for place, sector, spend in zip(who, sectors, rng.uniform(170_000, 240_000, 6), strict=True):
        _settled(base, place, sector=sector, employees=120, spend=spend, growth=0.0)
        base.kind[place], base.rate[place] = TYPE["high_attention"], 48
        base.discount[place], base.attention[place] = 0.44, 10
        base.visits[place] = 50


def _growing(base: Base, who: range, rng: np.random.Generator) -> None:
    for place, spend in zip(who, rng.uniform(28_000, 60_000, len(who)), strict=True):
        _settled(base, place, sector="Installateurs", employees=6, spend=spend, growth=0.85)
        base.kind[place] = TYPE["delighted" if place % 2 else "committed"]
        base.discount[place] = 0.20


def _settled(
    base: Base, place: int, *, sector: str, employees: int, spend: float, growth: float
) -> None:
    """A customer of old, on his own, who does not leave by chance; ``spend`` fits his wallet."""
    base.sector[place], base.employees[place] = SECTOR[sector], employees + 7 * (place % 5)
    base.joined[place] = min(base.joined[place], -400)
    base.begins[place] = base.resumes[place] = 0
    base.leaves[place] = FOR_EVER
    base.spend[place], base.growth[place] = spend, growth
    base.wallet[place] = max(base.wallet[place], 1.8 * spend)
    base.rate[place] = orders_a_year(base.spend[place : place + 1])[0]
    base.regularity[place] = 2
    base.attention[place] = min(base.attention[place], 1.2)
    base.late[place] = min(base.late[place], 8)


def _refer(base: Base, rng: np.random.Generator) -> None:
    """Some later customers were brought by one who was there already and stayed till then."""
    later = np.flatnonzero((base.joined >= 0) & ~base.prospect)
    for place in later[rng.random(len(later)) < NUMBERS.referred].tolist():
        base.referred_by[place] = _referrer(base, rng, int(base.joined[place]))


def _referrer(base: Base, rng: np.random.Generator, day: int) -> int:
    there = (base.joined < 0) & (base.leaves > day) & ~base.prospect
    return int(pick(rng, trait(base, "refers") * there, 1)[0])


def _months_before(day: date, months: int, day_of_month: int) -> date:
    """A day of the month so many months earlier."""
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, day_of_month)
