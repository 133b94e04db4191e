"""Score and segment explained to the person himself: short sentences, no jargon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.formats import HARD_SPACE
from kernklant.engine.evaluation.stand_of_one import OneStand, prospect_of, stand_of
from kernklant.engine.segments import would_change
from kernklant.engine.segments.naming import named
from kernklant.engine.segments.wording import listed
from kernklant.engine.value.criteria import Criterion
from kernklant.web.base import store
from kernklant.web.desk.scoring import how_of, lines_of

OBJECTED = "objected"
MEANS = {
    "A": Text(
        "U staat in groep A. Dat zijn de klanten die voor ons het meeste waard zijn. Zij krijgen "
        "de meeste aandacht.",
        "You are in group A. These are the customers who are worth most to us. They get the most "
        "attention.",
    ),
    "B": Text(
        "U staat in groep B. Dat zijn klanten die in groep A kunnen komen. Zij krijgen extra "
        "aandacht.",
        "You are in group B. These are customers who can come into group A. They get extra "
        "attention.",
    ),
    "C": Text(
        "U staat in groep C. Dat zijn alle andere klanten. Zij krijgen gewone aandacht.",
        "You are in group C. These are all other customers. They get ordinary attention.",
    ),
    "exit": Text(
        "Wij bouwen de samenwerking met u af. Dat heeft iemand van ons besloten, niet de computer.",
        "We are ending the cooperation with you. One of us decided that, not the computer.",
    ),
}
WHY = {
    "A": Text("Uw score is hoog genoeg voor deze groep.", "Your score is high enough for this."),
    "B": Text(
        "Uw score is nog niet hoog genoeg voor groep A. De kans dat dit later wel zo is, is groot "
        "genoeg.",
        "Your score is not yet high enough for group A. The chance that it will be later is large "
        "enough.",
    ),
    "C": Text(
        "Uw score is niet hoog genoeg voor groep A of B.",
        "Your score is not high enough for group A or B.",
    ),
    "held": Text(
        "Volgens de regels zou u in een andere groep komen. Wij wachten daar nog mee. Zo gaat u "
        "niet steeds heen en weer.",
        "By the rules you would come into another group. We wait with that. So you do not go back "
        "and forth all the time.",
    ),
    "decided": Text(
        "Iemand van ons heeft dit besloten. De computer besliste dit niet.",
        "One of us decided this. The computer did not decide it.",
    ),
    "insolvent": Text(
        "U bent failliet of u heeft uitstel van betaling. Dan komt u niet in groep A of B.",
        "You are bankrupt or in suspension of payments. Then you do not come into group A or B.",
    ),
    "unknown": Text(
        "Wij weten nog te weinig van u om een score te geven.",
        "We know too little of you yet to give a score.",
    ),
    "leaving": Text(
        "Iemand van ons heeft dit besloten. De computer besliste dit niet.",
        "One of us decided this. The computer did not decide it.",
    ),
    OBJECTED: Text(
        "U maakte bezwaar. Daarom geven wij u geen score en vergelijken wij u niet met anderen.",
        "You objected. So we give you no score and do not compare you with others.",
    ),
}
# What each source is to somebody who does not know our words.
PLAIN = {
    "clv": Text("wat u ons de komende jaren oplevert", "what you will bring us in coming years"),
    "contribution_12m": Text(
        "wat wij het laatste jaar aan u verdienden", "what we earned on you in the last year"
    ),
    "revenue_12m": Text(
        "wat u het laatste jaar bij ons kocht", "what you bought from us in the last year"
    ),
    "potential": Text("wat u nog bij ons kunt kopen", "what you could still buy from us"),
    "profile": Text("hoe goed ons werk bij u past", "how well our work suits you"),
    "rating": Text("ons oordeel", "our judgement"),
    "referrals": Text("hoeveel klanten u bij ons bracht", "how many customers you brought us"),
    "price_realised": Text(
        "welk deel van onze prijslijst u betaalt", "what part of our list price you pay"
    ),
}
BARS = {
    "bounded": Text("geen punten bij {low}, alle vanaf {high}", "none at {low}, all from {high}"),
    "linear": Text("geen punten bij {low}, alle bij {high}", "none at {low}, all at {high}"),
    "threshold": Text("in stappen, vanaf {low}", "in steps, from {low}"),
    None: Text("hoe meer, hoe meer punten", "the more, the more points"),
}
# What would change it is worked out about "him"; here it is told to himself.
TO_YOU = (
    (would_change.UP, Text("Dit alleen brengt u in groep A: ", "This alone brings you into A: ")),
    (would_change.DOWN, Text("Om in groep A te blijven is dit nodig: ",
                             "To stay in group A this is needed: ")),
    (would_change.NOT_ONE, Text("Geen van deze punten is alleen genoeg voor groep A. ",
                                "None of these alone is enough for group A. ")),
    (would_change.NOT_YET, Text("Blijft uw score zo, dan komt u later in groep A.",
                                "If your score stays like this, you come into group A later.")),
    (would_change.NO_LONGER, Text("Blijft uw score zo, dan gaat u later uit groep A.",
                                  "If your score stays like this, you leave group A later.")),
)  # fmt: skip
NOTHING = Text(
    "U had toen nog niets bij ons gekocht. U kreeg geen score en geen groep.",
    "You had not bought anything from us then. You got no score and no group.",
)
ABSENT = Text("U stond toen nog niet in onze gegevens.", "You were not in our data at that time.")


@dataclass(frozen=True, slots=True)
class PlainLine:
    """One thing we looked at: in plain words, what we saw, how it counts, and points of so many."""

    words: Text
    name: Text
    value: str | None
    how: Text
    points: int
    most: int


@dataclass(frozen=True, slots=True)
class Explained:
    """One evaluation told to the person: ``lines`` add up to ``score``."""

    run: int
    as_of: date
    means: Text | None
    why: Text
    score: int | None
    lines: list[PlainLine]
    unknown: Text | None
    changes: tuple[Text, ...]

    @property
    def total(self) -> int:
        """The points of the lines together."""
        return sum(line.points for line in self.lines)


def explained(number: int, *, run: int | None = None) -> list[Explained]:
    """Every evaluation, newest first, or one of them."""
    runs = [one for one in reversed(store.runs()) if run is None or one == run]
    return [_one(one, number) for one in runs]


def _one(run: int, number: int) -> Explained:
    found = stand_of(store.run(run), number)
    if found is None:
        why = NOTHING if prospect_of(store.run(run), number) is not None else ABSENT
        return Explained(run, store.as_of(run), None, why, None, [], None, ())
    return _told(found)


def _told(stand: OneStand) -> Explained:
    row = stand.row
    objected = row["reason"] == OBJECTED
    return Explained(
        run=stand.run,
        as_of=stand.as_of,
        means=MEANS[row["segment"]],
        why=WHY[row["reason"]],
        score=None if objected else row["score"],
        lines=[] if objected else _lines(stand),
        unknown=None if objected else _unknown(stand),
        changes=() if objected else _changes(stand),
    )


def _lines(stand: OneStand) -> list[PlainLine]:
    """What is known of him, in the order of the policy."""
    both = zip(stand.earned, lines_of(stand, euros=True), strict=True)
    return [
        PlainLine(
            PLAIN[earned.part.criterion.source], line.words, line.value,
            how_of(earned.part.criterion, BARS), line.points, line.most or 0,
        )
        for earned, line in both
        if line.points is not None
    ]  # fmt: skip


def _unknown(stand: OneStand) -> Text | None:
    unknown = [one.part.criterion for one in stand.earned if one.points is None]
    return listed(list(dict.fromkeys(map(_plain, unknown)))) if unknown else None


def _plain(criterion: Criterion) -> Text:
    """A rating can be about anything, so it is told with its name."""
    words, name = PLAIN[criterion.source], named(criterion.name)
    if criterion.source != "rating":
        return words
    return Text(f"{words.nl} ({name.nl})", f"{words.en} ({name.en})")


def _changes(stand: OneStand) -> tuple[Text, ...]:
    """The lines that say what would change it, told to himself; what is unknown stands apart."""
    told = (_to_you(line) for line in stand.would_change)
    return tuple(line for line in told if line is not None)


def _to_you(line: Text) -> Text | None:
    for theirs, ours in TO_YOU:
        begins = theirs.nl.partition("{")[0], theirs.en.partition("{")[0]
        if line.nl.startswith(begins[0]):
            if theirs is would_change.NOT_ONE:
                return ours
            told = line.nl.removeprefix(begins[0]).replace("€ ", f"€{HARD_SPACE}")
            return Text(ours.nl + told, ours.en + line.en.removeprefix(begins[1]))
    return None
