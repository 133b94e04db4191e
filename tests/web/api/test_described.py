"""The description of the API is true: whatever is asked, the answer is one that it names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
)

import kernklant.web.project.urls  # noqa: F401 - brings the routers together
from kernklant.web.base.models import Member
from kernklant.web.base.scopes import SCOPES
from kernklant.web.project.api import described

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
Ask = Callable[..., Client]
SignIn = Callable[[Member], Client]
# Requests of each kind for each address; W18 of the promises asks for 10,000 in all (500 each).
EACH = int(os.environ.get("KERNKLANT_REQUESTS", "40"))


def operations() -> Iterator[tuple[str, Any]]:
    schema = schemathesis.openapi.from_dict(described())
    schema.app = get_wsgi_application()
    # Every case comes in with a token of ours, so one that lacks it is never sent; that nobody
    # comes in without is a test of its own.
    schema.config.generation.with_security_parameters = False
    for one in schema.get_all_operations():
        operation = one.ok()
        yield operation.label, operation


# Another test asks without a token; and what is well formed may still be refused: a day that is
# to come, an e-mail address that is none.
SEEN_ELSEWHERE = [ignored_auth, positive_data_acceptance]


def left_on_the_way(case: Any) -> bool:
    """Whether the only thing wrong is an unknown name whose value is empty: it is not sent."""
    known = {parameter.name for parameter in case.operation.query}
    unknown = {name: value for name, value in (case.query or {}).items() if name not in known}
    return bool(unknown) and not any(value not in ([], {}, None) for value in unknown.values())


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The connection of the test is not closed between requests, as Django's own client sees to."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


OPERATIONS = [label for label, _ in operations()]


@pytest.mark.usefixtures("copies", "one_connection")
@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_described_and_none_is_an_error_of_ours(
    label: str, cast: SimpleNamespace, ask: Ask, settings: Any
) -> None:
    settings.API_A_MINUTE = 10**6
    operation = dict(operations())[label]
    who = cast.analyst if "imports" in label else cast.director
    headers = {"Authorization": ask(who).defaults["HTTP_AUTHORIZATION"]}
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        if mode is GenerationMode.NEGATIVE and not (operation.query or operation.body):
            continue

        @examples(
            max_examples=EACH, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def answers_well(case: Any) -> None:
            left_out = [negative_data_rejection] if left_on_the_way(case) else []
            case.call_and_validate(headers=headers, excluded_checks=[*SEEN_ELSEWHERE, *left_out])

        answers_well()


def test_every_address_asks_for_a_token(client: Client) -> None:
    for where, methods in described()["paths"].items():
        for method in methods:
            path = where.replace("{number}", "1").replace("{criterion}", "x")
            answer = client.generic(method.upper(), path, b"{}", content_type="application/json")
            assert answer.status_code == 401, (method, where)


@pytest.mark.usefixtures("empty_home")
def test_the_description_is_for_who_is_signed_in(cast: SimpleNamespace, signed_in: SignIn) -> None:
    for address in ("/api/v1/", "/api/v1/openapi.json"):
        assert Client().get(address).status_code == 302
        assert signed_in(cast.marketing).get(address).status_code == 200
    page = signed_in(cast.analyst).get("/api/v1/").content.decode()
    assert "PUT /api/v1/customers/{number}/ratings/{criterion}" in page
    assert "<script" in page
    assert "https://" not in page.replace("https://example", "")


def test_every_scope_is_asked_for_somewhere() -> None:
    from kernklant.web.base.bearer import Bearer
    from kernklant.web.project.api import api

    asked = {
        one.scope
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
        for one in operation.auth_callbacks
        if isinstance(one, Bearer)
    }
    assert asked == set(SCOPES)
