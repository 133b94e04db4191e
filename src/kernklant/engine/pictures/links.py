"""Links in a picture: only to places of our own, and what is said of the place in a tooltip.

Vega refuses or completes relative addresses, so a link travels through it behind a placeholder
host that :mod:`drawing` takes off again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

PLACEHOLDER = "https://kernklant.invalid"
MOST_TOOLTIP = 120
# `//host` would lead a browser elsewhere; so would `/\host` if quoting left the backslash.
OWN_PLACE = re.compile(r"(?:/(?!/)|\?)[\w%/?&=:+,;@!$'()*~#.\[\]-]*", re.ASCII)
LINKED = {"href": {"field": "href"}, "description": {"field": "tooltip"}}
KEPT = "%/?&=:+,;@!$'()*~#.[]-"


@dataclass(frozen=True, slots=True)
class Link:
    """Where a mark leads, a path from ``/`` or a query from ``?``, and its tooltip."""

    href: str
    tooltip: str

    def carried(self) -> dict[str, str]:
        """As columns of the row a mark is drawn from; the mark reads them with ``LINKED``."""
        return {"href": outward(self.href), "tooltip": shortened(self.tooltip)}


def own_place(href: str) -> str:
    """The path, quoted; refused when it does not stay on the page's own host."""
    path = quote(href, safe=KEPT, errors="replace")
    if not OWN_PLACE.fullmatch(path):
        raise ValueError(f"a picture links to places of its own only, not to {href!r}")
    return path


def outward(href: str) -> str:
    """The address as Vega wants it."""
    return PLACEHOLDER + own_place(href)


def homeward(address: str) -> str:
    """The path behind the placeholder; refused when the address is no link of ours."""
    path = address.removeprefix(PLACEHOLDER)
    if path == address or not OWN_PLACE.fullmatch(path):
        raise ValueError(f"a picture links to places of its own only, not to {address!r}")
    return path


def shortened(words: str, most: int = MOST_TOOLTIP) -> str:
    """Words that are not longer than so many characters."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
