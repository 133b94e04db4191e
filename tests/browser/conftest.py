"""Debian's Chromium before a served copy of De Vries Techniek, with one sign-in for each role."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.watching import Watch
from tests.environments import left_out

WIDE, PHONE = (1280, 900), (390, 844)
SIZES = {"wide": WIDE, "phone": PHONE}
# The people of the demo (web/project/cast.py) who read it here.
PEOPLE = {
    "administrator": "anneke.zonnehof@devries.invalid",
    "director": "dirk.de.vries@devries.invalid",
    "account_manager": "noor.vlinderkade@devries.invalid",
    "analyst": "aart.kompas@devries.invalid",
    "team_manager": "tess.rietkraag@devries.invalid",
}
Open = Callable[..., Any]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A browser; where there is none these tests are left out, and in CI that is a failure.

    It goes with the last test that needs it: while it lives its loop counts as running in this
    process, and Django asks no database anything beside a loop.
    """
    program = shutil.which("chromium")
    if program is None:
        left_out("no chromium: python -m tests.environments installs it (as root)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        yield browser
        browser.close()


class Served:
    """A home that ``kernklant serve`` serves on loopback."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self.states: dict[str, Any] = {}

    def kernklant(self, *words: str) -> str:
        """What a command on this home prints."""
        command = [sys.executable, "-m", "kernklant", *words, "--home", str(self.home)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return done.stdout

    def link(self, email: str) -> str:
        return self.kernklant("link", email, "--url", self.address).strip()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start it, wait until it answers, and stop it by its own id."""
        command = [sys.executable, "-m", "kernklant", "serve", "--home", str(self.home),
                   "--port", str(self.port)]  # fmt: skip
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            self._await(child)
            yield
        finally:
            child.terminate()
            child.wait(30)

    def _await(self, child: subprocess.Popen[str]) -> None:
        for _ in range(600):
            assert child.poll() is None, "the server stopped"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            threading.Event().wait(0.1)
        raise AssertionError("the server did not answer")


@pytest.fixture(scope="session")
def served(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A copy, so that a journey may change it."""
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(demo_home, home)
    (home / ".kernklant-demo").touch()  # its people are made at the first start
    server = Served(home)
    with server.running():
        yield server


@pytest.fixture
def open_as(chromium: Browser, served: Served) -> Iterator[Open]:
    """A page as a member sees it: ``open_as("director", lang="en", size="phone")``."""
    with opener(chromium, served) as opened:
        yield opened


@contextmanager
def opener(chromium: Browser, served: Served) -> Iterator[Open]:
    """Opens pages of this server; all are closed at the end."""
    contexts: list[BrowserContext] = []

    def opened(
        role: str, *, lang: str = "nl", size: str = "wide", script: bool = True
    ) -> tuple[Page, Watch]:
        width, height = SIZES[size]
        context = chromium.new_context(
            base_url=served.address,
            viewport={"width": width, "height": height},
            has_touch=size == "phone",
            java_script_enabled=script,
            storage_state=_state(chromium, served, role),
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        _speak(page, lang)
        return page, Watch(page)

    yield opened
    for context in contexts:
        context.close()


def _state(chromium: Browser, served: Served, role: str) -> Any:
    """Signed in once by a link, then remembered."""
    if role not in served.states:
        context = chromium.new_context(base_url=served.address)
        page = context.new_page()
        page.goto(served.link(PEOPLE[role]))
        page.get_by_role("button").first.click()
        page.wait_for_url(re.compile(r"^(?!.*/in/)"))
        served.states[role] = context.storage_state()
        context.close()
    return served.states[role]


def _speak(page: Page, lang: str) -> None:
    """In this language from now on, as the menu of the person does it."""
    page.goto("/account/")
    if page.locator("html").get_attribute("lang") != lang:
        page.locator("details.person summary").click()
        page.locator(f"button[name=language][value={lang}]").click()
        page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == lang
