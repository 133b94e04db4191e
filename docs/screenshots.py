"""The pictures of README and docs: `make screenshots` (needs Chromium and a built demo)."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
COMPANY = "de-vries-techniek"
REPORTS = {
    "report.png": (f"{COMPANY}/report-en.html", (1280, 1500)),
    "report-cdnow.png": ("cdnow/report-en.html", (1280, 1500)),
}
DIRECTOR, ADMINISTRATOR = "dirk.de.vries@devries.invalid", "anneke.zonnehof@devries.invalid"
WIDE, PHONE = (1280, 1000), (390, 844)
# Name: who looks, at what, how large; `BEST` is the most valuable customer.
PAGES = {
    "portfolio.png": (DIRECTOR, "/portefeuille/", WIDE),
    "portfolio-phone.png": (DIRECTOR, "/portefeuille/", PHONE),
    "customers.png": (DIRECTOR, "/klanten/?volgorde=bijdrage", WIDE),
    "customer.png": (DIRECTOR, "BEST", WIDE),
    "moves.png": (DIRECTOR, "/verschuivingen/", WIDE),
    "policy.png": (DIRECTOR, "/beleid/", WIDE),
    "evaluations.png": (DIRECTOR, "/evaluaties/", WIDE),
    "data.png": (ADMINISTRATOR, "/gegevens/", WIDE),
    "privacy.png": (ADMINISTRATOR, "/privacy/", WIDE),
}


def main(homes: Path) -> int:
    """Draw every picture anew; 1 when there is no browser."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        print("no chromium here: apt-get install chromium")
        return 1
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=program)
        for name, (page, size) in REPORTS.items():
            shot = _page(browser, size)
            shot.goto((homes / page).resolve().as_uri())
            _keep(shot, name)
        home = Path(folder) / "home"
        shutil.copytree(homes / COMPANY, home)  # what one does to look stays out of the demo
        with _served(home) as address:
            for name, (who, path, size) in PAGES.items():
                _keep(_web_page(browser, home, address, who=who, path=path, size=size), name)
        browser.close()
    return 0


def _page(browser: Browser, size: tuple[int, int]) -> Page:
    return browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme="light")


def _keep(page: Page, name: str) -> None:
    page.screenshot(path=IMAGES / name)
    page.close()
    print(f"docs/images/{name}")


def _web_page(
    browser: Browser, home: Path, address: str, *, who: str, path: str, size: tuple[int, int]
) -> Page:
    page = _page(browser, size)
    page.goto(_kernklant("link", who, "--url", address, "--home", str(home)).strip())
    page.get_by_role("button").first.click()
    page.goto(f"{address}/account/")
    if page.locator("html").get_attribute("lang") != "en":
        page.locator("details.person summary").click()
        page.locator("button[name=language][value=en]").click()
        page.wait_for_load_state()
    if path == "BEST":
        page.goto(f"{address}/klanten/")
        path = page.locator("table.list tbody th a").first.get_attribute("href") or "/klanten/"
    page.goto(f"{address}{path}")
    return page


@contextmanager
def _served(home: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "kernklant", "serve", "--home", str(home), "--port", str(port)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            threading.Event().wait(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        child.wait(30)


def _kernklant(*words: str) -> str:
    command = [sys.executable, "-m", "kernklant", *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
