"""A file brought in, asked about, tried, landed and taken back, in a browser with its worker."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.watching import Watch, accessible, within_bounds

pytestmark = pytest.mark.slow
LINES = "klantnummer;naam;factuurdatum;bedrag\n{who};Proef {who};03-04-2026;1.234\nX1;Kapot;x;1,5\n"


@pytest.mark.parametrize(
    ("lang", "size", "script"), [("nl", "phone", True), ("en", "wide", True), ("nl", "wide", False)]
)
def test_a_file_comes_in_and_goes_again(
    open_as: Open, tmp_path: Path, lang: str, size: str, script: bool
) -> None:
    page, watch = open_as("administrator", lang=lang if script else "nl", size=size, script=script)
    who = f"{lang}{size}{int(script)}"
    file = tmp_path / f"{who}.csv"
    file.write_text(LINES.format(who=who), encoding="utf-8")
    page.goto("/gegevens/")
    well(page, watch, script=script)
    page.locator("a[href='/gegevens/nieuw/']").click()
    well(page, watch, script=script)
    page.locator("input[type=file]").set_input_files(file)
    page.locator("form.upload button").click()
    done(page, "form.how", script=script)
    well(page, watch, script=script)
    assert page.locator("form.land").count() == 0
    page.locator("input[name=dates][value=dmy]").check()
    page.locator("form.how button").click()
    done(page, "form.land", script=script)
    well(page, watch, script=script)
    page.locator("details.would summary").click()
    well(page, watch, script=script)
    page.locator("form.land button").click()
    done(page, "p.away a", script=script)
    assert "bestand" not in page.url
    well(page, watch, script=script)
    page.locator("p.away a").click()
    assert f"Proef {who}" in page.inner_text("main")
    well(page, watch, script=script)
    page.locator("button.btn-danger").click()
    done(page, "p.gone", script=script)
    well(page, watch, script=script)
    assert page.locator("p.away a").count() == 0


def done(page: Page, shown: str, *, script: bool) -> None:
    """Wait for the worker: the page comes by itself, or by its link where there is no script."""
    for _ in range(120):
        page.wait_for_load_state()
        if page.locator(shown).count():
            return
        page.wait_for_timeout(500)
        if not script:
            page.reload()
    raise AssertionError(page.inner_text("main"))


def well(page: Page, watch: Watch, *, script: bool) -> None:
    watch.silent()
    if script:
        accessible(page)
        within_bounds(page)
