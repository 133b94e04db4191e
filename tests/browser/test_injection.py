"""Texts that would act, in every field a text can come into: on no page do they act."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request

from tests.browser.conftest import Open, Served, opener
from tests.browser.injections import FILL, PAYLOADS
from tests.browser.test_pages import walk

pytestmark = pytest.mark.slow
ROLES = ("administrator", "director", "analyst")


@pytest.fixture(scope="module")
def hostile(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A served home whose best customers have such names, and whose members wrote such texts."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(demo_home, folder / "home")
    (folder / "home" / ".kernklant-demo").touch()
    server = Served(folder / "home")
    for file in _files(folder):
        server.kernklant("import", str(file), "--numbers", "nl", "--dates", "ymd")
    server.kernklant("evaluate")
    with server.running():
        _fill(server)
        yield server


@pytest.fixture(scope="module")
def open_hostile(chromium: Browser, hostile: Served) -> Iterator[Open]:
    with opener(chromium, hostile) as opened:
        yield opened


class Acted:
    """Whatever a page does that only a text of ours could have asked for."""

    def __init__(self, page: Page, address: str) -> None:
        self.seen: list[str] = []
        self.address = address
        page.on("dialog", lambda dialog: (self.seen.append(dialog.message), dialog.dismiss()))
        page.on("request", self._asked)
        page.on("popup", lambda other: self.seen.append(other.url))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.seen.append(request.url)


@pytest.mark.parametrize("role", ROLES)
def test_no_text_acts_on_any_page(open_hostile: Open, hostile: Served, role: str) -> None:
    page, watch = open_hostile(role)
    acted = Acted(page, hostile.address)
    come_by = set()
    for name in walk(page):
        come_by.add(name)
        harmless(page, acted, watch.said)
    assert "customers" in come_by


def test_no_text_acts_on_the_page_of_the_customer_it_names(
    open_hostile: Open, hostile: Served
) -> None:
    page, watch = open_hostile("director", lang="en")
    acted = Acted(page, hostile.address)
    page.goto("/klanten/?segment=A")
    found = page.locator("table.list tbody th a").evaluate_all("all => all.map(one => one.href)")
    assert len(found) >= len(PAYLOADS) // 2
    for address in found:
        page.goto(address)
        page.locator("details.why summary").evaluate_all("all => all.forEach(one => one.click())")
        harmless(page, acted, watch.said)


@pytest.mark.parametrize("text", PAYLOADS)
def test_no_text_acts_when_it_is_searched_for(
    open_hostile: Open, hostile: Served, text: str
) -> None:
    page, watch = open_hostile("director")
    acted = Acted(page, hostile.address)
    page.goto("/klanten/")
    page.locator("[data-search]").fill(text.replace("\r\n", " ")[:100])
    page.locator("[data-search]").press("Enter")
    page.wait_for_load_state()
    # An address that holds a NUL is refused, and the browser says so.
    harmless(page, acted, [one for one in watch.said if "400 (Bad Request)" not in one])


def harmless(page: Page, acted: Acted, said: list[str]) -> None:
    """Nothing was done, asked for or said; the elements of a page are those of its templates."""
    made = page.locator(
        "main script, main iframe, main style, main base, main meta, main img[src='x'], "
        "main [onerror], main [onload], main [onclick], main math, main template"
    )
    assert made.count() == 0, f"{page.url}: {made.first.evaluate('one => one.outerHTML')}"
    assert not acted.seen, f"{page.url}: {acted.seen}"
    assert not said, f"{page.url}: {said}"


def _files(folder: Path) -> list[Path]:
    """Customers with these names, and enough bought to be among the best."""
    names, sales = folder / "klanten-extra.csv", folder / "verkopen-extra.csv"
    texts = [text.replace("\0", "") for text in PAYLOADS]
    with names.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(["klantnummer", "naam", "plaats", "branche", "regio", "accountmanager"])
        out.writerows([f"H{at}", text, text, text, text, text] for at, text in enumerate(texts))
    with sales.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(["factuurnummer", "klantnummer", "factuurdatum", "bedrag excl"])
        out.writerows(
            [f"F{at}-{year}-{month}", f"H{at}", f"{year}-{month:02}-15", "25000,00"]
            for at in range(len(texts)) for year in (2025, 2026) for month in range(1, 9)
        )  # fmt: skip
    return [names, sales]


def _fill(server: Served) -> None:
    env = {**os.environ, "KERNKLANT_HOME": str(server.home), "KERNKLANT_URL": server.address}
    done = subprocess.run(
        [sys.executable, "-c", FILL, json.dumps(PAYLOADS)],
        env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout.splitlines()[-1])) == len(PAYLOADS)
