"""What an attacker tries first: headers, cookies, other hosts, forged posts, guessed passwords."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone

from kernklant.web.base.access import PUBLIC, policy_of
from kernklant.web.base.actions import issue_sign_in_link
from kernklant.web.base.models import Deputy, LogEntry, Member, Setting
from kernklant.web.project import urls
from kernklant.web.project.api import BEARER
from tests.web.base.observatory import score
from tests.web.base.test_rights_matrix import address
from tests.web.conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_home", "static_files")]
SignIn = Callable[[Member], Client]
ROOT = Path(__file__).parents[3]
HTTPS = "https://klant.voorbeeld.invalid"
PAGES = ("/aanmelden/", "/portefeuille/", "/klanten/", "/account/", "/bestaat-niet/")


@pytest.fixture
def https(settings: Any) -> None:
    """As an installation that others reach."""
    settings.SECURE = True
    settings.ALLOWED_HOSTS = ["klant.voorbeeld.invalid"]
    settings.CSRF_TRUSTED_ORIGINS = [HTTPS]
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"


def secure(client: Client) -> dict[str, Any]:
    return {"secure": True, "headers": {"host": "klant.voorbeeld.invalid"}}


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_has_the_headers_of_a_strict_page(
    cast: SimpleNamespace, signed_in: SignIn, page: str
) -> None:
    for client in (Client(), signed_in(cast.director)):
        headers = client.get(page).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store" or "max-age=0" in headers["Cache-Control"]


@pytest.mark.usefixtures("https")
def test_the_rules_of_the_observatory_give_at_least_115(cast: SimpleNamespace) -> None:
    client = Client()
    page = client.get("/aanmelden/", **secure(client))
    plain = client.get("/aanmelden/", headers={"host": "klant.voorbeeld.invalid"})
    found = score(page, redirect=plain)
    assert found.points >= 115, found


@pytest.mark.usefixtures("https")
def test_cookies_are_of_this_host_alone_and_out_of_reach(cast: SimpleNamespace) -> None:
    client = Client()
    told = {"login": cast.analyst.email, "password": PASSWORD}
    client.post("/aanmelden/", told, **secure(client))
    for cookie in client.cookies.values():
        assert cookie.key.startswith("__Host-")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]


def test_another_host_is_refused() -> None:
    assert Client().get("/aanmelden/", headers={"host": "kwaad.invalid"}).status_code == 400


@pytest.mark.parametrize("there", ["https://kwaad.invalid/", "//kwaad.invalid", "/\\kwaad.invalid"])
def test_signing_in_and_choosing_looks_lead_nowhere_else(
    cast: SimpleNamespace, signed_in: SignIn, there: str
) -> None:
    client = Client()
    told = {"login": cast.analyst.email, "password": PASSWORD, "next": there}
    assert "kwaad" not in client.post("/aanmelden/", told)["Location"]
    assert (
        "kwaad"
        not in signed_in(cast.analyst).post("/account/weergave/", {"theme": "dark", "back": there})[
            "Location"
        ]
    )


def test_every_post_wants_a_token_of_the_page(cast: SimpleNamespace) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.director, backend="allauth.account.auth_backends.AuthenticationBackend")
    tried = 0
    for route in urls.urlpatterns:
        if not isinstance(route, URLPattern) or policy_of(route.callback) == BEARER:
            continue  # who calls the API has no cookie that another site could use
        status = client.post(address(route)).status_code
        assert status in {403, 404, 405}, route.name
        tried += status == 403
    assert tried > 20


def test_each_page_takes_only_its_methods(cast: SimpleNamespace, signed_in: SignIn) -> None:
    client = signed_in(cast.director)
    for method in ("put", "delete", "patch", "trace"):
        for page in ("/portefeuille/", "/klanten/", "/klanten/1/", "/account/"):
            assert getattr(client, method)(page).status_code == 405


def test_a_session_gets_a_new_name_when_one_signs_in(cast: SimpleNamespace) -> None:
    client = Client()
    session = client.session
    session["before"] = True
    session.save()
    client.cookies["session"] = old = str(session.session_key)
    client.post("/aanmelden/", {"login": cast.analyst.email, "password": PASSWORD})
    assert client.cookies["session"].value != old


def test_guessing_a_password_is_soon_over(cast: SimpleNamespace) -> None:
    client = Client()
    told = {"login": cast.analyst.email, "password": "fout"}
    for _ in range(10):
        client.post("/aanmelden/", told)
    client.post("/aanmelden/", {**told, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    other = Client(REMOTE_ADDR="10.0.0.9")  # who guesses locks nobody else out
    other.post("/aanmelden/", {"login": cast.director.email, "password": PASSWORD})
    assert "_auth_user_id" in other.session


def test_an_unknown_address_gets_the_same_answer_and_no_mail(cast: SimpleNamespace) -> None:
    pages = []
    for email in (cast.analyst.email, "niemand@voorbeeld.invalid"):
        response = Client().post("/wachtwoord/vergeten/", {"email": email}, follow=True)
        pages.append(re.sub(r'value="[^"]+"', "", response.content.decode()))
    assert pages[0] == pages[1]
    assert [message.to for message in mail.outbox] == [[cast.analyst.email]]


def test_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once(
    cast: SimpleNamespace,
) -> None:
    client = Client()
    client.post("/wachtwoord/vergeten/", {"email": cast.analyst.email})
    link = re.search(r"http\S+(/wachtwoord/nieuw/\S+)", str(mail.outbox[0].body))
    assert link is not None
    page = client.get(link.group(1), follow=True)
    there = page.redirect_chain[-1][0]
    new = "een heel andere lange zin"
    client.post(there, {"password1": new, "password2": new})
    assert Member.objects.get(pk=cast.analyst.pk).check_password(new)
    again = Client().get(link.group(1), follow=True).content.decode()
    assert "werkt niet meer" in again


def test_signing_out_everywhere_ends_the_other_sessions(
    cast: SimpleNamespace, signed_in: SignIn
) -> None:
    here, there = signed_in(cast.analyst), signed_in(cast.analyst)
    assert there.get("/account/").status_code == 200
    here.post("/account/overal-af/")
    assert there.get("/account/").status_code == 302
    assert LogEntry.objects.filter(what="member.sessions_ended").exists()


def test_a_session_that_lies_still_ends(
    cast: SimpleNamespace, signed_in: SignIn, settings: Any
) -> None:
    client = signed_in(cast.analyst)
    client.get("/account/")
    session = client.session
    session["session_seen"] = (
        timezone.now() - timedelta(seconds=settings.IDLE_SECONDS + 1)
    ).isoformat()
    session.save()
    assert client.get("/account/").status_code == 302


@pytest.mark.usefixtures("https")
def test_who_can_change_much_first_sets_up_a_second_step(
    cast: SimpleNamespace, signed_in: SignIn
) -> None:
    director, analyst = signed_in(cast.director), signed_in(cast.analyst)
    led = director.get("/portefeuille/", **secure(director))
    assert led["Location"] == "/account/tweede-stap/app/"
    assert analyst.get("/portefeuille/", **secure(analyst)).status_code == 200
    Authenticator.objects.create(
        user=cast.director, type=Authenticator.Type.TOTP, data={"secret": "x"}
    )
    assert director.get("/portefeuille/", **secure(director)).status_code == 200


@pytest.mark.usefixtures("https")
def test_a_second_step_that_is_asked_from_now_on_is_asked_at_the_next_request(
    cast: SimpleNamespace, signed_in: SignIn
) -> None:
    analyst = signed_in(cast.analyst)
    assert analyst.get("/portefeuille/", **secure(analyst)).status_code == 200
    Setting.objects.create(key="mfa_roles", value=["analyst"])
    assert analyst.get("/portefeuille/", **secure(analyst)).status_code == 302


def test_a_session_lies_still_for_half_an_hour_at_most(settings: Any) -> None:
    assert settings.IDLE_SECONDS == 30 * 60


def test_the_second_step_is_set_up_and_asked_for(cast: SimpleNamespace) -> None:
    client = Client()
    client.post(f"/in/{issue_sign_in_link(member=cast.analyst)}/")
    page = client.get("/account/tweede-stap/app/").content.decode()
    key = re.search(r"<code>(\w+)</code>", page)
    assert key is not None
    client.post("/account/tweede-stap/app/", {"code": totp(key.group(1))})
    assert Authenticator.objects.filter(user=cast.analyst).count() == 2  # and recovery codes
    assert client.get("/account/tweede-stap/codes/").status_code == 200
    other = Client()
    other.post("/aanmelden/", {"login": cast.analyst.email, "password": PASSWORD})
    assert "_auth_user_id" not in other.session
    assert "Nog één stap" in other.get("/tweede-stap/").content.decode()


def test_one_lets_another_stand_in_and_ends_it(cast: SimpleNamespace, signed_in: SignIn) -> None:
    client = signed_in(cast.account_manager)
    today = timezone.localdate().isoformat()
    told = {"member": cast.other_manager.pk, "starts_on": today, "ends_on": today}
    client.post("/account/waarneming/", told)
    deputy = Deputy.objects.get()
    assert (deputy.absent, deputy.member) == (cast.account_manager, cast.other_manager)
    wrong = client.post("/account/waarneming/", {**told, "ends_on": "2020-01-01"})
    assert wrong.status_code == 422
    assert (
        signed_in(cast.director).post(f"/account/waarneming/{deputy.pk}/stop/").status_code == 404
    )
    client.post(f"/account/waarneming/{deputy.pk}/stop/")
    assert not Deputy.objects.exists()


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        ({"KERNKLANT_URL": "http://klant.voorbeeld.invalid"}, "unencrypted"),
        ({"KERNKLANT_URL": "https://*"}, "one host"),
        ({"KERNKLANT_URL": "ftp://x"}, "origin"),
        ({"KERNKLANT_URL": HTTPS + "/pad"}, "origin"),
        ({"KERNKLANT_SECRET_KEY": "kort"}, "32"),
        ({"KERNKLANT_SECRET_KEY": "django-insecure-" + "x" * 40}, "32"),
        ({"DATABASE_URL": "mysql://x/y"}, "postgres"),
        ({"KERNKLANT_MAIL": "http://x"}, "smtp"),
        ({"KERNKLANT_MEMORY": "10"}, "KERNKLANT_MEMORY"),
        ({"KERNKLANT_IDLE": "0"}, "KERNKLANT_IDLE"),
        ({"KERNKLANT_IDLE": "721"}, "KERNKLANT_IDLE"),
    ],
)
def test_an_insecure_start_is_refused(
    tmp_path: Path, environment: dict[str, str], why: str
) -> None:
    done = manage(tmp_path, "check", **environment)
    assert done.returncode != 0
    assert why in done.stderr


def test_the_deploy_check_is_clean(tmp_path: Path) -> None:
    done = manage(
        tmp_path, "check", "--deploy", "--fail-level", "INFO",
        KERNKLANT_URL=HTTPS, KERNKLANT_SECRET_KEY="Kern-klant-7" * 5,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def manage(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    told = {**os.environ, "KERNKLANT_HOME": str(home), **environment}
    told["DJANGO_SETTINGS_MODULE"] = "kernklant.web.project.settings"
    command = [sys.executable, "-m", "django", *words]
    return subprocess.run(command, env=told, cwd=ROOT, capture_output=True, text=True, check=False)


def totp(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import (  # fmt: skip
        format_hotp_value,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def test_public_pages_hold_nothing_of_customers(cast: SimpleNamespace) -> None:
    for route in urls.urlpatterns:
        if isinstance(route, URLPattern) and policy_of(route.callback) == PUBLIC:
            page = Client().get(address(route))
            assert page.status_code in {200, 302, 404, 405, 410}, route.name


@pytest.mark.usefixtures("https")
def test_a_proxy_hears_that_we_live_and_nothing_else(
    cast: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        told = Client().get("/leeft/", headers={"host": "klant.voorbeeld.invalid"})
    assert (told.status_code, told.content) == (200, b"ok\n")
    assert "Set-Cookie" not in told.headers
