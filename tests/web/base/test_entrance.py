"""Coming in: the first visit, links that sign in once, and who is turned away."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from kernklant.web.base.actions import issue_sign_in_link
from kernklant.web.base.models import LogEntry, Member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_home", "static_files")]


def test_the_first_visit_makes_the_administrator() -> None:
    client = Client()
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/begin/"
    told = {"name": "Anna", "email": "Anna@Voorbeeld.invalid", "password": "een lange zin hoor"}
    client.post("/begin/", told)
    member = Member.objects.get()
    assert (member.email, member.role) == ("anna@voorbeeld.invalid", "administrator")
    assert client.get("/begin/").status_code == 404


def test_a_password_manager_knows_what_the_first_visit_asks() -> None:
    page = Client().get("/begin/").content.decode()
    for asked in ("name", "username", "new-password"):
        assert f'autocomplete="{asked}"' in page, asked


def test_a_link_signs_in_once_and_only_by_its_button(cast: SimpleNamespace) -> None:
    address = f"/in/{issue_sign_in_link(member=cast.director)}/"
    client = Client()
    assert "Dirk" in client.get(address).content.decode()
    assert "_auth_user_id" not in client.session
    assert client.post(address).status_code == 302
    assert client.session["_auth_user_id"] == str(cast.director.pk)
    assert Client().post(address).status_code == 410


def test_a_link_speaks_the_language_of_whom_it_lets_in(cast: SimpleNamespace) -> None:
    Member.objects.filter(pk=cast.director.pk).update(language="en")
    for member, words in ((cast.director, "Sign in as Dirk"), (cast.analyst, "Aanmelden als")):
        address = f"/in/{issue_sign_in_link(member=member)}/"
        assert words in Client().get(address).content.decode()


def test_a_changed_entry_of_the_log_is_found(cast: SimpleNamespace) -> None:
    issue_sign_in_link(member=cast.director)
    issue_sign_in_link(member=cast.analyst)
    assert LogEntry.objects.all().first_broken() is None
    first = LogEntry.objects.order_by("number").first()
    assert first is not None
    LogEntry.objects.filter(pk=first.pk).update(about="member:0")
    assert LogEntry.objects.all().first_broken() == first


def test_who_has_no_password_chooses_one_before_a_second_step(
    cast: SimpleNamespace, signed_in: Callable[[Member], Client]
) -> None:
    cast.director.set_unusable_password()
    cast.director.save()
    client = signed_in(cast.director)
    assert client.get("/account/tweede-stap/app/")["Location"] == "/account/wachtwoord/kiezen/"
    assert "eerst een wachtwoord" in client.get("/account/wachtwoord/kiezen/").content.decode()
