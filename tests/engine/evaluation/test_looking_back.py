"""A run of an earlier day leaves how customers stand as it is."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from kernklant.engine.evaluation.before import run_before
from kernklant.engine.evaluation.movement import movement
from kernklant.engine.evaluation.publish import (
    answer_of,
    evaluate_home,
    published,
    replay_run,
)
from kernklant.engine.ledger.facts import open_home
from kernklant.engine.ledger.imports import ImportRequest, import_file, undo_import
from kernklant.engine.segments.policy import default_policy
from kernklant.engine.store import Store, current_run, read, turns

HEAD = "klantnummer,datum,bedrag\n"
MONTHS = [date(2025, month, 28) for month in range(1, 11)]


def bring(store: Store, folder: Path, days: list[date]) -> int:
    file = folder / f"{days[0]}.csv"
    rows = [f"K{who},{day},{100 * who}\n" for who in range(1, 9) for day in days]
    file.write_text(HEAD + "".join(rows))
    (receipt,) = import_file(store, ImportRequest(path=file, dataset="sales"))
    assert receipt.import_no is not None
    return receipt.import_no


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = open_home(tmp_path / "home", create=True)
    bring(store, tmp_path, MONTHS)
    return store


def run(store: Store, day: date | None = None) -> int:
    return int(evaluate_home(store, default_policy(), as_of=day)["run"])


def test_the_present_is_of_the_latest_day_and_of_those_the_newest(store: Store) -> None:
    assert current_run(store) is None
    run(store, MONTHS[4])
    run(store)
    told = evaluate_home(store, default_policy(), as_of=MONTHS[6])
    assert (told["run"], told["looks_back"]) == (3, True)
    assert [line["looks_back"] for line in published(store)] == [False, False, True]
    assert (turns(store), answer_of(store, None)[0]) == ([1, 2], 2)
    assert (movement(store).before, movement(store).after) == (1, 2)
    run(store)
    assert turns(store) == [1, 2, 4]


def test_who_looks_back_does_not_come_from_a_later_day(store: Store) -> None:
    run(store)
    assert run_before(store, as_of=MONTHS[4]).number is None
    assert "asked/standing.parquet" not in read(store, run(store, MONTHS[4])).files
    assert "asked/standing.parquet" in read(store, run(store)).files
    assert replay_run(store, 2)["identical"]


def test_a_quarter_that_ended_before_the_last_sale_is_the_present(store: Store) -> None:
    run(store, MONTHS[2])
    run(store, MONTHS[5])
    assert turns(store) == [1, 2]


def test_after_an_import_was_undone_the_last_day_of_sales_is_the_present(
    store: Store, tmp_path: Path
) -> None:
    wrong = bring(store, tmp_path, [date(2062, 11, 3)])
    run(store, date(2062, 11, 3))
    undo_import(store, wrong)
    run(store)
    assert turns(store) == [1, 2]
    assert read(store, 2).as_of == MONTHS[-1]


def test_of_runs_from_before_the_last_sale_was_written_down_the_day_decides(store: Store) -> None:
    run(store)
    run(store)
    older = read(store, 2)
    told = {**older.manifest, "as_of": "2025-06-28"}
    del told["last_sale"], told["imports"]
    (older.folder / "manifest.json").write_text(json.dumps(told))
    assert turns(store) == [1]
    assert read(store, 2).imports is None


def test_a_run_says_which_imports_it_saw(store: Store, tmp_path: Path) -> None:
    wrong = bring(store, tmp_path, [date(2025, 11, 3)])
    undo_import(store, wrong)
    later = bring(store, tmp_path, [date(2025, 11, 4)])
    assert read(store, run(store)).imports == [1, later]
