"""How everybody stands, copied from the newest run; and whether the copies are still true.

One transaction replaces customers and standings, so a reader sees the old ones or the new. What
they were made from is written beside them; whoever finds something else in the store is told
that the copies are stale, and the worker makes them again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from kernklant.engine.evaluation.roster import roster
from kernklant.web.base import bulk, store
from kernklant.web.base.models import Member
from kernklant.web.base.models.jobs import State
from kernklant.web.base.settings_of import company
from kernklant.web.ledger.copying import assign_again, customers_table, rows_of
from kernklant.web.ledger.models import Assignment, Copies, Customer
from kernklant.web.ledger.search import index_of
from kernklant.web.segments.figures import figures_of
from kernklant.web.segments.in_force import (
    Segments,
    after_decisions,
    computed,
    held_back,
    moves_to_sign,
    not_to_be_proposed,
    overridden,
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
    made = Copies.objects.first()
    if made is None or (made.versions, made.run, made.people) != _now():
        return True
    return made.run is not None and not made.tallies


def refresh(*, force: bool = False) -> bool:
    """Make the copies again where they are stale; whether anything was done."""
    with bulk.one_at_a_time(settings.ROOM):
        return _refresh(force=force)


def _refresh(*, force: bool) -> bool:
    made = Copies.objects.first()
    now = _now()
    versions, run, people = now
    if made is not None and not force and (made.versions, made.run) == (versions, run):
        return _a_part_again(made, people)
    _process_runs()
    begun = timezone.now()
    customers = customers_table()
    standings = _standings(run, customers) if run is not None else None
    parts = [rows_of(Customer, customers), index_of(customers)]
    parts += [rows_of(Standing, standings)] if standings is not None else []
    for part in parts:
        bulk.prepare(part)
    with telling_changes():
        if standings is None:
            Standing.objects.all().delete()
        for part in parts:
            bulk.exchange(part)
        decided = _decided_meanwhile(begun)
        Copies.objects.update_or_create(
            pk=1,
            defaults={
                "versions": versions,
                "run": run,
                "people": people,
                "tallies": {} if standings is None or decided else tallies(columns_in(standings)),
            },
        )
    for part in parts:
        bulk.forget_old(part)
    return True


def _decided_meanwhile(begun: datetime) -> bool:
    """What people decided while the copies were being prepared is in them too; whether any."""
    decided = {
        *Override.objects.filter(Q(at__gte=begun) | Q(ended_at__gte=begun)).values_list(
            "customer", flat=True
        ),
        *SegmentMove.objects.filter(decided_at__gte=begun).values_list("customer", flat=True),
    }
    stand_again(sorted(decided))
    given = Assignment.objects.filter(since__gte=timezone.localdate(begun))
    for one in given:
        Customer.objects.filter(number=one.customer).update(
            manager=one.manager_id, stand_in=one.stand_in_id
        )
    managers_again([one.customer for one in given])
    return bool(decided or given)


def freshness() -> Freshness:
    """The newest run, and what happened after the facts it saw."""
    run = store.newest_run()
    return Freshness(run, store.as_of(run) if run is not None else None, store.since(run))


def stand_again(customers: list[int]) -> None:
    """The segment in force of a few customers, after a decision about them."""
    run = store.newest_run()
    if run is None or not customers:
        return
    rows = store.run(run).table("answer/customers.parquet", ["customer", "segment"])
    some = rows.filter(pc.is_in(rows["customer"], pa.array(customers)))
    evaluation = Evaluation.objects.get(run=run)
    moves = {c: move for c, move in held_back(evaluation).items() if c in set(customers)}
    found = overridden(after_decisions(computed(some), moves), on=timezone.localdate())
    with telling_changes(customers):
        for customer, segment in zip(found.customer.tolist(), found.segment.tolist(), strict=True):
            Standing.objects.filter(customer=customer).update(segment=segment)
    Copies.objects.filter(pk=1).update(tallies={})


def in_force(run: int) -> Segments:
    """Every customer's segment in force by a run: what the next one compares with."""
    rows = store.run(run).table("answer/customers.parquet", ["customer", "segment"])
    evaluation = Evaluation.objects.filter(run=run).first()
    moves = held_back(evaluation) if evaluation else {}
    return overridden(after_decisions(computed(rows), moves), on=timezone.localdate())


def _now() -> tuple[dict[str, int], int | None, str]:
    members = Member.objects.filter(is_active=True).exclude(ledger_name="").order_by("id")
    told = repr(list(members.values_list("id", "ledger_name")))
    return store.table_versions(), store.newest_run(), hashlib.sha256(told.encode()).hexdigest()


def _a_part_again(made: Copies, people: str) -> bool:
    """Managers after a change of members, tallies after a decision; whether any was needed."""
    count = made.run is not None and not made.tallies
    if count:
        told = tallies(columns_of(Standing.objects.all()))
        Copies.objects.filter(pk=1, run=made.run).update(tallies=told)
    return (made.people != people and _people_again(people)) or count


def _people_again(people: str) -> bool:
    with transaction.atomic():
        assign_again()
        managers_again()
        Copies.objects.filter(pk=1).update(people=people)
    return True


def managers_again(customers: list[int] | None = None) -> None:
    """Managers of standings as those of their customers, of all or of some."""
    rows = Standing.objects.all()
    if customers is not None:
        rows = rows.filter(customer__in=customers)
    whose = Customer.objects.filter(number=OuterRef("customer"))
    rows.update(
        manager=Subquery(whose.values("manager")[:1]),
        stand_in=Subquery(whose.values("stand_in")[:1]),
    )


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
    """The moves of one run and its figures, in one transaction: a second worker finds them done."""
    number = int(evaluation.run or 0)
    people = roster(store.store(), number)
    bought = people.filter(pc.invert(people["prospect"]))
    before = max((run for run in store.runs() if run < number), default=None)
    waiting: list[tuple[int, str, str]] = []
    if wait and before is not None:
        previous = in_force(before)
        proposed = pc.fill_null(bought["exit_proposed"], False).to_numpy(zero_copy_only=False)
        not_again = not_to_be_proposed(on=timezone.localdate())
        proposed = proposed & ~np.isin(bought["customer"].to_numpy(), not_again)
        waiting = moves_to_sign(previous, computed(bought), proposed, company().sign_off)
    figures = figures_of(bought, store.summary(number))
    with transaction.atomic():
        SegmentMove.objects.filter(evaluation__run__lt=number, decision="").update(
            decision="lapsed"
        )
        SegmentMove.objects.bulk_create(
            [
                SegmentMove(evaluation=evaluation, customer=who, from_segment=old, to_segment=new)
                for who, old, new in waiting
            ],
            ignore_conflicts=True,
        )
        Evaluation.objects.filter(pk=evaluation.pk).update(figures=figures)


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
        "computed": pc.fill_null(people["segment"], ""),
        "previous": previous,
        "moved": _moved(people, previous, first=len(store.runs()) == 1),
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
