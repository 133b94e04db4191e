"""Numbers, names and addresses of the customers, all of them invented."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernklant.demo.assumptions import SECTORS
from kernklant.demo.base import Base
from kernklant.demo.names import (
    FIRST,
    LEGAL_FORMS,
    NEVER_ISSUED,
    REGIONS,
    SECOND,
    TRADE_FIRST,
    TRADES,
    address,
    chamber_numbers,
    full_name,
    phones,
    vat_numbers,
)
from kernklant.demo.rng import pick, stream
from kernklant.demo.stories import cast


@dataclass(frozen=True, slots=True)
class Identity:
    """What the customer file says about each customer beside his attributes."""

    number: list[str]
    name: list[str]
    legal_form: list[str]
    postcode: list[str]
    town: list[str]
    region: list[str]
    email: list[str]
    phone: list[str]
    chamber: list[str]
    vat: list[str]


def identify(base: Base, seed: int) -> Identity:
    """Give every customer a number in the order of arrival, and a name nobody has."""
    rng = stream(seed, "names")
    forms = [_legal_form(rng, sector) for sector in base.sector.tolist()]
    names = _names(base, rng, forms)
    towns = [
        REGIONS[r][2][t] for r, t in zip(base.region.tolist(), base.town.tolist(), strict=True)
    ]
    n = len(base)
    return Identity(
        number=_numbers(base, rng),
        name=names,
        legal_form=forms,
        postcode=_postcodes(rng, [digits for _, digits in towns]),
        town=[town for town, _ in towns],
        region=[REGIONS[region][0] for region in base.region.tolist()],
        email=[address(name) for name in names],
        phone=[number for _, number in zip(range(n), phones(), strict=False)],
        chamber=[number for _, number in zip(range(n), chamber_numbers(), strict=False)],
        vat=[number for _, number in zip(range(n), vat_numbers(), strict=False)],
    )


def _numbers(base: Base, rng: np.random.Generator) -> list[str]:
    """Six digits with leading zeros, ascending by the day of arrival, with gaps."""
    order = np.lexsort((np.arange(len(base)), base.joined))
    steps = rng.integers(1, 8, len(base))
    number = np.empty(len(base), np.int64)
    number[order] = 1000 + np.cumsum(steps)
    return [f"{value:06d}" for value in number.tolist()]


def _legal_form(rng: np.random.Generator, sector: int) -> str:
    forms = LEGAL_FORMS[SECTORS[sector].name]
    return forms[int(pick(rng, [share for _, share in forms], 1)[0])][0]


def _names(base: Base, rng: np.random.Generator, forms: list[str]) -> list[str]:
    bases = _bases(base, rng)
    mothers = set(base.mother[base.mother >= 0].tolist())
    trades = [_trade(rng, sector) for sector in base.sector.tolist()]
    for place in cast()["large_prospect"]:
        trades[place] = "Woningcorporatie"
    return [
        full_name(
            bases[place],
            trades[place] + (" Groep" if place in mothers else ""),
            first=SECTORS[base.sector[place]].name in TRADE_FIRST and place not in mothers,
            legal_form=forms[place],
        )
        for place in range(len(base))
    ]


def _bases(base: Base, rng: np.random.Generator) -> list[str]:
    """A pair of words each; a daughter carries her mother's pair in front."""
    pairs = [first + second for first in FIRST for second in SECOND]
    if len(base) > len(pairs):
        raise ValueError(f"at most {len(pairs)} customers: there are no more invented names")
    own = [pairs[place] for place in rng.permutation(len(pairs))[: len(base)].tolist()]
    return [
        own[place] if mother < 0 else f"{own[mother]} {own[place]}"
        for place, mother in enumerate(base.mother.tolist())
    ]


def _trade(rng: np.random.Generator, sector: int) -> str:
    trades = TRADES[SECTORS[sector].name]
    return trades[int(rng.integers(0, len(trades)))]


def _postcodes(rng: np.random.Generator, starts: list[int]) -> list[str]:
    last = rng.integers(0, 100, len(starts)).tolist()
    letters = rng.integers(0, len(NEVER_ISSUED), len(starts)).tolist()
    return [
        f"{start}{end:02d} {NEVER_ISSUED[place]}"
        for start, end, place in zip(starts, last, letters, strict=True)
    ]
