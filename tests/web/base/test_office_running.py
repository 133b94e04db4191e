"""Settings, whether all is well, and jobs that can be asked again or stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from kernklant.engine.errors import StoreDamaged, Text
from kernklant.engine.ledger.facts import schemas
from kernklant.engine.store import back_up
from kernklant.web.base import calendar, jobs, store
from kernklant.web.base.models import Beat, LogEntry, Member, Setting
from kernklant.web.base.models.jobs import State
from kernklant.web.base.models.settings import WORKER, beat
from kernklant.web.base.office import health, work
from kernklant.web.base.office.forms.settings import MOVES
from kernklant.web.base.settings_of import Company, company
from kernklant.web.segments.in_force import EXIT, INTO_A, OUT_OF_A
from kernklant.web.value.models import Evaluation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_home", "static_files")]
SignIn = Callable[[Member], Client]
SETTINGS: dict[str, Any] = {
    "name": "De Vries Techniek",
    "currency": "EUR",
    "holidays": "DE-NW",
    "sign_off": ["into_a"],
    "mfa_roles": ["administrator"],
}


@pytest.fixture
def office(cast: SimpleNamespace, signed_in: SignIn) -> Client:
    return signed_in(cast.administrator)


def asked(**more: Any) -> Evaluation:
    return Evaluation.objects.create(**more)


def severities(**more: Any) -> dict[str, str]:
    return {one.what.en: one.severity for one in health.findings(**more)}


def test_what_is_set_is_read_everywhere_and_written_down(office: Client) -> None:
    assert office.post("/beheer/instellingen/", SETTINGS).status_code == 302
    assert company() == Company(
        "De Vries Techniek", "EUR", "DE-NW", ("into_a",), ("administrator",)
    )
    changed = LogEntry.objects.filter(what="setting.changed").values_list("about", flat=True)
    assert sorted(changed) == [
        "setting:holidays",
        "setting:mfa_roles",
        "setting:name",
        "setting:sign_off",
    ]
    office.post("/beheer/instellingen/", SETTINGS)
    assert LogEntry.objects.filter(what="setting.changed").count() == 4
    page = office.get("/beheer/logboek/").content.decode()
    assert "in een klant wordt kernklant (A)" in page  # its name is into_a


def test_a_currency_that_the_screens_do_not_show_cannot_be_chosen(office: Client) -> None:
    assert 'name="currency"' not in office.get("/beheer/instellingen/").content.decode()
    office.post("/beheer/instellingen/", {**SETTINGS, "currency": "CHF"})
    assert company().currency == "EUR"


def test_a_second_step_that_is_not_asked_here_is_said_so(office: Client, settings: Any) -> None:
    settings.SECURE = False
    assert (
        "op deze machine werkt wordt hij niet gevraagd" in office.get("/account/").content.decode()
    )
    assert (
        "op deze machine werkt, wordt dat niet gevraagd"
        in office.get("/beheer/instellingen/").content.decode()
    )


def test_nothing_may_need_a_signature(office: Client) -> None:
    office.post("/beheer/instellingen/", {**SETTINGS, "sign_off": []})
    assert company().sign_off == ()


def test_settings_that_make_no_sense_are_refused(office: Client) -> None:
    wrong = {**SETTINGS, "mfa_roles": ["king"]}
    assert office.post("/beheer/instellingen/", wrong).status_code == 422
    assert not Setting.objects.exists()


def test_the_moves_are_those_of_the_segments() -> None:
    assert tuple(MOVES) == (INTO_A, OUT_OF_A, EXIT) == Company().sign_off


def test_holidays_have_names_in_the_reader_s_language() -> None:
    with translation.override("nl"):
        assert calendar.next_holidays("NL", after=date(2026, 12, 20), count=2) == [
            (date(2026, 12, 25), "Eerste kerstdag"),
            (date(2026, 12, 26), "Tweede kerstdag"),
        ]
    with translation.override("en"):
        assert calendar.next_holidays("NL", after=date(2026, 12, 30), count=1) == [
            (date(2027, 1, 1), "New Year's Day")
        ]


@pytest.mark.parametrize("region", calendar.REGIONS)
def test_every_region_has_holidays(region: str) -> None:
    assert date(2027, 1, 1) in calendar.holidays_of(region, year=2027)


def test_a_worker_that_is_silent_is_an_error() -> None:
    text = "No worker: evaluations and imports keep waiting."
    assert severities()[text] == "error"
    beat(WORKER)
    assert text not in severities()
    Beat.objects.update(at=timezone.now() - timedelta(minutes=3))
    assert severities()[text] == "error"


def test_a_backup_is_remembered_and_grows_old(tmp_path: Path, settings: Any) -> None:
    store.store()
    assert severities()["No backup was ever made."] == "note"
    back_up(settings.HOME, list(schemas()), tmp_path / "backup.zip")
    assert [kind for text, kind in severities().items() if "The last backup" in text] == ["ok"]
    old = timezone.now() - timedelta(days=3)
    (settings.HOME / "last-backup").write_text(old.isoformat())
    assert [kind for text, kind in severities().items() if "The last backup" in text] == ["note"]


def test_a_home_that_cannot_be_opened_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    what = Text("Het journaal is beschadigd.", "The journal is damaged.")

    def damaged() -> None:
        raise StoreDamaged(what, Text("zet een back-up terug", "restore a backup"))

    monkeypatch.setattr(store, "runs", damaged)
    assert severities()[what.en] == "error"


def test_failed_jobs_of_this_week_are_counted() -> None:
    asked(state=State.FAILED, ended_at=timezone.now())
    asked(state=State.FAILED, ended_at=timezone.now() - timedelta(days=8))
    assert severities()["1 job failed this week."] == "note"


def test_reading_every_file_says_what_doctor_says(office: Client) -> None:
    store.store()
    quick = office.get("/beheer/gezondheid/").content.decode()
    thorough = office.post("/beheer/gezondheid/").content.decode()
    assert "gegevensbestanden nagelezen" not in quick
    assert "0 evaluaties nagelezen, heel" in thorough


def test_every_kind_of_job_has_a_word() -> None:
    assert set(work.kinds()) == set(work.KINDS)


def test_a_failed_job_can_be_asked_again(office: Client) -> None:
    job = asked(state=State.FAILED, error_nl="Te weinig geheugen.", attempts=3)
    assert "Te weinig geheugen." in office.get("/beheer/taken/?staat=failed").content.decode()
    office.post(f"/beheer/taken/evaluation/{job.pk}/opnieuw/")
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error_nl) == (State.ASKED, 0, "")
    assert jobs.claim(Evaluation) == job


def test_a_job_that_is_done_is_not_done_again(office: Client) -> None:
    job = asked(state=State.DONE)
    office.post(f"/beheer/taken/evaluation/{job.pk}/opnieuw/")
    job.refresh_from_db()
    assert job.state == State.DONE
    assert not LogEntry.objects.filter(what="job.retried").exists()


def test_a_waiting_job_can_be_stopped(office: Client) -> None:
    job = asked()
    office.post(f"/beheer/taken/evaluation/{job.pk}/stop/")
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert office.post(f"/beheer/taken/member/{job.pk}/stop/").status_code == 404


def test_only_the_administrator_runs_the_place(cast: SimpleNamespace, signed_in: SignIn) -> None:
    for address in ("instellingen", "gezondheid", "taken"):
        assert signed_in(cast.director).get(f"/beheer/{address}/").status_code == 404
        assert signed_in(cast.administrator).get(f"/beheer/{address}/").status_code == 200
