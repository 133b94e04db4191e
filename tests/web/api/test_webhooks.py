"""Webhooks: who is told what, signed, again when nobody answers, and written down."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kernklant.web.base import jobs, webhooks
from kernklant.web.base.models import Delivery, Member, Webhook
from kernklant.web.base.models.jobs import State
from kernklant.web.base.models.webhooks import WAITS, Event
from kernklant.web.base.outgoing import Refused
from kernklant.web.base.webhooks import perform_delivery
from kernklant.web.ledger.models import Copies
from kernklant.web.segments import copying
from kernklant.web.segments.actions import fix_segment
from kernklant.web.segments.copying import refresh, stand_again
from kernklant.web.segments.models import Override, Standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
DOCS = Path(__file__).resolve().parents[3] / "docs"
SECRET = "geheim"  # noqa: S105 - of a test
SignIn = Callable[[Member], Client]


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.got.append((dict(self.headers), body))
        self.send_response(server.statuses.pop(0) if server.statuses else 204)
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def receiver(settings: Any) -> Iterator[Any]:
    settings.WEBHOOKS_TO_LOOPBACK = True
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.statuses = [], []
    server.url = f"http://127.0.0.1:{server.server_port}/hook?from=kk"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def hook(cast: SimpleNamespace, url: str, *events: str) -> Webhook:
    return Webhook.objects.create(
        url=url,
        secret=SECRET,
        events=list(events),
        made_by=cast.administrator,
    )


def worked() -> Delivery | None:
    """What a worker would do now."""
    job = jobs.claim(Delivery)
    if job is not None:
        perform_delivery(job)
        job.refresh_from_db()
    return job


def test_a_message_is_signed_so_that_its_receiver_can_check(
    cast: SimpleNamespace, receiver: Any
) -> None:
    hook(cast, receiver.url, Event.EVALUATION_DONE)
    webhooks.tell(Event.EVALUATION_DONE, {"run": 3})
    job = worked()
    assert job is not None
    assert (job.state, job.status) == (State.DONE, 204)
    assert job.told == {}, "what was said is not kept"
    headers, body = receiver.got[0]
    moment, sign = (part.partition("=")[2] for part in headers["Kernklant-Signature"].split(","))
    expected = hmac.new(SECRET.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert sign == expected
    told = json.loads(body)
    assert (told["event"], told["data"], told["id"]) == ("evaluation.done", {"run": 3}, job.key)
    assert headers["Kernklant-Delivery"] == job.key
    assert headers["Host"].startswith("127.0.0.1")


def test_the_check_in_the_documentation_accepts_ours_and_nothing_else() -> None:
    page = DOCS / "how-to" / "connect-another-program.md"
    code = page.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own page
    check, body, now = names["comes_from_kernklant"], b'{"a": 1}', int(time.time())
    assert check(SECRET, webhooks.signature(SECRET, body, at=now), body)
    assert not check(SECRET, webhooks.signature(SECRET, body, at=now), body + b" ")
    assert not check("iets anders", webhooks.signature(SECRET, body, at=now), body)
    assert not check(SECRET, webhooks.signature(SECRET, body, at=now - 3600), body)


def test_who_did_not_ask_is_not_told(cast: SimpleNamespace, receiver: Any) -> None:
    hook(cast, receiver.url, Event.SEGMENT_CHANGED)
    ended = hook(cast, receiver.url, Event.EVALUATION_DONE)
    Webhook.objects.filter(pk=ended.pk).update(ended_at=timezone.now())
    webhooks.tell(Event.EVALUATION_DONE, {"run": 3})
    assert not Delivery.objects.exists()


def test_who_does_not_answer_is_asked_again_later_each_time_and_then_no_more(
    cast: SimpleNamespace, receiver: Any
) -> None:
    hook(cast, receiver.url, Event.EVALUATION_DONE)
    webhooks.tell(Event.EVALUATION_DONE, {"run": 3})
    receiver.statuses = [500] * 20
    for wait in WAITS:
        before = timezone.now()
        job = worked()
        assert job is not None
        assert job.state == State.ASKED
        assert job.error_nl == "Het adres antwoordde 500."
        assert timedelta() <= job.due_at - before - wait < timedelta(minutes=1)
        assert worked() is None, "not before its time"
        Delivery.objects.update(due_at=timezone.now())
    last = worked()
    assert last is not None
    assert last.state == State.FAILED
    assert len(receiver.got) == len(WAITS) + 1
    assert len({headers["Kernklant-Delivery"] for headers, _ in receiver.got}) == 1


def test_a_redirect_or_an_address_that_is_away_counts_as_no_answer(
    cast: SimpleNamespace, receiver: Any
) -> None:
    receiver.statuses = [302]
    hook(cast, receiver.url, Event.EVALUATION_DONE)
    hook(cast, "http://127.0.0.1:1025/", Event.EVALUATION_DONE)
    webhooks.tell(Event.EVALUATION_DONE, {"run": 3})
    first, second = worked(), worked()
    assert first is not None
    assert second is not None
    assert (first.state, first.status) == (State.ASKED, 302)
    assert (second.state, second.status) == (State.ASKED, None)
    assert second.error_nl == "Het adres antwoordde niet."


def test_an_address_that_came_to_lie_inside_is_not_sent_to(
    cast: SimpleNamespace, receiver: Any, settings: Any
) -> None:
    hook(cast, receiver.url.replace("http", "https"), Event.EVALUATION_DONE)
    webhooks.tell(Event.EVALUATION_DONE, {"run": 3})
    settings.WEBHOOKS_TO_LOOPBACK = False
    job = jobs.claim(Delivery)
    assert job is not None
    with pytest.raises(Refused):
        perform_delivery(job)
    assert receiver.got == []


@pytest.mark.usefixtures("empty_home")
class TestPages:
    def test_an_address_is_added_tried_and_ended(
        self, cast: SimpleNamespace, signed_in: SignIn, receiver: Any
    ) -> None:
        office = signed_in(cast.administrator)
        asked = {"url": receiver.url, "events": ["evaluation.done"]}
        page = office.post("/beheer/webhooks/", asked).content.decode()
        row = Webhook.objects.get()
        assert row.secret in page
        assert row.secret not in office.get(f"/beheer/webhooks/{row.pk}/").content.decode()
        assert office.post("/beheer/webhooks/", asked).status_code == 422
        office.post(f"/beheer/webhooks/{row.pk}/proef/")
        assert worked() is not None
        assert "proefbericht" in office.get(f"/beheer/webhooks/{row.pk}/").content.decode()
        office.post(f"/beheer/webhooks/{row.pk}/proef/")
        office.post(f"/beheer/webhooks/{row.pk}/einde/")
        assert worked() is None
        assert len(receiver.got) == 1
        assert office.post(f"/beheer/webhooks/{row.pk}/proef/").status_code == 404

    def test_an_address_inside_or_without_https_is_not_added(
        self, cast: SimpleNamespace, signed_in: SignIn
    ) -> None:
        office = signed_in(cast.administrator)
        for url in ("http://example.org/", "https://u:p@example.org/", "https://example.org:22/"):
            asked = {"url": url, "events": ["evaluation.done"]}
            assert office.post("/beheer/webhooks/", asked).status_code == 422
        assert not Webhook.objects.exists()


@pytest.mark.usefixtures("home")
class TestSegments:
    def test_the_first_copies_are_no_change(self, cast: SimpleNamespace, receiver: Any) -> None:
        hook(cast, receiver.url, Event.SEGMENT_CHANGED)
        refresh()
        assert not Delivery.objects.exists()
        refresh(force=True)
        assert not Delivery.objects.exists()

    def test_a_decision_tells_whose_segment_changed(
        self, cast: SimpleNamespace, receiver: Any
    ) -> None:
        refresh()
        hook(cast, receiver.url, Event.SEGMENT_CHANGED)
        row = Standing.objects.filter(segment="C").select_related("customer")[0]
        Override.objects.create(
            customer=row.pk, segment="A", why="proef", by=cast.director,
            until=timezone.localdate() + timedelta(days=30),
        )  # fmt: skip
        stand_again([row.pk])
        assert worked() is not None
        told = json.loads(receiver.got[0][1])
        assert told["data"]["changes"] == [
            {"number": row.pk, "customer_id": row.customer.source_no, "from": "C", "to": "A"}
        ]

    def test_a_fixed_segment_that_ends_on_its_day_is_told(
        self, cast: SimpleNamespace, receiver: Any
    ) -> None:
        refresh()
        row, today = Standing.objects.filter(segment="C")[0], timezone.localdate()
        fixed = Override.objects.create(
            customer=row.pk, segment="A", why="proef", by=cast.director, until=today
        )
        stand_again([row.pk])
        hook(cast, receiver.url, Event.SEGMENT_CHANGED)
        Override.objects.filter(pk=fixed.pk).update(until=today - timedelta(days=1))
        Copies.objects.update(day=today - timedelta(days=1))
        refresh()
        (told,) = Delivery.objects.get().told["changes"]
        assert (told["number"], told["from"], told["to"]) == (row.pk, "A", "C")

    def test_what_was_decided_while_copies_were_made_is_told_once(
        self, cast: SimpleNamespace, receiver: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refresh()
        hook(cast, receiver.url, Event.SEGMENT_CHANGED)
        whom = Standing.objects.filter(segment="C")[0].customer
        until, plain = timezone.localdate() + timedelta(days=9), copying.bulk.prepare

        def meanwhile(rows: copying.bulk.Rows) -> None:
            plain(rows)
            if rows.into == "segments_standing":
                fix_segment(by=cast.director, customer=whom, segment="A", why="x", until=until)

        monkeypatch.setattr(copying.bulk, "prepare", meanwhile)
        refresh(force=True)
        (told,) = Delivery.objects.get().told["changes"]
        assert (told["number"], told["from"], told["to"]) == (whom.pk, "C", "A")

    def test_new_copies_tell_what_became_of_everybody(
        self, cast: SimpleNamespace, receiver: Any
    ) -> None:
        refresh()
        hook(cast, receiver.url, Event.SEGMENT_CHANGED)
        some = list(Standing.objects.filter(segment="C").values_list("pk", flat=True)[:3])
        Standing.objects.filter(pk__in=some).update(segment="B")
        Standing.objects.filter(segment="A").first().delete()  # type: ignore[union-attr]
        refresh(force=True)
        told = Delivery.objects.get().told["changes"]
        assert [(one["from"], one["to"]) for one in told if one["number"] in some] == [
            ("B", "C")
        ] * 3
        assert [(one["from"], one["to"]) for one in told if one["number"] not in some] == [
            (None, "A")
        ]
