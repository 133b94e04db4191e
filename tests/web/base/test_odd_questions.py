"""What somebody writes into an address is no error of ours, on SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from kernklant.web.base.models import Member
from kernklant.web.base.words import counted
from kernklant.web.desk.views.customers import UNDONE, UNDONE_ONE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        (f"/evaluaties/?pagina={10**30}", 200),
        (f"/evaluaties/2/?pagina={10**30}", 200),
        ("/gegevens/?voor=²", 200),
        ("/klanten/?na=²", 200),
        ("/klanten/?na=1~%00", 200),
        ("/klanten/?zoek=%00", 200),
        ("/privacy/?zoek=%00", 200),
        ("/privacy/1/uitleg/?evaluatie=²", 404),
    ],
)
def test_an_odd_question_is_answered(
    copies: SimpleNamespace,
    signed_in: Callable[[Member], Client],
    address: str,
    wanted: int,
) -> None:
    assert signed_in(copies.administrator).get(address).status_code == wanted


def test_a_name_with_a_zero_in_it_is_nobody(
    copies: SimpleNamespace, signed_in: Callable[[Member], Client]
) -> None:
    page = signed_in(copies.director).get("/verschuivingen/vast/?klant=%00")
    assert page.status_code == 200
    assert page.context["found"] == []


def test_one_is_told_as_one() -> None:
    assert "1 klant is weer" in counted(UNDONE_ONE, UNDONE, 1)
    assert "1.234 klanten zijn weer" in counted(UNDONE_ONE, UNDONE, 1234)
