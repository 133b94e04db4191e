"""The sentences at the top of the portfolio, made by rules from its figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.formats import Format, in_both

LOSSES = "let_op=verlies&volgorde=-bijdrage"  # who costs most comes first
NOBODY = Text("Er zijn nog geen klanten om iets over te zeggen.", "There are no customers yet.")
ONE_A = Text(
    "1 van uw {n} klanten is A: hij brengt {share} van de {of}{hours}.",
    "1 of your {n} customers is A: he brings {share} of the {of}{hours}.",
)
SOME_A = Text(
    "{a} van uw {n} klanten zijn A: zij brengen {share} van de {of}{hours}.",
    "{a} of your {n} customers are A: they bring {share} of the {of}{hours}.",
)
NO_A = Text("Geen van uw {n} klanten is nog A.", "None of your {n} customers is A yet.")
ONE_NO_SHARE = Text(
    "1 van uw {n} klanten is A; welk deel hij brengt is nog niet te zeggen.",
    "1 of your {n} customers is A; what share he brings cannot be said yet.",
)
NO_SHARE = Text(
    "{a} van uw {n} klanten zijn A; welk deel zij brengen is nog niet te zeggen.",
    "{a} of your {n} customers are A; what share they bring cannot be said yet.",
)
HOURS_ONE = Text(" en krijgt {hours} van uw uren", " and gets {hours} of your hours")
HOURS = Text(" en krijgen {hours} van uw uren", " and get {hours} of your hours")
CONTRIBUTION, REVENUE = Text("bijdrage", "contribution"), Text("omzet", "revenue")
ONE_LOSES = Text(
    "1 klant kost meer dan hij opbrengt ({lost} per jaar).",
    "1 customer costs more than he brings ({lost} a year).",
)
SOME_LOSE = Text(
    "{n} klanten kosten meer dan zij opbrengen (samen {lost} per jaar).",
    "{n} customers cost more than they bring (together {lost} a year).",
)
ONE_UNSATISFIED = Text("1 waardevolle klant is ontevreden.", "1 valuable customer is unsatisfied.")
SOME_UNSATISFIED = Text(
    "{n} waardevolle klanten zijn ontevreden.", "{n} valuable customers are unsatisfied."
)
NOT_ASKED = Text(
    "Hoe tevreden zij zijn is nog niet gevraagd.", "How satisfied they are was not asked yet."
)
ONE_WAITS = Text("1 verschuiving wacht op akkoord.", "1 move waits for approval.")
SOME_WAIT = Text("{n} verschuivingen wachten op akkoord.", "{n} moves wait for approval.")
KNOWN = Text(
    "{share} van de klanten is goed te schatten.", "{share} of customers can be estimated well."
)


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, and the list of customers behind it (a question to /klanten/), if any."""

    words: Text
    behind: str | None = None


def sentences(told: dict[str, Any], *, waiting: int) -> list[Told]:
    """Where the value sits, who costs money, who is unsatisfied, what waits."""
    everybody = told["all"]
    if not everybody["customers"]:
        return [Told(NOBODY)]
    return [
        _where(told),
        *_losing(told),
        *_unsatisfied(told),
        *([Told(_count(waiting, ONE_WAITS, SOME_WAIT), "verschuivingen")] if waiting else []),
    ]


def how_known(told: dict[str, Any]) -> Text | None:
    """Of which share of customers enough is known."""
    everybody = told["all"]
    if not everybody["customers"]:
        return None
    return in_both(KNOWN, share=_share(everybody["well_known"] / everybody["customers"]))


def part(value: float | None, whole: float | None) -> float | None:
    """A share, where it is known and there is a whole to take it of."""
    return value / whole if value is not None and whole is not None and whole > 0 else None


def _where(told: dict[str, Any]) -> Told:
    everybody, a = told["all"], told["segments"]["A"]
    count = {"n": _whole(everybody["customers"]), "a": _whole(a["customers"])}
    if not a["customers"]:
        return Told(in_both(NO_A, n=count["n"]))
    costed = told["contribution"] is not None
    measure = "contribution_12m" if costed else "revenue_12m"
    share = part(a[measure], everybody[measure])
    one = a["customers"] == 1
    if share is None:
        return Told(in_both(ONE_NO_SHARE if one else NO_SHARE, **count), "segment=A")
    hours = part(a["hours_12m"], everybody["hours_12m"])
    more = HOURS_ONE if one else HOURS
    of = CONTRIBUTION if costed else REVENUE
    sentence = in_both(
        ONE_A if one else SOME_A,
        **count,
        share=_share(share),
        of=lambda form: of.to(form.lang),
        hours=lambda form: "" if hours is None else more.to(form.lang).format(
            hours=form.percent(hours)
        ),
    )  # fmt: skip
    return Told(sentence, "segment=A")


def _losing(told: dict[str, Any]) -> list[Told]:
    whale = told["contribution"]["whale"] if told["contribution"] else None
    if not whale or not whale["loss_makers"]:
        return []
    sentence = ONE_LOSES if whale["loss_makers"] == 1 else SOME_LOSE
    words = in_both(
        sentence,
        n=_whole(whale["loss_makers"]),
        lost=lambda form: form.short(whale["destroyed"]),
    )
    return [Told(words, LOSSES)]


def _unsatisfied(told: dict[str, Any]) -> list[Told]:
    if not told["answered"]:
        return [Told(NOT_ASKED)]
    count = told["corners"]["high_low"]["customers"]
    if not count:
        return []
    return [Told(_count(count, ONE_UNSATISFIED, SOME_UNSATISFIED), "let_op=ontevreden")]


def _count(count: int, one: Text, many: Text) -> Text:
    return one if count == 1 else in_both(many, n=_whole(count))


def _whole(count: int) -> Callable[[Format], str]:
    return lambda form: form.number(count)


def _share(value: float) -> Callable[[Format], str]:
    return lambda form: form.percent(value)
