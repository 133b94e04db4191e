"""Every page that a role can reach by following links: in both languages, wide and on a phone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Served
from tests.browser.watching import ASSETS_AT_MOST, Watch, accessible, within_bounds

pytestmark = pytest.mark.slow
ROLES = ("administrator", "director", "account_manager", "analyst")
# What links reach that is no page, or ends the walk.
NO_PAGE = {
    "customers_export", "office_log_export", "mfa_download_recovery_codes", "account_logout",
    "api_openapi", "import_rejects", "import_would_refuse", "privacy_export",
}  # fmt: skip
# Pages that every walk of a role must have come by, so that a walk that ends early is seen.
EVERYBODY = {"portfolio", "customers", "customer", "account"}
BESIDES = {
    "administrator": {
        "office",
        "office_log",
        "office_tokens",
        "office_webhooks",
        "office_health",
        "imports",
        "import_new",
        "import_receipt",
        "import_undo",
    },
    "director": {"policy", "evaluations", "evaluation", "evaluation_against", "moves", "overrides"},
    "account_manager": set(),
    "analyst": {"policy", "evaluations", "evaluation"},
}


@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_silent_accessible_and_light(
    open_as: Open, role: str, lang: str, size: str
) -> None:
    page, watch = open_as(role, lang=lang, size=size)
    come_by = set()
    for name in walk(page):
        come_by.add(name)
        watch.silent()
        accessible(page)
        within_bounds(page)
        assert page.locator("html").get_attribute("lang") == lang
        assert page.locator("h1").count() == 1, page.url
    assert come_by >= EVERYBODY | BESIDES[role]
    assert 0 < watch.cached_assets() <= ASSETS_AT_MOST


@pytest.mark.parametrize("role", ["director", "account_manager"])
def test_reading_works_without_script(open_as: Open, role: str) -> None:
    page, watch = open_as(role, script=False)
    come_by = set(walk(page))
    assert come_by >= EVERYBODY | BESIDES[role]
    watch.silent()
    page.goto("/klanten/")
    page.locator("form.search input[name=zoek]").fill("techniek")
    page.locator("form.search input[name=zoek]").press("Enter")
    expect(page.locator("table.list tbody tr").first).to_be_visible()


def test_the_pictures_and_tables_read_in_the_dark_too(open_as: Open) -> None:
    page, watch = open_as("director")
    for theme in ("dark", "light"):  # the menu offers the other one
        page.goto("/portefeuille/")
        page.locator("details.person summary").click()
        page.locator(f"button[name=theme][value={theme}]").click()
        for address in ("/portefeuille/", "/klanten/", "/evaluaties/"):
            page.goto(address)
            assert page.locator("html").get_attribute("data-bs-theme") == theme
            accessible(page)
    watch.silent()


def test_a_scatter_draws_at_most_300_dots(open_as: Open) -> None:
    page, _ = open_as("director")
    page.goto("/portefeuille/")
    assert page.locator("figure svg a").count() > 0
    assert page.locator("figure svg circle").count() <= 300


def walk(page: Page) -> Iterator[str]:
    """Open one page of each name, from the start on; the name of the one that is open."""
    seen, waiting = set(), ["/portefeuille/", "/account/"]
    while waiting:
        path = waiting.pop(0)
        name = str(resolve(urlsplit(path).path).url_name)
        if name in seen or name in NO_PAGE:
            continue
        seen.add(name)
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        yield name
        waiting += _links(page)


def _links(page: Page) -> list[str]:
    found = page.locator("a[href^='/']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    return [path for path in found if not path.startswith("/static/")]


def test_a_container_is_told_whether_the_server_answers(served: Served) -> None:
    def asked(port: int) -> int:
        command = [sys.executable, "-m", "kernklant.web.project.alive", str(port)]
        return subprocess.run(command, check=False).returncode

    assert asked(served.port) == 0
    assert asked(1) == 1


def test_the_watch_hears_what_a_page_says(open_as: Open) -> None:
    page, watch = open_as("director")
    page.goto("/portefeuille/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")
    assert isinstance(watch, Watch)
    assert any("Content Security Policy" in one for one in watch.said)


def test_the_watch_sees_a_figure_that_is_cut_off(open_as: Open) -> None:
    page, _ = open_as("director", size="phone")
    page.goto("/klanten/")
    within_bounds(page)
    page.locator("table.list td[data-label]").first.evaluate(
        "cell => { cell.textContent = '9'.repeat(60) }"
    )
    with pytest.raises(AssertionError, match=r"cut off|wide"):
        within_bounds(page)
