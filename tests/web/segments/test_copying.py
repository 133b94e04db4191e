"""Copies of customers and standings: true to the run, quick to notice a change, whole or not."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from django.apps import apps
from django.db.models import Count, Sum
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kernklant.engine.evaluation.publish import evaluate_home
from kernklant.engine.evaluation.roster import roster
from kernklant.engine.segments.policy import read_policy
from kernklant.web.base import store
from kernklant.web.base.models import Member, Setting
from kernklant.web.base.settings_of import Company
from kernklant.web.desk.actions import assign_customers, undo_assignment
from kernklant.web.ledger.models import Assignment, Copies, Customer
from kernklant.web.segments import copying
from kernklant.web.segments.actions import Decision, decide_moves, fix_segment, propose_moves
from kernklant.web.segments.copying import freshness, in_force, refresh, stale, stand_again
from kernklant.web.segments.figures import figures_of
from kernklant.web.segments.in_force import Segments, but, moves_to_sign
from kernklant.web.segments.models import Override, SegmentMove, Standing
from kernklant.web.segments.waiting import lines
from kernklant.web.value.in_force import POLICY_NAME
from kernklant.web.value.models import Evaluation

pytestmark = pytest.mark.django_db


def test_sums_of_the_copies_are_those_of_the_run(copies: SimpleNamespace) -> None:
    summary = store.summary(2)
    found = Standing.objects.filter(prospect=False).values("computed")
    by_segment = {
        row["computed"]: row
        for row in found.annotate(
            customers=Count("pk"), clv=Sum("clv"), contribution=Sum("contribution_12m")
        )
    }
    for letter in ("A", "B", "C"):
        told = summary["segments"][letter]
        assert by_segment[letter]["customers"] == told["customers"]
        assert float(by_segment[letter]["clv"]) == pytest.approx(float(told["clv"]), abs=5)
        assert float(by_segment[letter]["contribution"]) == pytest.approx(
            float(told["contribution_12m"]), abs=0.5
        )
    assert Standing.objects.filter(prospect=True).count() == 73
    assert Customer.objects.count() == 1200


def test_figures_of_the_run_are_kept_with_it(copies: SimpleNamespace) -> None:
    figures = Evaluation.objects.get(run=2).figures
    assert figures["all"]["customers"] == 1127
    assert sum(one["customers"] for one in figures["segments"].values()) == 1127
    a = figures["segments"]["A"]
    assert a["clv_low"] < a["clv"] < a["clv_high"]


def test_what_a_run_knows_of_nobody_is_not_told_as_nought(copies: SimpleNamespace) -> None:
    people = roster(store.store(), 2)
    bought = people.filter(pc.invert(people["prospect"]))
    for name in ("contribution_12m", "hours_12m"):
        nothing = pa.nulls(len(bought), bought[name].type)
        bought = bought.set_column(bought.column_names.index(name), name, nothing)
    figures = figures_of(bought, store.summary(2))
    for one in (figures["all"], *figures["segments"].values()):
        assert one["contribution_12m"] is one["hours_12m"] is None
    assert figures["all"]["revenue_12m"] > 0


def test_an_upgrade_fills_what_the_copies_lacked(copies: SimpleNamespace) -> None:
    Standing.objects.update(clv_after_service=None)
    import_module("kernklant.web.segments.migrations.0005_after_service").copy_again(apps, None)
    assert stale()
    assert refresh()
    assert not Standing.objects.filter(prospect=False, clv_after_service=None).exists()


def test_the_copies_are_made_once_and_again_when_something_came_in(copies: SimpleNamespace) -> None:
    assert not stale()
    assert not refresh()
    Copies.objects.update(versions={"sales": 0})
    assert stale()
    assert refresh()


def test_a_customer_belongs_to_whom_the_ledger_names_unless_people_assigned_him(
    copies: SimpleNamespace,
) -> None:
    noor, bram = copies.account_manager, copies.other_manager
    assert Standing.objects.filter(manager=noor).count() == 381
    one = Customer.objects.filter(manager=noor).earliest("number")
    Assignment.objects.create(customer=one.number, manager=bram, since=date(2026, 10, 1))
    refresh(force=True)
    assert Standing.objects.get(pk=one.number).manager == bram


def test_a_member_who_leaves_keeps_no_customers(copies: SimpleNamespace) -> None:
    Member.objects.filter(pk=copies.account_manager.pk).update(is_active=False)
    assert stale()
    assert refresh()
    assert not Standing.objects.filter(manager=copies.account_manager).exists()


def test_moves_into_and_out_of_a_and_exits_wait_for_a_signature(copies: SimpleNamespace) -> None:
    waiting = SegmentMove.objects.filter(decision="")
    assert set(waiting.values_list("evaluation__run", flat=True)) == {2}
    assert waiting.filter(to_segment="exit").count() == 19
    out = waiting.exclude(to_segment="exit").first()
    assert out is not None
    assert Standing.objects.get(pk=out.customer).segment == out.from_segment
    SegmentMove.objects.filter(pk=out.pk).update(decision="accepted")
    stand_again([out.customer])
    assert Standing.objects.get(pk=out.customer).segment == out.to_segment


def test_a_company_may_sign_nothing(home: object, cast: SimpleNamespace) -> None:
    Setting.objects.create(key="sign_off", value=[])
    refresh()
    assert not SegmentMove.objects.exists()


def test_an_override_counts_until_its_day(copies: SimpleNamespace) -> None:
    one = Standing.objects.filter(computed="C").earliest("customer")
    today = timezone.localdate()
    override = Override.objects.create(
        customer=one.pk, segment="A", why="strategisch", by=copies.director, until=today
    )
    stand_again([one.pk])
    assert Standing.objects.get(pk=one.pk).segment == "A"
    assert in_force(2).of(np.array([one.pk]))[0] == "A"
    Override.objects.filter(pk=override.pk).update(until=today - timedelta(days=1))
    stand_again([one.pk])
    assert Standing.objects.get(pk=one.pk).segment == "C"


@pytest.fixture
def sleep(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """So many days go by, and the worker looks again."""

    def wake(days: int) -> None:
        later = timezone.localdate() + timedelta(days=days)
        monkeypatch.setattr(timezone, "localdate", lambda *_: later)
        assert stale()
        assert refresh()
        assert not stale()

    return wake


def test_what_is_fixed_until_a_day_ends_by_itself(
    copies: SimpleNamespace, sleep: Callable[[int], None]
) -> None:
    one = Standing.objects.filter(computed="C").earliest("customer")
    until = timezone.localdate() + timedelta(days=2)
    customer = Customer.objects.get(pk=one.pk)
    fix_segment(by=copies.director, customer=customer, segment="A", why="proef", until=until)
    for days, letter in ((1, "A"), (1, "A"), (1, "C"), (30, "C")):
        sleep(days)
        assert Standing.objects.get(pk=one.pk).segment == letter
        assert in_force(2).of(np.array([one.pk]))[0] == letter


def test_after_its_day_a_signed_exit_ends_and_a_refusal_makes_no_move(
    copies: SimpleNamespace, sleep: Callable[[int], None]
) -> None:
    waiting = SegmentMove.objects.filter(decision="").order_by("pk")
    leaves = waiting.filter(to_segment="exit").first()
    other = waiting.exclude(to_segment="exit").first()
    assert leaves is not None
    assert other is not None
    for move, decision in ((leaves, "accepted"), (other, "refused")):
        day = timezone.localdate() + timedelta(days=9)
        decide_moves(by=copies.director, moves=[move.pk], decision=Decision(decision, "ja", day))
    sleep(9)
    assert Standing.objects.get(pk=leaves.customer).segment == "exit"
    sleep(1)
    gone = Standing.objects.get(pk=leaves.customer)
    assert gone.segment == gone.computed != "exit"
    assert Standing.objects.get(pk=other.customer).segment == other.from_segment


def test_a_decision_while_the_tallies_are_counted_has_them_counted_once_more(
    copies: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = Standing.objects.filter(computed="C").order_by("customer")[:2]
    until, told = timezone.localdate() + timedelta(days=9), copying.tallies

    def fix(standing: Standing) -> None:
        whom = Customer.objects.get(pk=standing.pk)
        fix_segment(by=copies.director, customer=whom, segment="A", why="proef", until=until)

    def meanwhile(columns: Any) -> Any:
        found = told(columns)
        fix(two)
        return found

    before = Copies.objects.get().tallies["segments"]["A"]["customers"]
    fix(one)
    assert Copies.objects.get().tallies["segments"]["A"]["customers"] == before
    with monkeypatch.context() as patched:
        patched.setattr(copying, "tallies", meanwhile)
        refresh()
    assert stale()
    refresh()
    assert not stale()
    assert Copies.objects.get().tallies["segments"]["A"]["customers"] == before + 2


def test_who_is_given_and_taken_back_while_copies_are_made_is_whose_he_was(
    copies: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    noor, bram = copies.account_manager, copies.other_manager
    one, two = Customer.objects.filter(manager=noor).order_by("number")[:2]
    entry, _ = assign_customers(by=copies.director, customers=[one.pk], manager=bram)
    plain = copying.bulk.prepare

    def meanwhile(rows: copying.bulk.Rows) -> None:
        plain(rows)
        if rows.into == "segments_standing":
            undo_assignment(by=copies.director, entry=entry)
            assign_customers(by=copies.director, customers=[two.pk], manager=bram)

    monkeypatch.setattr(copying.bulk, "prepare", meanwhile)
    refresh(force=True)
    for whom, manager in ((one, noor), (two, bram)):
        assert Customer.objects.get(pk=whom.pk).manager == manager
        assert Standing.objects.get(pk=whom.pk).manager == manager


def test_fresh_figures_say_so(copies: SimpleNamespace) -> None:
    now = freshness()
    assert (now.run, now.as_of, now.since.any, now.stale) == (2, date(2026, 9, 30), False, False)


def test_an_empty_home_has_no_copies_and_says_so(empty_home: object, cast: object) -> None:
    assert refresh()
    assert freshness().run is None
    assert not Standing.objects.exists()


LETTERS = st.sampled_from(["A", "B", "C", "exit"])


@given(st.lists(st.tuples(LETTERS, LETTERS, st.booleans(), st.booleans()), max_size=30))
def test_everybody_has_one_segment_in_force(rows: list[tuple[str, str, bool, bool]]) -> None:
    customer = np.arange(len(rows), dtype=np.int64)
    old = Segments(customer, np.array([row[0] for row in rows], dtype="<U4"))
    new = Segments(customer, np.array([row[1] for row in rows], dtype="<U4"))
    leaves = np.array([row[2] for row in rows], dtype=bool)
    waiting = moves_to_sign(old, new, leaves, Company().sign_off)
    signed = {who for (who, _, _), row in zip(waiting, rows, strict=False) if row[3]}
    held = {who: before for who, before, _ in waiting if who not in signed}
    force = but(new, held.items())
    assert set(force.segment) <= {"A", "B", "C", "exit"}
    for who, before, _ in waiting:
        assert force.segment[who] == (new.segment[who] if who in signed else before)


@pytest.fixture
def third_run(demo_home: Path, tmp_path: Path, settings: Any) -> Iterator[Callable[[], None]]:
    """Evaluates a copy of the home once more, from the terminal; the pages read that copy."""
    settings.HOME = tmp_path / "home"
    shutil.copytree(demo_home, settings.HOME)
    forget()
    policy = read_policy((settings.HOME / POLICY_NAME).read_text(), name=POLICY_NAME)
    yield lambda: void(evaluate_home(store.store(), policy))
    forget()


def void(_told: object) -> None:
    """Only what was done counts."""


def forget() -> None:
    for kept in (store.store, store.run, store.summary):
        kept.cache_clear()


def waiting_for_a() -> list[tuple[int, str]]:
    rows = SegmentMove.objects.filter(decision="").exclude(to_segment="exit")
    return list(rows.order_by("customer").values_list("customer", "to_segment"))


def test_what_was_computed_before_anybody_could_sign_was_in_force(
    third_run: Callable[[], None], cast: SimpleNamespace
) -> None:
    third_run()
    refresh()
    moves = store.run(3).table("answer/moves.parquet").to_pylist()
    assert waiting_for_a() == [
        (row["customer"], row["to_segment"])
        for row in moves
        if row["kind"] == "moved" and "A" in (row["from_segment"], row["to_segment"])
    ]


def test_what_somebody_proposed_goes_over_to_the_same_move_of_the_next_run(
    third_run: Callable[[], None], cast: SimpleNamespace
) -> None:
    refresh()
    move = SegmentMove.objects.filter(decision="", to_segment="exit").earliest("pk")
    propose_moves(by=cast.director, moves=[move.pk], decision="accepted", why="kost te veel")
    third_run()
    refresh()
    again = SegmentMove.objects.get(evaluation__run=3, customer=move.customer, to_segment="exit")
    assert (again.decision, again.proposed, again.proposed_why) == ("", "accepted", "kost te veel")
    assert again.proposed_by == cast.director
    assert again.proposed_at is not None
    assert SegmentMove.objects.filter(evaluation__run=3).exclude(proposed="").count() == 1


def test_what_is_decided_before_a_new_run_is_shown_counts_by_the_run_that_is(
    third_run: Callable[[], None], cast: SimpleNamespace
) -> None:
    refresh()
    move = SegmentMove.objects.filter(decision="").exclude(to_segment="exit").earliest("pk")
    third_run()
    decide_moves(by=cast.director, moves=[move.pk], decision=Decision("accepted", "klopt"))
    assert Standing.objects.get(pk=move.customer).segment == move.to_segment
    refresh()
    assert Standing.objects.get(pk=move.customer).segment == move.to_segment
    assert not SegmentMove.objects.filter(evaluation__run=3, customer=move.customer).exists()


def test_a_move_that_waits_through_an_evaluation_keeps_its_reason(
    third_run: Callable[[], None], cast: SimpleNamespace
) -> None:
    refresh()
    before = waiting_for_a()
    third_run()
    refresh()
    assert waiting_for_a() == before != []
    assert all(line.why.nl for line in lines(SegmentMove.objects.filter(decision="")))
