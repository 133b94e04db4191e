"""A file from somebody's disk to the ledger: looked at, chosen, tried, landed."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kernklant.engine.ledger.imports import ImportRequest, import_file
from kernklant.web.base import jobs, store
from kernklant.web.base.models import LogEntry, Role
from kernklant.web.base.models.jobs import State, new_key
from kernklant.web.ledger import actions
from kernklant.web.ledger.actions import perform_import
from kernklant.web.ledger.models import Customer, Import, Recipe, Stage
from kernklant.web.segments.copying import refresh, stale
from tests.engine.ledger import audit_files, bombs
from tests.engine.ledger.files import xlsx_file
from tests.web.ledger.conftest import CLEAR, SALES, UNCLEAR, Wizard

pytestmark = pytest.mark.django_db
Uploads = Callable[[], list[Path]]


def test_an_empty_house_says_what_to_bring(wizard: Wizard) -> None:
    page = wizard.text("/gegevens/")
    for word in ("factuurregels", "XAF", "Excel", "Bekijk dit bestand"):
        assert word in page
    assert 'aria-current="page">Gegevens' in page


def test_a_plain_file_lands_in_two_clicks_and_says_what_became_of_it(
    wizard: Wizard, uploads: Uploads
) -> None:
    row = wizard.bring(CLEAR + "3;Kees;15-04-2025;tien\n")
    page = wizard.text(f"/gegevens/bestand/{row.pk}/")
    assert (row.state, row.looks, row.can_land) == (State.DONE, 1, True)
    assert "2 nieuw" in page
    assert "1 geweigerd" in page
    assert "€\xa01.244,50 samen" in page or "€\xa01.244,50" in page
    assert "De Groot" in page  # a first value beside its column
    assert store.imports() == []
    file = uploads()[0]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "regels" not in file.name
    done = wizard.land(row)
    assert (done.import_no, uploads(), done.findings) == (1, [], {})
    assert wizard.client.get(f"/gegevens/bestand/{row.pk}/")["Location"] == "/gegevens/1/"
    receipt = wizard.text("/gegevens/1/")
    assert "2 nieuwe regels tellen mee; 1 regel is geweigerd." in receipt
    assert "tien" in receipt
    assert "Evalueer nu" in receipt
    assert "door Anna" in receipt
    assert "regels.csv" in wizard.text("/gegevens/")


def test_the_line_of_the_total_is_named_and_not_counted_in_the_headline(wizard: Wizard) -> None:
    row = wizard.bring(CLEAR + "Totaal;;;1.244,50\n")
    page = wizard.text(f"/gegevens/bestand/{row.pk}/")
    assert "1 geweigerd" in page
    assert "Dit lijkt de totaalregel; niets te doen." in page
    assert "2 nieuw, samen €\xa01.244,50" in page
    wizard.land(row)
    receipt = wizard.text("/gegevens/1/")
    assert "Dit lijkt de totaalregel; niets te doen." in receipt
    assert "€\xa01.244,50." in receipt


def test_a_refused_row_that_is_no_total_is_to_be_mended(wizard: Wizard) -> None:
    row = wizard.bring(CLEAR + "3;Totaalbouw;15-04-2025;tien\n")
    assert "totaalregel" not in wizard.text(f"/gegevens/bestand/{row.pk}/")


def test_plain_text_that_is_called_a_workbook_is_told_so(wizard: Wizard) -> None:
    row = wizard.bring("this is no workbook", name="lijst.xlsx")
    page = wizard.text(f"/gegevens/bestand/{row.pk}/")
    assert "geen Excel-bestand" in page
    assert "Wij herkennen niet" not in page


def test_what_reads_two_ways_is_asked_and_never_guessed(wizard: Wizard) -> None:
    row = wizard.bring(UNCLEAR)
    page = wizard.text(f"/gegevens/bestand/{row.pk}/")
    assert (row.can_land, row.receipts) == (False, [])
    assert "3\xa0apr\xa02025" in page
    assert "4\xa0mrt\xa02025" in page
    assert not re.search(r'name="dates"[^>]*checked', page)
    wizard.client.post(f"/gegevens/bestand/{row.pk}/inlezen/", {"looks": row.looks})
    assert not Import.objects.filter(stage=Stage.LAND).exists()
    again = wizard.look(row, dates="mdy")
    assert again.can_land
    assert again.receipts[0]["first_day"] == "2025-03-04"
    wizard.land(again)
    assert store.facts().table("sales")["date"][0].as_py().isoformat() == "2025-03-04"


def test_columns_are_named_by_hand_and_kept_for_the_next_file_of_the_source(
    wizard: Wizard,
) -> None:
    odd = "wie;wanneer;hoeveel\n1;13-04-2025;10,50\n"
    row = wizard.bring(odd)
    page = wizard.text(f"/gegevens/bestand/{row.pk}/")
    assert "Wij herkennen niet wat dit is" in page
    row = wizard.look(row, dataset="sales")
    assert "ontbreekt nog" in wizard.text(f"/gegevens/bestand/{row.pk}/")
    row = wizard.look(row, c0="customer", c1="date", c2="amount")
    assert row.can_land
    wizard.land(row)
    recipe = Recipe.objects.get()
    assert recipe.settings["mapping"]["amount"] == "hoeveel"
    second = wizard.bring(odd.replace("13-04", "14-04"))
    assert (second.can_land, second.settings["remembered"]) == (True, recipe.pk)
    assert "zoals u ze de vorige keer" in wizard.text(f"/gegevens/bestand/{second.pk}/")
    other = wizard.bring(odd.replace("13-04", "15-04"), source="kassa")
    assert not other.can_land


def test_a_source_that_came_in_from_a_terminal_is_offered_too(
    wizard: Wizard, tmp_path: Path
) -> None:
    def offered() -> str:
        return str(wizard.client.get("/gegevens/nieuw/").context["upload"]["source"].value())

    file = tmp_path / "klanten.csv"
    file.write_text("klantnummer;naam\n1;Bakker\n", encoding="utf-8")
    before = offered()
    import_file(store.store(), ImportRequest(file, dataset="customers", source="exact-1"))
    assert (before, offered()) == ("file", "exact-1")
    wizard.bring(CLEAR, source="twinfield")
    assert offered() == "twinfield"


def test_a_notation_is_offered_again_but_asked_of_every_file(wizard: Wizard) -> None:
    wizard.land(wizard.look(wizard.bring(UNCLEAR), dates="dmy"))
    second = wizard.bring(UNCLEAR.replace("10,50", "11,50"))
    assert not second.can_land
    assert re.search(r'value="dmy"[^>]*checked', wizard.text(f"/gegevens/bestand/{second.pk}/"))


def test_one_field_is_filled_by_one_column(wizard: Wizard) -> None:
    row = wizard.bring(CLEAR)
    told = {"dataset": "sales", "was": "sales", "c0": "customer", "c1": "date", "c2": "date"}
    answer = wizard.client.post(f"/gegevens/bestand/{row.pk}/kijken/", told)
    assert answer.status_code == 422
    assert "meer dan een kolom" in answer.content.decode()
    row.refresh_from_db()
    assert (row.state, row.looks) == (State.DONE, 1)


def test_another_table_is_asked_about_from_the_start(wizard: Wizard) -> None:
    row = wizard.bring(CLEAR)
    row = wizard.look(row, dataset="payments")
    assert row.findings["sheets"][0]["table"] is None
    assert "document" in row.findings["sheets"][0]["lacks"]


def test_an_audit_file_needs_no_names_of_columns(wizard: Wizard) -> None:
    text = audit_files.xaf(
        audit_files.sale("2024-1", "2024-03-13", "1", "100.00", "21.00"),
        audit_files.receipt("7", "2024-04-01", "1", "121.00", "2024-1"),
    )
    row = wizard.bring(text, "boek.xaf")
    page = wizard.text(f"/gegevens/bestand/{row.pk}/")
    assert row.can_land
    assert "auditfile zegt zelf" in page
    assert "verkopen" in page
    assert "betalingen" in page
    wizard.land(row)
    assert "Betalingen, regels" in wizard.text("/gegevens/1/")


def test_a_workbook_is_read_by_its_sheet(wizard: Wizard, tmp_path: Path) -> None:
    rows = [["klantnummer", "factuurdatum", "bedrag"], [1, "2025-04-13", 10.5]]
    file = xlsx_file(tmp_path, rows)
    row = wizard.bring(file.read_bytes(), "omzet.xlsx")
    assert row.can_land
    assert wizard.land(row).import_no == 1


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"%PDF-1.7 niets", "PDF"),
        (b"<html><body>x</body></html>", "webpagina"),
        (b"\x00\x01\x02" * 4000, ""),
    ],
)
def test_what_is_no_file_of_ours_is_refused_in_words(
    wizard: Wizard, data: bytes, word: str
) -> None:
    row = wizard.bring(data, "x.csv")
    page = wizard.text(f"/gegevens/bestand/{row.pk}/")
    assert not row.can_land
    assert word in page
    assert "Kies een ander bestand" in page or "Wij herkennen niet" in page or "alert" in page


def test_a_bomb_costs_its_own_reader_and_is_told_in_words(wizard: Wizard, tmp_path: Path) -> None:
    swollen = bombs.with_head(bombs.BILLION_LAUGHS)(tmp_path)
    row = wizard.bring(swollen.read_bytes(), "bom.xlsx")
    assert row.state == State.FAILED
    assert "niets ingelezen" in wizard.text(f"/gegevens/bestand/{row.pk}/")
    wizard.client.post(f"/gegevens/bestand/{row.pk}/weg/")
    assert "bom.xlsx" not in wizard.text("/gegevens/").partition("said")[0]


def test_a_file_that_is_too_large_is_refused_and_not_kept(
    wizard: Wizard, uploads: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernklant.web.base.uploads.MOST", 1000)
    answer = wizard.send(b"x" * 5000)
    assert answer.status_code == 413
    assert "groter dan" in answer.content.decode()
    assert (uploads(), Import.objects.count()) == ([], 0)


def test_no_file_and_an_empty_one_are_told(wizard: Wizard) -> None:
    nothing = wizard.client.post("/gegevens/nieuw/", {"source": "file", "key": new_key()})
    assert "Kies eerst een bestand" in nothing.content.decode()
    assert "leeg" in wizard.send(b"").content.decode()
    assert wizard.send(CLEAR, source="<x>").status_code == 422


def test_the_same_post_twice_is_one_file_and_lands_once(wizard: Wizard, uploads: Uploads) -> None:
    key = new_key()
    assert wizard.send(CLEAR, key=key)["Location"] == wizard.send(CLEAR, key=key)["Location"]
    assert (Import.objects.count(), len(uploads())) == (1, 1)
    row = wizard.work(Import.objects.get())
    for _ in range(2):
        wizard.client.post(f"/gegevens/bestand/{row.pk}/inlezen/", {"looks": row.looks})
    wizard.work(row)
    wizard.client.post(f"/gegevens/bestand/{row.pk}/inlezen/", {"looks": row.looks})
    assert jobs.claim(Import) is None
    assert len(store.imports()) == 1
    assert LogEntry.objects.filter(what="import.asked").count() == 1


def test_the_same_rows_again_say_that_nothing_was_new(wizard: Wizard) -> None:
    wizard.land(wizard.bring(CLEAR))
    row = wizard.bring(CLEAR)
    page = wizard.text(f"/gegevens/bestand/{row.pk}/")
    assert "al ingelezen" in page
    assert "niets nieuws" in page
    wizard.land(row)
    assert "Er was niets nieuws" in wizard.text("/gegevens/2/")
    assert store.facts().table("sales").num_rows == 2


def test_what_was_not_seen_does_not_land(wizard: Wizard) -> None:
    row = wizard.bring(CLEAR)
    seen = row.looks
    row = wizard.look(row)
    said = wizard.client.post(
        f"/gegevens/bestand/{row.pk}/inlezen/", {"looks": seen}, follow=True
    ).content.decode()
    assert "niet meer zoals u het zag" in said
    assert jobs.claim(Import) is None


def test_who_stops_leaves_nothing_behind(wizard: Wizard, uploads: Uploads, django_capture_on_commit_callbacks: Any) -> None:  # noqa: E501  # fmt: skip
    row = wizard.bring(CLEAR)
    with django_capture_on_commit_callbacks(execute=True):
        wizard.client.post(f"/gegevens/bestand/{row.pk}/weg/")
    row.refresh_from_db()
    assert (row.state, uploads(), store.imports()) == (State.CANCELLED, [], [])
    assert row.findings == {}
    assert "weggegooid" in wizard.text(f"/gegevens/bestand/{row.pk}/")


def test_progress_shows_while_a_worker_is_at_it(wizard: Wizard) -> None:
    wizard.send(CLEAR)
    row = Import.objects.get()
    page = wizard.text(f"/gegevens/bestand/{row.pk}/")
    assert 'hx-get="/gegevens/bestand/' in page
    assert "Ververs" in page  # without script
    poll = wizard.client.get(f"/gegevens/bestand/{row.pk}/nu/")
    assert "HX-Refresh" not in poll
    wizard.work(row)
    assert wizard.client.get(f"/gegevens/bestand/{row.pk}/nu/")["HX-Refresh"] == "true"


def test_a_worker_that_died_after_landing_is_not_landed_again(
    wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = wizard.bring(CLEAR)
    wizard.client.post(f"/gegevens/bestand/{row.pk}/inlezen/", {"looks": row.looks})
    monkeypatch.setattr(actions, "_finish", _die)
    job = jobs.claim(Import)
    assert job is not None
    with pytest.raises(KeyboardInterrupt):
        perform_import(job)
    monkeypatch.undo()
    assert len(store.imports()) == 1
    Import.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    done = wizard.work(row)
    assert (done.state, done.import_no, len(store.imports())) == (State.DONE, 1, 1)
    assert LogEntry.objects.filter(what="import.done").count() == 1


def test_a_worker_that_died_before_landing_is_followed_by_another(
    wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = wizard.bring(CLEAR)
    wizard.client.post(f"/gegevens/bestand/{row.pk}/inlezen/", {"looks": row.looks})
    assert jobs.claim(Import) is not None
    Import.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    assert wizard.work(row).import_no == 1


def test_what_was_stopped_too_late_has_landed_and_says_so(
    wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = wizard.bring(CLEAR)
    wizard.client.post(f"/gegevens/bestand/{row.pk}/inlezen/", {"looks": row.looks})
    monkeypatch.setattr(actions, "_finish", _die)
    job = jobs.claim(Import)
    assert job is not None
    with pytest.raises(KeyboardInterrupt):
        perform_import(job)
    jobs.stopped(job)
    for _ in range(2):
        assert wizard.client.get(f"/gegevens/bestand/{row.pk}/")["Location"] == "/gegevens/1/"
    assert LogEntry.objects.filter(what="import.done").count() == 1


def test_a_file_that_is_gone_is_asked_for_again(wizard: Wizard, uploads: Uploads) -> None:
    wizard.send(CLEAR)
    uploads()[0].unlink()
    row = wizard.work(Import.objects.get())
    assert "niet meer bewaard" in wizard.text(f"/gegevens/bestand/{row.pk}/")


def test_the_copies_are_made_again_after_a_landing(wizard: Wizard) -> None:
    refresh()
    assert not stale()
    wizard.land(wizard.bring(CLEAR))
    assert stale()
    refresh()
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["Bakker", "De Groot"]


@pytest.mark.parametrize("role", [one for one in Role if one not in {Role.ADMINISTRATOR, Role.ANALYST}])  # noqa: E501  # fmt: skip
def test_who_may_not_import_finds_nothing(
    wizard: Wizard, cast: SimpleNamespace, signed_in: Callable[..., Client], role: Role
) -> None:
    row = wizard.land(wizard.bring(CLEAR))
    client = signed_in(getattr(cast, role.value))
    for address in ("", "nieuw/", f"bestand/{row.pk}/", "1/", "1/ongedaan/", "1/geweigerd.csv"):
        assert client.get(f"/gegevens/{address}").status_code == 404
    assert client.post("/gegevens/1/ongedaan/").status_code == 404


def test_refused_rows_are_taken_as_a_file_and_that_is_written_down(wizard: Wizard) -> None:
    wizard.land(wizard.bring(CLEAR + "3;=1+1;15-04-2025;tien\n"))
    answer = wizard.client.get("/gegevens/1/geweigerd.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "tien" in text
    assert "'=1+1" in text
    assert LogEntry.objects.filter(what="import.rejects_read").count() == 1
    assert wizard.client.get("/gegevens/1/geweigerd.exe").status_code == 404
    assert wizard.client.get("/gegevens/9/geweigerd.csv").status_code == 404


def test_what_a_trial_would_refuse_is_seen_before_anything_lands(
    wizard: Wizard, uploads: Uploads
) -> None:
    row = wizard.bring(CLEAR + "3;Kees;15-04-2025;tien\n4;Piet;31-02-2025;1,00\n")
    page = wizard.text(f"/gegevens/bestand/{row.pk}/")
    assert "Welke 2 regels geweigerd worden" in page
    assert "deze dag bestaat niet" in page
    answer = wizard.client.get(f"/gegevens/bestand/{row.pk}/geweigerd.csv")
    assert b"31-02-2025" in b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert wizard.client.get(f"/gegevens/bestand/{row.pk}/geweigerd.exe").status_code == 404
    wizard.land(row)
    assert uploads() == []


def test_a_hostile_name_of_a_file_or_column_is_only_text(wizard: Wizard) -> None:
    row = wizard.bring(
        "klantnummer;factuurdatum;bedrag;<b>x\n1;13-04-2025;10,50;<script>1</script>\n",
        "<img src=x>.csv",
    )
    page = wizard.text(f"/gegevens/bestand/{row.pk}/")
    assert "<script>1" not in page
    assert "<img src=x" not in page
    assert "<b>x" not in page


def test_in_english_too(wizard: Wizard, cast: SimpleNamespace) -> None:
    cast.administrator.language = "en"
    cast.administrator.save()
    row = wizard.bring(UNCLEAR)
    assert "Only you can say how" in wizard.text(f"/gegevens/bestand/{row.pk}/")
    wizard.land(wizard.look(row, dates="dmy"))
    assert "2 new rows count" in wizard.text("/gegevens/1/")


def test_a_busy_store_is_waited_for(wizard: Wizard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PATIENCE", 0.0)
    with store.store().writer():
        row = wizard.bring(CLEAR)
    assert row.state == State.FAILED
    assert "schrijft sinds" in row.error_nl


def _die(*_told: Any) -> None:
    raise KeyboardInterrupt


def test_a_large_base_has_a_short_page(wizard: Wizard, django_assert_max_num_queries: Any) -> None:
    for number in range(1, 4):
        wizard.land(wizard.bring(SALES + f"{number};X;13-04-2025;1,00\n"))
    with django_assert_max_num_queries(12):
        wizard.text("/gegevens/")
    assert "oudere" not in wizard.text("/gegevens/")
    assert wizard.text("/gegevens/?voor=2").count("rowgroup") == 1
