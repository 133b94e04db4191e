"""How passwords are kept, and what an error or a log gives away: nothing."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password
from django.test import Client

from kernklant.web.base.logs import JsonLines
from kernklant.web.base.models import Member
from tests.web.conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
MIB_19 = 19 * 1024


def test_a_password_is_kept_as_argon2id_of_at_least_the_advised_cost() -> None:
    """OWASP Password Storage Cheat Sheet: 19 MiB, two rounds, one lane."""
    kept = make_password(PASSWORD)
    assert "argon2id" in kept
    cost = dict(part.split("=") for part in kept.split("$")[3].split(","))
    assert int(cost["m"]) >= MIB_19
    assert int(cost["t"]) >= 2
    assert check_password(PASSWORD, kept)
    assert not check_password(PASSWORD + " ", kept)


def test_a_password_of_a_megabyte_is_not_hashed(
    cast: SimpleNamespace, empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[int] = []
    plain = Argon2PasswordHasher.verify

    def verify(self: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        hashed.append(len(password))
        return plain(self, password, encoded)

    monkeypatch.setattr(Argon2PasswordHasher, "verify", verify)
    for many in (len(PASSWORD), 1_025, 1_000_000):
        told = {"login": cast.analyst.email, "password": "x" * many}
        assert Client().post("/aanmelden/", told).status_code in {200, 400}
    assert hashed
    assert max(hashed) <= 1_024


def test_an_error_of_ours_tells_the_visitor_nothing(
    copies: SimpleNamespace,
    signed_in: Callable[[Member], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("geheim-4711 in /var/lib/kernklant")

    monkeypatch.setattr("kernklant.web.desk.listing.page_of", broken)
    client = signed_in(copies.director)
    client.raise_request_exception = False
    answer = client.get("/klanten/")
    text = answer.content.decode()
    assert answer.status_code == 500
    for told in ("geheim-4711", "RuntimeError", "Traceback", "/var/lib", "Django", "kernklant/web"):
        assert told not in text


def test_no_secret_reaches_the_log(
    cast: SimpleNamespace, empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    monkeypatch.setattr(
        "allauth.account.forms.LoginForm.clean", lambda self: (_ for _ in ()).throw(KeyError("x"))
    )
    try:
        client = Client(raise_request_exception=False)
        client.post("/aanmelden/", {"login": cast.analyst.email, "password": PASSWORD})
        client.get("/in/een-geheime-link-4711/")
        client.get('/bestaat-niet/%0d%0a{"nep": 1}')
    finally:
        logging.getLogger().removeHandler(handler)
    lines = out.getvalue().splitlines()
    assert lines
    for line in lines:
        assert json.loads(line)["level"]
        assert PASSWORD not in line
