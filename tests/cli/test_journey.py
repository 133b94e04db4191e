"""From a file to an answer, as somebody at a terminal does it."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.test_start import kernklant


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, cdnow_sample: Path) -> Path:
    folder = tmp_path_factory.mktemp("journey") / "home"
    result = kernklant("import", str(cdnow_sample), "--home", str(folder), "--json")
    assert result.returncode == 0, result.stderr
    result = kernklant("evaluate", "--home", str(folder), "--json")
    assert result.returncode == 0, result.stderr
    return folder


def test_an_import_balances_and_a_second_brings_nothing_new(
    tmp_path: Path, cdnow_sample: Path
) -> None:
    home = str(tmp_path / "home")
    first = json.loads(kernklant("import", str(cdnow_sample), "--home", home, "--json").stdout)
    assert (first["rows_file"], first["rows_accepted"], first["rows_rejected"]) == (6919, 6919, 0)
    assert first["amount_file"] == first["amount_accepted"] == "244091.94"
    second = json.loads(kernklant("import", str(cdnow_sample), "--home", home, "--json").stdout)
    assert (second["rows_accepted"], second["rows_known"]) == (0, 6919)
    assert second["amount_known"] == "244091.94"


def test_a_dry_run_writes_nothing(tmp_path: Path, cdnow_sample: Path) -> None:
    home = str(tmp_path / "home")
    result = kernklant("import", str(cdnow_sample), "--home", home, "--dry-run", "--json")
    assert json.loads(result.stdout)["rows_accepted"] == 6919
    assert list(tmp_path.iterdir()) == []


def test_undo_leaves_nothing_of_the_import(tmp_path: Path, cdnow_sample: Path) -> None:
    home = str(tmp_path / "home")
    kernklant("import", str(cdnow_sample), "--home", home)
    assert kernklant("undo", "1", "--home", home).returncode == 0
    listed = json.loads(kernklant("imports", "--home", home, "--json").stdout)
    assert listed[0]["undone_at"] is not None
    result = kernklant("evaluate", "--home", home, "--lang", "en")
    assert result.returncode == 5
    assert "no sales" in result.stderr


def test_the_summary_has_every_promised_key(home: Path) -> None:
    summary = json.loads(kernklant("evaluate", "--home", str(home), "--json").stdout)
    promised = {"run", "as_of", "customers", "fit", "segments", "concentration", "methods"}
    assert promised | {"warnings", "seconds"} <= summary.keys()
    assert {"model", "parameters", "log_likelihood", "accepted", "why"} <= summary["fit"].keys()
    assert summary["customers"] == 2357
    assert summary["as_of"] == "1998-06-30"
    parts = summary["segments"]
    assert sum(parts[letter]["customers"] for letter in "ABC") == 2357
    whole = sum(Decimal(parts[letter]["clv"]) for letter in "ABC")
    assert abs(whole - Decimal(summary["clv"]["total"])) <= Decimal("0.02")


def test_the_export_has_every_promised_column(home: Path, tmp_path: Path) -> None:
    promised = [
        "customer_id",
        "name",
        "segment",
        "exit_proposed",
        "previous_segment",
        "p_a",
        "score",
        "score_low",
        "score_high",
        "evidence",
        "clv",
        "clv_low",
        "clv_high",
        "clv_method",
        "orders",
        "first_order_on",
        "last_order_on",
        "revenue_12m",
        "margin_12m",
        "cost_to_serve_12m",
        "contribution_12m",
        "p_alive",
        "expected_orders_12m",
        "expected_spend",
        "potential",
        "reasons",
    ]
    for ending in ("csv", "xlsx", "parquet"):
        file = tmp_path / f"customers.{ending}"
        result = kernklant("export", "customers", "--home", str(home), "--out", str(file))
        assert result.returncode == 0, result.stderr
        assert file.stat().st_size > 10_000
    table = pq.read_table(tmp_path / "customers.parquet")
    assert set(promised) <= set(table.column_names)
    with (tmp_path / "customers.csv").open(encoding="utf-8", newline="") as handle:
        assert len(list(csv.DictReader(handle))) == 2357


def test_a_replay_gives_the_same_bytes(home: Path) -> None:
    result = kernklant("replay", "1", "--home", str(home), "--json")
    assert result.returncode == 0, result.stdout
    assert json.loads(result.stdout) == {"run": 1, "identical": True, "different": []}


def test_one_customer_is_shown_by_his_own_number(home: Path) -> None:
    shown = json.loads(kernklant("show", "4", "--home", str(home), "--json").stdout)
    assert shown["customer_id"] == "4"
    assert shown["clv_low"] <= shown["clv"] <= shown["clv_high"]
    missing = kernklant("show", "nobody", "--home", str(home), "--lang", "en")
    assert missing.returncode == 8
    assert "persons find" in missing.stderr


def test_the_report_stands_alone(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "r.html"
    result = kernklant("report", "--home", str(home), "--out", str(file), "--lang", "en")
    assert result.returncode == 0, result.stderr
    page = file.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<svg" in page


def test_try_leaves_the_report_and_nothing_else(
    tmp_path: Path, cdnow_sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    result = kernklant("try", str(cdnow_sample), "--lang", "en", TMPDIR=str(scratch))
    assert result.returncode == 0, result.stderr
    assert "report.html" in result.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "scratch"]
    assert list(scratch.iterdir()) == []


def test_a_policy_is_made_checked_and_explained(tmp_path: Path) -> None:
    file = str(tmp_path / "policy.toml")
    assert kernklant("policy", "init", file).returncode == 0
    assert kernklant("policy", "init", file).returncode == 2
    assert kernklant("policy", "check", file).returncode == 0
    assert len(kernklant("policy", "show", file, "--lang", "en").stdout.splitlines()) > 5
    Path(file).write_text("version = 1\nhorizon_yaers = 3\n", encoding="utf-8")
    result = kernklant("policy", "check", file, "--lang", "en")
    assert result.returncode == 4
    assert "2" in result.stderr
    assert "horizon_years" in result.stderr


def test_doctor_names_the_tables_of_a_home(home: Path) -> None:
    result = kernklant("doctor", "--home", str(home), "--lang", "en")
    assert "customers" in result.stdout
    assert "sales" in result.stdout


def test_who_has_no_name_is_shown_by_his_number_alone(home: Path) -> None:
    result = kernklant("show", "4", "--home", str(home), "--lang", "en")
    assert result.stdout.splitlines()[0] in ("[A] 4", "[B] 4", "[C] 4")


@pytest.mark.parametrize(
    ("said", "points"),
    [
        (["a", "b", "c"], [61, 28, 11]),
        (["a=40", "b=30", "c=10"], [50, 38, 12]),
        (["price=2:4", "quality=1:8", "place=8:1"], [31, 61, 8]),
    ],
)
def test_weights_come_from_an_order_points_or_comparisons(
    said: list[str], points: list[int]
) -> None:
    found = json.loads(kernklant("policy", "weights", *said, "--json").stdout)
    assert list(found["points"].values()) == points
    assert (found["consistency"] is not None) == (":" in said[0])


def test_weights_that_cannot_be_read_are_refused_with_the_ways_there_are() -> None:
    result = kernklant("policy", "weights", "a=1", "b", "--lang", "en")
    assert result.returncode != 0
    assert "NAME=POINTS" in result.stderr
