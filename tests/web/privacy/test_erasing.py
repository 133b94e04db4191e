"""Erasing by the web: the canary is in no table, no index, no file; who asked and looked stays."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from kernklant.engine.errors import UserError
from kernklant.engine.ledger.facts import current_customers
from kernklant.engine.ledger.imports import ImportRequest, import_file
from kernklant.web.base import jobs, store
from kernklant.web.base.models import Beat, Delivery, LogEntry, Member, Setting, Token, Webhook
from kernklant.web.base.models.jobs import State
from kernklant.web.base.models.replies import Reply
from kernklant.web.base.office.actions.settings import change_settings
from kernklant.web.base.settings_of import company
from kernklant.web.desk.models import SavedView
from kernklant.web.ledger.actions import perform_import
from kernklant.web.ledger.models import Assignment, ContactPerson, Customer, Import, Note
from kernklant.web.privacy import terms
from kernklant.web.privacy.actions import perform_erasure, request_erasure
from kernklant.web.privacy.clearing import CLEARED, clear_again
from kernklant.web.privacy.models import Erasure
from kernklant.web.privacy.terms import clean_daily, due, overdue
from kernklant.web.segments.copying import refresh, stale
from kernklant.web.segments.models import Override, SegmentMove, Standing
from kernklant.web.value.models import Evaluation, Rating
from tests.engine.ledger.test_erasure import traces

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]
NAME, MAIL, PHONE = "Kanarie Vogelzang", "kanarie@vogelzang.example", "0612345678"


@pytest.fixture
def canary(office: SimpleNamespace, own_home: Path, tmp_path: Path) -> int:
    """A consumer who was imported, evaluated, noted, rated, moved, told of and uploaded."""
    file = tmp_path / "canary.csv"
    file.write_text(
        "klantnummer;naam;postcode;e-mail;telefoon;plaats;soort\n"
        f"K-777;{NAME};7777 AB;{MAIL};{PHONE};Zangweg;consument\n", encoding="utf-8"
    )  # fmt: skip
    source = str(current_customers(store.facts())["source"][0].as_py())
    import_file(store.store(), ImportRequest(file, dataset="customers", source=source))
    refresh()
    number = Customer.objects.get(source_no="K-777").pk
    others = Customer.objects.exclude(pk=number).order_by("pk")
    by, other = office.director, others[0].pk
    ContactPerson.objects.create(customer=number, name=NAME, email=MAIL, phone=PHONE)
    Note.objects.create(customer=number, by=by, text=f"{NAME} belt vaak")
    Note.objects.create(customer=other, by=by, text=f"kent {NAME.upper()}, bel +31 6 1234 5678")
    Rating.objects.create(customer=number, criterion="x", by=by, score=2)
    Assignment.objects.create(customer=number, manager=by, since=date(2026, 1, 1))
    run = Evaluation.objects.order_by("pk")[0]
    SegmentMove.objects.create(
        evaluation=run, customer=number, to_segment="B", why=f"{NAME} groeit"
    )
    Override.objects.create(customer=number, segment="B", why=f"{NAME} vroeg het", by=by,
                            until=timezone.localdate() + timedelta(days=9))  # fmt: skip
    SavedView.objects.create(member=by, name="mijn", query="zoek=kanarie+vogelzang&volgorde=naam")
    hook = Webhook.objects.create(url="https://x.example", secret="s", made_by=by)  # noqa: S106
    changes = [{"number": number, "customer_id": "K-777"}, {"number": other, "customer_id": "1"}]
    Delivery.objects.create(webhook=hook, event="segment.changed", told={"changes": changes})
    upload = own_home / "web" / "uploads" / "a1b2"
    upload.write_text(f"K-777;{NAME}", encoding="utf-8")
    Import.objects.create(file_name="x.csv", stored_as="a1b2", findings={"rows": [[NAME]]})
    return number


def killed(erasure: Erasure) -> Erasure:
    """As if its worker was killed after the work and before it could say so."""
    over = {"state": State.RUNNING, "lease_until": timezone.now() - timedelta(minutes=1)}
    Erasure.objects.filter(pk=erasure.pk).update(**over)
    return erasure


def perform(erasure: Erasure) -> Erasure:
    job = jobs.claim(Erasure)
    assert job == erasure
    perform_erasure(job)
    erasure.refresh_from_db()
    return erasure


def in_database() -> list[str]:
    """Words of the canary in any value of any row, the index of searching included."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name of ours
            text = repr(cursor.fetchall()).casefold()
            found += [
                f"{table}: {word}"
                for word in ("kanarie", "vogelzang", "12345678", "1234 5678", "k-777", "zangweg")
                if word in text
            ]
    return found


