"""What they say: NPS rounds, satisfaction after a contact, and ratings by our own people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernklant.demo.assumptions import NUMBERS
from kernklant.demo.base import TYPE, TYPE_NAMES, Base, trait
from kernklant.demo.comments import fitting
from kernklant.demo.names import RATERS
from kernklant.demo.orders import Orders
from kernklant.demo.rng import Ints, stream
from kernklant.demo.service import KIND, Activities
from kernklant.demo.window import Window, workday

ROUND_MONTHS = (4, 10)
YEAR = 365
# criterion -> what a rating of 0 to 4 means
ANCHORS = {
    "ziet ons als belangrijk": (
        "kent ons nauwelijks",
        "een van velen",
        "vaste leverancier",
        "voorkeursleverancier",
        "partner",
    ),
    "past bij ons": (
        "past niet",
        "past op een enkel punt",
        "past redelijk",
        "past goed",
        "past precies",
    ),
    "sterke naam": (
        "onbekend",
        "plaatselijk bekend",
        "bekend in de regio",
        "bekend in de branche",
        "ieder kent hem",
    ),
}


@dataclass(frozen=True, slots=True)
class Answers:
    """One row an answer; ``comment`` empty where none was written."""

    customer: Ints
    day: Ints
    score: Ints
    comment: list[str]
    touchpoint: list[str]


@dataclass(frozen=True, slots=True)
class Ratings:
    """One row a rating: ``criterion`` and ``rater`` are places in ANCHORS and RATERS."""

    customer: Ints
    day: Ints
    criterion: Ints
    rater: Ints
    score: Ints


def draw_nps(base: Base, orders: Orders, *, seed: int, span: Window) -> Answers:
    """Two rounds a year among who ordered in the twelve months before."""
    rng = stream(seed, "nps")
    parts = [_round(base, orders, day, rng=rng, span=span) for day in _rounds(span)]
    customer, day = (np.concatenate(column) for column in zip(*parts, strict=True))
    told = trait(base, "nps")[customer] + 0.9 * rng.standard_normal(len(customer))
    score = np.clip(np.rint(told), 0, 10).astype(np.int64)
    comment = _comments(rng, base.kind[customer], score)
    return Answers(customer, day, score, comment, ["nps-ronde"] * len(day))


def _rounds(span: Window) -> list[int]:
    """The middle of April and of October."""
    mid = [span.date(day) for day in range(span.last - 20)]
    return [day for day, when in enumerate(mid) if when.day == 15 and when.month in ROUND_MONTHS]


def _round(
    base: Base, orders: Orders, day: int, *, rng: np.random.Generator, span: Window
) -> tuple[Ints, Ints]:
    recent = (orders.day <= day) & (orders.day > day - YEAR)
    asked = np.unique(orders.customer[recent])
    asked = asked[base.insolvent[asked] > day + 20]
    answers = asked[rng.random(len(asked)) < NUMBERS.nps_response]
    return answers, workday(span, day + rng.integers(0, 18, len(answers)))


def _comments(rng: np.random.Generator, kind: Ints, score: Ints) -> list[str]:
    chance = rng.random((len(score), 2))
    comments = []
    for place, (k, s) in enumerate(zip(kind.tolist(), score.tolist(), strict=True)):
        choices = fitting(TYPE_NAMES[k], s)
        written = chance[place, 0] < NUMBERS.commented
        comments.append(choices[int(chance[place, 1] * len(choices))] if written else "")
    return comments


def draw_csat(base: Base, served: Activities, *, seed: int, span: Window) -> Answers:
    """One to five after a delivery or a ticket, at most one answer of a customer a day."""
    rng = stream(seed, "csat")
    asked = np.isin(served.kind, [KIND["delivery"], KIND["ticket"]]) & (served.day < span.last - 4)
    chosen = np.flatnonzero(asked & (rng.random(len(served)) < NUMBERS.csat_response))
    day = workday(span, served.day[chosen] + rng.integers(0, 3, len(chosen)))
    day_of_customer = served.customer[chosen] * (span.end + 1) + day
    first = np.sort(np.unique(day_of_customer, return_index=True)[1])
    chosen, day = chosen[first], day[first]
    customer = served.customer[chosen]
    felt = 1 + 4 * trait(base, "nps")[customer] / 10 - served.our_fault[chosen]
    score = np.clip(np.rint(felt + 0.6 * rng.standard_normal(len(chosen))), 1, 5).astype(np.int64)
    delivered = served.kind[chosen] == KIND["delivery"]
    touchpoint = ["levering" if sent else "melding" for sent in delivered.tolist()]
    return Answers(customer, day, score, [""] * len(day), touchpoint)


def draw_ratings(base: Base, *, seed: int, span: Window) -> Ratings:
    """One to three people rate a customer on each criterion; some raters are stricter."""
    rng = stream(seed, "ratings")
    rated = np.flatnonzero(rng.random(len(base)) < NUMBERS.rated)
    times = rng.integers(1, 4, len(rated))
    customer = np.tile(np.repeat(rated, times), len(ANCHORS))
    place = np.tile(np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times), 3)
    criterion = np.repeat(np.arange(len(ANCHORS)), times.sum())
    rater = (base.manager[customer] + 3 * place) % len(RATERS)
    strict = 0.35 * rng.standard_normal(len(RATERS))
    seen = _impression(base, rng)[criterion, customer] - strict[rater]
    score = np.clip(np.rint(seen + 0.4 * rng.standard_normal(len(seen))), 0, 4).astype(np.int64)
    day = workday(span, span.last - 40 + rng.integers(0, 35, len(seen)))
    order = np.lexsort((rater, criterion, customer))
    return Ratings(customer[order], day[order], criterion[order], rater[order], score[order])


def _impression(base: Base, rng: np.random.Generator) -> np.ndarray:
    """What people think of each customer, (criterion, customer), about 0 to 4."""
    close = np.isin(base.kind, [TYPE["delighted"], TYPE["committed"]])
    share = np.where(base.prospect, 0, np.minimum(base.spend / base.wallet, 1))
    fit = np.isin(base.sector, [0, 1]) & (base.employees >= 10) & (base.employees <= 250)
    known = np.log10(base.employees + 1)
    means = np.array([0.8 + 2.2 * share + close, 1.5 + 1.4 * fit, 0.3 + 1.2 * known])
    return np.asarray(means + 0.5 * rng.standard_normal(means.shape))
