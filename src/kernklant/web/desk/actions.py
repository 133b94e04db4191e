"""What people do on the pages that need every word: give customers away, keep a list."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from kernklant.web.base.access import whose, within
from kernklant.web.base.log import record
from kernklant.web.base.models import LogEntry, Member
from kernklant.web.base.rights import Right
from kernklant.web.desk.models import SavedView
from kernklant.web.ledger.copying import assign_again, hold
from kernklant.web.ledger.models import Assignment, Customer
from kernklant.web.segments.copying import managers_again

ASSIGNED, ASSIGNMENT_UNDONE = "customers.assigned", "customers.assignment_undone"


@transaction.atomic
def assign_customers(
    *, by: Member, customers: Sequence[int], manager: Member
) -> tuple[LogEntry | None, int]:
    """Give customers within his reach to an account manager; the log entry that can undo it.

    Who is not within reach, or is his already, stays as he was; so many changed.
    """
    _refuse_beyond_team(by, manager)
    hold()
    rows = Customer.objects.filter(within(by, Right.ASSIGN), number__in=customers)
    before = list(
        rows.exclude(manager=manager).order_by("number").values_list("number", "manager_id")
    )
    if not before:
        return None, 0
    numbers = [number for number, _ in before]
    assigned = Assignment.objects.filter(pk__in=numbers).order_by("pk")
    entry = record(
        ASSIGNED, by=by, about=f"member:{manager.pk}", before=[list(row) for row in before],
        assigned=list(assigned.values_list("pk", flat=True)),
    )  # fmt: skip
    _give([(number, manager.pk) for number in numbers])
    _follow(numbers)
    return entry, len(before)


@transaction.atomic
def undo_assignment(*, by: Member, entry: LogEntry) -> int:
    """Give customers back to who had them; those given away once more stay where they are.

    Whom nobody had assigned before goes by the ledger again, also when it names another later.
    """
    hold()
    to = int(entry.about.partition(":")[2])
    before: dict[int, int | None] = dict(entry.data["before"])
    assigned = set(entry.data.get("assigned", before))  # entries of before it was written say none
    rows = Customer.objects.filter(within(by, Right.ASSIGN), number__in=before, manager_id=to)
    still = list(rows.values_list("number", flat=True))
    if still:
        Assignment.objects.filter(pk__in=set(still) - assigned).delete()
        _give([(one, before[one]) for one in still if one in assigned])
        _follow(still)
        record(ASSIGNMENT_UNDONE, by=by, about=f"log:{entry.number}", customers=len(still))
    return len(still)


@transaction.atomic
def keep_view(*, by: Member, name: str, query: str) -> SavedView:
    """A list under a name; the same name again replaces it."""
    view, _ = SavedView.objects.update_or_create(member=by, name=name, defaults={"query": query})
    record("view.kept", by=by, about=f"view:{view.pk}")
    return view


@transaction.atomic
def drop_view(*, by: Member, view: SavedView) -> None:
    """Forget a list of one's own."""
    record("view.dropped", by=by, about=f"view:{view.pk}")
    view.delete()


def _refuse_beyond_team(by: Member, manager: Member) -> None:
    """Who assigns within a team gives to members of that team alone."""
    people = whose(by, Right.ASSIGN)
    if people is not None and manager.pk not in people:
        raise PermissionError(f"{manager} is not of the team of {by}")


def _give(rows: Sequence[tuple[int, int | None]]) -> None:
    today = timezone.localdate()
    Assignment.objects.bulk_create(
        [Assignment(customer=number, manager_id=manager, since=today) for number, manager in rows],
        update_conflicts=True,
        update_fields=["manager", "since"],
        unique_fields=["customer"],
    )


def _follow(customers: Sequence[int]) -> None:
    """The copies follow what was assigned."""
    assign_again(customers)
    managers_again(customers)
