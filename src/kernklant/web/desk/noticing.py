"""What to know first about a customer: how sure his segment is, and what to mind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from django.utils import timezone

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.formats import Format, in_both
from kernklant.engine.evaluation.stand_of_one import OneStand
from kernklant.web.desk.happened import Year
from kernklant.web.segments.models import Override, SegmentMove, Standing
from kernklant.web.segments.waiting import held_by

GONE_BELOW = 0.5
SURE = {
    "A": Text("{p} zeker A", "{p} sure to be A"),
    "B": Text("{p} kans dat hij A wordt", "a chance of {p} to become A"),
    "C": Text("{p} kans dat hij nu al A is", "a chance of {p} to be A already"),
}
NOTHING = Text("Niets om op te letten.", "Nothing to mind.")
INSOLVENT = Text("Failliet of in surseance: hij kan geen A zijn.", "Insolvent: he cannot be A.")
EXIT = Text(
    "Uitfaseren is voorgesteld: {e} kans dat hij meer kost dan hij brengt.",
    "Offboarding is proposed: a chance of {e} that he costs more than he brings.",
)
LOSS = Text(
    "Hij kost {euros} per jaar meer dan hij brengt.", "He costs {euros} a year more than he brings."
)
COSTS_MORE = Text("Hij kost meer dan hij brengt.", "He costs more than he brings.")
LATE = Text("Hij betaalt laat; {euros} staat op het spel.", "He pays late; {euros} is at stake.")
LATE_ONLY = Text("Hij betaalt laat.", "He pays late.")
WAITS = Text("Van {old} naar {new} wacht op akkoord.", "From {old} to {new} waits for approval.")
REFUSED = Text(
    "Van {old} naar {new} is geweigerd; kijk opnieuw op {day}.",
    "From {old} to {new} was refused; look again on {day}.",
)
FIXED = Text(
    "Vastgezet op {old} tot en met {day}; berekend is {new}.",
    "Fixed at {old} until {day}; computed is {new}.",
)
LEAVES = Text(
    "Zijn uitfaseren is getekend, tot en met {day}; berekend is {new}.",
    "His offboarding was signed, until {day}; computed is {new}.",
)
FELL = Text("Hij zakte van {old} naar {new}.", "He fell from {old} to {new}.")
ROSE = Text("Hij steeg van {old} naar {new}.", "He rose from {old} to {new}.")
UNSATISFIED = Text(
    "Ontevreden: hij gaf gemiddeld een {mark} van 10.",
    "Unsatisfied: his marks average {mark} of 10.",
)
SHRANK = Text(
    "Zijn omzet daalde in een jaar met {share}.", "His revenue fell by {share} in a year."
)
GONE = Text(
    "Kocht het laatst op {day}; {p} kans dat hij wegblijft.",
    "Last bought on {day}; a chance of {p} that he stays away.",
)
UNKNOWN = Text(
    "Er is nog weinig over hem bekend; de score kan nog flink schuiven ({low}–{high}).",
    "Little is known of him yet; the score may still shift a lot ({low}–{high}).",
)
MUCH_LESS = 0.20  # a fall of a year's revenue that is worth a sentence
WIDE = 10  # points between worst and best case from which a score is called uncertain


def sureness_of(standing: Standing) -> Text | None:
    """How sure his segment is, in a few words; nothing for a prospect or who leaves."""
    chance = standing.p_becomes_a if standing.segment == "B" else standing.p_a
    if standing.segment not in SURE or chance is None:
        return None
    return in_both(SURE[standing.segment], p=_share(chance))


def to_mind(
    standing: Standing, stand: OneStand | None, years: Sequence[Year], *, euros: bool
) -> list[Text]:
    """What asks for attention, the gravest first; one sentence when nothing does."""
    found = [
        *_money(standing, euros=euros),
        *_moving(standing, held_by(standing, on=timezone.localdate())),
        *_shrinking(years),
        *_feeling(standing),
        *(_leaving(stand) if stand else []),
        *_doubt(standing),
    ]
    if standing.insolvent:
        found.insert(0, INSOLVENT)
    if standing.exit_proposed and stand and stand.row["exit_chance"] is not None:
        found.insert(0, in_both(EXIT, e=_share(stand.row["exit_chance"])))
    return found or [NOTHING]


def _money(standing: Standing, *, euros: bool) -> list[Text]:
    found, lost = [], standing.contribution_12m
    if lost is not None and lost < 0:
        found.append(in_both(LOSS, euros=_euros(-lost)) if euros else COSTS_MORE)
    if standing.watch:
        at_stake = standing.value_at_risk or 0
        found.append(in_both(LATE, euros=_euros(at_stake)) if euros and at_stake else LATE_ONLY)
    return found


def _moving(standing: Standing, held: SegmentMove | Override | None) -> list[Text]:
    if isinstance(held, Override):
        sentence = LEAVES if held.segment == "exit" else FIXED
        return [_from_to(sentence, held.segment, standing.computed, day=held.until)]
    if held is not None:
        sentence = REFUSED if held.decision else WAITS
        return [_from_to(sentence, held.from_segment, held.to_segment, day=held.look_again_on)]
    if abs(standing.moved) != 1:
        return []
    return [_from_to(ROSE if standing.moved > 0 else FELL, standing.previous, standing.computed)]


def _shrinking(years: Sequence[Year]) -> list[Text]:
    """``years``: the newest first."""
    if len(years) < 2 or years[1].revenue <= 0:
        return []
    fell = float(1 - years[0].revenue / years[1].revenue)
    return [in_both(SHRANK, share=lambda form: form.percent(fell))] if fell >= MUCH_LESS else []


def _feeling(standing: Standing) -> list[Text]:
    mark = standing.satisfaction
    if mark is None or standing.nps_class != -1:
        return []
    return [in_both(UNSATISFIED, mark=lambda form: form.number(mark, digits=1))]


def _leaving(stand: OneStand) -> list[Text]:
    alive, last = stand.row["p_alive"], stand.row["last_order_on"]
    if alive is None or last is None or alive >= GONE_BELOW:
        return []
    return [in_both(GONE, day=_day(last), p=_share(1 - alive))]


def _doubt(standing: Standing) -> list[Text]:
    low, high = standing.score_low, standing.score_high
    if low is None or high is None or high - low < WIDE:
        return []
    return [in_both(UNKNOWN, low=_whole(low), high=_whole(high))]


def _from_to(sentence: Text, old: str, new: str, *, day: date | None = None) -> Text:
    return in_both(
        sentence,
        old=lambda _: old,
        new=lambda _: new,
        day=lambda form: form.day(day) if day else "",
    )


def _share(value: float) -> Callable[[Format], str]:
    return lambda form: form.percent(min(max(value, 0.01), 0.99))


def _euros(value: Decimal | int) -> Callable[[Format], str]:
    return lambda form: form.euros(value)


def _whole(value: float) -> Callable[[Format], str]:
    return lambda form: form.number(value)


def _day(day: date) -> Callable[[Format], str]:
    return lambda form: form.day(day)
