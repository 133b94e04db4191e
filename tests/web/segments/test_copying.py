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
from kernklant.web.ledger.models import Assignment, Copies, Customer
from kernklant.web.segments.copying import freshness, in_force, refresh, stale, stand_again
from kernklant.web.segments.figures import figures_of
from kernklant.web.segments.in_force import Segments, after_decisions, moves_to_sign
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
    held = {who: (before, "") for who, before, _ in waiting if who not in signed}
    force = after_decisions(new, held)
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


def test_a_move_that_waits_through_an_evaluation_keeps_its_reason(
    third_run: Callable[[], None], cast: SimpleNamespace
) -> None:
    refresh()
    before = waiting_for_a()
    third_run()
    refresh()
    assert waiting_for_a() == before != []
    assert all(line.why.nl for line in lines(SegmentMove.objects.filter(decision="")))
