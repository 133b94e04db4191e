"""How everybody stands, copied from the newest run; and whether the copies are still true.

One transaction replaces customers and standings, so a reader sees the old ones or the new. What
they were made from is written beside them; whoever finds something else in the store is told
that the copies are stale, and the worker makes them again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from kernklant.engine.evaluation.roster import roster
from kernklant.web.base import bulk, store
from kernklant.web.base.models import Member
from kernklant.web.base.models.jobs import State
from kernklant.web.base.settings_of import company
from kernklant.web.ledger.copying import assign_again, customers_table, hold, rows_of
from kernklant.web.ledger.models import Assignment, Copies, Customer
from kernklant.web.ledger.search import index_of
from kernklant.web.segments.figures import figures_of
from kernklant.web.segments.in_force import (
    Segments,
    but,
    computed,
    held_back,
    moves_to_sign,
    not_to_be_proposed,
    overrides,
)
from kernklant.web.segments.models import Override, SegmentMove, Standing
from kernklant.web.segments.tallies import columns_in, columns_of, tallies
from kernklant.web.segments.telling import telling_changes
from kernklant.web.value.models import Evaluation

WHO = ("name", "city", "sector", "region", "manager", "stand_in")
FROM_RUN = (
    "exit_proposed", "reason", "score", "score_low", "score_high", "evidence", "p_a",
    "p_becomes_a", "clv", "clv_low", "clv_high", "clv_after_service", "revenue_12m",
    "contribution_12m", "cost_to_serve_12m", "hours_12m", "hours_before", "potential",
    "value_at_risk", "watch", "last_order_on", "satisfaction", "nps_class", "prospect",
)  # fmt: skip
STAYED, UP, DOWN, NEW = 0, 1, -1, 2
RANK = {"exit": 0, "C": 1, "B": 2, "A": 3}


@dataclass(frozen=True, slots=True)
class Freshness:
    """What the copies show: the run and its day, and what happened to the facts since."""

    run: int | None
    as_of: date | None
    since: store.Since

    @property
    def stale(self) -> bool:
        """Whether something came in or went that no evaluation has seen."""
        return self.since.any


def stale() -> bool:
    """Whether the copies were made from something else than what there is now; cheap."""
    made = Copies.objects.defer("tallies").first()
    if made is None or (made.versions, made.run, made.people, made.day) != _now():
        return True
    return made.counted != made.decisions or _unprocessed()


def refresh(*, force: bool = False) -> bool:
    """Make the copies again where they are stale; whether anything was done."""
    with bulk.one_at_a_time(settings.ROOM):
        return _refresh(force=force)


def _refresh(*, force: bool) -> bool:
    made = Copies.objects.defer("tallies").first()
    versions, run, people, day = _now()
    _process_runs()
    if made is not None and not force and (made.versions, made.run) == (versions, run):
        return _a_part_again(made, people, day)
    begun, given = _begin()
    customers = customers_table()
    standings = _standings(run, customers) if run is not None else None
    parts = [rows_of(Customer, customers), index_of(customers)]
    parts += [rows_of(Standing, standings)] if standings is not None else []
    for part in parts:
        bulk.prepare(part)
    told = tallies(columns_in(standings)) if standings is not None else {}
    with transaction.atomic():
        made = hold()
        with telling_changes():
            if standings is None:
                Standing.objects.all().delete()
            for part in parts:
                bulk.exchange(part)
            Copies.objects.update_or_create(
                pk=1,
                defaults={
                    "versions": versions, "run": run, "people": people, "day": day,
                    "tallies": told, "counted": made.decisions if made else 0,
                },
            )  # fmt: skip
            _decided_meanwhile(run, begun, given)
    for part in parts:
        bulk.forget_old(part)
    return True


@transaction.atomic
def _begin() -> tuple[datetime, set[Any]]:
    """The moment from which on decisions are not in what is read next, and who was given to whom
    by then; whoever was in the middle of a decision has ended."""
    hold()
    return timezone.now(), _given()


def _given() -> set[Any]:
    return set(Assignment.objects.values_list("customer", "manager", "stand_in"))


def _decided_meanwhile(run: int | None, begun: datetime, given: set[Any]) -> None:
    """What people decided while the copies were being prepared is in them too."""
    decided = {
        *Override.objects.filter(Q(at__gte=begun) | Q(ended_at__gte=begun)).values_list(
            "customer", flat=True
        ),
        *SegmentMove.objects.filter(decided_at__gte=begun).values_list("customer", flat=True),
    }
    _stand(run, sorted(decided))
    others = sorted({row[0] for row in given ^ _given()})
    assign_again(others)
    managers_again(others)


def freshness() -> Freshness:
    """The newest run, and what happened after the facts it saw."""
    run = store.newest_run()
    return Freshness(run, store.as_of(run) if run is not None else None, store.since(run))


@transaction.atomic
def stand_again(customers: list[int]) -> None:
    """The segment in force of a few customers, after a decision about them.

    By the run that the copies show: a newer one may not have its moves yet.
    """
    made = hold()
    with telling_changes(customers):
        _stand(made.run if made else None, customers)


def _stand(run: int | None, customers: list[int]) -> None:
    if run is None or not customers:
        return
    found = in_force(run, customers)
    waiting = set(_waiting(customers))
    for customer, segment in zip(found.customer.tolist(), found.segment.tolist(), strict=True):
        rows = Standing.objects.filter(customer=customer)
        rows.update(segment=segment, waits=customer in waiting)
    Copies.objects.filter(pk=1).update(decisions=F("decisions") + 1)


def _waiting(customers: list[int] | None = None) -> list[int]:
    """Who has a move that waits for a decision, of all or of some."""
    rows = SegmentMove.objects.waiting()
    if customers is not None:
        rows = rows.filter(customer__in=customers)
    return list(rows.values_list("customer", flat=True))


def in_force(run: int, customers: list[int] | None = None) -> Segments:
    """The segment in force by a run of every customer, or of some: what the next compares with."""
    rows = store.run(run).table("answer/customers.parquet", ["customer", "segment"])
    if customers is not None:
        rows = rows.filter(pc.is_in(rows["customer"], pa.array(customers, pa.int64())))
    return but(but(computed(rows), held_back(run)), overrides(on=timezone.localdate()))


def _now() -> tuple[dict[str, int], int | None, str, date]:
    members = Member.objects.filter(is_active=True).exclude(ledger_name="").order_by("id")
    told = repr(list(members.values_list("id", "ledger_name")))
    people = hashlib.sha256(told.encode()).hexdigest()
    return store.table_versions(), store.newest_run(), people, timezone.localdate()


def _a_part_again(made: Copies, people: str, day: date) -> bool:
    """What another day, a change of members or a decision asks for; whether any was needed."""
    if made.day != day:
        _day_again(made.day, day)
    if made.people != people:
        _people_again(people)
    return _count_again() or made.day != day or made.people != people


@transaction.atomic
def _day_again(before: date, day: date) -> None:
    """Segments that were fixed until a day before this one are fixed no more."""
    hold()
    first, last = sorted((before, day))
    ended = Override.objects.filter(ended_at=None, until__gte=first, until__lt=last)
    stand_again(sorted(set(ended.values_list("customer", flat=True))))
    Copies.objects.filter(pk=1).update(day=day)


@transaction.atomic
def _people_again(people: str) -> None:
    hold()
    assign_again()
    managers_again()
    Copies.objects.filter(pk=1).update(people=people)


def _count_again() -> bool:
    """The tallies after decisions; one that comes while they are counted asks for it once more."""
    made = Copies.objects.defer("tallies").get(pk=1)
    if made.counted == made.decisions:
        return False
    told = tallies(columns_of(Standing.objects.all()))
    Copies.objects.filter(pk=1, run=made.run).update(tallies=told, counted=made.decisions)
    return True


def managers_again(customers: Sequence[int] | None = None) -> None:
    """Managers of standings as those of their customers, of all or of some."""
    rows = Standing.objects.all()
    if customers is not None:
        rows = rows.filter(customer__in=customers)
    whose = Customer.objects.filter(number=OuterRef("customer"))
    rows.update(
        manager=Subquery(whose.values("manager")[:1]),
        stand_in=Subquery(whose.values("stand_in")[:1]),
    )


def _unprocessed() -> bool:
    """Whether a run has no figures yet; one that looks back leaves the copies as they were."""
    known = Evaluation.objects.exclude(run=None).exclude(figures={})
    return not set(store.runs()) <= set(known.values_list("run", flat=True))


def _process_runs() -> None:
    """Give every run its row, its figures, and the moves that wait for a signature.

    Of the runs from before these pages only the newest has moves that wait: nobody could sign
    the others, so what they computed was in force, as the run after them took it to be.
    """
    newest = store.newest_run()
    before_us = not Copies.objects.exists()
    known = set(Evaluation.objects.exclude(run=None).values_list("run", flat=True))
    for number in store.runs():
        if number not in known:
            _row_of(number)
    for evaluation in Evaluation.objects.filter(figures={}).exclude(run=None).order_by("run"):
        _process(evaluation, wait=not before_us or evaluation.run == newest)


def _row_of(number: int) -> None:
    """The row of a run: of who asked for it, else a new one. What is published is done, also when
    its worker never came to say so; one that still works on it says so itself."""
    key = store.run(number).key or f"run-{number}"
    at = store.published_at(number)
    done = {"state": State.DONE, "ended_at": at, "done_share": 1}
    row, _ = Evaluation.objects.get_or_create(
        key=key, defaults={"run": number, "as_of": store.as_of(number), "started_at": at, **done}
    )
    rows = Evaluation.objects.filter(pk=row.pk, run=None)
    rows.exclude(state=State.RUNNING).update(**done)
    rows.update(run=number, as_of=store.as_of(number))


def _process(evaluation: Evaluation, *, wait: bool) -> None:
    """The moves of one run and its figures, in one transaction: a second worker finds them done,
    and no decision falls between what the moves are compared with and their coming."""
    number = int(evaluation.run or 0)
    people = roster(store.store(), number)
    bought = people.filter(pc.invert(people["prospect"]))
    figures = figures_of(bought, store.summary(number))
    before = store.run_before(number)
    with transaction.atomic():
        hold()
        moves = _moves(bought, before) if wait and before is not None else []
        if before is not None:  # of a run that looks back, and of the first, nothing lapses
            _put_up(evaluation, moves)
        Evaluation.objects.filter(pk=evaluation.pk).update(figures=figures)


def _moves(bought: pa.Table, before: int) -> list[tuple[int, str, str]]:
    """Customer, from and to of the moves since a run that need a signature."""
    proposed = pc.fill_null(bought["exit_proposed"], False).to_numpy(zero_copy_only=False)
    not_again = not_to_be_proposed(on=timezone.localdate())
    proposed = proposed & ~np.isin(bought["customer"].to_numpy(), not_again)
    return moves_to_sign(in_force(before), computed(bought), proposed, company().sign_off)


def _put_up(evaluation: Evaluation, moves: list[tuple[int, str, str]]) -> None:
    """Moves that wait from now on; of those of before what was proposed goes over, where the same
    customer still goes to the same segment."""
    older = SegmentMove.objects.waiting().filter(evaluation__run__lt=evaluation.run)
    told = {(row.customer, row.to_segment): row for row in older.exclude(proposed="")}
    rows = [
        SegmentMove(evaluation=evaluation, customer=who, from_segment=old, to_segment=new)
        for who, old, new in moves
    ]
    for row in rows:
        if (row.customer, row.to_segment) in told:
            row.take_over(told[row.customer, row.to_segment])
    older.update(decision="lapsed")
    SegmentMove.objects.bulk_create(rows, ignore_conflicts=True)


def _standings(run: int, customers: pa.Table) -> pa.Table:
    """One row per customer and prospect, in the columns of Standing."""
    people = roster(store.store(), run)
    place = pc.index_in(people["customer"], value_set=customers["number"])
    people, place = people.filter(pc.is_valid(place)), pc.drop_null(place)
    columns = {"customer": people["customer"]}
    columns |= {name: pc.take(customers[name], place) for name in WHO}
    columns |= {name: _filled(name, people[name]) for name in FROM_RUN}
    letters = in_force(run).of(people["customer"].to_numpy())
    previous = pc.fill_null(people["previous_segment"], "")
    gone = pc.take(customers["insolvent_on"], place)
    insolvent = pc.fill_null(pc.less_equal(gone, pa.scalar(store.as_of(run))), False)
    columns |= {
        "segment": pa.array(letters),
        "waits": pc.is_in(people["customer"], value_set=pa.array(_waiting(), pa.int64())),
        "computed": pc.fill_null(people["segment"], ""),
        "previous": previous,
        "moved": _moved(people, previous, first=store.run_before(run) is None),
        "since": people["segment_since"],
        "insolvent": insolvent,
    }
    return pa.table(columns)


def _moved(people: pa.Table, previous: pa.ChunkedArray, *, first: bool) -> pa.Array:
    """Up, down, new or stayed since the run before; in a first run nobody moved."""
    now = pc.fill_null(people["segment"], "").to_pylist()
    rank = [RANK.get(letter, -1) for letter in now]
    old = [RANK.get(letter, -1) for letter in previous.to_pylist()]
    if first:
        return pa.array([STAYED] * len(now), pa.int16())
    both = np.sign(np.array(rank) - np.array(old))
    fresh = (np.array(old) < 0) & (np.array(rank) >= 0)
    return pa.array(np.where(fresh, NEW, both).astype(np.int16))


def _filled(name: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Truth values and words have no null in the copy."""
    if pa.types.is_boolean(values.type):
        return pc.fill_null(values, False)
    return pc.fill_null(values, "") if pa.types.is_string(values.type) else values
