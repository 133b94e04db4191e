"""What the environment says, read once and refused loudly when it is unsafe."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import ParseResult, unquote, urlparse

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SHORTEST_KEY = 32
LEAST_MEMORY = 1 << 30
LONGEST_SESSION = 12 * 60  # minutes


def origin(address: str) -> ParseResult:
    """Where people reach it; without TLS only this machine itself may be named."""
    found = urlparse(address.rstrip("/"))
    if found.scheme not in {"http", "https"} or not found.hostname or found.path:
        raise ImproperlyConfigured(
            f"KERNKLANT_URL must be an origin like https://klant.example.nl, not {address!r}"
        )
    if found.scheme == "http" and found.hostname not in LOOPBACK:
        raise ImproperlyConfigured(
            f"KERNKLANT_URL={address}: passwords would travel unencrypted. Use https, with a "
            "proxy that ends TLS (docs/how-to/serve-behind-a-proxy.md)"
        )
    if found.hostname == "*":
        raise ImproperlyConfigured("KERNKLANT_URL must name one host")
    return found


def hosts(origin: ParseResult) -> list[str]:
    """The one host that is answered to; on this machine all its names."""
    host = str(origin.hostname)
    return [*LOOPBACK, "[::1]"] if host in LOOPBACK else [host]


def secret_key(room: Path) -> str:
    """From the environment, else a file in the home; both at least 32 characters.

    Without either (no home yet) a key of this process alone: nothing signed outlives it.
    """
    told = os.environ.get("KERNKLANT_SECRET_KEY")
    if told is None:
        file = room / "secret-key"
        if not file.exists() and room.is_dir():
            keep_secret(file)
        told = file.read_text("ascii").strip() if file.exists() else secrets.token_urlsafe(48)
    if len(told) < SHORTEST_KEY or told.startswith("django-insecure-"):
        raise ImproperlyConfigured(
            f"KERNKLANT_SECRET_KEY must have at least {SHORTEST_KEY} random characters"
        )
    return told


def keep_secret(file: Path) -> None:
    """A new key that only this user can read; of two that start at once, one wins."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_urlsafe(48))


def database(address: str | None, room: Path) -> dict[str, Any]:
    """PostgreSQL where an address is given, else SQLite in the home."""
    if not address:
        return {
            "ENGINE": "kernklant.web.project.sqlite",
            "NAME": room / "kernklant.sqlite3",
            "TEST": {"NAME": ":memory:"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=268435456;"
                    "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    found = urlparse(address)
    if found.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must start with postgres://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(found.path[1:]),
        "USER": unquote(found.username or ""),
        "PASSWORD": unquote(found.password or ""),
        "HOST": unquote(found.hostname or ""),
        "PORT": found.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def memory(told: str | None) -> int:
    """Bytes that long work may use: as told, else three quarters of this machine's."""
    if told is None:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4 * 3
    if not told.isdigit() or int(told) < LEAST_MEMORY:
        raise ImproperlyConfigured(f"KERNKLANT_MEMORY must be at least {LEAST_MEMORY} bytes")
    return int(told)


def idle(told: str | None) -> int:
    """Seconds after which a session that lies still ends: W8 of reliability.md asks 30 minutes."""
    minutes = "30" if told is None else told
    if not minutes.isdecimal() or not 1 <= int(minutes) <= LONGEST_SESSION:
        raise ImproperlyConfigured(f"KERNKLANT_IDLE must be 1 to {LONGEST_SESSION} minutes")
    return int(minutes) * 60


def mail(address: str | None, room: Path) -> tuple[str, Path, dict[str, Any]]:
    """SMTP where an address is given; else each mail becomes a file in the home."""
    backend = "django.core.mail.backends."
    nothing = {"host": "", "port": 25, "user": "", "password": "", "tls": False, "ssl": False}
    if not address:
        return f"{backend}filebased.EmailBackend", room / "mail", nothing
    found = urlparse(address)
    if found.scheme not in {"smtp", "smtps"} or not found.hostname:
        raise ImproperlyConfigured("KERNKLANT_MAIL must be smtp://user:password@host:port")
    told = {
        "host": found.hostname,
        "port": found.port or (465 if found.scheme == "smtps" else 587),
        "user": unquote(found.username or ""),
        "password": unquote(found.password or ""),
        "tls": found.scheme == "smtp" and bool(found.username),
        "ssl": found.scheme == "smtps",
    }
    return f"{backend}smtp.EmailBackend", room / "mail", told
