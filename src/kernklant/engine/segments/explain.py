"""The policy in sentences, for people who decide."""

from __future__ import annotations

from collections.abc import Iterator

from kernklant.engine.errors import Lang, Text
from kernklant.engine.segments.assign import rule_in_words
from kernklant.engine.segments.policy import Criterion, Policy

SOURCES = {
    "clv": Text("klantwaarde", "lifetime value"),
    "contribution_12m": Text("bijdrage van 12 maanden", "contribution of 12 months"),
    "revenue_12m": Text("omzet van 12 maanden", "revenue of 12 months"),
    "potential": Text("potentie", "potential"),
    "profile": Text("past bij het ideale klantprofiel", "matches the ideal-customer profile"),
    "rating": Text("beoordeling door mensen", "rating by people"),
    "referrals": Text("brengt klanten aan", "brings customers"),
    "price_realised": Text("betaalt een goede prijs", "pays a good price"),
}
MODELS = {
    "mbg": "MBG/NBD",
    "bg": "BG/NBD",
    "pareto": "Pareto/NBD",
    "auto": "MBG/NBD (auto)",
}


def explain(policy: Policy, lang: Lang) -> list[str]:
    """One sentence per rule; the last says which rules are not in force yet."""
    texts = [*_value(policy), *_criteria(policy), *_segments(policy), *_rates(policy), NOT_YET]
    return [text.to(lang) for text in texts]


NOT_YET = Text(
    "Nog niet van kracht: criteria en score, B, het voorstel tot uitfaseren, de demping en de "
    "tarieven. De verdeling in A en C is tot dan voorlopig en gaat op klantwaarde.",
    "Not in force yet: criteria and score, B, the exit proposal, the damping and the rates. "
    "Until then the division into A and C is provisional and goes by lifetime value.",
)


def _value(policy: Policy) -> Iterator[Text]:
    rules = policy.lifetime
    years, discount = f"{rules.horizon_years:g}", f"{rules.discount_per_year * 100:g}"
    yield Text(
        f"Klantwaarde is de marge op aankopen in de komende {years} jaar, {discount} % per jaar "
        f"verdisconteerd, volgens {MODELS[rules.model]}.",
        f"Lifetime value is the margin on purchases of the coming {years} years, discounted "
        f"{discount} % a year, by {MODELS[rules.model]}.",
    )
    margin = f"{rules.default_margin * 100:g}"
    yield Text(
        f"Waar geen kostprijs bekend is, geldt {margin} % marge; die klanten zijn gemerkt.",
        f"Where no cost is known the margin is {margin} %; those customers are flagged.",
    )


def _criteria(policy: Policy) -> Iterator[Text]:
    for criterion in policy.criteria:
        source, shape = SOURCES[criterion.source], _shape(criterion)
        yield Text(
            f"{criterion.weight:g} punten voor {source.nl}{shape.nl}.",
            f"{criterion.weight:g} points for {source.en}{shape.en}.",
        )


def _shape(criterion: Criterion) -> Text:
    if criterion.steps:
        steps = ", ".join(f"{value:g} → {points:g}" for value, points in criterion.steps)
        return Text(f", in stappen: {steps}", f", in steps: {steps}")
    if criterion.low == "auto" or criterion.high == "auto":
        return Text(
            ", tussen grenzen die de eerste evaluatie vaststelt",
            ", between bounds that the first evaluation sets",
        )
    if criterion.low is not None:
        return Text(
            f", van {criterion.low:g} tot {criterion.high:g}",
            f", from {criterion.low:g} to {criterion.high:g}",
        )
    return Text("", "")


def _segments(policy: Policy) -> Iterator[Text]:
    rules, damping = policy.segments, policy.hysteresis
    rule = rule_in_words(policy)
    yield Text(rule.nl + ".", rule.en + ".")
    chance, months = f"{rules.b_chance * 100:g}", f"{rules.b_months:g}"
    yield Text(
        f"B: klanten met minstens {chance} % kans om binnen {months} maanden A te worden.",
        f"B: customers with a chance of at least {chance} % to become A within {months} months.",
    )
    chance, months = f"{rules.exit_chance * 100:g}", f"{rules.exit_months:g}"
    yield Text(
        f"Uitfaseren wordt voorgesteld, nooit besloten, bij minstens {chance} % kans op een "
        f"negatieve bijdrage over {months} maanden.",
        f"Exit is proposed, never decided, at a chance of at least {chance} % of a negative "
        f"contribution over {months} months.",
    )
    below, at_once = f"{damping.move_below * 100:g}", f"{damping.at_once_below * 100:g}"
    yield Text(
        f"Een klant verschuift als zijn huidige segment minder dan {below} % kans heeft "
        f"(direct onder {at_once} %), en blijft minstens {damping.minimum_stay_months:g} maanden.",
        f"A customer moves when his present segment has less than {below} % chance (at once "
        f"below {at_once} %), and stays at least {damping.minimum_stay_months:g} months.",
    )


def _rates(policy: Policy) -> Iterator[Text]:
    minutes = ", ".join(f"{name} {time:g}" for name, time in policy.rates.minutes.items())
    yield Text(
        f"Bediening kost € {policy.rates.hour:g} per uur; minuten: {minutes}.",
        f"Serving costs € {policy.rates.hour:g} an hour; minutes: {minutes}.",
    )
