"""Asking the API with a token."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from kernklant.web.base.models import Member
from kernklant.web.base.office.actions.tokens import make_token
from kernklant.web.base.scopes import Scope

EVERYTHING = [scope.value for scope in Scope]


@pytest.fixture
def ask(cast: SimpleNamespace) -> Callable[..., Client]:
    """A client with a token of somebody, for everything unless it is said for what."""

    def client_of(member: Member, *scopes: str, language: str | None = None) -> Client:
        secret = make_token(
            by=cast.administrator, member=member, name=f"proef {len(scopes)} {language}",
            scopes=scopes or EVERYTHING, days=30,
        )  # fmt: skip
        told: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
        if language:
            told["HTTP_ACCEPT_LANGUAGE"] = language
        return Client(enforce_csrf_checks=True, **told)

    return client_of
