"""Customers, what people say about them, and evaluations, by the API."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kernklant.web.base.models import LogEntry
from kernklant.web.ledger.models import ContactPerson, Customer, Note
from kernklant.web.segments.models import Standing
from kernklant.web.value.models import Evaluation, Rating

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("copies", "static_files")]
Ask = Callable[..., Client]
API = "/api/v1"


def send(client: Client, method: str, address: str, body: Any) -> Any:
    return client.generic(method, f"{API}{address}", _json(body), content_type="application/json")


def _json(body: Any) -> bytes:
    import json

    return json.dumps(body).encode()


def everything(client: Client, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = 0
    while True:
        page = client.get(f"{API}/customers?limit=200&after={after}&{query}").json()
        found += page["customers"]
        if page["next"] is None:
            return found
        after = page["next"]


def test_pages_give_every_customer_once(cast: SimpleNamespace, ask: Ask) -> None:
    found = everything(ask(cast.director))
    there = Standing.objects.filter(prospect=False).order_by("pk").values_list("pk", flat=True)
    assert [one["number"] for one in found] == list(there)


def test_taking_the_list_is_written_down_once(cast: SimpleNamespace, ask: Ask) -> None:
    everything(ask(cast.director), "segment=C")
    entry = LogEntry.objects.get(what="customers.exported")
    assert (entry.by, entry.data) == (cast.director, {"filters": ["limit", "segment"]})
    assert entry.where == "127.0.0.1"


def test_figures_are_those_of_the_copies_to_the_cent(cast: SimpleNamespace, ask: Ask) -> None:
    told = ask(cast.director).get(f"{API}/customers?limit=1").json()["customers"][0]
    row = Standing.objects.get(pk=told["number"])
    assert Decimal(told["value"]["lifetime_value"]) == row.clv
    assert Decimal(told["value"]["contribution_12m"]) == row.contribution_12m
    assert (told["segment"], told["score"]) == (row.segment, row.score)
    assert told["value"]["currency"] == "EUR"


def test_filters_hold_at_once(cast: SimpleNamespace, ask: Ask) -> None:
    client = ask(cast.director)
    found = everything(client, "segment=A&segment=B&value_from=20000")
    there = Standing.objects.filter(segment__in="AB", clv__gte=20000, prospect=False)
    assert {one["number"] for one in found} == set(there.values_list("pk", flat=True))
    assert found
    prospects = everything(client, "kind=prospects")
    assert {one["segment"] for one in prospects} == {None}


def test_a_filter_misspelt_is_refused(cast: SimpleNamespace, ask: Ask) -> None:
    told = ask(cast.director).get(f"{API}/customers?segmnt=A")
    assert told.status_code == 422
    assert told.json()["errors"][0]["where"] == ["query", "segmnt"]
    twice = ask(cast.director, language="nl").get(f"{API}/customers?region=a&region=b&segment=A")
    assert [one["what"] for one in twice.json()["errors"]] == ["Dit staat er meer dan eens."]


def test_a_customer_is_found_by_the_number_of_his_source(cast: SimpleNamespace, ask: Ask) -> None:
    some = Standing.objects.filter(prospect=False).select_related("customer")[7]
    found = everything(ask(cast.director), f"customer_id={some.customer.source_no}")
    assert [one["number"] for one in found] == [some.pk]


def test_an_account_manager_gets_his_own(cast: SimpleNamespace, ask: Ask) -> None:
    found = everything(ask(cast.account_manager))
    own = Standing.objects.filter(manager=cast.account_manager, prospect=False)
    assert {one["number"] for one in found} == set(own.values_list("pk", flat=True))


def test_of_another_s_customer_he_sees_the_name(cast: SimpleNamespace, ask: Ask) -> None:
    other = Standing.objects.filter(manager=cast.other_manager, prospect=False)[0]
    told = ask(cast.account_manager).get(f"{API}/customers/{other.pk}").json()
    assert set(told) == {"number", "customer_id", "name", "city", "manager"}
    assert told["name"] == other.name


def test_who_sees_no_amounts_gets_none_and_cannot_search_by_them(
    cast: SimpleNamespace, ask: Ask
) -> None:
    client = ask(cast.service_desk)
    assert {one["value"] for one in everything(client)} == {None}
    number = Standing.objects.filter(prospect=False)[0].pk
    told = client.get(f"{API}/customers/{number}").json()
    assert (told["value"], told["would_change"]) == (None, [])
    assert client.get(f"{API}/customers?value_from=1000").status_code == 403


def test_an_analyst_sees_no_name_of_a_person(cast: SimpleNamespace, ask: Ask) -> None:
    row = Standing.objects.filter(prospect=False)[0]
    Customer.objects.filter(pk=row.pk).update(kind="consumer")
    told = ask(cast.analyst).get(f"{API}/customers/{row.pk}").json()
    assert told["name"] == row.customer.source_no
    assert (
        ask(cast.analyst, "contacts").get(f"{API}/customers/{row.pk}/contacts").status_code == 404
    )


def test_one_customer_says_why_and_reading_him_is_written_down(
    cast: SimpleNamespace, ask: Ask
) -> None:
    number = Standing.objects.filter(segment="A")[0].pk
    nl = ask(cast.director, language="nl").get(f"{API}/customers/{number}").json()
    en = ask(cast.director, language="en").get(f"{API}/customers/{number}").json()
    assert nl["because"]
    assert nl["because"] != en["because"]
    known = [part["points"] for part in nl["points"] if part["points"] is not None]
    assert sum(known) == nl["score"]
    assert LogEntry.objects.filter(what="customer.read", about=f"customer:{number}").count() == 2


def test_the_list_for_a_spreadsheet_has_every_row(cast: SimpleNamespace, ask: Ask) -> None:
    answer = ask(cast.director, language="en").get(f"{API}/customers.csv?segment=A")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode())))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert rows[0][:4] == ["customer number", "name", "city", "segment"]
    assert len(rows) - 1 == Standing.objects.filter(segment="A").count()
    entry = LogEntry.objects.get(what="customers.exported")
    assert entry.data == {"filters": ["segment"]}
    assert ask(cast.service_desk).get(f"{API}/customers.csv").status_code == 403


def test_a_mark_is_put_changed_and_taken_back(cast: SimpleNamespace, ask: Ask) -> None:
    client = ask(cast.director)
    number = Standing.objects.filter(prospect=False)[0].pk
    place = f"/customers/{number}/ratings/sees_us_as_important"
    for score in (3, 4):
        assert send(client, "PUT", place, {"score": score}).status_code == 204
    assert [one.score for one in Rating.objects.all()] == [4]
    assert send(client, "PUT", place, {"score": 5}).status_code == 422
    assert send(client, "PUT", place, {"score": None}).status_code == 204
    assert not Rating.objects.exists()
    assert send(client, "PUT", f"/customers/{number}/ratings/x", {"score": 1}).status_code == 404
    assert send(client, "PUT", "/customers/0/ratings/x", {"score": 1}).status_code == 422


def test_nobody_marks_another_s_customer(cast: SimpleNamespace, ask: Ask) -> None:
    other = Standing.objects.filter(manager=cast.other_manager, prospect=False)[0].pk
    client = ask(cast.account_manager)
    place = f"/customers/{other}/ratings/sees_us_as_important"
    assert send(client, "PUT", place, {"score": 3}).status_code == 404
    assert send(client, "POST", f"/customers/{other}/notes", {"text": "x"}).status_code == 404
    assert client.get(f"{API}/customers/{other}/notes").status_code == 404
    assert not Rating.objects.exists()
    assert not Note.objects.exists()


def test_notes_and_persons_are_kept_and_read(cast: SimpleNamespace, ask: Ask) -> None:
    client = ask(cast.account_manager)
    own = Standing.objects.filter(manager=cast.account_manager, prospect=False)[0].pk
    text = "<b>Belt</b> liever 's ochtends"
    assert send(client, "POST", f"/customers/{own}/notes", {"text": text}).json()["by"] == "Noor"
    assert client.get(f"{API}/customers/{own}/notes").json()[0]["text"] == text
    person = {"name": "Kees", "email": "kees@voorbeeld.invalid"}
    made = send(client, "POST", f"/customers/{own}/contacts", person)
    assert made.status_code == 201
    assert client.get(f"{API}/customers/{own}/contacts").json() == [made.json()]
    wrong = send(client, "POST", f"/customers/{own}/contacts", {**person, "email": "a, b@c.nl"})
    assert wrong.json()["errors"][0]["where"] == ["body", "email"]
    assert ContactPerson.objects.count() == 1


def test_an_evaluation_is_asked_once_for_one_key(cast: SimpleNamespace, ask: Ask) -> None:
    client = ask(cast.director)
    key = "0123456789abcdef0123456789abcdef"
    first, second = (send(client, "POST", "/evaluations", {"key": key}) for _ in range(2))
    assert first.status_code == second.status_code == 202
    assert first.json()["id"] == second.json()["id"]
    assert Evaluation.objects.filter(key=key).count() == 1
    other = send(client, "POST", "/evaluations", {"key": key, "as_of": "2026-06-30"})
    assert (other.status_code, other.json()["status"]) == (409, 409)
    assert "andere peildatum" in other.json()["detail"]
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    for day in (tomorrow, "1999-01-01", 0, 1_700_000_000, "1700000000"):
        assert send(client, "POST", "/evaluations", {"as_of": day}).status_code == 422, day


def test_evaluations_tell_totals_to_who_sees_all(cast: SimpleNamespace, ask: Ask) -> None:
    client = ask(cast.director)
    listed = client.get(f"{API}/evaluations?limit=1").json()
    newest = listed["evaluations"][0]
    told = client.get(f"{API}/evaluations/{newest['id']}").json()
    assert told["headlines"]
    assert told["looks_back"] is False
    assert sum(one["customers"] for one in told["segments"]) > 0
    rest = client.get(f"{API}/evaluations?before={listed['next']}").json()
    assert newest["id"] not in [one["id"] for one in rest["evaluations"]]
    own = ask(cast.account_manager).get(f"{API}/evaluations/{newest['id']}").json()
    assert (own["headlines"], own["segments"]) == ([], [])


def test_what_is_wrong_is_told_in_the_language_asked_for(cast: SimpleNamespace, ask: Ask) -> None:
    place = "/customers?limit=1000&segment=D&after=x"
    told = {}
    for language in ("nl", "en"):
        answer = ask(cast.director, language=language).get(f"{API}{place}")
        assert answer.status_code == 422
        told[language] = {one["where"][-1]: one["what"] for one in answer.json()["errors"]}
    assert told["nl"]["limit"] == "Dit mag hoogstens 200 zijn."
    assert told["en"]["after"] == "This is no whole number."
    assert set(told["nl"].values()).isdisjoint(told["en"].values())


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"text": 3}', b'{"text": ""}', b'{"txt": "x"}', b"\xff"]
)
def test_a_body_that_is_not_right_is_told_in_dutch(
    body: bytes, cast: SimpleNamespace, ask: Ask
) -> None:
    number = Standing.objects.filter(prospect=False)[0].pk
    answer = ask(cast.director, language="nl").post(
        f"{API}/customers/{number}/notes", body, content_type="application/json"
    )
    assert answer.status_code in {400, 422}
    assert answer.json()["title"] == "Dit verzoek klopt niet"
    words = " ".join(one["what"] for one in answer.json().get("errors", []))
    assert "should" not in words + answer.json()["detail"]
    assert "Cannot" not in answer.json()["detail"]


def test_a_request_that_comes_twice_counts_once(cast: SimpleNamespace, ask: Ask) -> None:
    client = ask(cast.account_manager)
    own = Standing.objects.filter(manager=cast.account_manager, prospect=False)[0].pk

    def post(kind: str, body: Any, key: str) -> Any:
        return client.post(
            f"{API}/customers/{own}/{kind}", _json(body), content_type="application/json",
            HTTP_IDEMPOTENCY_KEY=key,
        )  # fmt: skip

    note = {"text": "Belt liever 's ochtends"}
    first, second = (post("notes", note, "een") for _ in range(2))
    assert first.json() == second.json()
    assert post("notes", {"text": "iets anders"}, "een").status_code == 422
    assert post("contacts", {"name": "Kees"}, "een").status_code == 422
    assert post("notes", note, "twee").json()["id"] != first.json()["id"]
    assert Note.objects.count() == 2
    wrong = {"name": "Kees", "email": "x"}
    assert post("contacts", wrong, "drie").status_code == 422
    assert post("contacts", {"name": "Kees"}, "drie").status_code == 201
    assert post("notes", note, "met spatie ").status_code == 422
    other = ask(cast.team_manager)
    assert other.post(
        f"{API}/customers/{own}/notes", _json(note), content_type="application/json",
        HTTP_IDEMPOTENCY_KEY="een",
    ).json()["id"] not in {first.json()["id"]}  # fmt: skip


def test_a_page_costs_as_many_queries_whatever_its_length(
    cast: SimpleNamespace, ask: Ask, django_assert_num_queries: Any
) -> None:
    client = ask(cast.director)
    client.get(f"{API}/customers?limit=1")  # the first leaves a line in the log
    for length in (1, 200):
        with django_assert_num_queries(5):  # token, its use twice, currency, the page
            assert client.get(f"{API}/customers?after=1&limit={length}").status_code == 200


def test_imports_add_up_and_are_for_who_imports(cast: SimpleNamespace, ask: Ask) -> None:
    told = ask(cast.analyst).get(f"{API}/imports?limit=3").json()
    assert [one["number"] for one in told["imports"]] == sorted(
        (one["number"] for one in told["imports"]), reverse=True
    )
    for one in told["imports"]:
        for part in one["datasets"]:
            rows = [part[f"rows_{name}"] for name in ("accepted", "known", "rejected")]
            assert sum(rows) == part["rows_file"]
    rest = ask(cast.analyst, "imports").get(f"{API}/imports?before={told['next']}").json()
    assert rest["imports"][0]["number"] == told["next"] - 1
    assert ask(cast.director).get(f"{API}/imports").status_code == 403