def test_the_canary_stands_in_the_database_before(canary: int) -> None:
    tables = {one.partition(":")[0] for one in in_database()}
    expected = "customer note contactperson import"
    assert {f"ledger_{name}" for name in expected.split()} <= tables
    expected = "segments_override segments_segmentmove desk_savedview base_delivery"
    assert set(expected.split()) <= tables


def test_after_erasing_the_canary_is_in_no_table_and_no_file(
    canary: int, office: SimpleNamespace, own_home: Path
) -> None:
    done = perform(request_erasure(by=office.administrator, customers=[canary], key="k"))
    assert done.state == State.DONE
    assert in_database() == []
    digits = "12345678"  # which figures of the company hold, too
    assert [one for one in traces(own_home) if digits not in one] == []
    assert Note.objects.get().text == "kent […], bel […]"
    left = Customer.objects.get(pk=canary)
    assert left.source_no.startswith("gewist-")
    assert Override.objects.get().ended_at is not None
    assert Delivery.objects.get().told["changes"][0]["customer_id"] == "1"
    assert not stale()


def test_files_that_were_tried_go_with_what_lies_beside_them(
    canary: int, office: SimpleNamespace, own_home: Path
) -> None:
    uploaded = own_home / "web" / "uploads"
    for name in ("a1b2.beside", "c3d4.beside"):
        (uploaded / name).mkdir()
        (uploaded / name / "rejects.parquet").touch()
    (uploaded / "c3d4").touch()
    perform(request_erasure(by=office.administrator, customers=[canary], key="k"))
    assert list(uploaded.iterdir()) == []


def bytes_of_database() -> bytes:
    """All that the files of this database hold, in small letters."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        return connection.connection.serialize().lower()
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")  # what is in memory, to the files
        cursor.execute(
            "SELECT pg_read_binary_file(folder || '/' || name, 0, 1 << 29, true)"
            " FROM (SELECT 'base/' || oid AS folder FROM pg_database"
            " WHERE datname = current_database()) AS ours, pg_ls_dir(folder) AS name"
        )
        return b"".join(bytes(file) for (file,) in cursor.fetchall() if file is not None).lower()


@pytest.mark.django_db(transaction=True)
def test_no_byte_of_the_database_holds_the_canary(canary: int, office: SimpleNamespace) -> None:
    """Deleted rows stay in the pages of a database until it is told to write them anew, and
    what it noted of them for its planner stays until it notes again."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert b"kanarie" in bytes_of_database()
    perform(request_erasure(by=office.administrator, customers=[canary], key="k"))
    after = bytes_of_database()
    found = [word for word in (b"kanarie", b"vogelzang", b"k-777", b"zangweg") if word in after]
    assert found == []


def test_who_asked_and_who_looked_stays_by_number(
    canary: int, office: SimpleNamespace, signed_in: SignIn
) -> None:
    signed_in(office.director).get(f"/klanten/{canary}/")
    perform(request_erasure(by=office.administrator, customers=[canary], key="k"))
    what = LogEntry.objects.filter(about=f"customer:{canary}").values_list("what", flat=True)
    assert list(what) == ["customer.read", "person.erasure_asked", "person.erased"]
    assert LogEntry.objects.first_broken() is None
    assert "Kanarie" not in json.dumps(Erasure.objects.get().done)


def test_the_page_asks_for_a_tick_and_a_second_click_is_the_same_request(
    canary: int, office: SimpleNamespace, signed_in: SignIn
) -> None:
    client = signed_in(office.administrator)
    assert "Dit kan niet terug" in client.get(f"/privacy/{canary}/wissen/").content.decode()
    assert client.post(f"/privacy/{canary}/wissen/", {"key": "k"}).status_code == 422
    for _ in range(2):
        told = {"key": "k", "sure": "on"}
        assert client.post(f"/privacy/{canary}/wissen/", told).status_code == 302
    assert Erasure.objects.count() == 1
    perform(Erasure.objects.get())
    page = client.get(f"/privacy/{canary}/").content.decode()
    assert "Deze persoon is gewist" in page
    assert "gewist-" in client.get("/privacy/").content.decode()


