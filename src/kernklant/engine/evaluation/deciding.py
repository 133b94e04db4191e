"""From what is known of customers to their score, their chances and their segment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.evaluation.knowing import Known
from kernklant.engine.evaluation.measuring import Weighed, turning_of, weigh
from kernklant.engine.segments.assign import EXIT, Bound, Division, Outlook, divide
from kernklant.engine.segments.flags import Decisions, decisions
from kernklant.engine.segments.migration import SEGMENTS, Stand, places
from kernklant.engine.segments.odds import losing, odds
from kernklant.engine.segments.policy import Policy
from kernklant.engine.segments.units import Units, units
from kernklant.engine.units import present_years, whole_months
from kernklant.engine.value.criteria import Criterion
from kernklant.engine.value.groups import flag_daughters
from kernklant.engine.value.ratings import HIGHEST
from kernklant.engine.value.score import Score

LONG_AGO = np.datetime64("1800-01-01")


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about n customers, divided as u units.

    ``values`` (u,) by criterion, ``criteria`` with the bounds that were used, ``score`` and
    ``chances`` (u,); ``division`` is of customers (n,). ``cut``: the measure that the chances
    are about. ``exit_chance`` (n,): to cost more than he brings; ``exit_proposed`` (n,).
    ``daughter`` (n,): C while another of his group is A. ``since`` (n,): the day he came into his
    segment. ``apart`` (n,): neither A nor B, whatever his group is; ``objected`` (n,): not ranked,
    because he asked so.
    """

    units: Units
    criteria: tuple[Criterion, ...]
    values: Mapping[str, np.ndarray]
    score: Score
    chances: Outlook
    cut: float
    division: Division
    exit_chance: np.ndarray
    exit_proposed: np.ndarray
    daughter: np.ndarray
    since: np.ndarray
    apart: np.ndarray
    objected: np.ndarray


def decide(
    known: Known,
    values: Mapping[str, np.ndarray],
    policy: Policy,
    *,
    flags: pa.Table,
    before: Stand | None,
) -> Decided:
    """Score the customers, work out their chances and divide them; ``values`` (n,) by criterion."""
    clv = known.worth.table["clv"].to_numpy()
    each = units(known.customer, known.top, clv, decide_on=policy.segments.decide_on)
    taken = decisions(flags, known.customer, as_of=known.past.as_of)
    values = {name: np.where(taken.objected, np.nan, told) for name, told in values.items()}
    weighed = _unranked(weigh(known, values, policy, each), each.all(taken.objected))
    stood, since = _stood(known, before)
    could = np.where(taken.objected, np.nan, known.potential.headroom)
    alone = _alone(known, taken, policy)
    apart = np.logical_or.reduce([*alone.values()])
    bound = _bound(known, taken, each, apart=apart, stood=stood, since=since)
    chances, cut = odds(
        weighed.measure,
        each.number,
        policy,
        barred=bound.barred,
        headroom=each.total(_headroom(known, could, policy)),
        chance_above=each.chance_above(known.worth.chance_above),
    )
    basis = replace(chances, becoming_a=_towards_b(could, each, weighed, policy, chances=chances))
    now = weighed.measure.now
    division = divide(now, each.number, policy, chances=basis, bound=bound).of(each)
    for why, whom in alone.items():
        division = division.but(whom, EXIT if why == "leaving" else "C", why=why)
    exit_chance = np.where(taken.objected, 0.0, _exit_chance(known, policy))
    stays = taken.vulnerable | taken.objected | (division.segment == EXIT)
    return Decided(
        units=each,
        criteria=weighed.criteria,
        values=weighed.values,
        score=weighed.score,
        chances=chances,
        cut=cut,
        division=division,
        exit_chance=exit_chance,
        exit_proposed=(exit_chance >= policy.segments.exit_chance) & ~stays,
        daughter=flag_daughters(division.segment, known.top),
        since=np.where(stood == division.segment, since, np.datetime64(known.past.as_of)),
        apart=apart,
        objected=taken.objected,
    )


