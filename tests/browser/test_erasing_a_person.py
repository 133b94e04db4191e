"""A person is erased in the browser: from then on he is in no byte, whatever comes back."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from kernklant.engine.evaluation.publish import evaluate_home
from kernklant.engine.ledger.register import FOLDER
from kernklant.engine.segments.policy import default_policy
from tests.browser.conftest import Served, opener
from tests.browser.test_first_run import (
    A_WHILE,
    become_administrator,
    go,
    heading,
    invite,
    join,
    once,
    well,
)
from tests.browser.watching import Watch
from tests.engine.ledger.files import csv_file, home
from tests.engine.ledger.test_erasure import CUSTOMERS, MAIL, NAME, PHONE, import_all, traces

pytestmark = pytest.mark.slow
SOURCE = "boekhouding"
DATABASE = "web/kernklant.sqlite3"
WORDS = re.compile(r"kanarie|vogelzang|k-777|zangweg", re.IGNORECASE)


@pytest.fixture
def lived_in(tmp_path: Path) -> Served:
    """A home with the person in every table and in two evaluations."""
    (tmp_path / "files").mkdir()
    store = home(tmp_path)
    import_all(store, tmp_path / "files")
    for day in (date(2025, 6, 30), date(2025, 9, 30)):
        evaluate_home(store, default_policy(), as_of=day)
    return Served(store.home)


def test_who_is_erased_is_in_no_byte_and_no_backup_or_file_brings_him_back(
    chromium: Browser, lived_in: Served, tmp_path: Path
) -> None:
    old, again, register = tmp_path / "old.zip", Served(tmp_path / "again"), tmp_path / FOLDER
    with lived_in.running(), opener(chromium, lived_in) as open_as:
        become_administrator(chromium, lived_in)
        page, watch = open_as("administrator")
        join(chromium, lived_in, invite(page, watch))
        write_about_him(*open_as("director", lang="en", size="phone"))
        look_at_a_file(page, watch, tmp_path)
        lived_in.kernklant("backup", str(old))
        assert everywhere(traces(lived_in.home))
        assert traces(old)
        erase(page, watch)
        assert traces(lived_in.home) == []
        assert list(register.iterdir())
        assert traces(register) == []
        read_the_log(page, watch)

    again.kernklant("restore", str(old))
    with again.running(), opener(chromium, again) as open_as:
        assert traces(again.home) == []
        page, watch = open_as("administrator")
        find_nobody(page, watch)
        look_at_a_file(page, watch, tmp_path)
        land_without_him(page, watch)
        find_nobody(page, watch)
        assert in_rows(again.home) == []
        assert [one for one in traces(again.home) if not one.startswith(DATABASE)] == []
        assert traces(register) == []


def everywhere(found: list[str]) -> bool:
    """Whether he stands in the ledger, in refused rows, in the database and in a file on its way;
    else not finding him afterwards proves nothing."""
    places = ("tables/customers/", "tables/feedback/", "rejects/", DATABASE, "web/uploads/")
    return all(any(one.startswith(place) for one in found) for place in places)


def in_rows(home: Path) -> list[str]:
    """His words in any row of the database. What a page of its file keeps of a row that was
    emptied goes with the next erasing, not with an import."""
    with closing(sqlite3.connect(home / DATABASE)) as line:
        return [row for row in line.iterdump() if WORDS.search(row)]


def write_about_him(page: Page, watch: Watch) -> None:
    """A note and somebody to ask for, by a director on the phone."""
    go(page, "Customers")
    once(page, page.get_by_role("link", name=NAME))
    page.get_by_role("link", name=NAME).tap()
    page.get_by_label("New note").fill(f"{NAME} sings at {PHONE}.")
    page.locator("form.note button").tap()
    expect(page.locator("article.one-note")).to_contain_text(NAME)
    page.get_by_text("Add somebody").tap()
    contact = page.locator("form.contact")
    contact.locator("[name=name]").fill(f"Piet {NAME}")
    contact.locator("[name=email]").fill(MAIL)
    contact.get_by_role("button").tap()
    expect(page.locator(".person-card")).to_contain_text(MAIL)
    watch.silent()


def look_at_a_file(page: Page, watch: Watch, folder: Path) -> None:
    """One that tells of him is brought, looked at and tried; nobody goes on with it yet."""
    file = csv_file(folder, CUSTOMERS.replace("Dorp", "Stad"), name="klanten-opnieuw.csv")
    go(page, "Gegevens")
    page.get_by_role("link", name="Bestand inlezen").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("Uit meer dan één administratie?").click()
    page.get_by_label("Bron van de klantnummers").fill(SOURCE)
    page.get_by_role("button", name="Bekijk dit bestand").click()
    expect(heading(page)).to_have_text(f"Klopt dit met {file.name}?", timeout=A_WHILE)
    watch.silent()


def erase(page: Page, watch: Watch) -> None:
    """Found by his address, looked at, ticked, erased by a worker."""
    go(page, "Privacy")
    page.get_by_label("Naam, e-mailadres").fill(MAIL)
    page.get_by_role("button", name="Zoek", exact=True).click()
    expect(page.locator("#found")).to_have_text("1 klant gevonden")
    page.get_by_role("link", name=NAME).click()
    expect(heading(page)).to_have_text(f"Wat wij hebben van {NAME}")
    for held in ("klanten", "verkopen", "notities", "contactpersonen", "evaluatie 2"):
        expect(page.locator("ul.held")).to_contain_text(held)
    page.get_by_role("link", name="Wis…").click()
    expect(page.locator("main")).to_contain_text("Dit kan niet terug.")
    page.get_by_label("Ja, wis deze gegevens voorgoed").check()
    page.get_by_role("button", name="Wis", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("De gegevens worden gewist.")
    once(page, page.locator("section[aria-labelledby=erasures]").get_by_text("– gewist"))
    well(page, watch)


def read_the_log(page: Page, watch: Watch) -> None:
    """It says who asked, when and about which of our own numbers; not about whom."""
    go(page, "Beheer")
    page.get_by_role("link", name="Logboek").click()
    told = page.locator("main")
    expect(told).to_contain_text("Anneke Zonnehof vroeg om klant 1 te wissen")
    expect(told).to_contain_text("De gegevens van klant 1 zijn gewist")
    assert not WORDS.search(page.content())
    page.get_by_role("button", name="Controleer of er niets is gewijzigd").click()
    expect(page.locator(".alert-success")).to_contain_text("elke regel volgt uit de vorige")
    watch.silent()


def land_without_him(page: Page, watch: Watch) -> None:
    page.get_by_role("button", name="Ja, lees dit in").click()
    expect(heading(page)).to_have_text("Wat werd er van klanten-opnieuw.csv?", timeout=A_WHILE)
    expect(page.locator("main")).to_contain_text("Regels van gewiste personen: 1.")
    watch.silent()


def find_nobody(page: Page, watch: Watch) -> None:
    for asked in (NAME, MAIL, "K-777"):
        page.goto(f"/privacy/?{urlencode({'zoek': asked})}")
        expect(page.locator("#found")).to_have_text("Niemand gevonden")
    watch.silent()