def test_an_erasure_that_is_done_twice_changes_nothing_more(
    canary: int, office: SimpleNamespace
) -> None:
    first = perform(request_erasure(by=office.administrator, customers=[canary], key="k"))
    versions = store.table_versions()
    perform(killed(first))
    assert store.table_versions() == versions


def test_an_old_database_is_cleared_when_the_service_starts(
    canary: int, office: SimpleNamespace
) -> None:
    perform(request_erasure(by=office.administrator, customers=[canary], key="k"))
    Note.objects.create(customer=canary, by=office.director, text=f"{NAME} uit een oude back-up")
    Setting.objects.filter(key=CLEARED).delete()  # as an older database has it
    clear_again()
    assert in_database() == []


def test_the_lists_leave_nobody_out_but_the_name(canary: int, office: SimpleNamespace) -> None:
    before = Standing.objects.count()
    perform(request_erasure(by=office.administrator, customers=[canary], key="k"))
    assert Standing.objects.count() == before


def test_what_is_past_its_term_is_shown_and_cleaned_on_request(
    office: SimpleNamespace, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(office.administrator)
    assert overdue(date(2026, 10, 1)) == []
    later = date(2040, 1, 1)
    monkeypatch.setattr(timezone, "localdate", lambda *_: later)
    found = {one.words.en: one.rows for one in overdue(later)}
    assert {"sales", "payments", "activities", "feedback"} <= set(found)
    assert "7 jaar na de factuurdatum" in client.get("/privacy/").content.decode()
    client.post("/privacy/opruimen/")  # without a tick nothing goes
    assert overdue(later) != []
    assert client.post("/privacy/opruimen/", {"sure": "1"}).status_code == 302
    assert overdue(later) == []
    assert LogEntry.objects.filter(what="terms.tidied").get().data["rows"] >= found["sales"]


def test_every_day_uploads_and_rows_of_erased_persons_go(
    own_home: Path, office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = Standing.objects.exclude(last_order_on=None).order_by("-clv")[0].pk
    perform(request_erasure(by=office.administrator, customers=[number], key="k"))
    sold = store.facts().table("sales", ["customer"])["customer"].to_pylist()
    old, new = (own_home / "web" / "uploads" / name for name in ("old", "new"))
    for file in (old, new):
        file.write_text("x")
        Import.objects.create(file_name="x", stored_as=file.name, key=file.name, findings={"a": 1})
    month_ago = timezone.now() - timedelta(days=31)
    Import.objects.filter(stored_as="old").update(asked_at=month_ago)
    os.utime(old, (0, 0))
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2040, 1, 1))
    assert due()
    clean_daily()
    assert (old.exists(), new.exists()) == (False, True)
    assert [one.stored_as for one in Import.objects.exclude(findings={})] == ["new"]
    left = store.facts().table("sales", ["customer"])["customer"].to_pylist()
    assert left.count(number) == 0
    assert len(left) == len(sold) - sold.count(number)
    assert Beat.objects.filter(name="terms").exists()


