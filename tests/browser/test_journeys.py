"""What people come to do, done as they do it: with a pointer, a thumb or the keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Open, Served
from tests.browser.watching import Watch

pytestmark = pytest.mark.slow
PASSWORD = "een lange zin als wachtwoord"  # noqa: S105 - of an invented person


def test_a_director_goes_from_a_sentence_to_the_customer_behind_it(open_as: Open) -> None:
    page, watch = open_as("director")
    page.goto("/portefeuille/")
    page.locator("table.segments tbody tr").first.get_by_role("link").click()
    expect(page).to_have_url(re.compile("segment=A"))
    name = page.locator("table.list tbody th a").first.inner_text()
    page.locator("table.list tbody th a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    page.get_by_text("Waarom?").click()
    expect(page.get_by_role("region", name="De score in delen")).to_be_visible()
    watch.silent()


def test_a_name_with_a_typing_error_is_found_from_the_keyboard(open_as: Open) -> None:
    page, watch = open_as("account_manager", lang="en")
    page.goto("/klanten/")
    name = page.locator("table.list tbody th a").first.inner_text()
    page.goto("/portefeuille/")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type(name[:3] + name[4:])  # a letter fell out
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(name)
    watch.silent()


def test_the_keyboard_alone_reaches_the_content(open_as: Open) -> None:
    page, _ = open_as("director")
    page.goto("/klanten/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_an_account_manager_writes_a_note_on_the_phone_and_takes_it_away(open_as: Open) -> None:
    page, watch = open_as("account_manager", size="phone")
    page.goto("/klanten/")
    page.locator("table.list tbody th a").first.tap()
    words = "Belde over de nieuwe hal; levert in maart."
    notes = page.locator("form[action$='/notities/']")
    notes.locator("textarea").fill(words)
    notes.get_by_role("button").tap()
    expect(page.locator("main")).to_contain_text(words)
    page.locator(".one-note summary").first.tap()
    page.locator("form[action*='/notities/'][action$='/weg/'] button").first.tap()
    expect(page.locator("main")).not_to_contain_text(words)
    watch.silent()


def test_a_team_manager_assigns_two_customers_and_takes_it_back(open_as: Open) -> None:
    page, watch = open_as("team_manager")
    page.goto("/klanten/")
    ticks = page.locator("input[name=klant]")
    who = [ticks.nth(at).get_attribute("aria-label") or "" for at in range(2)]
    for at in range(2):
        ticks.nth(at).check()
    page.locator("#to").select_option(label="Sanne Koperlaan")
    page.get_by_role("button", name="Wijs toe").click()
    expect(page.get_by_role("status")).to_contain_text("Sanne Koperlaan")
    page.get_by_role("button", name="Ongedaan maken").click()
    page.goto("/klanten/")
    assert [ticks.nth(at).get_attribute("aria-label") for at in range(2)] == who
    watch.silent()


def test_an_analyst_starts_an_evaluation_and_sees_it_end(open_as: Open) -> None:
    page, watch = open_as("analyst")
    page.goto("/evaluaties/")
    before = page.locator("table.runs tbody tr").count()
    page.get_by_role("button", name="Evalueer nu").click()
    expect(page.locator("#now article")).to_be_visible()
    expect(page.locator("#now article")).to_have_count(0, timeout=180_000)
    page.reload()
    expect(page.locator("table.runs tbody tr")).to_have_count(before + 1)
    watch.silent()


def test_who_is_invited_chooses_a_password_and_comes_in(
    open_as: Open, chromium: Browser, served: Served
) -> None:
    page, watch = open_as("administrator")
    page.goto("/beheer/mensen/uitnodigen/")
    page.locator("[name=name]").fill("Nina Nieuw")
    page.locator("[name=email]").fill("nina@devries.invalid")
    page.locator("[name=role]").select_option("analyst")
    page.get_by_role("button", name="Uitnodigen").click()
    link = page.locator("code.once").inner_text()
    watch.silent()
    with chromium.new_context(base_url=served.address) as context:
        new = context.new_page()
        heard = Watch(new)
        _join(new, link)
        heard.silent()


def _join(page: Page, link: str) -> None:
    page.goto(link)
    for box in page.locator("input[type=password]").all():
        box.fill(PASSWORD)
    page.locator("main form button").click()
    if "/aanmelden/" in page.url:
        page.locator("[name=login]").fill("nina@devries.invalid")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button").click()
    page.goto("/portefeuille/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Portefeuille")


def test_a_weight_is_tried_adopted_and_gone_back_on(open_as: Open) -> None:
    page, watch = open_as("director")
    page.goto("/beleid/")
    page.get_by_role("button", name="Maak een concept").click()
    weights = page.locator("ul.criteria input[name$=_weight]")
    first, second = weights.nth(0), weights.nth(1)
    _shift(first, second, 5)
    expect(page.locator("[data-sum]")).to_contain_text("Samen 100 punten.")
    page.get_by_role("button", name="Bewaar en toon het gevolg").click()
    expect(page.locator("#gevolg table")).to_be_visible(timeout=120_000)
    watch.silent()


def _shift(giver: object, taker: object, points: int) -> None:
    for box, more in ((giver, -points), (taker, points)):
        now = int(float(box.input_value().replace(",", ".")))  # type: ignore[attr-defined]
        box.fill(str(now + more))  # type: ignore[attr-defined]
