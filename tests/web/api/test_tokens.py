"""Tokens: made and revoked by the administrator, shown once, never more than their member."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kernklant.web.base.models import LogEntry, Member, Token
from kernklant.web.base.models.tokens import Purpose, digest
from kernklant.web.base.office.actions.people import deactivate_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_home", "static_files")]
Ask = Callable[..., Client]
SignIn = Callable[[Member], Client]
LIST = "/api/v1/customers"


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    return told


def test_a_token_is_shown_once_and_kept_as_its_hash(
    cast: SimpleNamespace, signed_in: SignIn
) -> None:
    office = signed_in(cast.administrator)
    asked = {"name": "CRM", "member": cast.director.pk, "scopes": ["customers"], "days": 30}
    page = office.post("/beheer/tokens/", asked).content.decode()
    found = re.search(r'<code class="once">([^<]+)</code>', page)
    assert found is not None
    secret = found.group(1)
    assert secret not in office.get("/beheer/tokens/").content.decode()
    token = Token.objects.get(purpose=Purpose.API)
    assert (token.digest, token.member) == (digest(secret), cast.director)
    assert Client(HTTP_AUTHORIZATION=f"Bearer {secret}").get(LIST).status_code == 200
    assert secret not in str(list(LogEntry.objects.values_list("data", flat=True)))


def test_two_tokens_of_one_name_are_one_too_many(cast: SimpleNamespace, signed_in: SignIn) -> None:
    office = signed_in(cast.administrator)
    asked = {"name": "CRM", "member": cast.director.pk, "scopes": ["customers"], "days": 30}
    assert office.post("/beheer/tokens/", asked).status_code == 200
    assert office.post("/beheer/tokens/", asked).status_code == 422
    office.post(f"/beheer/tokens/{Token.objects.get().pk}/weg/")
    assert office.post("/beheer/tokens/", asked).status_code == 200


def test_without_a_token_nothing_is_told(cast: SimpleNamespace, signed_in: SignIn) -> None:
    for client in (Client(), signed_in(cast.director), Client(HTTP_AUTHORIZATION="Bearer x")):
        answer = client.get(LIST)
        assert problem(answer, 401)["title"] == "Geen geldig token"
        assert answer["WWW-Authenticate"] == "Bearer"
    english = Client().get(LIST, HTTP_ACCEPT_LANGUAGE="en-GB,en;q=0.9")
    assert problem(english, 401)["title"] == "No valid token"


@pytest.mark.parametrize("how", ["revoked", "expired", "of another purpose", "let go", "changed"])
def test_a_token_that_does_not_count_is_none(how: str, cast: SimpleNamespace, ask: Ask) -> None:
    client = ask(cast.director)
    assert client.get(LIST).status_code == 200
    rows = Token.objects.filter(member=cast.director)
    if how == "revoked":
        rows.update(revoked_at=timezone.now())
    elif how == "expired":
        rows.update(ends_at=timezone.now() - timedelta(seconds=1))
    elif how == "of another purpose":
        rows.update(purpose=Purpose.SIGN_IN)
    elif how == "let go":
        deactivate_member(by=cast.administrator, member=cast.director)
    else:
        client.defaults["HTTP_AUTHORIZATION"] = client.defaults["HTTP_AUTHORIZATION"][:-1] + "*"
    problem(client.get(LIST), 401)


def test_a_token_of_the_api_signs_nobody_in(cast: SimpleNamespace, ask: Ask) -> None:
    client = ask(cast.administrator)
    secret = client.defaults["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    assert client.get("/beheer/").status_code == 302
    for address in (f"/in/{secret}/", f"/welkom/{secret}/"):
        Client().post(address, {"password": "een lange zin als wachtwoord"})
        assert "_auth_user_id" not in Client().session


def test_a_token_does_what_it_was_made_for_only(cast: SimpleNamespace, ask: Ask) -> None:
    client = ask(cast.director, "evaluations", language="nl")
    assert client.get("/api/v1/evaluations").status_code == 200
    told = problem(client.get(LIST), 403)
    assert told["detail"] == "Er is een token nodig voor: klanten lezen: waarde, segment, redenen."


def test_a_token_never_does_more_than_its_member(cast: SimpleNamespace, ask: Ask) -> None:
    problem(ask(cast.marketing).get(LIST), 403)
    problem(ask(cast.account_manager).post(
        "/api/v1/evaluations", "{}", content_type="application/json"), 403)  # fmt: skip
    client = ask(cast.director)
    Member.objects.filter(pk=cast.director.pk).update(role="marketing")
    problem(client.get(LIST), 403)


def test_one_token_may_not_ask_without_end(cast: SimpleNamespace, ask: Ask, settings: Any) -> None:
    settings.API_A_MINUTE = 3
    client, other = ask(cast.director), ask(cast.analyst)
    answers = [client.get(LIST) for _ in range(8)]  # two minutes at most
    refused = [one for one in answers if one.status_code == 429]
    assert len(refused) >= 2
    assert 1 <= int(refused[0]["Retry-After"]) <= 60
    assert other.get(LIST).status_code == 200


def test_problems_are_told_in_the_language_of_the_member_else(
    cast: SimpleNamespace, ask: Ask
) -> None:
    Member.objects.filter(pk=cast.marketing.pk).update(language="en")
    assert problem(ask(cast.marketing).get(LIST), 403)["title"] == "This user may not do this"
    dutch = ask(cast.marketing, language="nl").get(LIST)
    assert problem(dutch, 403)["title"] == "Dit mag deze gebruiker niet"


@pytest.mark.parametrize("purpose", Purpose.values)
def test_a_secret_opens_the_door_it_was_made_for_and_no_other(
    purpose: str, cast: SimpleNamespace
) -> None:
    """W13: of the matrix of kinds of secrets and doors only the diagonal passes."""
    doors = {
        Purpose.SIGN_IN: lambda secret: "_auth_user_id" in posted(f"/in/{secret}/").session,
        Purpose.INVITATION: lambda secret: "_auth_user_id" in posted(f"/welkom/{secret}/").session,
        Purpose.API: lambda secret: asked_with(secret).status_code == 200,
    }
    cast.director.set_unusable_password()  # an invitation is for who never came in
    cast.director.save()
    opened = {}
    for door, opens in doors.items():
        secret = Token.objects.issue(
            member=cast.director, purpose=purpose, lasts=timedelta(hours=1), scopes="customers"
        )
        opened[door] = opens(secret)
    assert opened == {door: door == purpose for door in doors}


def asked_with(secret: str) -> Any:
    return Client(HTTP_AUTHORIZATION=f"Bearer {secret}").get(LIST)


def posted(address: str) -> Client:
    client = Client()
    client.post(address, {"password": "een zin die niemand raadt"})
    return client
