"""Decisions and the exchange of copies at the same moment, on PostgreSQL: neither is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from kernklant.web.desk.actions import assign_customers
from kernklant.web.ledger.models import Customer
from kernklant.web.segments import copying
from kernklant.web.segments.actions import Decision, decide_moves, fix_segment
from kernklant.web.segments.copying import refresh
from kernklant.web.segments.models import SegmentMove, Standing

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 5.0  # seconds in which somebody who waits for another is seen to wait


@pytest.fixture
def elsewhere() -> Iterator[Callable[[Callable[[], Any]], Future[Any]]]:
    """Does it in another connection to PostgreSQL."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: python -m tests.postgres runs this")
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit
        pool.submit(connections.close_all).result()


def somebody_waits() -> bool:
    """Whether a session comes to wait for what another holds."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.02)
    return False


def give(cast: SimpleNamespace) -> Callable[[], bool]:
    to = cast.other_manager
    whom = Standing.objects.filter(manager=cast.account_manager).earliest("pk").pk
    assert assign_customers(by=cast.director, customers=[whom], manager=to)[1] == 1
    return lambda: all(
        rows.get(pk=whom).manager == to for rows in (Customer.objects, Standing.objects)
    )


def fix(cast: SimpleNamespace) -> Callable[[], bool]:
    until = timezone.localdate() + timedelta(days=9)
    whom = Customer.objects.filter(standing__segment="C").earliest("pk")
    fix_segment(by=cast.director, customer=whom, segment="A", why="proef", until=until)
    return lambda: Standing.objects.get(pk=whom.pk).segment == "A"


def sign(cast: SimpleNamespace) -> Callable[[], bool]:
    move = SegmentMove.objects.filter(decision="").exclude(to_segment="exit").earliest("pk")
    decide_moves(by=cast.director, moves=[move.pk], decision=Decision("accepted", "klopt"))
    return lambda: Standing.objects.get(pk=move.customer).segment == move.to_segment


@pytest.mark.parametrize("decide", [give, fix, sign])
def test_what_is_decided_while_copies_are_exchanged_stands_in_them(
    copies: SimpleNamespace,
    elsewhere: Callable[[Callable[[], Any]], Future[Any]],
    monkeypatch: pytest.MonkeyPatch,
    decide: Callable[[SimpleNamespace], Callable[[], bool]],
) -> None:
    plain, asked = copying.bulk.exchange, []

    def meanwhile(rows: copying.bulk.Rows) -> None:
        plain(rows)
        if rows.into == "segments_standing":
            asked.append(elsewhere(lambda: decide(copies)))
            assert somebody_waits()

    monkeypatch.setattr(copying.bulk, "exchange", meanwhile)
    refresh(force=True)
    stands = asked[0].result()
    assert stands()


def test_copies_begin_after_who_was_in_the_middle_of_a_decision(
    copies: SimpleNamespace, elsewhere: Callable[[Callable[[], Any]], Future[Any]]
) -> None:
    begun = threading.Event()

    @transaction.atomic
    def slowly() -> Callable[[], bool]:
        stands = fix(copies)
        begun.set()
        somebody_waits()
        return stands

    asked = elsewhere(slowly)
    begun.wait()
    refresh(force=True)
    stands = asked.result()
    assert stands()