def _alone(known: Known, taken: Decisions, policy: Policy) -> dict[str, np.ndarray]:
    """Who (n,) stands apart from his group, by the reason why: the last that holds counts."""
    return {
        "insolvent": known.solvency.insolvent & ("insolvent" in policy.segments.never_a),
        "leaving": taken.exit & ~taken.objected,
        "objected": taken.objected,
    }


def _unranked(weighed: Weighed, objected: np.ndarray) -> Weighed:
    """Whoever objected (u,) has no measure to be ranked by."""
    if not objected.any():
        return weighed
    now = np.where(objected, np.nan, weighed.measure.now)
    return replace(weighed, measure=replace(weighed.measure, now=now))


def _towards_b(
    could: np.ndarray,
    each: Units,
    weighed: Weighed,
    policy: Policy,
    *,
    chances: Outlook,
) -> np.ndarray:
    """How far each unit (u,) is B, at the policy's bound or beyond: by chance, euros or a mark.

    What goes by euros or a mark is told in the unit of the chance, in proportion.
    """
    rules = policy.segments
    if rules.b_potential is not None:
        share = each.total(could) / rules.b_potential
    elif rules.b_rating is not None:
        share = HIGHEST * weighed.values[rules.b_rating.criterion] / rules.b_rating.mark
    else:
        return chances.becoming_a
    return np.nan_to_num(share) * rules.b_chance


def _headroom(known: Known, could: np.ndarray, policy: Policy) -> np.ndarray:
    """Euros (n,) of lifetime value in what a customer could still spend with us, 0 if unknown."""
    rules = policy.lifetime
    years = present_years(rules.horizon_years, rules.discount_per_year)
    share = np.maximum(known.worth.table["margin_share"].to_numpy(), 0.0)
    return np.asarray(np.nan_to_num(could) * share * years)


def _exit_chance(known: Known, policy: Policy) -> np.ndarray:
    """How likely each customer costs more than he brings in the months the policy names."""
    table = known.worth.table
    own = units(known.customer, known.top, known.contribution, decide_on="customer")
    return losing(
        table["clv"].to_numpy(),
        turning_of(known, own).margin,
        service=np.where(np.isnan(known.margin), np.nan, known.service.cost),
        orders_12m=table["expected_orders_12m"].to_numpy(),
        months=policy.segments.exit_months,
        chance_above=known.worth.chance_above,
    )


def _bound(
    known: Known,
    taken: Decisions,
    each: Units,
    *,
    apart: np.ndarray,
    stood: np.ndarray,
    since: np.ndarray,
) -> Bound:
    """What binds each unit besides its value: a group stands where its largest member stood.

    Whoever stands apart says nothing of where his group stood, and bars it only if all do.
    """
    clv = known.worth.table["clv"].to_numpy()
    largest = each.largest_but(apart, clv)
    return Bound(
        barred=each.all(apart),
        fixed=each.first(taken.fixed, clv),
        before=stood[largest],
        months=whole_months(since[largest], known.past.as_of),
    )


def _stood(known: Known, before: Stand | None) -> tuple[np.ndarray, np.ndarray]:
    """The segment (n,) of each customer at the run before ("" for a new one), and since when."""
    n = len(known.customer)
    if before is None:
        return np.broadcast_to(np.array("", dtype="<U4"), n), np.broadcast_to(LONG_AGO, n)
    place = places(before.segments["customer"], known.customer)
    letter = pc.index_in(before.segments["segment"].take(place), value_set=pa.array(SEGMENTS))
    segment = np.array([*SEGMENTS, ""])[pc.fill_null(letter, len(SEGMENTS)).to_numpy()]
    since = pc.fill_null(before.segments["segment_since"].take(place), date(1800, 1, 1))
    return segment, since.to_numpy()
