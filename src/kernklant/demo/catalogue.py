"""What De Vries sells: six groups of invented articles, with list and cost prices a year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernklant.demo.assumptions import GROUPS, NUMBERS
from kernklant.demo.rng import Floats, Ints, stream

SIZES = ("compact", "standaard", "groot")
# From cheap to dear; each in three sizes.
ARTICLES = {
    "CV": "Vulset Expansievat Thermostaat Rookgasafvoer Circulatiepomp Boilervat Verdeler Cv-ketel",
    "WP": "Leidingset Dempervoet Bedieningspaneel Buffervat Binnenunit Hybride-unit Lucht-waterpomp"
    " Bodempomp",
    "VE": "Ventiel Flexslang Rooster Afzuigkap Geluiddemper Dakventilator Woonhuisventilator"
    " Wtw-unit",
    "SA": "Sifon Kraan Toiletzitting Wastafel Inloopdouche Toiletpot Badmeubel Ligbad",
    "LE": "Kniestuk T-stuk Persfitting Beugelset Koperbuis Kunststofbuis Verdeelstuk Leidingrol",
    "GE": "Pijptang Meetlint Gatzaag Perskop Boormachine Soldeerset Lasapparaat Persmachine",
}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Articles from cheap to dear within their group; prices in cents, (article, year)."""

    names: list[str]
    group: Ints
    starts: Ints
    list_cents: Ints
    cost_cents: Ints


def catalogue(seed: int, years: int) -> Catalogue:
    """The price lists of so many calendar years."""
    rng = stream(seed, "catalogue")
    names = [
        f"{group.code}-{1000 + place} {article} {size}"
        for group in GROUPS
        for place, (article, size) in enumerate(
            (article, size) for article in ARTICLES[group.code].split() for size in SIZES
        )
    ]
    each = len(names) // len(GROUPS)
    euros = np.concatenate([_prices(rng, group.cheapest, group.dearest, each) for group in GROUPS])
    share = np.repeat([group.cost for group in GROUPS], each) * rng.normal(1, 0.03, len(names))
    rises = (1 + NUMBERS.price_rise) ** np.arange(years)
    listed = np.rint(euros[:, None] * rises * 20).astype(np.int64) * 5
    return Catalogue(
        names=names,
        group=np.repeat(np.arange(len(GROUPS)), each),
        starts=np.arange(len(GROUPS)) * each,
        list_cents=listed,
        cost_cents=np.rint(listed * share[:, None]).astype(np.int64),
    )


def _prices(rng: np.random.Generator, low: float, high: float, count: int) -> Floats:
    """List prices in euros, evenly spread on a log scale, never descending."""
    spread = np.geomspace(low, high, count) * np.exp(rng.normal(0, 0.06, count))
    return np.sort(spread)


def choose(goods: Catalogue, group: Ints, *, at_list: Floats, year: Ints, chance: Floats) -> Ints:
    """An article of the group that fits the amount at list price, rather a dear one."""
    article = np.zeros(len(group), np.int64)
    each = len(goods.names) // len(goods.starts)
    for g, start in enumerate(goods.starts.tolist()):
        for y in range(goods.list_cents.shape[1]):
            chosen = np.flatnonzero((group == g) & (year == y))
            prices = goods.list_cents[start : start + each, y] / 100
            fits = np.maximum(1, np.searchsorted(prices, 1.3 * at_list[chosen]))
            article[chosen] = start + np.floor(np.sqrt(chance[chosen]) * fits).astype(np.int64)
    return article
