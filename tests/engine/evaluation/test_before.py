"""What an evaluation is compared with: the whole run of the latest day that is not later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kernklant.engine.errors import StoreDamaged, Text
from kernklant.engine.evaluation.before import run_before
from kernklant.engine.evaluation.formats import FORMATS
from kernklant.engine.evaluation.publish import evaluate_home, published, replay_run
from kernklant.engine.ledger.facts import current_customers, open_home
from kernklant.engine.ledger.imports import ImportRequest, import_file
from kernklant.engine.segments.policy import default_policy, read_policy
from kernklant.engine.store import Store, back_up, list_runs, read, turns
from kernklant.engine.units import today
from tests.engine.ledger.files import csv_file, lines

WINTER, SUMMER, YEAR_END = date(2025, 2, 28), date(2025, 6, 30), date(2025, 12, 31)
HEAD = "klant;datum;factuur;regel;bedrag;kostprijs"


def sold(on: date, *, who: int = 1, amount: int = 100) -> str:
    return f"K{who};{on:%Y-%m-%d};F{who}-{on:%Y%m%d};1;{amount},00;{amount // 2},00"


def sales() -> list[str]:
    first = date(2024, 3, 1)
    return [
        sold(first + timedelta(days=60 * at + who), who=who, amount=100 * who)
        for who in range(1, 13)
        for at in range(11)
    ]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = open_home(tmp_path / "home", create=True)
    take(store, tmp_path, *sales())
    return store


def take(store: Store, folder: Path, *rows: str) -> None:
    file = csv_file(folder, lines(*rows, header=HEAD))
    import_file(store, ImportRequest(path=file, dataset="sales"))


def runs(store: Store, *days: date) -> list[dict[str, Any]]:
    return [evaluate_home(store, default_policy(), as_of=day) for day in days]


def damage(store: Store, number: int, name: str) -> None:
    with (store.home / "runs" / f"{number:06}" / name).open("ab") as file:
        file.write(b"!")


def before_of(store: Store, number: int) -> set[Any]:
    """In which segments customers stood before, and since when they stand."""
    rows = read(store, number).table("answer/customers.parquet").to_pylist()
    return {row["previous_segment"] for row in rows} | {row["segment_since"] for row in rows}


def bounds(summary: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    return [(one["name"], one["low"], one["high"]) for one in summary["score"]["criteria"]]


def said(summary: Mapping[str, Any]) -> str:
    return " ".join(warning["nl"] for warning in summary["warnings"])


def test_who_looks_back_is_compared_with_no_later_day(store: Store) -> None:
    runs(store, SUMMER, WINTER)
    assert before_of(store, 2) == {None, WINTER}


def test_who_looked_back_is_not_what_the_next_run_is_compared_with(store: Store) -> None:
    runs(store, WINTER, SUMMER, WINTER, YEAR_END)
    assert run_before(store, as_of=YEAR_END - timedelta(days=1)).number == 2
    assert run_before(store, as_of=YEAR_END).number == 4
    assert run_before(store, as_of=WINTER).number == 3
    assert run_before(store, as_of=WINTER - timedelta(days=1)).number is None
    stood = read(store, 4).table("asked/standing.parquet")
    assert stood.equals(read(store, 2).table("answer/customers.parquet", stood.column_names))


@pytest.mark.parametrize(
    "name", ["answer/customers.parquet", "answer/points.parquet", "asked/policy.toml"]
)
def test_a_damaged_run_is_passed_over_and_that_is_said(store: Store, name: str) -> None:
    runs(store, WINTER, SUMMER)
    damage(store, 2, name)
    (answer,) = runs(store, YEAR_END)
    assert read(store, 3).table("asked/standing.parquet").equals(
        read(store, 1).table("answer/customers.parquet", ["customer", "segment", "segment_since",
                                                          "orders", "reason"])
    )  # fmt: skip
    assert "overgeslagen bij het vergelijken met eerder: evaluatie 2." in said(answer)
    assert replay_run(store, 3)["identical"]


def test_a_run_without_a_readable_manifest_is_told_and_in_nobodys_way(
    store: Store, tmp_path: Path
) -> None:
    runs(store, WINTER)
    manifest = store.home / "runs" / "000001" / "manifest.json"
    for text in ("", "[]", "{}"):
        manifest.write_text(text)
        (answer,) = runs(store, SUMMER)
        assert "evaluatie 1." in said(answer)
        with pytest.raises(StoreDamaged, match=r"manifest\.json"):
            read(store, 1)
        with pytest.raises(StoreDamaged, match=r"manifest\.json"):
            back_up(store.home, list(store.schemas), tmp_path / "backup.zip")
    assert published(store)[0] == {"run": 1, "damaged": True}
    assert turns(store) == [line["run"] for line in published(store)[1:]]


def test_what_is_told_from_a_later_day_on_changes_no_run_of_before(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = today() + timedelta(days=30)
    told = lines(f"K1;2024-06-01;{ahead}", header="klantnummer;datum faillissement;geldig vanaf")
    import_file(store, ImportRequest(path=csv_file(tmp_path, told), dataset="customers"))
    runs(store, YEAR_END)
    monkeypatch.setattr("kernklant.engine.ledger.facts.today", lambda: ahead)
    assert current_customers(store.snapshot())["insolvent_on"].null_count == 11
    assert replay_run(store, 1)["identical"]


def test_a_copy_beside_the_runs_is_no_run(store: Store) -> None:
    runs(store, WINTER)
    (store.home / "runs" / "000001 (kopie)").mkdir()
    (store.home / "runs" / "01").mkdir()
    assert list_runs(store) == [1]
    assert runs(store, SUMMER)[0]["run"] == 2


def test_as_shipped_an_evaluation_goes_by_the_last_sales_day_that_has_been(
    store: Store, tmp_path: Path
) -> None:
    plain = evaluate_home(store, default_policy())
    ahead = today() + timedelta(days=30)
    take(store, tmp_path, sold(ahead, who=1, amount=10))
    found = evaluate_home(store, default_policy())
    assert found["as_of"] == plain["as_of"]
    assert found["totals"] == plain["totals"]
    assert "na vandaag" not in said(plain)
    later = f"heeft een datum na vandaag ({FORMATS['nl'].day(ahead)}) en telt nog niet mee."
    assert later in said(found)
    assert replay_run(store, 2)["identical"]


def test_a_day_after_today_is_said(store: Store) -> None:
    found = evaluate_home(store, default_policy(), as_of=today() + timedelta(days=1))
    assert "ligt na vandaag" in said(found)


def test_lines_are_those_until_the_day(store: Store) -> None:
    (answer,) = runs(store, WINTER)
    until = [row for row in sales() if row.split(";")[1] <= WINTER.isoformat()]
    assert answer["totals"]["lines"] == len(until)


def test_a_file_of_policy_keeps_its_yardstick_until_it_says_something_else(store: Store) -> None:
    first, second = runs(store, SUMMER, YEAR_END)
    assert bounds(first) == bounds(second)
    assert not json.loads(read(store, 2).bytes("asked/question.json"))["policy_changed"]
    text = default_policy().text.replace("horizon_years = 3 ", "horizon_years = 5 ")
    third = evaluate_home(store, read_policy(text, name="other"), as_of=YEAR_END)
    assert bounds(third) != bounds(first)
    assert json.loads(read(store, 3).bytes("asked/question.json"))["policy_changed"]


@pytest.mark.parametrize("edited", [False, True])
def test_a_policy_that_was_edited_meanwhile_is_not_written_over(
    store: Store, tmp_path: Path, edited: bool
) -> None:
    own = tmp_path / "policy.toml"
    own.write_text(default_policy().text, encoding="utf-8")

    def edit(_step: Text) -> None:
        if edited:
            own.write_text("# other\n" + default_policy().text, encoding="utf-8")

    evaluate_home(store, default_policy(), own_policy=own, progress=edit)
    found = read_policy(own.read_text(encoding="utf-8"), name="policy.toml")
    assert (found.criteria == default_policy().criteria) == edited
    assert found.text.startswith("# other") == edited
