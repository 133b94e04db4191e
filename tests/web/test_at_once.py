"""A hundred posts at the same moment, on a database in a file as installations have: one effect."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from kernklant.web.base.models import LogEntry, Member, Role
from kernklant.web.base.models.log import append
from kernklant.web.project.environment import database
from kernklant.web.segments import copying
from kernklant.web.segments.actions import fix_segment
from kernklant.web.segments.copying import refresh
from kernklant.web.segments.models import Override, SegmentMove, Standing
from kernklant.web.value.actions import make_draft, mark_of
from kernklant.web.value.models import Evaluation, Policy

AT_ONCE = 100
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("static_files")]


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    """The folder of a database with its tables and nobody in it."""
    folder = tmp_path_factory.mktemp("migrated")
    with django_db_blocker.unblock(), database_in(folder):
        call_command("migrate", verbosity=0, interactive=False)
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


@pytest.fixture
def on_disk(home: Path, migrated: Path, tmp_path: Path, django_db_blocker: Any) -> Iterator[None]:
    """A database of its own that threads share; theirs in memory knows no waiting for a lock."""
    shutil.copytree(migrated, tmp_path / "room")
    with django_db_blocker.unblock(), database_in(tmp_path / "room"):
        yield


@contextmanager
def database_in(folder: Path) -> Iterator[None]:
    """The default database is one in this folder."""
    kept, told = connections["default"], connections.settings["default"]
    connections.settings["default"] = {**told, **database(None, folder)}
    del connections["default"]
    yield
    connections["default"].close()
    connections.settings["default"] = told
    connections["default"] = kept


def post_at_once(member: Member, address: str, fields: dict[str, Any]) -> list[int]:
    """The statuses of a hundred posts of one member, begun together."""
    signed_in = Client()
    signed_in.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    ready, statuses = threading.Barrier(AT_ONCE), []

    def post() -> None:
        client = Client(raise_request_exception=False)
        client.cookies = signed_in.cookies
        ready.wait()
        try:
            statuses.append(client.post(address, fields).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def director() -> Member:
    return Member.objects.create_user("dirk@voorbeeld.invalid", name="Dirk", role=Role.DIRECTOR)


@pytest.mark.usefixtures("on_disk")
def test_a_draft_is_adopted_once() -> None:
    member = director()
    draft = make_draft(by=member, based_on=None, key="k")
    fields = {"seen": mark_of(draft.text), "why": "om te beginnen"}
    statuses = post_at_once(member, f"/beleid/concept/{draft.pk}/vaststellen/", fields)
    assert statuses == [302] * AT_ONCE
    assert sorted(Policy.objects.values_list("number", flat=True)) == [1, 2]
    assert LogEntry.objects.filter(what="policy.adopted").count() == 1
    assert Evaluation.objects.filter(policy__number=2).count() == 1
    assert LogEntry.objects.first_broken() is None


@pytest.mark.usefixtures("on_disk")
def test_a_draft_is_made_once() -> None:
    member = director()
    assert post_at_once(member, "/beleid/nieuw/", {"key": "0" * 32}) == [302] * AT_ONCE
    assert Policy.objects.count() == LogEntry.objects.filter(what="policy.drafted").count() == 1


@pytest.mark.usefixtures("on_disk")
def test_a_move_is_decided_once() -> None:
    member = director()
    refresh()
    move = SegmentMove.objects.filter(decision="", to_segment="exit").earliest("pk")
    day = timezone.localdate() + timedelta(days=90)
    fields = {"move": move.pk, "decision": "accepted", "why": "kost te veel",
              "look_again_on": day.isoformat()}  # fmt: skip
    statuses = post_at_once(member, "/verschuivingen/besluit/", fields)
    assert sorted(statuses) == [302] + [422] * (AT_ONCE - 1)
    assert Override.objects.filter(customer=move.customer).count() == 1
    assert LogEntry.objects.filter(what="move.decided").count() == 1


@pytest.mark.usefixtures("on_disk")
def test_a_segment_is_fixed_once() -> None:
    member = director()
    refresh()
    day = timezone.localdate() + timedelta(days=90)
    fields = {"segment": "A", "until": day.isoformat(), "why": "nieuwe moeder"}
    statuses = post_at_once(member, "/verschuivingen/vast/1/", fields)
    assert statuses == [302] * AT_ONCE
    assert Override.objects.count() == LogEntry.objects.filter(what="segment.fixed").count() == 1


WRITERS, PATIENCE = 20, 8
SECONDS = float(os.environ.get("KERNKLANT_WRITING", "15"))  # `make accept` takes ten minutes


@pytest.mark.usefixtures("on_disk")
def test_twenty_that_write_while_copies_are_made_all_get_their_turn() -> None:
    member = director()
    refresh()
    before, stop, waits, faults = Standing.objects.count(), threading.Event(), [0.0], []

    def write() -> None:
        try:
            while not stop.is_set():
                start = time.monotonic()
                append(by=member, what="customer.read", about="customer:1", where="", data={})
                Standing.objects.filter(customer__lt=50).count()
                waits.append(time.monotonic() - start)
        except Exception as error:  # told by the assertion below
            faults.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    begun, made = time.monotonic(), 0
    while time.monotonic() - begun < SECONDS or not made:
        refresh(force=True)
        made += 1
    stop.set()
    for writer in writers:
        writer.join()
    print(json.dumps({"writes": len(waits) - 1, "longest": max(waits), "copies": made}))
    assert not faults
    assert max(waits) < PATIENCE
    assert Standing.objects.count() == before
    assert LogEntry.objects.first_broken() is None


@pytest.mark.usefixtures("on_disk")
def test_what_is_decided_while_copies_are_made_is_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    member = director()
    refresh()
    customer = Standing.objects.filter(segment="C").earliest("pk").customer
    plain = copying.bulk.prepare

    def meanwhile(rows: copying.bulk.Rows) -> None:
        plain(rows)
        if rows.into == "segments_standing":
            day = timezone.localdate() + timedelta(days=9)
            fix_segment(by=member, customer=customer, segment="A", until=day, why="weet het zeker")

    monkeypatch.setattr(copying.bulk, "prepare", meanwhile)
    refresh(force=True)
    assert Standing.objects.get(pk=customer.pk).segment == "A"


@pytest.mark.usefixtures("on_disk")
def test_before_an_upgrade_the_copies_stand_as_migrations_know_them() -> None:
    def indexes() -> dict[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''")
            return {name: sql.replace('"', "") for name, sql in cursor.fetchall()}

    before = indexes()
    refresh(force=True)
    assert indexes() != before
    copying.bulk.settle(("ledger_customer", "ledger_search", "segments_standing"))
    assert indexes() == before
