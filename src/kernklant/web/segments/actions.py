"""Proposing and deciding moves, fixing a customer's segment, and ending that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from kernklant.engine.errors import Text, UserError
from kernklant.web.base.log import record
from kernklant.web.base.models import Member
from kernklant.web.base.rights import Reach, Right, reach
from kernklant.web.ledger.copying import hold
from kernklant.web.ledger.models import Customer
from kernklant.web.segments.copying import stand_again
from kernklant.web.segments.models import Override, SegmentMove

ACCEPTED, REFUSED = "accepted", "refused"
MOST_PERSONS = 25  # natural persons decided in one go
NOTHING = Text("Er is niets besloten.", "Nothing was decided.")
NOT_THERE = Text(
    "Deze verschuivingen wachten niet meer: er is al besloten, of er kwam een nieuwe evaluatie.",
    "These moves do not wait any more: they were decided, or a new evaluation came.",
)
TOO_MANY = Text(
    "Over hoogstens 25 particulieren kunt u tegelijk besluiten.",
    "You can decide on 25 natural persons at most at once.",
)
OWN_EXIT = Text(
    "Over het uitfaseren van een eigen klant besluit een ander: {names}.",
    "Somebody else decides on offboarding a customer of your own: {names}.",
)
TWO_PEOPLE = Text(
    "Een particulier uitfaseren doen twee mensen: een stelt voor, een ander tekent. Nog niet door "
    "een ander voorgesteld: {names}.",
    "Offboarding a natural person takes two people: one proposes, another signs. Not yet proposed "
    "by another: {names}.",
)
NO_DAY = Text(
    "Kies de dag waarop u opnieuw kijkt; na vandaag.",
    "Choose the day on which you look again; after today.",
)
NO_SAMPLE = Text(
    "Zeg hoeveel van deze klanten u zelf hebt bekeken: minstens één, hoogstens alle.",
    "Say how many of these customers you looked at yourself: one at least, all at most.",
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decides on moves, why, when to look again, and how many he looked at."""

    decision: str
    why: str
    look_again_on: date | None = None
    looked_at: int = 1


@transaction.atomic
def propose_moves(*, by: Member, moves: Sequence[int], decision: str, why: str) -> int:
    """What somebody would decide; another signs. How many moves still waited."""
    rows = _waiting(by, moves, Right.PROPOSE_MOVE)
    for row in rows:
        row.proposed, row.proposed_by, row.proposed_at = decision, by, timezone.now()
        row.proposed_why = why
        row.save(update_fields=["proposed", "proposed_by", "proposed_at", "proposed_why"])
        about = f"customer:{row.customer}"
        record("move.proposed", by=by, about=about, to=row.to_segment, decision=decision)
    return len(rows)


@transaction.atomic
def decide_moves(*, by: Member, moves: Sequence[int], decision: Decision) -> int:
    """Sign or refuse moves, all of them or none; how many it were.

    1. Who decides holds the copies, and only moves that still wait count: of two who decide at
       once the second finds nothing left and is told so.
    2. What may not be decided so (more than 25 natural persons, one's own customer's exit, a
       person's exit that nobody else proposed) refuses the whole.
    3. What must hold until the day to look again is fixed until that day: a refused move by the
       segment of before, a signed exit by exit. Copies follow in the same transaction.
    """
    rows = _waiting(by, moves, Right.SIGN_OFF)
    _refuse(by, rows, decision)
    now = timezone.now()
    for row in rows:
        row.decision, row.decided_by, row.decided_at = decision.decision, by, now
        row.why, row.look_again_on = decision.why, decision.look_again_on
        row.together, row.looked_at = len(rows), decision.looked_at
        row.save()
        _hold(by, row)
        record(
            "move.decided", by=by, about=f"customer:{row.customer}", decision=row.decision,
            to=row.to_segment, together=len(rows), looked_at=decision.looked_at,
        )  # fmt: skip
    stand_again([row.customer for row in rows])
    return len(rows)


@transaction.atomic
def fix_segment(*, by: Member, customer: Customer, segment: str, why: str, until: date) -> Override:
    """The customer's segment is A, B or C until a day, whatever is computed; asked twice is once.

    Exit is no segment to fix: it is decided on a proposal.
    """
    hold()
    now = Override.objects.valid_on(timezone.localdate()).filter(customer=customer.pk).last()
    if now is not None and (now.segment, now.why, now.until) == (segment, why, until):
        return now
    fixed = Override.objects.create(
        customer=customer.pk, segment=segment, why=why, by=by, until=until
    )
    about = f"customer:{customer.pk}"
    record("segment.fixed", by=by, about=about, segment=segment, until=until.isoformat())
    stand_again([customer.pk])
    return fixed


@transaction.atomic
def end_override(*, by: Member, override: Override) -> None:
    """The segment is again what was computed and signed."""
    hold()
    rows = Override.objects.filter(pk=override.pk, ended_at=None)
    if rows.update(ended_at=timezone.now()):
        record("segment.released", by=by, about=f"customer:{override.customer}")
        stand_again([override.customer])


def _waiting(by: Member, moves: Sequence[int], right: Right) -> list[SegmentMove]:
    hold()
    rows = SegmentMove.objects.waiting().within(by, right)
    found = list(rows.filter(pk__in=moves).order_by("pk"))
    if not found:
        raise UserError(NOT_THERE, NOTHING)
    return found


def _refuse(by: Member, rows: list[SegmentMove], told: Decision) -> None:
    people = Customer.objects.in_bulk([row.customer for row in rows])
    persons = [row for row in rows if people[row.customer].natural_person]
    exits = [row for row in rows if row.to_segment == "exit" and told.decision == ACCEPTED]
    if len(persons) > MOST_PERSONS:
        raise UserError(TOO_MANY, NOTHING)
    if len(rows) > 1 and not 1 <= told.looked_at <= len(rows):
        raise UserError(NO_SAMPLE, NOTHING)
    needs_day = bool(exits) or told.decision == REFUSED
    if needs_day and (told.look_again_on is None or told.look_again_on <= timezone.localdate()):
        raise UserError(NO_DAY, NOTHING)
    leaving = [people[row.customer] for row in rows if row.to_segment == "exit"]
    own = [one for one in leaving if by.pk in {one.manager_id, one.stand_in_id}]
    if own and reach(by.role, Right.SIGN_OFF) is not Reach.ALL:
        raise UserError(_naming(OWN_EXIT, own), NOTHING)
    alone = [row for row in exits if row in persons and not _another_proposed(row, by)]
    if alone:
        raise UserError(_naming(TWO_PEOPLE, [people[row.customer] for row in alone]), NOTHING)


def _another_proposed(row: SegmentMove, by: Member) -> bool:
    return row.proposed == ACCEPTED and row.proposed_by_id not in {None, by.pk}


def _hold(by: Member, row: SegmentMove) -> None:
    """Fix what would else not outlive the next evaluation."""
    leaves = row.to_segment == "exit"
    if row.look_again_on is None or leaves != row.accepted:
        return
    Override.objects.create(
        customer=row.customer,
        segment="exit" if leaves else row.from_segment,
        why=row.why,
        by=by,
        until=row.look_again_on,
    )


def _naming(text: Text, customers: Iterable[Customer]) -> Text:
    names = ", ".join(str(one) for one in customers)
    return Text(text.nl.replace("{names}", names), text.en.replace("{names}", names))
