"""Whoever is erased is nowhere: not in any byte of the home, not after a file or a backup returns.

The canary is a person who stands in every table, in several spellings, in a refused row, in an
import that was undone and in what others say.
"""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kernklant.engine.errors import StoreDamaged
from kernklant.engine.evaluation.publish import evaluate_home, report_of
from kernklant.engine.evaluation.tables import table_of, write_table
from kernklant.engine.ledger import erase
from kernklant.engine.ledger.erase import carry_out, erase_persons
from kernklant.engine.ledger.facts import current_customers, open_home, schemas
from kernklant.engine.ledger.imports import ImportRequest, import_file, rejects_table, undo_import
from kernklant.engine.ledger.register import FOLDER, register_of
from kernklant.engine.segments.policy import default_policy
from kernklant.engine.store import Store, back_up, list_runs, read, restore
from tests.engine.ledger.files import csv_file, home, lines

NAME, MAIL, PHONE = "Kanarie Vogelzang", "kanarie@vogelzang.example", "0612345678"
CANARY = (NAME, MAIL, PHONE, "+31 6 1234 5678", "K-777", "Zangweg 7")
WORDS = [word.casefold().encode() for word in ("kanarie", "vogelzang", "12345678", "1234 5678",
                                               "k-777", "zangweg")]  # fmt: skip
PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5": "zstd"}  # by their first bytes

CUSTOMERS = lines(
    f"K-777;{NAME};7777 AB;{MAIL};{PHONE};Zangweg",
    "K-1;Jan de Wit;1111 AA;jan@wit.example;0201234567;Dorp",
    header="klantnummer;naam;postcode;e-mail;telefoon;plaats",
)
SALES = lines(
    *(f"F{n};1;{who};{day}-0{month}-2025;100,00;Badkamer {NAME}"
      for n, (who, day, month) in enumerate(
          (who, day, month) for who in ("K-777", "K-1") for day in (13, 28) for month in range(1, 9)
      )),
    f"F99;1;K-777;31-02-2025;50,00;{NAME}",
    header="factuurnummer;regel;klantnummer;factuurdatum;bedrag;project",
)  # fmt: skip
FEEDBACK = lines(
    f"K-777;2025-03-01;nps;9;Bel mij op +31 6 1234 5678;{NAME}",
    f"K-1;2025-03-01;nps;8;Net als {NAME.upper()} ben ik tevreden;Piet Klaver",
    f"K-1;2025-03-02;nps;8;schrijf {MAIL};Piet Klaver",
    header="klantnummer;datum;vraag;score;toelichting;contactpersoon",
)
ACTIVITIES = lines(
    f"K-777;2025-04-01;visit;1;bij {NAME}",
    header="klantnummer;datum;activiteit;aantal;kenmerk",
)
CONTRACTS = lines(
    f"K-777;C1;2024-01-01;12,00;{NAME} stopt",
    header="klantnummer;contract;begindatum;bedrag;reden",
)
FLAGS = lines(f"K-777;kwetsbaar;{NAME} is ziek;2025-01-01", header="klantnummer;vlag;reden;datum")
FILES = {
    "customers": CUSTOMERS, "sales": SALES, "feedback": FEEDBACK, "activities": ACTIVITIES,
    "contracts": CONTRACTS, "flags": FLAGS,
}  # fmt: skip


def import_all(store: Store, folder: Path) -> None:
    for name, text in FILES.items():
        file = csv_file(folder, text, name=f"{name}.csv")
        import_file(store, ImportRequest(file, dataset=name, source="boekhouding"))


def readable(file: Path) -> bytes:
    """The bytes of a file, and what compression hides: what was packed, all values of Parquet."""
    data = file.read_bytes()
    if packed := PACKED.get(data[:2]):
        data += pa.CompressedInputStream(pa.BufferReader(data), packed).read()
    if file.suffix == ".parquet":
        data += repr(pq.read_table(file).to_pylist()).encode()
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                inside = file.with_name("inside.parquet" if name.endswith("parquet") else "inside")
                inside.write_bytes(archive.read(name))
                data += readable(inside)
                inside.unlink()
    return data.lower()


