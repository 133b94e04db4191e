"""How sure a run is and why, in sentences; what it took; what its policy changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.formats import Format, in_both
from kernklant.engine.evaluation.report_texts import METHODS
from kernklant.engine.segments.explain import explain
from kernklant.engine.segments.naming import named
from kernklant.engine.segments.policy import read_policy
from kernklant.engine.segments.wording import listed
from kernklant.web.base import store

STEPS = {
    "check": Text("bestanden nalezen", "checking the files"),
    "history": Text("klantgeschiedenis", "customer histories"),
    "lifetime": Text("klantwaarde", "lifetime value"),
    "knowing": Text("kosten, potentie, betaling", "cost, potential, payment"),
    "segments": Text("score en verdeling", "score and division"),
    "answer": Text("tabellen en samenvatting", "tables and summary"),
    "publish": Text("vastleggen", "writing down"),
}
TESTED = Text(
    "De laatste {weeks} weken van {customers} klanten bleven buiten het model. Zij deden {orders} "
    "bestellingen; het model voorspelde er {model} ({off} ernaast), ‘zij gaan zo door’ {rate}.",
    "The last {weeks} weeks of {customers} customers were kept from the model. They placed "
    "{orders} orders; the model forecast {model} (off by {off}), ‘they go on like this’ {rate}.",
)
KNOWN = Text(
    "Van {share} van de klanten is genoeg bekend om hun score goed te schatten.",
    "Of {share} of customers enough is known to estimate their score well.",
)
ALL_COUNT = Text("Alle criteria van het beleid telden mee.", "All criteria of the policy counted.")
LEFT_OUT = Text(
    "Niet meegewogen, omdat er nog niets over bekend is: {names}.",
    "Not weighed, because nothing is known of it yet: {names}.",
)
ONE_COUNTED = Text("Alleen {what} telde mee.", "Only {what} counted.")
WEIGHTS = Text(
    "Schuift u de gewichten wat, dan blijven {surely} klanten zeker A; bij {unsure} hangt het "
    "ervan af.",
    "If the weights shift a little, {surely} customers surely stay A; for {unsure} it depends.",
)


def how_sure(summary: Mapping[str, Any], figures: Mapping[str, Any], *, of_all: bool) -> list[Text]:
    """Whether the model passed its test and what amounts rest on; ``of_all``: with the company's
    figures, by how much and of how many enough is known."""
    told = [_text(summary["fit"]["why"])]
    if of_all and summary["holdout"].get("tested"):
        told.append(_tested(summary["holdout"]))
    if "why" in summary["spend"]:
        told.append(_text(summary["spend"]["why"]))
    return [*told, *_of_all(summary, figures)] if of_all else told


def _of_all(summary: Mapping[str, Any], figures: Mapping[str, Any]) -> list[Text]:
    told, everybody, sway = [], figures.get("all", {}), summary["sensitivity"]
    if everybody.get("customers"):
        known = everybody["well_known"] / everybody["customers"]
        told.append(in_both(KNOWN, share=lambda form: form.percent(known)))
    score = summary["score"]
    counted = [
        one for one in score["criteria"] if one["weight"] and one["name"] not in score["left_out"]
    ]
    if len(counted) == 1:
        told.append(_alone(counted[0]["name"]))
    elif sway and sway.get("draws"):
        told.append(sway_in_words(sway))
    return told


def _alone(name: str) -> Text:
    """With one criterion no weight can change anything."""
    what = named(name)
    return Text(ONE_COUNTED.nl.format(what=what.nl), ONE_COUNTED.en.format(what=what.en))


def sway_in_words(sway: Mapping[str, Any]) -> Text:
    """How many stay A when the weights shift a little."""
    return in_both(WEIGHTS, surely=_n(sway["surely"]), unsure=_n(sway["unsure"]))


def warnings(summary: Mapping[str, Any]) -> list[Text]:
    """What to know before believing a figure."""
    return [_text(one) for one in summary["warnings"]]


def criteria(summary: Mapping[str, Any]) -> Text:
    """Which criteria did not count."""
    left = summary["score"]["left_out"]
    if not left:
        return ALL_COUNT
    names = listed([named(name) for name in left])
    return Text(LEFT_OUT.nl.replace("{names}", names.nl), LEFT_OUT.en.replace("{names}", names.en))


def methods(summary: Mapping[str, Any]) -> list[tuple[Text, int]]:
    """How many customers were valued by which rule, the commonest first."""
    counts: dict[str, int] = {}
    for name, count in summary["methods"].items():
        rule = name.partition("+")[0]
        counts[rule] = counts.get(rule, 0) + count
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(METHODS.get(name, Text(name, name)), count) for name, count in ordered]


def steps(run: int) -> list[tuple[Text, float]]:
    """Seconds of each step."""
    return [
        (STEPS.get(name, Text(name, name)), took) for name, took in store.run(run).seconds.items()
    ]


def policy_changes(before: int, after: int) -> list[tuple[list[str], list[str]]]:
    """Per language (nl, en): sentences of the policy that went, and that came."""
    old, new = (_policy(run) for run in (before, after))
    told = [(explain(old, lang), explain(new, lang)) for lang in ("nl", "en")]
    return [
        ([one for one in was if one not in now], [one for one in now if one not in was])
        for was, now in told
    ]


def _policy(run: int) -> Any:
    text = store.run(run).bytes("asked/policy.toml").decode()
    return read_policy(text, name=f"run {run}")


def _tested(holdout: Mapping[str, Any]) -> Text:
    return in_both(
        TESTED,
        weeks=_n(holdout["weeks"]),
        customers=_n(holdout["customers"]),
        orders=_n(holdout["orders"]),
        model=_n(holdout["model"]["orders"]),
        off=lambda form: form.percent(abs(holdout["model"]["bias"]), digits=1),
        rate=_n(holdout["run_rate"]["orders"]),
    )


def _n(value: float) -> Any:
    def show(form: Format) -> str:
        return form.number(value)

    return show


def _text(told: Mapping[str, str]) -> Text:
    return Text(told["nl"], told["en"])