def test_the_database_is_written_anew_after_a_file_that_may_have_held_who_was_erased(
    own_home: Path, office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(terms, "shrink", lambda: done.append("written anew"))
    Import.objects.create(key="a" * 32, file_name="a.csv", asked_by=office.administrator)
    clean_daily()
    assert done == []  # nobody was erased
    number = Standing.objects.exclude(last_order_on=None).order_by("-clv")[0].pk
    perform(request_erasure(by=office.administrator, customers=[number], key="k"))
    Import.objects.create(key="b" * 32, file_name="b.csv", asked_by=office.administrator)
    clean_daily()
    assert done == ["written anew"]
    clean_daily()
    assert done == ["written anew"]  # nothing came in since


def test_what_the_register_gives_a_term_goes_after_it(office: SimpleNamespace) -> None:
    now = timezone.now()
    year, month = now - timedelta(days=366), now - timedelta(days=31)
    told = {"user_agent": "x", "ip_address": "192.0.2.1"}
    for model, more in ((AccessLog, {}), (AccessAttempt, {"failures_since_start": 1})):
        for name in ("old", "new"):
            model.objects.create(username=name, **told, **more)
        model.objects.filter(username="old").update(attempt_time=year)
    for name, ends in (("old", year), ("new", now)):
        Session.objects.create(session_key=name, expire_date=ends + timedelta(days=1))
        Token.objects.create(member=office.analyst, purpose="api", digest=name, ends_at=ends)
    token, hook = Token.objects.get(digest="new"), Webhook.objects.create(made_by=office.analyst)
    for name, at in (("old", month), ("new", now)):
        Reply.objects.create(token=token, key=name, asked="x")
        Reply.objects.filter(key=name).update(at=at)
        Delivery.objects.create(
            webhook=hook, key=name, event="x", told={"x": 1}, state=State.FAILED, ended_at=at
        )
    assert not company().tidy_daily  # that is about customers
    clean_daily()
    for kept, field in (
        (AccessLog.objects, "username"),
        (AccessAttempt.objects, "username"),
        (Session.objects, "session_key"),
        (Token.objects, "digest"),
        (Reply.objects, "key"),
        (Delivery.objects.exclude(told={}), "key"),
    ):
        assert list(kept.values_list(field, flat=True)) == ["new"], kept


@pytest.mark.parametrize("text", [f"{NAME} is nu A", "Bewaard"])
def test_what_waits_to_be_shown_names_nobody_who_was_erased(
    office: SimpleNamespace, canary: int, signed_in: SignIn, text: str
) -> None:
    client = signed_in(office.director)
    session = client.session
    session["_messages"] = json.dumps([["__json_message", 0, 25, text, ""]])
    session.save()
    perform(request_erasure(by=office.administrator, customers=[canary], key="k"))
    clear_again()
    assert (client.session.get("_messages") is None) == (NAME in text)
    assert client.session["_auth_user_id"] == str(office.director.pk)


def test_what_is_past_its_term_goes_by_itself_when_the_company_set_that(
    office: SimpleNamespace, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = date(2040, 1, 1)
    monkeypatch.setattr(timezone, "localdate", lambda *_: later)
    clean_daily()
    assert overdue(later) != []
    change_settings(by=office.administrator, wanted=replace(company(), tidy_daily=True))
    clean_daily()
    assert overdue(later) == []
    entry = LogEntry.objects.get(what="terms.tidied")
    assert (entry.by, entry.data["rows"] > 0) == (None, True)
    told = signed_in(office.administrator).get("/privacy/").content.decode()
    assert "gaat elke dag vanzelf weg" in told


def test_nobody_else_may(office: SimpleNamespace, signed_in: SignIn, canary: int) -> None:
    for member in (office.director, office.analyst, office.account_manager):
        for address in ("/privacy/", f"/privacy/{canary}/", f"/privacy/{canary}/export.zip"):
            assert signed_in(member).get(address).status_code == 404
        told: dict[str, Any] = {"key": "k", "sure": "on"}
        assert signed_in(member).post(f"/privacy/{canary}/wissen/", told).status_code == 404


def test_who_was_erased_stays_in_the_lists_when_it_is_done_again(
    canary: int, office: SimpleNamespace, signed_in: SignIn
) -> None:
    first = perform(request_erasure(by=office.administrator, customers=[canary], key="k"))
    everybody = Customer.objects.count()
    perform(killed(first))
    assert Customer.objects.count() == everybody
    assert Customer.objects.filter(pk=canary).exists()


def test_one_is_erased_once(canary: int, office: SimpleNamespace, signed_in: SignIn) -> None:
    asked = request_erasure(by=office.administrator, customers=[canary], key="k")
    assert request_erasure(by=office.administrator, customers=[canary], key="other tab") == asked
    perform(asked)
    assert request_erasure(by=office.administrator, customers=[canary], key="k") == asked
    client = signed_in(office.administrator)
    told = {"sure": "on", "key": "0" * 32}
    page = client.post(f"/privacy/{canary}/wissen/", told, follow=True).content.decode()
    assert "Deze gegevens zijn al gewist." in page
    assert Erasure.objects.count() == 1


def test_whose_file_went_with_an_erasure_is_told_so(
    canary: int, office: SimpleNamespace, own_home: Path
) -> None:
    sent = Import.objects.create(file_name="y.csv", stored_as="c3d4", key="of another")
    (own_home / "web" / "uploads" / "c3d4").write_text("K-1;Bakker", encoding="utf-8")
    perform(request_erasure(by=office.administrator, customers=[canary], key="k"))
    with pytest.raises(UserError, match="somebody's data were erased meanwhile"):
        perform_import(sent)
