"""What fails below a page is told in words, with a remedy and the right status."""

from __future__ import annotations

import errno
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from kernklant.engine.errors import NotFound, StoreBusy, StoreDamaged, Text, UserError
from kernklant.web.base import log
from kernklant.web.base.models import Member, Token
from kernklant.web.base.models.tokens import Purpose
from kernklant.web.base.office.views import people
from kernklant.web.base.store import store
from kernklant.web.ledger.models import Customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_home", "static_files")]
WHAT, REMEDY = Text("Dit is stuk.", "This broke."), Text("Maak het.", "Mend it.")
FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def office(cast: SimpleNamespace, signed_in: Callable[[Member], Client]) -> Client:
    client = signed_in(cast.administrator)
    client.raise_request_exception = False
    return client


def fails(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def raises(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(people, "show", raises)


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (UserError(WHAT, REMEDY), 409, "Dit is stuk."),
        (NotFound(WHAT, REMEDY), 404, "Dit is stuk."),
        (StoreBusy(WHAT, REMEDY), 503, "Dit is stuk."),
        (StoreDamaged(WHAT, REMEDY), 503, "Maak het."),
        (FULL, 507, "De schijf is vol."),
        (OperationalError("database or disk is full"), 507, "De schijf is vol."),
        (OperationalError("the database system is starting up"), 503, "niet bereikbaar"),
        (InterfaceError("connection already closed"), 503, "niet bereikbaar"),
        (ValueError("a fault of ours"), 500, "Er ging iets mis bij ons"),
    ],
)
def test_a_page_that_cannot_be_made_says_why_and_what_to_do(
    office: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, words: str
) -> None:
    fails(monkeypatch, error)
    answer = office.get("/beheer/")
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert "Content-Security-Policy" in answer.headers


def test_it_is_told_in_the_language_of_who_reads(
    office: Client, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    Member.objects.filter(pk=cast.administrator.pk).update(language="en")
    fails(monkeypatch, StoreBusy(WHAT, REMEDY))
    assert "Mend it." in office.get("/beheer/").content.decode()


def test_a_database_that_is_away_before_any_page_is_told_too(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)
    assert office.get("/beheer/").status_code == 503


def test_a_part_of_a_page_tells_it_in_the_page_there_is(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails(monkeypatch, FULL)
    answer = office.get("/beheer/", headers={"HX-Request": "true"})
    assert answer.status_code == 507
    assert answer.content.startswith(b'<div class="alert')
    frame = office.get("/account/").content.decode()
    assert '<div id="failed"></div>' in frame
    assert "409|503|507" in frame


def test_the_api_tells_it_as_a_problem(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, Any] = {"purpose": Purpose.API, "lasts": None, "scopes": "customers:read"}
    secret = Token.objects.issue(member=cast.director, **told)

    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("kernklant.web.base.bearer.Token.objects.valid", away)
    client = Client(raise_request_exception=False)
    answer = client.get("/api/v1/customers", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer["Retry-After"] == "10"


def test_nobody_reads_of_a_customer_what_cannot_be_written_down(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OperationalError("database or disk is full")

    assert store()
    Customer.objects.create(number=7, source_no="7", name="Kanarie BV", kind="business")
    monkeypatch.setattr(log, "append", full)
    answer = office.get("/klanten/7/")
    assert answer.status_code == 507
    assert "Kanarie" not in answer.content.decode()
