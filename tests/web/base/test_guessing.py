"""Guessing passwords is soon over, for who guesses alone."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.core.cache import cache
from django.test import Client

from kernklant.web.base.models import Member
from tests.web.conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_home", "static_files")]
OFFICE, ELSEWHERE = "192.0.2.1", "198.51.100.{}"


def tries(login: str, password: str, *, address: str = OFFICE) -> bool:
    """Whether it lets in."""
    cache.clear()  # as another process, or the same one started anew
    client = Client(REMOTE_ADDR=address)
    client.post("/aanmelden/", {"login": login, "password": password})
    return "_auth_user_id" in client.session


def guess(login: str, *, times: int, address: str = OFFICE) -> None:
    for _ in range(times):
        assert not tries(login, "fout", address=address)


def test_an_account_has_ten_tries_wherever_they_come_from(cast: SimpleNamespace) -> None:
    for number in range(10):
        guess(cast.analyst.email, times=1, address=ELSEWHERE.format(number))
    assert not tries(cast.analyst.email, PASSWORD, address=ELSEWHERE.format(99))


@pytest.mark.parametrize("other", ["ALEX@voorbeeld.invalid", " alex@Voorbeeld.invalid "])
def test_another_way_to_write_it_is_the_same_account(cast: SimpleNamespace, other: str) -> None:
    guess(other, times=10)
    assert not tries(cast.analyst.email, PASSWORD)


def test_who_guesses_elsewhere_does_not_keep_the_owner_out(cast: SimpleNamespace) -> None:
    assert tries(cast.analyst.email, PASSWORD)
    guess(cast.analyst.email, times=20, address=ELSEWHERE.format(1))
    assert tries(cast.analyst.email, PASSWORD)
    assert not tries(cast.analyst.email, PASSWORD, address=ELSEWHERE.format(1))


def test_who_mistypes_does_not_lock_the_office(cast: SimpleNamespace) -> None:
    guess(cast.analyst.email, times=60)
    assert tries(cast.director.email, PASSWORD)


def test_who_tries_many_accounts_is_stopped(cast: SimpleNamespace) -> None:
    for number in range(50):
        guess(f"naam{number}@voorbeeld.invalid", times=1)
    assert not tries(cast.director.email, PASSWORD)
    assert tries(cast.director.email, PASSWORD, address=ELSEWHERE.format(1))


def test_who_comes_in_begins_anew(cast: SimpleNamespace) -> None:
    for _ in range(3):
        guess(cast.analyst.email, times=9)
        assert tries(cast.analyst.email, PASSWORD)
    assert not AccessAttempt.objects.exists()


def test_a_lock_ends_though_one_goes_on_trying(cast: SimpleNamespace) -> None:
    guess(cast.analyst.email, times=10)
    begun = AccessAttempt.objects.get().attempt_time
    guess(cast.analyst.email, times=3)
    assert AccessAttempt.objects.get().attempt_time == begun


def test_who_chose_a_new_password_may_use_it_at_once(cast: SimpleNamespace) -> None:
    guess(cast.analyst.email, times=10)
    client, new = Client(), "een heel andere lange zin"
    client.post("/wachtwoord/vergeten/", {"email": cast.analyst.email})
    link = re.search(r"http\S+(/wachtwoord/nieuw/\S+)", str(mail.outbox[0].body))
    assert link is not None
    there = client.get(link.group(1), follow=True).redirect_chain[-1][0]
    client.post(there, {"password1": new, "password2": new})
    assert Member.objects.get(pk=cast.analyst.pk).check_password(new)
    assert tries(cast.analyst.email, new)
