"""The scoring rules of Mozilla's HTTP Observatory for what an application itself can decide.

Source: MDN, HTTP Observatory, "Tests and scoring" (2024): start at 100; bonus points count only
from 90 on. Left out: tests of other sites' resources (there are none, which gives their bonus).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

YEAR_AND_A_HALF = 15_768_000  # seconds of HSTS below which points are lost


@dataclass
class Score:
    """Points, and why each was given or taken."""

    penalties: dict[str, int] = field(default_factory=dict)
    bonuses: dict[str, int] = field(default_factory=dict)

    @property
    def points(self) -> int:
        """Penalties first; bonuses only from 90 on."""
        base = 100 + sum(self.penalties.values())
        return base + sum(self.bonuses.values()) if base >= 90 else base


def score(page: Any, *, redirect: Any) -> Score:
    """``page`` over https; ``redirect``: the same address over http."""
    found = Score()
    _policy(page, found)
    _cookies(page, found)
    _transport(page, redirect, found)
    _others(page, found)
    return found


def directives(page: Any) -> dict[str, list[str]]:
    policy = page.headers.get("Content-Security-Policy", "")
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {part[0]: part[1:] for part in parts}


def _policy(page: Any, found: Score) -> None:
    told = directives(page)
    script = told.get("script-src", told.get("default-src", []))
    style = told.get("style-src", told.get("default-src", []))
    if not told:
        found.penalties["csp-not-implemented"] = -25
    elif "'unsafe-inline'" in script or "data:" in script or "*" in script:
        found.penalties["csp-implemented-with-unsafe-inline"] = -20
    elif "'unsafe-eval'" in script:
        found.penalties["csp-implemented-with-unsafe-eval"] = -10
    elif "'unsafe-inline'" in style:
        found.bonuses["csp-with-unsafe-inline-in-style-src-only"] = 0
    elif told.get("default-src") == ["'none'"]:
        found.bonuses["csp-implemented-with-no-unsafe-default-src-none"] = 10
    else:
        found.bonuses["csp-implemented-with-no-unsafe"] = 5
    if told.get("frame-ancestors"):
        found.bonuses["x-frame-options-implemented-via-csp"] = 5
    elif page.headers.get("X-Frame-Options") not in {"DENY", "SAMEORIGIN"}:
        found.penalties["x-frame-options-not-implemented"] = -20


def _cookies(page: Any, found: Score) -> None:
    for cookie in page.cookies.values():
        if not cookie["secure"]:
            found.penalties["cookies-without-secure-flag"] = -20
        if not cookie["httponly"] and "csrf" not in cookie.key:
            found.penalties["cookies-session-without-httponly-flag"] = -30
    if all(cookie["samesite"] in {"Lax", "Strict"} for cookie in page.cookies.values()):
        found.bonuses["cookies-secure-with-httponly-sessions-and-samesite"] = 5


def _transport(page: Any, redirect: Any, found: Score) -> None:
    if redirect.status_code != 301 or not redirect.headers["Location"].startswith("https://"):
        found.penalties["redirection-missing"] = -20
    told = page.headers.get("Strict-Transport-Security", "")
    age = re.search(r"max-age=(\d+)", told)
    if age is None:
        found.penalties["hsts-not-implemented"] = -20
    elif int(age.group(1)) < YEAR_AND_A_HALF:
        found.penalties["hsts-implemented-max-age-less-than-six-months"] = -10
    elif "preload" in told and "includeSubDomains" in told:
        found.bonuses["hsts-preloaded"] = 0  # five more once a browser's list holds the host


def _others(page: Any, found: Score) -> None:
    if page.headers.get("X-Content-Type-Options") != "nosniff":
        found.penalties["x-content-type-options-not-implemented"] = -5
    if page.headers.get("Referrer-Policy") in {
        "no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin",
    }:  # fmt: skip
        found.bonuses["referrer-policy-private"] = 5
    if page.headers.get("Cross-Origin-Resource-Policy") in {"same-origin", "same-site"}:
        found.bonuses["corp-implemented-with-same-origin"] = 10
    if "access-control-allow-origin" in {name.lower() for name in page.headers}:
        found.penalties["cross-origin-resource-sharing-implemented"] = -50
    scripts = re.findall(r'<script[^>]+src="([^"]+)"', page.content.decode())
    if any(not one.startswith("/") or one.startswith("//") for one in scripts):
        found.penalties["sri-not-implemented-but-external-scripts"] = -5
