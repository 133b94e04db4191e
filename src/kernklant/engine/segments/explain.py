"""The policy in sentences, for people who decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from kernklant.engine.errors import Lang, Text
from kernklant.engine.segments.assign import rule_in_words
from kernklant.engine.segments.losses import cut_offs
from kernklant.engine.segments.naming import activity, named
from kernklant.engine.segments.policy import Policy
from kernklant.engine.segments.rules import Losses, SegmentRules
from kernklant.engine.segments.wording import counted, figure, listed, percent
from kernklant.engine.value.criteria import Bound, Criterion

SOURCES = {
    "clv": Text("klantwaarde na bediening", "lifetime value after service"),
    "contribution_12m": Text("bijdrage van 12 maanden", "contribution of 12 months"),
    "revenue_12m": Text("omzet van 12 maanden", "revenue of 12 months"),
    "potential": Text("potentie", "potential"),
    "profile": Text("past bij het ideale klantprofiel", "matches the ideal-customer profile"),
    "rating": Text("beoordeling door mensen", "rating by people"),
    "referrals": Text("klanten die hij aanbrengt", "customers he brings"),
    "price_realised": Text("betaalt een goede prijs", "pays a good price"),
}
MODELS = {
    "mbg": "MBG/NBD",
    "bg": "BG/NBD",
    "pareto": "Pareto/NBD",
    "auto": "MBG/NBD (auto)",
}
PRIORS = {
    "weak": Text(
        "Zwakke voorkennis houdt de schatting binnen het aannemelijke",
        "Weak prior knowledge keeps the estimate plausible",
    ),
    "none": Text(
        "De schatting gebruikt geen voorkennis vanaf 300 klanten die terugkwamen",
        "The estimate uses no prior knowledge from 300 customers who came back",
    ),
}
YEAR, YEARS = Text("jaar", "year"), Text("jaar", "years")
MONTH, MONTHS = Text("maand", "month"), Text("maanden", "months")
POINT, POINTS = Text("punt", "point"), Text("punten", "points")
MINUTE, MINUTES = Text("minuut", "minute"), Text("minuten", "minutes")


def explain(policy: Policy, lang: Lang) -> list[str]:
    """One sentence per rule."""
    texts = [*_value(policy), *_criteria(policy), *_segments(policy), *_rates(policy)]
    return [text.to(lang) for text in texts]


def _value(policy: Policy) -> Iterator[Text]:
    rules = policy.lifetime
    years = counted(rules.horizon_years, one=YEAR, more=YEARS)
    discount, level = percent(rules.discount_per_year), percent(rules.level)
    yield Text(
        f"Klantwaarde is de marge op aankopen in de komende {years.nl}, {discount.nl} per jaar "
        f"verdisconteerd, volgens {MODELS[rules.model]}.",
        f"Lifetime value is the margin on purchases of the coming {years.en}, discounted "
        f"{discount.en} a year, by {MODELS[rules.model]}.",
    )
    prior = PRIORS[rules.prior]
    yield Text(
        f"{prior.nl}; de bandbreedte om een klantwaarde klopt in {level.nl} van de gevallen.",
        f"{prior.en}; the range around a lifetime value holds in {level.en} of cases.",
    )
    margin = percent(rules.default_margin)
    yield Text(
        f"Waar geen kostprijs bekend is, geldt {margin.nl} winstmarge; die klanten zijn gemerkt.",
        f"Where no cost is known the margin is {margin.en}; those customers are flagged.",
    )


def _criteria(policy: Policy) -> Iterator[Text]:
    for criterion in policy.criteria:
        points = counted(criterion.weight, one=POINT, more=POINTS)
        source, shape = SOURCES[criterion.source], _shape(criterion)
        yield Text(
            f"{points.nl} voor {criterion.name}: {source.nl}{shape.nl}.",
            f"{points.en} for {criterion.name}: {source.en}{shape.en}.",
        )


def _shape(criterion: Criterion) -> Text:
    if criterion.shape == "threshold":
        return _steps(criterion)
    if criterion.shape is not None:
        return _rising(criterion)
    scale, rated = " – ".join(criterion.anchors), criterion.rated_as
    wanted = _profile(criterion.profile or {})
    return Text(
        wanted.nl
        + (f", beoordeeld als {rated}" if rated else "")
        + (f", op de schaal {scale}" if scale else ""),
        wanted.en
        + (f", rated as {rated}" if rated else "")
        + (f", on the scale {scale}" if scale else ""),
    )


def _rising(criterion: Criterion) -> Text:
    low, high = _bound(criterion.low, "5"), _bound(criterion.high, "95")
    beyond = Text("", "") if criterion.shape == "bounded" else Text(" en verder", " and beyond")
    first = Text("", "")
    if "auto" in {criterion.low, criterion.high}:
        first = Text(" van de eerste evaluatie", " of the first evaluation")
    return Text(
        f", oplopend van {low.nl} tot {high.nl}{first.nl}{beyond.nl}",
        f", rising from {low.en} to {high.en}{first.en}{beyond.en}",
    )


def _steps(criterion: Criterion) -> Text:
    parts = [(figure(value), figure(points)) for value, points in criterion.steps]
    return Text(
        ", in stappen: " + ", ".join(f"vanaf {value.nl}: {points.nl}" for value, points in parts),
        ", in steps: " + ", ".join(f"from {value.en}: {points.en}" for value, points in parts),
    )


def _bound(bound: Bound | None, percentile: str) -> Text:
    if isinstance(bound, float):
        return figure(bound)
    return Text(f"het {percentile}e percentiel", f"the {percentile}th percentile")


def _profile(profile: Mapping[str, tuple[Any, ...]]) -> Text:
    if not profile:
        return Text("", "")
    parts = listed([_attribute(name, values) for name, values in profile.items()])
    return Text(f" ({parts.nl})", f" ({parts.en})")


def _attribute(name: str, values: tuple[Any, ...]) -> Text:
    if all(isinstance(value, str) for value in values):
        either = Text(" of ".join(values), " or ".join(values))
        return Text(f"{name} {either.nl}", f"{name} {either.en}")
    low, high = map(figure, values)
    return Text(f"{name} {low.nl} tot en met {high.nl}", f"{name} {low.en} to {high.en}")


def _segments(policy: Policy) -> Iterator[Text]:
    rules = policy.segments
    yield rule_in_words(policy, on=rules.segment_on)
    yield _b_rule(rules)
    chance, months = percent(rules.exit_chance), counted(rules.exit_months, one=MONTH, more=MONTHS)
    yield Text(
        f"Uitfaseren wordt voorgesteld, nooit besloten, bij minstens {chance.nl} kans dat een "
        "klant blijft kopen en meer kost dan hij brengt; waar kopen geen marge laat: dat hij "
        f"binnen {months.nl} weer koopt.",
        f"Exit is proposed, never decided, at a chance of at least {chance.en} that a customer "
        "buys on and costs more than he brings; where buying leaves no margin: that he buys "
        f"again within {months.en}.",
    )
    if rules.losses is not None:
        yield from _losses(rules.losses)
    if rules.decide_on == "group":
        yield Text(
            "Moeder en dochters worden samen ingedeeld, op hun waarde bij elkaar.",
            "A mother and her daughters are divided as one, on their values together.",
        )
    yield _potential(policy)
    yield _damping(policy)


def _b_rule(rules: SegmentRules) -> Text:
    if rules.b_potential is not None:
        euros = figure(rules.b_potential)
        return Text(
            f"B: klanten die bij ons nog minstens € {euros.nl} per jaar kunnen besteden.",
            f"B: customers who could still spend at least €{euros.en} a year with us.",
        )
    if rules.b_rating is not None:
        name, mark = named(rules.b_rating.criterion), figure(rules.b_rating.mark)
        return Text(
            f"B: klanten die op ‘{name.nl}’ minstens {mark.nl} van 4 kregen.",
            f"B: customers rated at least {mark.en} out of 4 on ‘{name.en}’.",
        )
    chance = percent(rules.b_chance)
    return Text(
        f"B: klanten met minstens {chance.nl} kans om A te worden.",
        f"B: customers with a chance of at least {chance.en} to become A.",
    )


def _losses(losses: Losses) -> Iterator[Text]:
    missed, false, move = map(figure, (losses.missed_a, losses.false_a, losses.move))
    yield Text(
        f"Elke klant krijgt het segment met het kleinste verwachte verlies: een gemiste A weegt "
        f"{missed.nl}, een onterechte A {false.nl}, een verschuiving {move.nl}.",
        f"Each customer gets the segment of least expected loss: a missed A weighs {missed.en}, a "
        f"false A {false.en}, a move {move.en}.",
    )
    if losses.missed_a + losses.false_a > 0:
        yield cut_offs(**asdict(losses)).words


def _potential(policy: Policy) -> Text:
    best, won = percent(1 - policy.potential.quantile), percent(policy.potential.won)
    return Text(
        f"Potentie is wat de beste {best.nl} van vergelijkbare klanten besteedt; van wie we "
        f"achternagaan geeft {won.nl} ons een deel van wat hij nog elders besteedt.",
        f"Potential is what the best {best.en} of similar customers spend; of those we go after "
        f"{won.en} give us a part of what they still spend elsewhere.",
    )


def _damping(policy: Policy) -> Text:
    damping = policy.hysteresis
    below, at_once = percent(damping.move_below), percent(damping.at_once_below)
    stay = counted(damping.minimum_stay_months, one=MONTH, more=MONTHS)
    return Text(
        f"Een klant blijft minstens {stay.nl} in zijn segment en verschuift daarna pas als de kans "
        f"op dat segment onder {below.nl} ligt; onder {at_once.nl} verschuift hij meteen.",
        f"A customer stays in his segment for at least {stay.en} and then moves only when its "
        f"chance is below {below.en}; below {at_once.en} he moves at once.",
    )


def _rates(policy: Policy) -> Iterator[Text]:
    hour = figure(policy.rates.hour)
    yield Text(f"Een uur bediening kost € {hour.nl}.", f"An hour of service costs €{hour.en}.")
    if policy.rates.minutes:
        times = listed([_minutes(name, time) for name, time in policy.rates.minutes.items()])
        yield Text(
            f"Waar de bron geen tijd geeft: {times.nl}.",
            f"Where the source gives no time: {times.en}.",
        )


def _minutes(name: str, time: float) -> Text:
    what, minutes = activity(name), counted(time, one=MINUTE, more=MINUTES)
    return Text(f"{what.nl} {minutes.nl}", f"{what.en} {minutes.en}")