def traces(place: Path) -> list[str]:
    """The files in which the canary can be read."""
    files = [place] if place.is_file() else [one for one in place.rglob("*") if one.is_file()]
    found = []
    for file in files:
        told = readable(file)
        found += [f"{file.relative_to(place)}: {word.decode()}" for word in WORDS if word in told]
    return sorted(found)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Imported, one import undone and done again, evaluated twice."""
    store = home(tmp_path)
    import_all(store, tmp_path)
    undo_import(store, 1)
    file = csv_file(tmp_path, CUSTOMERS, name="customers.csv")
    import_file(store, ImportRequest(file, dataset="customers", source="boekhouding"))
    for day in (date(2025, 6, 30), date(2025, 9, 30)):
        evaluate_home(store, default_policy(), as_of=day)
    (store.home / "report.html").write_text(report_of(store, run=None, lang="nl"), "utf-8")
    return store


def canary_of(store: Store) -> int:
    people = current_customers(store.snapshot())
    return dict(
        zip(*(people[name].to_pylist() for name in ("source_no", "customer")), strict=True)
    )["K-777"]


def totals(store: Store) -> tuple[object, ...]:
    sales = store.snapshot().table("sales")
    amounts = sorted(zip(sales["customer"].to_pylist(), sales["amount"].to_pylist(), strict=True))
    return sales.num_rows, amounts


def test_the_canary_stands_everywhere_before(store: Store) -> None:
    told = " ".join(traces(store.home))
    for place in (*FILES, "rejects/", "report.html"):
        assert place in told, place


def test_after_erasure_the_canary_is_in_no_byte_of_the_home(store: Store) -> None:
    before, number = totals(store), canary_of(store)
    done = erase_persons(store, [number], by="#1")
    assert traces(store.home) == []
    assert traces(store.home.parent / FOLDER) == []
    assert done.customers == (number,)
    assert done.refused_rows == 1
    assert totals(store) == before


def test_what_others_said_stays_but_for_the_words_about_the_canary(store: Store) -> None:
    erase_persons(store, [canary_of(store)], by="#1")
    told = store.snapshot().table("feedback").to_pylist()
    assert [row["contact"] for row in told if row["contact"]] == ["Piet Klaver"] * 2
    assert all(row["score"] for row in told)
    assert not any(row["comment"] for row in told)
    people = current_customers(store.snapshot()).to_pylist()
    assert [row["name"] for row in people if row["name"]] == ["Jan de Wit"]


def test_what_others_said_goes_from_earlier_files_without_the_canary_too(
    store: Store, tmp_path: Path
) -> None:
    text = lines(f"K-1;2025-05-01;nps;8;lijkt op {NAME}", header=FEEDBACK.split("\n")[0][:-15])
    file = csv_file(tmp_path, text, name="more.csv")
    import_file(store, ImportRequest(file, dataset="feedback", source="boekhouding"))
    erase_persons(store, [canary_of(store)], by="#1")
    assert traces(store.home) == []


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_a_list_in_the_home_goes_whatever_kind_of_file_it_is(store: Store, suffix: str) -> None:
    file = store.home / f"customers{suffix}"
    write_table(table_of(store, "customers", run=None, lang="nl"), file)
    (store.home / "folder.csv").mkdir()
    (store.home / "broken.parquet").write_text("x")
    erase_persons(store, [canary_of(store)], by="#1")
    assert not file.exists()
    assert (store.home / "broken.parquet").exists()
    (store.home / "broken.parquet").unlink()
    assert traces(store.home) == []


def test_many_words_about_the_canary_are_one_change_of_the_table(
    store: Store, tmp_path: Path
) -> None:
    """Each change rewrites whole files while everybody waits."""
    rows = (f"K-1;2025-05-0{day};nps;8;lijkt op {NAME};" for day in range(1, 10))
    text = lines(*rows, header="klantnummer;datum;vraag;score;toelichting;contactpersoon")
    file = csv_file(tmp_path, text, name="more.csv")
    import_file(store, ImportRequest(file, dataset="feedback", source="boekhouding"))
    before = store.table_versions()["feedback"]
    done = erase_persons(store, [canary_of(store)], by="#1")
    assert done.cells >= 9
    assert store.table_versions()["feedback"] <= before + 3  # the canary's own, and two kinds
    assert traces(store.home) == []


def test_runs_stay_readable_and_say_that_they_cannot_be_computed_again(store: Store) -> None:
    erase_persons(store, [canary_of(store)], by="#1")
    assert list_runs(store) == [1, 2]
    assert read(store, 1).table("answer/customers.parquet").num_rows == 2
    assert evaluate_home(store, default_policy())["customers"] == 2


def test_the_same_files_bring_nobody_back_and_count_nothing_twice(
    store: Store, tmp_path: Path
) -> None:
    before, number = totals(store), canary_of(store)
    erase_persons(store, [number], by="#1")
    import_all(store, tmp_path)
    assert traces(store.home) == []
    assert totals(store) == before
    more = lines("K-777;13-10-2025;5,00", header="klantnummer;factuurdatum;bedrag")
    (receipt,) = import_file(
        store, ImportRequest(csv_file(tmp_path, more), dataset="sales", source="boekhouding")
    )
    assert receipt.rows_accepted == 1
    assert receipt.customers_new == 0
    assert totals(store)[0] == before[0] + 1
    sold = store.snapshot().table("sales")["customer"].to_pylist()
    assert sold.count(number) == sum(who == number for who, _ in before[1]) + 1


def test_a_receipt_says_that_rows_of_erased_persons_were_left_without_a_name(
    store: Store, tmp_path: Path
) -> None:
    erase_persons(store, [canary_of(store)], by="#1")
    file = csv_file(tmp_path, CUSTOMERS.replace("Dorp", "Stad"), name="again.csv")
    (receipt,) = import_file(store, ImportRequest(file, dataset="customers", source="boekhouding"))
    assert any("gewiste personen: 1" in text.nl for text in receipt.warnings)
    assert traces(store.home) == []


@pytest.mark.parametrize(
    "row",
    [f"K-888;{NAME};7777AB;;;", f"K-888;V. Zang;;{MAIL.upper()};;"],
    ids=["name and postal code", "address"],
)
def test_under_another_number_the_canary_is_known_too(
    store: Store, tmp_path: Path, row: str
) -> None:
    erase_persons(store, [canary_of(store)], by="#1")
    text = lines(row, header="klantnummer;naam;postcode;e-mail;telefoon;plaats")
    file = csv_file(tmp_path, text, name="other.csv")
    import_file(store, ImportRequest(file, dataset="customers", source="webshop"))
    assert traces(store.home) == []


def test_an_old_backup_does_not_bring_the_canary_back(store: Store, tmp_path: Path) -> None:
    file, again = tmp_path / "old.zip", tmp_path / "again"
    back_up(store.home, list(schemas()), file)
    assert traces(file)
    erase_persons(store, [canary_of(store)], by="#1")
    restore(file, again)
    assert traces(again)
    carry_out(open_home(again))
    assert traces(again) == []
    newer = tmp_path / "new.zip"
    back_up(again, list(schemas()), newer)
    assert traces(newer) == []


def test_a_second_time_there_is_nothing_to_do(store: Store) -> None:
    number = canary_of(store)
    erase_persons(store, [number], by="#1")
    versions = store.table_versions()
    assert erase_persons(store, [number], by="#1").customers == ()
    assert store.table_versions() == versions
    assert len(register_of(store).requests) == 1


def test_an_undone_import_leaves_the_number_that_others_brought(
    store: Store, tmp_path: Path
) -> None:
    number = canary_of(store)
    erase_persons(store, [number], by="#1")
    last = max(store.imports()["import_no"].to_pylist())
    undo_import(store, last)
    assert number in current_customers(store.snapshot())["customer"].to_pylist()


def test_the_refused_rows_of_others_stay(store: Store, tmp_path: Path) -> None:
    text = lines("K-1;13-02-2025;7,00", "K-1;31-02-2025;5,00")
    file = csv_file(tmp_path, text, name="others.csv")
    import_file(store, ImportRequest(file, dataset="sales", source="boekhouding"))
    erase_persons(store, [canary_of(store)], by="#1")
    last = max(store.imports()["import_no"].to_pylist())
    assert rejects_table(store, last).num_rows == 1


def test_without_its_key_the_register_is_not_passed_over(store: Store, tmp_path: Path) -> None:
    erase_persons(store, [canary_of(store)], by="#1")
    (store.home.parent / FOLDER / "key").unlink()
    with pytest.raises(StoreDamaged):
        import_all(store, tmp_path)


def test_a_request_that_was_half_written_when_the_power_failed_is_none(store: Store) -> None:
    erase_persons(store, [canary_of(store)], by="#1")
    register = register_of(store)
    with register.file.open("a") as out:
        out.write('{"at": "2026')
    assert register_of(store).requests == register.requests
    register_of(store).add("objected", ["x"], by="#1")
    assert [one.what for one in register_of(store).requests] == ["erased", "objected"]


def test_what_the_power_cut_off_is_carried_out_later(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables were rewritten; the old files were not yet deleted."""
    monkeypatch.setattr(erase, "sweep_out", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        erase_persons(store, [canary_of(store)], by="#1")
    monkeypatch.undo()
    assert traces(store.home)
    carry_out(store)
    assert traces(store.home) == []


def test_an_erased_person_is_not_ranked(store: Store) -> None:
    number = canary_of(store)
    erase_persons(store, [number], by="#1")
    evaluate_home(store, default_policy())
    rows = read(store, list_runs(store)[-1]).table("answer/customers.parquet").to_pylist()
    (row,) = [one for one in rows if one["customer"] == number]
    assert (row["reason"], row["score"], row["clv"]) == ("objected", None, None)
