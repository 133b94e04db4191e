"""What a browser says beside the page itself: its console, its errors, what it fetched."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from functools import cache

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Response

HTML_AT_MOST, ASSETS_AT_MOST = 150_000, 150_000  # bytes; assets compressed


@dataclass
class Watch:
    """Listens to a page from its making."""

    page: Page
    said: list[str] = field(default_factory=list)
    assets: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("response", self._fetched)

    def silent(self) -> None:
        """Nothing was said: no error, no warning, no refusal of the content policy."""
        assert not self.said, f"{self.page.url}: {self.said}"

    def cached_assets(self) -> int:
        """Bytes of what a browser keeps, compressed; asked for again, for a page that was left
        keeps no answers."""
        return sum(len(gzip.compress(self.page.request.get(one).body())) for one in self.assets)

    def _heard(self, message: ConsoleMessage) -> None:
        self.said.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def _fetched(self, response: Response) -> None:
        if "/static/" in response.url and response.ok:
            self.assets.add(response.url)


@cache
def _axe() -> Axe:
    return Axe()


def accessible(page: Page) -> None:
    """No rule of axe is broken."""
    found = _axe().run(page).response["violations"]
    told = [
        f"{one['id']}: {one['help']}: " + "; ".join(node["html"][:160] for node in one["nodes"][:3])
        for one in found
    ]
    assert not told, f"{page.url}: " + "\n".join(told)


def within_bounds(page: Page) -> None:
    """The page is no wider than its screen, and no heavier than a page may be."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"{page.url} is {width} wide"  # type: ignore[index]
    # A wide table scrolls in its own box; one of figures stands in lines, of which nothing is cut.
    cut = page.locator("table.stacked td").evaluate_all(
        "(all, wide) => all.filter(one => one.getBoundingClientRect().right > wide"
        " || one.scrollWidth > one.clientWidth + 1).length",
        width,
    )
    assert not cut, f"{page.url}: {cut} figures of a table are cut off"
    weight = len(page.evaluate("document.documentElement.outerHTML").encode())
    assert weight <= HTML_AT_MOST, f"{page.url} weighs {weight}"
