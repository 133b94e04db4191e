"""Answering a person from a terminal: found, held, objected, erased, and erased again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_start import kernklant
from tests.engine.ledger.test_erasure import CUSTOMERS, SALES, traces


@pytest.fixture
def home(tmp_path: Path) -> str:
    home = str(tmp_path / "home")
    for name, text in (("customers", CUSTOMERS), ("sales", SALES)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        told = kernklant("import", str(tmp_path / f"{name}.csv"), "--as", name, "--home", home)
        assert told.returncode == 0, told.stderr
    return home


def test_a_person_is_found_and_all_of_him_is_told(home: str) -> None:
    (row,) = json.loads(kernklant("persons", "find", "vogelzang", "--json", "--home", home).stdout)
    assert row["source_no"] == "K-777"
    held = json.loads(kernklant("persons", "hold", "K-777", "--home", home).stdout)
    told = [row["email"] for row in held["ledger"]["customers"]]
    assert "kanarie@vogelzang.example" in told
    assert kernklant("persons", "hold", "K-778", "--home", home).returncode == 8


def test_who_objects_is_not_ranked(home: str) -> None:
    assert kernklant("persons", "object", "K-777", "--home", home).returncode == 0
    assert kernklant("evaluate", "--home", home).returncode == 0
    found = json.loads(kernklant("show", "K-777", "--json", "--home", home).stdout)
    assert (found["segment"], found["reason"], found["score"]) == ("C", "objected", None)
    assert kernklant("show", "K-777", "--home", home).returncode == 0


def test_who_is_erased_does_not_come_back_with_an_old_backup(home: str, tmp_path: Path) -> None:
    backup, again = str(tmp_path / "b.zip"), tmp_path / "again"
    assert kernklant("backup", backup, "--home", home).returncode == 0
    done = kernklant("persons", "erase", "K-777", "--yes", "--json", "--home", home)
    assert json.loads(done.stdout)["customers"]
    assert traces(Path(home)) == []
    restored = kernklant("restore", backup, "--home", str(again), "--lang", "en")
    assert restored.returncode == 0
    assert "Erased again: 1" in restored.stderr
    assert traces(again) == []


def test_the_register_and_the_terms_are_told(home: str) -> None:
    rows = json.loads(kernklant("register", "--json", "--lang", "en").stdout)
    assert {"table", "column", "class", "purpose", "ground", "term"} == set(rows[0])
    told = json.loads(kernklant("tidy", "--json", "--home", home).stdout)
    assert told == {"past_term": [], "removed": {}}


def test_a_number_of_two_sources_is_nobody_until_one_is_named(home: str, tmp_path: Path) -> None:
    """Else the last one with that number would be erased, for good."""
    file = tmp_path / "customers.csv"
    file.write_text("klantnummer;naam;plaats\nK-777;Ander Mens;Elders\n", encoding="utf-8")
    asked = ("--as", "customers", "--source", "webshop", "--home", home)
    assert kernklant("import", str(file), *asked).returncode == 0
    for command in ("hold", "object", "erase"):
        told = kernklant("persons", command, "K-777", "--home", home, "--lang", "en")
        assert told.returncode == 2
        assert "--source: file, webshop" in told.stderr
    rows = json.loads(kernklant("persons", "find", "K-777", "--json", "--home", home).stdout)
    assert [row["source"] for row in rows] == ["file", "webshop"]
    one = ("K-777", "--source", "webshop", "--home", home)
    refused = kernklant("persons", "erase", *one)  # there is nobody to say yes
    assert refused.returncode == 1
    assert "K-777 · Ander Mens · Elders" in refused.stderr
    done = json.loads(kernklant("persons", "erase", *one, "--yes", "--json").stdout)
    assert done["customers"] == [rows[1]["customer"]]
    held = json.loads(kernklant("persons", "hold", "K-777", "--home", home).stdout)
    assert {row["name"] for row in held["ledger"]["customers"]} >= {"Kanarie Vogelzang"}


def test_a_home_without_the_requests_of_its_backup_is_told(home: str, tmp_path: Path) -> None:
    """Who objected would be ranked again, and nobody would know."""
    backup, elsewhere = str(tmp_path / "b.zip"), tmp_path / "other"
    assert kernklant("persons", "object", "K-777", "--home", home).returncode == 0
    assert kernklant("backup", backup, "--home", home).returncode == 0
    for place, missing in ((tmp_path / "beside", False), (elsewhere / "home", True)):
        told = kernklant("restore", backup, "--home", str(place), "--lang", "en")
        assert told.returncode == 0
        assert ("missing beside this folder: 1." in told.stderr) == missing
