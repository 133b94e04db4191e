"""The calendar of evaluations: when the next is due, and that one is reminded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kernklant.web.base.models import Member, Setting
from kernklant.web.evaluation import due as calendar
from kernklant.web.evaluation.due import due, months_after

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 9, 30), 3, date(2026, 12, 31)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 1, 30), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
    ],
)
def test_the_end_of_a_month_leads_to_the_end_of_a_month(
    *, day: date, months: int, then: date
) -> None:
    assert months_after(day, months) == then


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 24))
def test_a_later_day_is_as_many_months_later(day: date, months: int) -> None:
    then = months_after(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2026, 12, 30), "De volgende evaluatie staat op 31\u00a0dec\u00a02026"),
        (date(2026, 12, 31), "was de volgende evaluatie aan de beurt op 31\u00a0dec\u00a02026"),
    ],
)
def test_one_is_reminded_when_the_day_has_come(
    copies: SimpleNamespace,
    signed_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    *,
    today: date,
    told: str,
) -> None:
    monkeypatch.setattr(calendar.timezone, "localdate", lambda: today)
    assert told in signed_in(copies.director).get("/evaluaties/").content.decode()


def test_a_company_may_keep_no_calendar(copies: SimpleNamespace) -> None:
    Setting.objects.create(key="evaluate_every", value=0)
    assert due() is None


def test_before_the_first_evaluation_nothing_is_due(empty_home: object, db: None) -> None:
    assert due() is None
