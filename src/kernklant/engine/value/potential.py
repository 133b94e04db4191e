"""What a customer could spend with us: his known wallet, else what the best look-alikes spend."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text, UserError
from kernklant.engine.ledger.judged import WHOM_SAID
from kernklant.engine.units import euros
from kernklant.engine.value.quantile import OUTER, Attributes, Judged, fit, in_order, judge

SOURCES_OF_POTENTIAL = ("none", "wallet", "look_alikes")
NONE, WALLET, LOOK_ALIKES = range(3)
FEWEST_BUYERS = 40
FEWEST_ABOVE = 4  # buyers above the line; fewer say nothing about where it runs
FEWEST_KNOWN = 10  # buyers of whom an attribute is known, for it to make look-alikes
MOST_BUYERS = 20_000  # in a fit; beyond, more of them change less than anybody can act on
FEWEST_WALLETS = 10  # to say how far the look-alikes are off
FAR_OFF = 1.5  # factor on known wallets
ROUNDING = 1e-6  # of a loss; less of a gain is none
MOST_OFF = 0.03  # of coverage, beyond which we say so
# He is no look-alike of all other consumers: this tells more of who is known otherwise.
NOT_ENOUGH_ALONE = {"kind"}
SECTOR_DIGITS = 2
MOST_NAMED = 5

WITH_WHOM = ("ours", "competitor", "own", "none", "unknown")
NO_BETTER = Text(
    "Wat er van klanten bekend is (medewerkers, omzet, branche, regio, soort) zegt hier niet wat "
    "ze besteden. De potentie is daarom voor alle klanten zonder ingevulde bestedingen gelijk: "
    "wat de beste klanten besteden.",
    "What is known of customers (employees, revenue, sector, region, kind) does not tell here what "
    "they spend. So potential is the same for all customers without a known wallet: what the best "
    "customers spend.",
)


@dataclass(frozen=True, slots=True)
class Potential:
    """What n customers could spend with us, (n,), in euros of revenue a year; NaN = not known.

    ``wallet``: the known one, else what the best look-alikes spend, never below own spend.
    ``headroom``: wallet less own spend, at least 0. ``source``: int8 place in
    SOURCES_OF_POTENTIAL. ``figures``: JSON-ready, how it was found and how well it does.
    """

    wallet: np.ndarray
    headroom: np.ndarray
    source: np.ndarray
    figures: dict[str, Any]
    warnings: list[Text]


@dataclass(frozen=True, slots=True)
class _LookAlikes:
    """ln of the quantile per customer (n,), NaN where there is nothing to go by."""

    log: np.ndarray
    features: tuple[str, ...]
    customers: int
    judged: Judged | None
    warnings: list[Text]


def potential(
    customers: pa.Table, spend: np.ndarray, wallets: pa.Table, *, quantile: float, as_of: date
) -> Potential:
    """What each of n customers could spend with us in a year.

    ``customers``: the columns employees, revenue_known, sector, region and kind, any null, sorted
    by customer; ``spend`` (n,) revenue of twelve months in euros, NaN for who never bought. Who has
    revenue and a known attribute teaches what look-alikes spend: the ``quantile`` in (0, 1) of ln
    spend, linear in those attributes, within what was seen. Refuses unknown words in ``wallets``.
    Source: Perlich, Rosset, Lawrence & Zadrozny (2007), realistic wallet.
    """
    if not 0 < quantile < 1:
        raise ValueError("a quantile lies between 0 and 1")
    if len(spend) != customers.num_rows:
        raise ValueError("one spend for each customer")
    own = np.maximum(np.nan_to_num(spend), 0.0)
    alike = _look_alikes(_attributes(customers), spend, quantile)
    estimate = np.maximum(np.exp(alike.log), own)
    known = _known_wallets(customers["customer"].to_numpy(), own, wallets, as_of=as_of)
    told = ~np.isnan(known)
    wallet = np.where(told, known, estimate)
    source = np.where(told, WALLET, np.where(np.isnan(estimate), NONE, LOOK_ALIKES))
    factor = _factor(estimate, known)
    return Potential(
        wallet=wallet,
        headroom=wallet - own,
        source=source.astype(np.int8),
        figures=_figures(alike, source, quantile=quantile, factor=factor),
        warnings=[*alike.warnings, *_far_off(factor)],
    )


def shares_of_wallet(wallets: pa.Table, *, as_of: date) -> pa.Table:
    """What each customer spends in a year and with whom, by customer, in euros.

    ``customer`` int64, ``total``, ``ours``, ``competitor``, ``own``, ``none``, ``unknown``, and
    ``share``: ours / total, NaN where he spends nothing. Per customer, offering and whom the newest
    row until ``as_of`` counts, by date and then by import; rows equally new add up, as those of two
    competitors do. Refuses other words for whom and amounts below zero.
    """
    whom = _whom(wallets)
    rows = _newest(wallets, whom, as_of)
    counted = pa.table({"customer": wallets["customer"], "whom": whom, "spend": wallets["spend"]})
    sums = counted.take(rows).group_by(["customer", "whom"]).aggregate([("spend", "sum")])
    numbers, at = np.unique(sums["customer"].to_numpy(), return_inverse=True)
    spent = np.zeros((len(WITH_WHOM), len(numbers)))
    spent[sums["whom"].to_numpy(), at] = euros(sums["spend_sum"])
    total = spent.sum(axis=0)
    share = np.divide(spent[0], total, out=np.full(len(total), np.nan), where=total > 0)
    by_whom = dict(zip(WITH_WHOM, spent, strict=True))
    return pa.table(
        {"customer": pa.array(numbers, pa.int64()), "total": total, **by_whom, "share": share}
    )


def _known_wallets(
    customer: np.ndarray, own: np.ndarray, wallets: pa.Table, *, as_of: date
) -> np.ndarray:
    """Euros (n,), never below own spend; NaN where none was told.

    Who told only what goes to others, gets our own figure of what he spends with us on top.
    """
    told = shares_of_wallet(wallets, as_of=as_of)
    here = np.isin(told["customer"].to_numpy(), customer)
    at = np.searchsorted(customer, told["customer"].to_numpy()[here])
    total, ours = (told[name].to_numpy()[here] for name in ("total", "ours"))
    found = np.full(len(customer), np.nan)
    found[at] = np.maximum(total + np.where(ours == 0, own[at], 0.0), own[at])
    return found


def _whom(wallets: pa.Table) -> np.ndarray:
    """Place in WITH_WHOM of each row."""
    said = pc.dictionary_encode(wallets["whom"]).combine_chunks()
    texts = [text.strip().casefold() for text in said.dictionary.to_pylist()]
    if strange := sorted(set(texts) - set(WHOM_SAID)):
        raise _unknown_words(strange)
    _refuse_below_zero(wallets)
    place = np.array([WITH_WHOM.index(WHOM_SAID[text]) for text in texts], dtype=np.int64)
    return np.asarray(place[said.indices.to_numpy()])


def _newest(wallets: pa.Table, whom: np.ndarray, as_of: date) -> np.ndarray:
    """The rows that count; one without a date is older than any with one."""
    rows = np.flatnonzero(pc.fill_null(pc.less_equal(wallets["date"], pa.scalar(as_of)), True))
    _, customer = np.unique(wallets["customer"].to_numpy()[rows], return_inverse=True)
    offering, offerings = _codes(wallets["offering"])
    key = (customer * (offerings + 1) + offering[rows] + 1) * len(WITH_WHOM) + whom[rows]
    _, group = np.unique(key, return_inverse=True)
    age = _age(wallets)[rows]
    newest = np.full(len(rows), np.iinfo(np.int64).min)
    np.maximum.at(newest, group, age)
    return np.asarray(rows[age == newest[group]])


def _age(wallets: pa.Table) -> np.ndarray:
    """Larger is newer: the day, then the import."""
    day = pc.cast(pc.cast(wallets["date"], pa.int32()), pa.int64())
    age = pc.fill_null(day, -(1 << 30)).to_numpy() << 32
    imported = wallets["import_no"].to_numpy() if "import_no" in wallets.column_names else 0
    return np.asarray(age + imported)


def _attributes(customers: pa.Table) -> Attributes:
    employees, revenue = (euros(customers[name]) for name in ("employees", "revenue_known"))
    return Attributes(
        # Who works alone is a firm of one; a revenue of nothing is one that nobody filled in.
        numbers={
            "employees": _log(np.where(employees == 0, 1.0, employees)),
            "revenue_known": _log(revenue),
        },
        groups={
            "sector": _codes(customers["sector"], _trade)[0],
            "region": _codes(customers["region"])[0],
            "kind": _codes(customers["kind"])[0],
        },
    )


def _log(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(values, out=np.full(len(values), np.nan), where=values > 0))


def _plain(text: str) -> str:
    return text.strip().casefold()


def _trade(text: str) -> str:
    """The first two digits of a code of trades, else the words."""
    plain = _plain(text)
    start = plain[:SECTOR_DIGITS]
    return start if len(start) == SECTOR_DIGITS and start.isdigit() else plain


def _codes(column: pa.ChunkedArray, plain: Callable[[str], str] = _plain) -> tuple[np.ndarray, int]:
    """Place (n,) of each text among the distinct ones in order, -1 for none; and how many."""
    said = pc.dictionary_encode(column).combine_chunks()
    texts = [plain(text) for text in said.dictionary.to_pylist()]
    names = sorted({text for text in texts if text})
    place = {text: at for at, text in enumerate(names)} | {"": -1}
    codes = np.array([*(place[text] for text in texts), -1], dtype=np.int32)
    return codes[pc.fill_null(said.indices, len(texts)).to_numpy()], len(names)


def _look_alikes(attributes: Attributes, spend: np.ndarray, q: float) -> _LookAlikes:
    buyer = spend > 0
    usable = attributes.without(
        *(name for name in attributes.names() if attributes.known(name)[buyer].sum() < FEWEST_KNOWN)
    )
    known = np.zeros(len(spend), dtype=np.bool_)
    for name in usable.names() - NOT_ENOUGH_ALONE:
        known |= usable.known(name)
    learn = np.flatnonzero(buyer & known)
    fewest = max(FEWEST_BUYERS, round(FEWEST_ABOVE / min(q, 1 - q)))
    if len(learn) < fewest:
        return _LookAlikes(np.full(len(spend), np.nan), (), 0, None, [_too_few(learn, fewest)])
    return _learnt(usable, spend, learn, known=known, q=q)


def _learnt(
    attributes: Attributes, spend: np.ndarray, learn: np.ndarray, *, known: np.ndarray, q: float
) -> _LookAlikes:
    y = np.log(spend[learn])
    order = in_order(attributes.take(learn), y)
    order = order[_evenly(len(order), MOST_BUYERS)]
    seen, sorted_y = attributes.take(learn[order]), y[order]
    judged = judge(seen, sorted_y, q=q)
    log = np.full(len(spend), np.nan)
    better = judged.pinball < judged.pinball_constant * (1 - ROUNDING)
    line = fit(seen, sorted_y, q=q) if better else None
    log[known] = line.at(attributes.take(known)) if line else np.quantile(sorted_y, q)
    return _LookAlikes(
        log=np.clip(log, *np.quantile(y, OUTER)),
        features=tuple(line.features) if line else (),
        customers=len(order),
        judged=judged,
        warnings=_doubts(judged, q, customers=len(order), better=better),
    )


def _evenly(rows: int, most: int) -> np.ndarray:
    """Places of at most so many rows, spread evenly over all of them."""
    if rows <= most:
        return np.arange(rows)
    return ((np.arange(most) + 0.5) * (rows / most)).astype(np.int64)


def _factor(estimate: np.ndarray, known: np.ndarray) -> tuple[float, int] | None:
    """Median of look-alikes / known wallet, and of how many customers."""
    both = ~np.isnan(estimate) & (known > 0)
    if not both.any():
        return None
    return float(np.median(estimate[both] / known[both])), int(both.sum())


def _figures(
    alike: _LookAlikes, source: np.ndarray, *, quantile: float, factor: tuple[float, int] | None
) -> dict[str, Any]:
    counts = np.bincount(source, minlength=len(SOURCES_OF_POTENTIAL)).tolist()
    judged, line = alike.judged, bool(alike.features)
    return {
        "quantile": quantile,
        "customers": alike.customers,
        "features": list(alike.features),
        "pinball": judged and (judged.pinball if line else judged.pinball_constant),
        "pinball_constant": judged and judged.pinball_constant,
        "coverage": judged and (judged.coverage if line else judged.coverage_constant),
        "coverage_wanted": quantile,
        "known_wallets": factor and {"factor": factor[0], "customers": factor[1]},
        "sources": dict(zip(SOURCES_OF_POTENTIAL, counts, strict=True)),
    }


def _doubts(judged: Judged, q: float, *, customers: int, better: bool) -> list[Text]:
    if not better:
        return [NO_BETTER]
    allowed = max(MOST_OFF, 3 * math.sqrt(q * (1 - q) / customers))
    return [_off_line(judged.coverage, q)] if abs(judged.coverage - q) > allowed else []


def _too_few(learn: np.ndarray, fewest: int) -> Text:
    nl, en = {0: ("geen klant", "no customer"), 1: ("één klant", "one customer")}.get(
        len(learn), (f"{len(learn)} klanten", f"{len(learn)} customers")
    )
    return Text(
        f"Van {nl} met omzet is iets bekend over grootte, branche of regio; voor een schatting van "
        f"de potentie zijn er {fewest} nodig. Vul het klantenbestand aan, of lees in wat klanten "
        "besteden en bij wie.",
        f"Size, sector or region is known of {en} with revenue; an estimate of potential needs "
        f"{fewest}. Complete the customer file, or import what customers spend and with whom.",
    )


def _off_line(coverage: float, q: float) -> Text:
    return Text(
        f"De schatting van de potentie hoort boven de omzet van {100 * q:.0f} % van de klanten "
        "te liggen, maar ligt bij klanten die niet meededen boven die van "
        f"{100 * coverage:.0f} %: zij is onzeker.",
        f"The estimate of potential should lie above the revenue of {100 * q:.0f} % of customers, "
        f"but among customers left out lies above that of {100 * coverage:.0f} %: it is uncertain.",
    )


def _far_off(factor: tuple[float, int] | None) -> list[Text]:
    """What to say where the look-alikes and enough known wallets disagree."""
    if factor is None or factor[1] < FEWEST_WALLETS or 1 / FAR_OFF <= factor[0] <= FAR_OFF:
        return []
    nl, en = ("lager", "lower") if factor[0] > 1 else ("hoger", "higher")
    share = f"{100 * factor[0]:.0f} %"
    return [
        Text(
            f"Bij {factor[1]} klanten van wie de besteding bekend is, schatten we uit "
            f"vergelijkbare klanten {share} daarvan. Kies in het beleid een {nl} "
            "kwantiel voor de potentie.",
            f"Of {factor[1]} customers whose spending is known, look-alikes give {share} of it. "
            f"Choose a {en} quantile for potential in the policy.",
        )
    ]


def _unknown_words(strange: list[str]) -> UserError:
    words = ", ".join(f"“{word}”" for word in strange[:MOST_NAMED])
    return UserError(
        Text(
            f"Onbekend bij wie een klant besteedt: {words}",
            f"Unknown with whom a customer spends: {words}",
        ),
        Text(
            "Gebruik wij, concurrent, zelf, niet of onbekend, en lees het bestand opnieuw in.",
            "Use us, competitor, own, none or unknown, and import the file again.",
        ),
        where="wallets.whom",
    )


def _refuse_below_zero(wallets: pa.Table) -> None:
    below = wallets.filter(pc.less(wallets["spend"], 0))
    if below.num_rows == 0:
        return
    least = pc.min(below["spend"]).as_py()
    raise UserError(
        Text(
            f"{below.num_rows} bestedingen zijn lager dan 0 (de laagste: {least})",
            f"{below.num_rows} amounts of spending are below 0 (the lowest: {least})",
        ),
        Text(
            "Vul in wat de klant in een jaar besteedt, 0 of meer, en lees het bestand opnieuw in.",
            "Enter what the customer spends in a year, 0 or more, and import the file again.",
        ),
        where="wallets.spend",
    )
