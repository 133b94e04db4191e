"""On PostgreSQL many write at once: what must follow one after the other still does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from kernklant.web.base.actions import make_first_administrator
from kernklant.web.base.log import record
from kernklant.web.base.models import LogEntry, Member, Role
from kernklant.web.base.office.actions.people import change_member

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"
    ),
]


def meanwhile(act: Callable[[], object]) -> threading.Thread:
    """Another does this now; begun, and done or waiting for a lock."""
    other = threading.Thread(target=_alone, args=[act])
    other.start()
    while other.is_alive() and not _somebody_waits():
        time.sleep(0.01)
    return other


def _alone(act: Callable[[], object]) -> None:
    try:
        act()
    except ValueError:
        return
    finally:
        connection.close()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("before", [0, 1])
def test_who_reads_at_the_same_moment_stands_in_one_chain(before: int) -> None:
    for _ in range(before):
        record("customer.read", by=None, about="customer:1")
    with transaction.atomic():
        record("customer.read", by=None, about="customer:2")
        other = meanwhile(lambda: record("customer.read", by=None, about="customer:3"))
    other.join()
    assert LogEntry.objects.count() == before + 2
    assert LogEntry.objects.first_broken() is None


def test_two_first_visits_make_one_administrator() -> None:
    def first(name: str) -> Callable[[], object]:
        told = {"name": name, "password": "een lange zin", "language": "nl"}
        return lambda: make_first_administrator(email=f"{name}@voorbeeld.invalid", **told)

    with transaction.atomic():
        first("anna")()
        other = meanwhile(first("bea"))
    other.join()
    assert Member.objects.count() == 1


def test_who_changes_an_administrator_does_not_wait_for_who_waits_for_him() -> None:
    anna = Member.objects.create_user(
        "anna@voorbeeld.invalid", name="Anna", role=Role.ADMINISTRATOR
    )
    told = {"email": anna.email, "role": anna.role, "team": None, "ledger_name": ""}
    with transaction.atomic():
        record("customer.read", by=anna, about="customer:1")  # its end looks whether she is there
        other = meanwhile(lambda: change_member(by=anna, member=anna, name="Annie", **told))
    other.join()
    assert Member.objects.get().name == "Annie"
    assert LogEntry.objects.first_broken() is None
