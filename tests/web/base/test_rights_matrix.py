"""Every address, every role, own and other customers: made from the list of addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse

from kernklant.web.base.access import PUBLIC, SIGNED_IN, policy_of
from kernklant.web.base.models import Member, Role
from kernklant.web.base.rights import TABLE, Reach, Right, reach
from kernklant.web.project import urls
from kernklant.web.project.api import BEARER
from kernklant.web.segments.models import Standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]
ROUTES = [route for route in urls.urlpatterns if isinstance(route, URLPattern)]
APPS = ("base", "ledger", "value", "segments", "attention", "voice", "success", "allocation",
        "evaluation", "desk", "privacy")  # fmt: skip
# A value for each kind of parameter; numbers of things that are not there.
SAMPLES: dict[str, Any] = {
    "int": 999_999,
    "str": "xlsx",
    "path": "x",
    "base36": "x",
    "slug": "x",
    "uuid": "0" * 32,
}
HERE = {"run": 1, "before": 1, "after": 2}


def address(route: URLPattern, **known: Any) -> str:
    kinds = {
        name: re.search(rf"<(\w+:)?{name}>", str(route.pattern)) for name in
        route.pattern.converters
    }  # fmt: skip
    values = {
        name: known.get(name, HERE.get(name, SAMPLES[(kind.group(1) or "str:")[:-1]]))
        for name, kind in kinds.items()
        if kind is not None
    }
    return reverse(str(route.name), kwargs=values)


def guarded() -> list[URLPattern]:
    return [
        route for route in ROUTES if policy_of(route.callback) not in {PUBLIC, SIGNED_IN, BEARER}
    ]


def test_a_stranger_gets_no_further_than_signing_in(copies: SimpleNamespace) -> None:
    closed = [route for route in ROUTES if policy_of(route.callback) != PUBLIC]
    assert len(closed) > 40
    for route in closed:
        for method in ("get", "post"):
            response = getattr(Client(), method)(address(route))
            if policy_of(route.callback) == BEARER:
                assert response.status_code in {401, 405}, route.name
                continue
            assert response.status_code == 302, route.name
            assert response["Location"].startswith("/aanmelden/"), route.name


@pytest.mark.parametrize("role", list(Role))
def test_who_lacks_the_right_finds_nothing_and_who_has_it_something_else(
    copies: SimpleNamespace, signed_in: SignIn, role: Role
) -> None:
    client = signed_in(getattr(copies, role.value))
    for route in guarded():
        right = Right(str(policy_of(route.callback)))
        for method in ("get", "post"):
            status = getattr(client, method)(address(route)).status_code
            if reach(role, right) is Reach.NONE:
                assert status == 404, route.name
            else:
                assert status < 500, route.name


@pytest.mark.parametrize("role", [Role.ACCOUNT_MANAGER, Role.TEAM_MANAGER])
def test_of_anothers_customer_one_sees_name_city_and_manager_and_changes_nothing(
    copies: SimpleNamespace, signed_in: SignIn, role: Role
) -> None:
    others = Standing.objects.filter(manager=copies.other_manager, prospect=False)
    other = others.order_by("-clv").first()
    assert other is not None
    client = signed_in(getattr(copies, role.value))
    routes = [one for one in guarded() if str(one.pattern).startswith("klanten/<int:number>")]
    assert len(routes) >= 7
    for route in routes:
        there = address(route, number=other.pk)
        post = client.post(there, {"text": "x", "name": "x", "score": "1"})
        assert post.status_code in {404, 405}, route.name
        response = client.get(there)
        if reach(role, Right(str(policy_of(route.callback)))) is not Reach.ALL:
            assert response.status_code in {404, 405}, route.name
        elif response.status_code == 200:
            page = response.content.decode()
            assert "€" not in page, route.name
            assert "Score" not in page, route.name


def test_every_right_is_asked_for_somewhere_or_waits_for_its_page() -> None:
    asked = {policy_of(route.callback) for route in ROUTES}
    assert {right.value for right in TABLE} >= asked - {PUBLIC, SIGNED_IN, BEARER}


def test_a_view_without_a_policy_is_refused() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert policy_of(view) is None
    for route in ROUTES:
        assert policy_of(route.callback) is not None


def test_public_addresses_are_those_of_coming_in_and_whether_we_live() -> None:
    public = {str(route.name) for route in ROUTES if policy_of(route.callback) == PUBLIC}
    assert public == {
        "first_visit", "sign_in_by_link", "account_login", "account_logout", "account_inactive",
        "account_reset_password", "account_reset_password_done",
        "account_reset_password_from_key", "account_reset_password_from_key_done",
        "mfa_authenticate", "join", "alive",
    }  # fmt: skip


def test_foreign_keys_point_down_the_loop() -> None:
    place = {name: at for at, name in enumerate(APPS)}
    for model in apps.get_models():
        own = model._meta.app_label
        if own not in place:
            continue
        for field in model._meta.get_fields():
            if field.is_relation and getattr(field, "many_to_one", False) and field.related_model:
                other = field.related_model._meta.app_label  # type: ignore[union-attr]
                assert other not in place or place[other] <= place[own], (model, field)
