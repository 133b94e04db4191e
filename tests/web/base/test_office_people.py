"""Inviting people, changing what they may do, and letting them go."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from kernklant.engine.errors import UserError
from kernklant.web.base.actions import issue_sign_in_link
from kernklant.web.base.models import Deputy, LogEntry, Member, Role, Setting, Team, Token
from kernklant.web.base.office.actions.people import deactivate_member
from tests.web.conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_home", "static_files")]
SignIn = Callable[[Member], Client]
ASKED = {
    "name": "Piet",
    "email": "Piet@voorbeeld.invalid",
    "role": "account_manager",
    "team": "",
    "ledger_name": "Piet Kade",
    "language": "nl",
    "how": "show",
}


def link_in(text: str) -> str:
    found = re.search(r"http://[^/]+(/welkom/[^/]+/)", text)
    assert found is not None
    return found.group(1)


@pytest.fixture
def office(cast: SimpleNamespace, signed_in: SignIn) -> Client:
    return signed_in(cast.administrator)


def test_an_invitation_works_once_and_brings_the_role_of_the_inviter_s_form(office: Client) -> None:
    shown = office.post("/beheer/mensen/uitnodigen/", ASKED).content.decode()
    address = link_in(shown)
    piet = Client()
    assert piet.get(address).status_code == 200
    told = {"password": "een zin die niemand raadt", "role": "administrator"}
    assert piet.post(address, told).status_code == 302
    member = Member.objects.get(email="piet@voorbeeld.invalid")
    assert (member.role, member.ledger_name) == ("account_manager", "Piet Kade")
    assert member.check_password("een zin die niemand raadt")
    assert piet.session["_auth_user_id"] == str(member.pk)
    assert Client().post(address, told).status_code == 410
    assert member.check_password("een zin die niemand raadt")


def test_an_invitation_is_mailed_to_the_one_address_in_his_own_language(office: Client) -> None:
    asked = {**ASKED, "how": "mail", "language": "en"}
    shown = office.post("/beheer/mensen/uitnodigen/", asked, HTTP_HOST="testserver")
    assert "/welkom/" not in shown.content.decode()
    assert [one.to for one in mail.outbox] == [["piet@voorbeeld.invalid"]]
    assert mail.outbox[0].subject == "You are invited to Kernklant"
    page = Client().get(link_in(str(mail.outbox[0].body))).content.decode()
    assert "Welcome, Piet" in page
    assert '<html lang="en"' in page


def test_the_mail_names_the_company_once_it_is_set(office: Client) -> None:
    Setting.objects.create(key="name", value="De Vries Techniek")
    office.post("/beheer/mensen/uitnodigen/", {**ASKED, "how": "mail"})
    assert "Anna nodigt u uit voor Kernklant bij De Vries Techniek." in str(mail.outbox[0].body)


def test_a_mail_server_that_is_away_leaves_a_link_to_pass_on(office: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    shown = office.post("/beheer/mensen/uitnodigen/", {**ASKED, "how": "mail"}).content.decode()
    assert "kon niet worden verstuurd" in shown
    assert Client().get(link_in(shown)).status_code == 200


def test_an_address_that_is_known_is_not_invited_twice(
    office: Client, cast: SimpleNamespace
) -> None:
    again = office.post("/beheer/mensen/uitnodigen/", {**ASKED, "email": "DIRK@voorbeeld.invalid"})
    assert again.status_code == 422
    assert Member.objects.filter(email__iexact="dirk@voorbeeld.invalid").count() == 1
    assert not Token.objects.exists()


def test_a_new_link_ends_the_earlier_one(office: Client) -> None:
    first = link_in(office.post("/beheer/mensen/uitnodigen/", ASKED).content.decode())
    piet = Member.objects.get(name="Piet")
    second = link_in(
        office.post(f"/beheer/mensen/{piet.pk}/opnieuw/", {"how": "show"}).content.decode()
    )
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 200


def test_an_invitation_ends_when_access_does(office: Client) -> None:
    address = link_in(office.post("/beheer/mensen/uitnodigen/", ASKED).content.decode())
    piet = Member.objects.get(name="Piet")
    office.post(f"/beheer/mensen/{piet.pk}/einde/")
    assert Client().get(address).status_code == 410
    office.post(f"/beheer/mensen/{piet.pk}/terug/")
    assert Client().get(address).status_code == 410


def test_who_is_let_go_is_out_at_his_next_request(
    office: Client, cast: SimpleNamespace, signed_in: SignIn
) -> None:
    dirk = signed_in(cast.director)
    assert dirk.get("/beheer/logboek/").status_code == 200
    office.post(f"/beheer/mensen/{cast.director.pk}/einde/")
    assert dirk.get("/beheer/logboek/").status_code == 302


def test_another_role_counts_at_the_next_request(
    office: Client, cast: SimpleNamespace, signed_in: SignIn
) -> None:
    dirk = signed_in(cast.director)
    assert dirk.get("/beheer/logboek/").status_code == 200
    told = {
        "name": "Dirk",
        "email": cast.director.email,
        "role": "marketing",
        "team": "",
        "ledger_name": "",
    }
    office.post(f"/beheer/mensen/{cast.director.pk}/", told)
    assert dirk.get("/beheer/logboek/").status_code == 302
    assert signed_in(cast.director).get("/beheer/logboek/").status_code == 404
    entry = LogEntry.objects.order_by("-number").filter(what="member.changed").get()
    assert entry.data == {"fields": ["role"], "before": "director", "role": "marketing"}
    assert entry.where == "127.0.0.1"


def test_an_invitation_ends_when_its_owner_came_in_another_way(office: Client) -> None:
    address = link_in(office.post("/beheer/mensen/uitnodigen/", ASKED).content.decode())
    piet = Member.objects.get(name="Piet")
    piet.set_password("een zin van hemzelf")  # by a link for a forgotten password
    piet.save()
    for answer in (Client().get(address), Client().post(address, {"password": "x" * 20})):
        assert answer.status_code == 410
    piet.refresh_from_db()
    assert piet.check_password("een zin van hemzelf")


def test_another_address_counts_at_once_and_links_to_the_one_before_end(
    office: Client, cast: SimpleNamespace, signed_in: SignIn
) -> None:
    told = {"name": "Dirk", "email": "Dirk.Nieuw@voorbeeld.invalid", "role": "director",
            "team": "", "ledger_name": ""}  # fmt: skip
    Client().post("/aanmelden/", {"login": cast.director.email, "password": PASSWORD})
    dirk = signed_in(cast.director)
    dirk.get("/account/")
    link = issue_sign_in_link(member=cast.director)
    assert office.post(f"/beheer/mensen/{cast.director.pk}/", told).status_code == 302
    assert dirk.get("/account/").status_code == 302
    assert Client().post(f"/in/{link}/").status_code == 410
    for login, comes_in in ((cast.director.email, False), (told["email"], True)):
        client = Client()
        client.post("/aanmelden/", {"login": login, "password": PASSWORD})
        assert ("_auth_user_id" in client.session) == comes_in
    entry = LogEntry.objects.get(what="member.changed")
    assert (entry.by, entry.data) == (cast.administrator, {"fields": ["email"]})


def test_another_address_ends_an_invitation(office: Client) -> None:
    address = link_in(office.post("/beheer/mensen/uitnodigen/", ASKED).content.decode())
    piet = Member.objects.get(name="Piet")
    told = {**ASKED, "email": "piet.kade@voorbeeld.invalid"}
    office.post(f"/beheer/mensen/{piet.pk}/", told)
    assert Client().get(address).status_code == 410


def test_the_address_of_another_is_refused(office: Client, cast: SimpleNamespace) -> None:
    told = {"name": "Dirk", "email": cast.analyst.email.upper(), "role": "director",
            "team": "", "ledger_name": ""}  # fmt: skip
    refused = office.post(f"/beheer/mensen/{cast.director.pk}/", told)
    assert refused.status_code == 422
    assert "Er is al iemand met dit e-mailadres." in refused.content.decode()


def test_sessions_of_somebody_can_be_ended(
    office: Client, cast: SimpleNamespace, signed_in: SignIn
) -> None:
    first, second = signed_in(cast.director), signed_in(cast.director)
    for client in (first, second):
        assert client.get("/beheer/logboek/").status_code == 200
    office.post(f"/beheer/mensen/{cast.director.pk}/afmelden/")
    assert [one.get("/beheer/logboek/").status_code for one in (first, second)] == [302, 302]


def test_the_last_administrator_stays_one(office: Client, cast: SimpleNamespace) -> None:
    anna = cast.administrator
    office.post(f"/beheer/mensen/{anna.pk}/einde/")
    told = {"name": "Anna", "email": anna.email, "role": "director", "team": "", "ledger_name": ""}
    assert office.post(f"/beheer/mensen/{anna.pk}/", told).status_code == 422
    anna.refresh_from_db()
    assert (anna.is_active, anna.role) == (True, Role.ADMINISTRATOR)


def test_an_administrator_who_never_came_in_does_not_count(
    office: Client, cast: SimpleNamespace
) -> None:
    office.post("/beheer/mensen/uitnodigen/", {**ASKED, "role": "administrator"})
    with pytest.raises(UserError):
        deactivate_member(by=cast.administrator, member=cast.administrator)


def test_who_lost_his_second_step_can_set_up_another(
    office: Client, cast: SimpleNamespace, signed_in: SignIn
) -> None:
    dirk = signed_in(cast.director)
    dirk.get("/beheer/logboek/")
    address = f"/beheer/mensen/{cast.director.pk}/tweede-stap/"
    office.post(address)
    assert not LogEntry.objects.filter(what="member.second_step_removed").exists()
    Authenticator.objects.create(user=cast.director, type=Authenticator.Type.TOTP, data={})
    office.post(address)
    assert not Authenticator.objects.exists()
    assert dirk.get("/beheer/logboek/").status_code == 302
    assert LogEntry.objects.filter(what="member.second_step_removed").count() == 1


def test_only_an_empty_team_can_be_removed(office: Client, cast: SimpleNamespace) -> None:
    north = Team.objects.get(name="Noord")
    office.post(f"/beheer/teams/{north.pk}/weg/")
    assert Team.objects.filter(pk=north.pk).exists()
    north.members.update(team=None)
    office.post(f"/beheer/teams/{north.pk}/weg/")
    assert not Team.objects.filter(pk=north.pk).exists()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/beheer/mensen/uitnodigen/", ["Vul “Naam” in.", "Kies bij “Rol” een mogelijkheid."]),
        (
            "/beheer/tokens/",
            ["Vul “Waarvoor is het?” in.", "Kies bij “Namens wie” een mogelijkheid."],
        ),
        ("/account/waarneming/", ["Kies bij “Wie neemt waar” een mogelijkheid.", "Vul “Van” in."]),
    ],
)
def test_a_field_left_empty_is_named_with_what_to_do(
    office: Client, address: str, told: list[str]
) -> None:
    page = office.post(address, {"language": "nl"}).content.decode()
    assert all(one in page for one in told), page
    assert "Dit veld is verplicht" not in page


def test_an_administrator_alone_is_told_who_changes_the_policy(
    office: Client, cast: SimpleNamespace
) -> None:
    assert "nodig dan uzelf uit als directeur" not in office.get("/beheer/").content.decode()
    Member.objects.filter(role=Role.DIRECTOR).delete()
    for address in ("/beheer/", "/portefeuille/"):
        assert "nodig dan uzelf uit als directeur" in office.get(address).content.decode()
    form = office.get("/beheer/mensen/uitnodigen/?rol=director").content.decode()
    assert re.search(r'value="director" selected', form)


def test_two_teams_cannot_have_one_name(office: Client) -> None:
    assert office.post("/beheer/teams/maken/", {"name": "Noord"}).status_code == 422
    assert office.post("/beheer/teams/maken/", {"name": "Oost"}).status_code == 302
    south = Team.objects.get(name="Zuid")
    office.post(f"/beheer/teams/{south.pk}/naam/", {"name": "Oost"})
    assert sorted(Team.objects.values_list("name", flat=True)) == ["Noord", "Oost", "Zuid"]


def test_a_stand_in_asked_twice_is_there_once(office: Client, cast: SimpleNamespace) -> None:
    told = {
        "absent": cast.account_manager.pk,
        "member": cast.other_manager.pk,
        "starts_on": "2026-12-01",
        "ends_on": "2099-12-14",
    }
    for _ in range(2):
        assert office.post("/beheer/waarneming/", told).status_code == 302
    deputy = Deputy.objects.get()
    assert "Bram voor Noor" in office.get("/beheer/teams/").content.decode()
    office.post(f"/beheer/waarneming/{deputy.pk}/weg/")
    assert not Deputy.objects.exists()


def test_nobody_stands_in_for_himself_or_backwards(office: Client, cast: SimpleNamespace) -> None:
    days = {"starts_on": "2026-12-14", "ends_on": "2026-12-01"}
    noor = cast.account_manager.pk
    assert (
        office.post("/beheer/waarneming/", {"absent": noor, "member": noor, **days}).status_code
        == 422
    )
    assert not Deputy.objects.exists()


def test_of_who_leaves_the_customers_are_told_and_found(
    copies: SimpleNamespace, signed_in: SignIn
) -> None:
    client, gone = signed_in(copies.administrator), copies.other_manager
    count = gone.customers.count()
    assert count > 1
    page = client.post(f"/beheer/mensen/{gone.pk}/einde/", follow=True).content.decode()
    assert f"nog {count} klanten" in page
    assert f'href="/klanten/?manager={gone.pk}"' in page
    found = client.get(f"/klanten/?manager={gone.pk}")
    assert {line["row"].manager for line in found.context["lines"]} == {gone}
    assert "Bram (weg)" in found.content.decode()
