"""Answering a person: finding him, what we hold, why he stands there, correcting, objecting."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from pyarrow import csv

from kernklant.engine.evaluation.stand_of_one import stand_of
from kernklant.engine.ledger.facts import current_customers
from kernklant.engine.ledger.facts_out import facts_out
from kernklant.engine.ledger.imports import ImportRequest, import_file
from kernklant.engine.ledger.privacy import processing as of_the_ledger
from kernklant.engine.ledger.tables import TABLES as LEDGER
from kernklant.engine.segments.explain import SOURCES
from kernklant.web.base import jobs, store
from kernklant.web.base.models import LogEntry, Member
from kernklant.web.evaluation.actions import perform_evaluation, request_evaluation
from kernklant.web.ledger.models import ContactPerson, Customer, Note
from kernklant.web.privacy import columns, register
from kernklant.web.privacy.actions import correct_person, object_to_profiling
from kernklant.web.privacy.explaining import MEANS, PLAIN, WHY, explained
from kernklant.web.segments.copying import refresh
from kernklant.web.segments.models import Standing
from kernklant.web.value.models import Evaluation, Rating

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]


@pytest.fixture
def client(copies: SimpleNamespace, signed_in: SignIn) -> Client:
    return signed_in(copies.administrator)


@pytest.fixture
def somebody(copies: SimpleNamespace) -> Customer:
    found = Customer.objects.exclude(email="").filter(standing__segment="A").order_by("pk").first()
    assert found is not None
    return found


def told(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def last_log() -> LogEntry:
    return LogEntry.objects.order_by("-number")[0]


@pytest.mark.parametrize("by", ["name", "email", "source_no"])
def test_a_person_is_found_by_name_address_or_number(
    client: Client, somebody: Customer, by: str
) -> None:
    page = told(client, f"/privacy/?zoek={getattr(somebody, by)}")
    assert somebody.name in page
    assert last_log().what == "person.searched"
    assert getattr(somebody, by) not in json.dumps(last_log().data)


def test_a_contact_person_leads_to_his_customer(client: Client, somebody: Customer) -> None:
    ContactPerson.objects.create(customer=somebody.pk, name="Wilma Zeldzaam")
    assert somebody.name in told(client, "/privacy/?zoek=zeldzaam")


def test_what_we_hold_shows_every_table_with_its_purpose_and_term(
    client: Client, copies: SimpleNamespace, somebody: Customer
) -> None:
    ContactPerson.objects.create(customer=somebody.pk, name="Wilma Zeldzaam", phone="06-1")
    Note.objects.create(customer=somebody.pk, by=copies.director, text="belt liever niet")
    Rating.objects.create(customer=somebody.pk, criterion="x", by=copies.director, score=3)
    page = told(client, f"/privacy/{somebody.pk}/")
    for word in (somebody.name, somebody.email, "Wilma Zeldzaam", "belt liever niet", "klanten",
                 "verkopen", "beoordelingen", "evaluatie 2", "evaluatie 1", "logboek",
                 "Waarvoor:", "Hoe lang:", "7 jaar na de factuurdatum"):  # fmt: skip
        assert word in page, word
    entry = last_log()
    assert (entry.what, entry.about) == ("person.read", f"customer:{somebody.pk}")
    assert "person.read" in told(client, f"/privacy/{somebody.pk}/")


def test_every_ledger_table_that_knows_him_is_there(client: Client, somebody: Customer) -> None:
    page = told(client, f"/privacy/{somebody.pk}/")
    facts = store.facts()
    for name, table in LEDGER.items():
        if facts.find(name, ["customer"], customer=somebody.pk).num_rows:
            assert table.dutch in page, name


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_evaluation_is_explained_in_the_language_asked_for(
    client: Client, somebody: Customer, language: str
) -> None:
    page = told(client, f"/privacy/{somebody.pk}/uitleg/?taal={language}")
    assert ("Uw score is" if language == "nl" else "Your score is") in page
    assert page.count("van de 100" if language == "nl" else "out of 100") == len(store.runs()) == 2
    one = told(client, f"/privacy/{somebody.pk}/uitleg/?taal={language}&evaluatie=1")
    assert one.count("van de 100" if language == "nl" else "out of 100") == 1
    assert client.get(f"/privacy/{somebody.pk}/uitleg/?evaluatie=99").status_code == 404


def test_an_explanation_adds_up_to_the_score_of_everybody_in_every_run(
    copies: SimpleNamespace,
) -> None:
    for number in Customer.objects.order_by("pk").values_list("pk", flat=True)[:150]:
        for one in explained(number):
            found = stand_of(store.run(one.run), number)
            if found is not None and one.score is not None:
                assert one.total == one.score == found.row["score"]


def test_a_rating_is_told_by_its_name_and_not_as_an_opinion_of_him(
    client: Client, somebody: Customer
) -> None:
    page = told(client, f"/privacy/{somebody.pk}/uitleg/")
    assert "ons oordeel (ziet ons als belangrijk)" in page
    assert "van u vinden" not in page


def test_an_amount_is_never_broken_after_its_sign(client: Client, somebody: Customer) -> None:
    page = client.get(f"/privacy/{somebody.pk}/uitleg/").content.decode()
    assert "Om in groep A" in page or "brengt u in groep A" in page
    assert "€\u00a0" in page
    assert "€ " not in page


def test_sentences_for_a_person_are_short() -> None:
    """B1: no sentence of more than eighteen words."""
    for text in (*MEANS.values(), *WHY.values(), *PLAIN.values()):
        for sentence in re.split(r"[.?!]\s*", f"{text.nl} {text.en}"):
            assert len(sentence.split()) <= 18, sentence


def test_every_source_of_a_criterion_has_plain_words() -> None:
    assert set(PLAIN) == set(SOURCES)


def test_the_explanation_speaks_to_the_person_himself(client: Client, somebody: Customer) -> None:
    page = told(client, f"/privacy/{somebody.pk}/uitleg/")
    letter = page[page.index("Hoe kijken wij naar u") :]
    assert not re.search(r"\b(hij|hem|zijn A)\b", letter)


def test_the_export_holds_everything_for_machines_and_for_people(
    client: Client, copies: SimpleNamespace, somebody: Customer
) -> None:
    Note.objects.create(customer=somebody.pk, by=copies.director, text="belt liever niet")
    response = client.get(f"/privacy/{somebody.pk}/export.zip")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    names = set(archive.namelist())
    kinds = ("gegevens.json", "gegevens-nl.html", "gegevens-en.html")
    assert names == {f"{somebody.pk}/{name}" for name in kinds}
    found = json.loads(archive.read(f"{somebody.pk}/gegevens.json"))
    assert somebody.email in [row["email"] for row in found["ledger"]["customers"]]
    assert found["web"]["ledger.Note"][0]["text"] == "belt liever niet"
    assert [one["run"] for one in found["evaluations"]] == store.runs()
    assert {"answer/customers.parquet", "answer/points.parquet"} <= set(
        found["evaluations"][0]["tables"]
    )
    assert found["evaluations"][1]["explained"]["nl"]["score"] is not None
    page = archive.read(f"{somebody.pk}/gegevens-en.html").decode()
    assert "What we hold of" in page
    assert "belt liever niet" in page
    assert last_log().what == "person.exported"


def test_a_correction_outlives_the_old_file(
    office: SimpleNamespace, signed_in: SignIn, tmp_path: Path
) -> None:
    customer = Customer.objects.exclude(email="").order_by("pk")[0]

    old = facts_out(store.store(), "customers")
    client = signed_in(office.administrator)
    form = {"name": "Nieuwe Naam", "email": customer.email, "phone": customer.phone,
            "postcode": "1234 AB", "city": customer.city}  # fmt: skip
    assert client.post(f"/privacy/{customer.pk}/verbeteren/", form).status_code == 302
    csv.write_csv(old.drop_columns(["valid_from"]), tmp_path / "old.csv")
    file, source = tmp_path / "old.csv", old_source()
    asked = ImportRequest(file, dataset="customers", source=source, dates="ymd", numbers="en")
    import_file(store.store(), asked)
    refresh()
    customer.refresh_from_db()
    assert customer.name == "Nieuwe Naam"
    entry = LogEntry.objects.filter(what="person.corrected").get()
    assert entry.data["fields"] == ["name", "postcode"]
    assert "Nieuwe Naam" not in json.dumps(entry.data)


def old_source() -> str:
    return str(current_customers(store.facts())["source"][0].as_py())


def test_a_value_can_be_taken_away(office: SimpleNamespace) -> None:
    customer = Customer.objects.exclude(phone="").order_by("pk")[0]
    correct_person(by=office.administrator, customer=customer, values={"phone": ""})
    refresh()
    customer.refresh_from_db()
    assert customer.phone == ""


def test_an_objection_counts_from_the_next_evaluation(
    office: SimpleNamespace, signed_in: SignIn
) -> None:
    customer = Standing.objects.filter(segment="A").order_by("-clv")[0].pk
    client = signed_in(office.administrator)
    assert client.post(f"/privacy/{customer}/bezwaar/").status_code == 302
    asked = request_evaluation(by=office.director, as_of=None, key="k")
    assert {"customer": customer, "flag": "objected"}.items() <= asked.asked["flags"][0].items()
    job = jobs.claim(Evaluation)
    assert job is not None
    perform_evaluation(job)
    refresh()
    now = Standing.objects.get(pk=customer)
    assert (now.computed, now.reason, now.score, now.clv) == ("C", "objected", None, None)
    assert not now.exit_proposed
    page = told(client, f"/privacy/{customer}/uitleg/")
    assert "U maakte bezwaar" in page
    for place in ("/portefeuille/", f"/klanten/{customer}/", "/klanten/", "/verschuivingen/",
                  "/evaluaties/3/", "/evaluaties/2/tegen/3/"):  # fmt: skip
        assert signed_in(office.director).get(place).status_code == 200, place
    client.post(f"/privacy/{customer}/bezwaar/", {"terug": "1"})
    again = request_evaluation(by=office.director, as_of=None, key="l")
    assert [row for row in again.asked["flags"] if row["flag"] == "objected"] == []


def test_an_objection_is_logged_without_a_name(office: SimpleNamespace) -> None:
    customer = Customer.objects.order_by("pk")[0]
    object_to_profiling(by=office.administrator, customers=[customer.pk])
    entry = LogEntry.objects.filter(what="person.objected").get()
    assert (entry.about, entry.data) == (f"customer:{customer.pk}", {})


def test_no_column_is_without_a_class() -> None:
    assert columns.unclassified() == []
    assert {line.privacy for line in register.lines()} == {"P", "C", "O"}


def test_no_column_about_somebody_is_without_a_name() -> None:
    assert columns.nameless() == []


def test_the_register_is_told_without_the_names_of_our_tables(client: Client) -> None:
    page = told(client, "/privacy/register/")
    assert "reden van een voorstel" in page
    assert not re.search(r"source_no|proposed_why|web \w+\.|step_nl", page)


def test_the_register_names_every_table(client: Client) -> None:
    page = told(client, "/privacy/register/")
    for table in register.tables():
        assert table.words.nl in page
    assert "Belastingdienst" not in page


def test_a_list_tells_who_is_not_known_and_exports_the_rest(
    client: Client, somebody: Customer
) -> None:
    other = Customer.objects.exclude(pk=somebody.pk).order_by("pk")[0]
    numbers = f"{somebody.source_no}\n{other.source_no}, K-bestaat-niet"
    response = client.post("/privacy/lijst/", {"numbers": numbers, "wens": "export"})
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert len(archive.namelist()) == 6
    response = client.post("/privacy/lijst/", {"numbers": numbers, "wens": "wissen"})
    page = response.content.decode()
    assert "K-bestaat-niet" in page
    assert somebody.name in page
    response = client.post("/privacy/lijst/", {"numbers": numbers, "wens": "zeker", "key": "k"})
    assert response.status_code == 200  # no tick, so it asks again
    assert client.post("/privacy/lijst/", {"numbers": "", "wens": "export"}).status_code == 422


def test_a_number_that_two_sources_have_is_passed_over_and_said(
    client: Client, somebody: Customer, own_home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "other.csv"
    file.write_text(f"klantnummer;naam\n{somebody.source_no};Ander Mens\n", encoding="utf-8")
    import_file(store.store(), ImportRequest(file, dataset="customers", source="webshop"))
    other = Customer.objects.exclude(pk=somebody.pk).order_by("pk")[0]
    numbers = f"{somebody.source_no}\n{other.source_no}"
    asked = {"numbers": numbers, "wens": "bezwaar"}
    page = client.post("/privacy/lijst/", asked, follow=True).content.decode()
    assert f"daarom overgeslagen: {somebody.source_no}." in page
    assert "bezwaar van 1 klant is" in page


def test_the_ledger_has_a_class_for_every_column_that_is_stored() -> None:
    from kernklant.engine.ledger.facts import schemas

    stored = {(line.table.en, line.column) for line in of_the_ledger()}
    assert stored == {(name, one) for name, schema in schemas().items() for one in schema.names}
