"""P8: what is read of persons by the API is written down, wherever a program begins to read."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from kernklant.web.base.models import LogEntry
from kernklant.web.desk.listing import A_PAGE
from kernklant.web.segments.models import Standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("copies", "static_files")]
Ask = Callable[..., Client]
LIST = "/api/v1/customers"


def lines(what: str) -> int:
    return LogEntry.objects.filter(what=what).count()


def test_a_list_read_from_its_middle_leaves_a_line(cast: SimpleNamespace, ask: Ask) -> None:
    client = ask(cast.director)
    for after in (1, 51, 101):
        assert client.get(f"{LIST}?after={after}").status_code == 200
    assert lines("customers.exported") == 1
    client.get(f"{LIST}?after=1&segment=A")
    ask(cast.analyst).get(f"{LIST}?after=1")
    client.get(LIST)
    assert lines("customers.exported") == 4


def test_who_may_not_export_gets_pages_as_the_list_has_and_each_leaves_a_line(
    cast: SimpleNamespace, ask: Ask
) -> None:
    client = ask(cast.service_desk)
    first = client.get(f"{LIST}?limit=200").json()
    assert len(first["customers"]) == A_PAGE
    second = client.get(f"{LIST}?limit=200&after={first['next']}").json()
    assert second["customers"][0]["number"] > first["customers"][-1]["number"]
    assert lines("customers.exported") == 2
    assert len(ask(cast.director).get(f"{LIST}?limit=200").json()["customers"]) == 200


@pytest.mark.parametrize("part", ["contacts", "notes"])
def test_reading_persons_and_notes_leaves_a_line(
    cast: SimpleNamespace, ask: Ask, part: str
) -> None:
    number = Standing.objects.filter(prospect=False)[0].pk
    assert ask(cast.service_desk).get(f"{LIST}/{number}/{part}").status_code == 200
    entry = LogEntry.objects.get(what="customer.read")
    assert (entry.by, entry.about) == (cast.service_desk, f"customer:{number}")
