"""Whoever objects to being ranked (article 21 of the AVG): no score, C, never exit."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from kernklant.engine.errors import Lang
from kernklant.engine.evaluation.publish import evaluate_home, replay_run, report_of
from kernklant.engine.evaluation.report import render_report
from kernklant.engine.evaluation.run import Answer
from kernklant.engine.evaluation.stand_of_one import stand_of
from kernklant.engine.evaluation.standing import ESTIMATED
from kernklant.engine.evaluation.tables import TABLES, table_of
from kernklant.engine.ledger.facts import open_home
from kernklant.engine.ledger.imports import ImportRequest, import_file
from kernklant.engine.ledger.persons import objecting, write_down
from kernklant.engine.ledger.register import OBJECTED, WITHDRAWN
from kernklant.engine.segments.policy import default_policy
from kernklant.engine.store import list_runs, read
from tests.engine.evaluation.companies import BUYERS, Tables, ask, company, letters
from tests.engine.ledger.files import csv_file, lines

BASE = company()


@pytest.fixture(scope="module")
def before() -> Answer:
    return ask(BASE)


@pytest.fixture(scope="module")
def best(before: Answer) -> int:
    rows = [row for row in before.customers.to_pylist() if row["segment"] == "A"]
    return int(max(rows, key=lambda row: row["score"])["customer"])


@pytest.fixture(scope="module")
def answer(best: int) -> Answer:
    return ask(objected(best))


def objected(*customers: int) -> Tables:
    tables = BASE
    for one in customers:
        tables = tables.flag(one, "bezwaar").flag(one, "exit").flag(one, "A")
    return tables


def row_of(answer: Answer, customer: int) -> dict[str, object]:
    (row,) = [row for row in answer.customers.to_pylist() if row["customer"] == customer]
    return row


def test_whoever_objects_is_c_for_that_reason_whatever_else_was_decided(
    answer: Answer, best: int
) -> None:
    row = row_of(answer, best)
    assert (row["segment"], row["reason"], row["by_rule"]) == ("C", "objected", "C")
    assert row["exit_proposed"] is False


def test_nothing_is_estimated_of_whoever_objects(answer: Answer, best: int) -> None:
    row = row_of(answer, best)
    assert [name for name in ESTIMATED if row[name] is not None] == []
    assert row["p_a"] == row["exit_chance"] == row["evidence"] == 0
    points = {one["customer"]: one for one in answer.points.to_pylist()}[best]
    assert sum(value for name, value in points.items() if name != "customer") == 0
    assert best not in answer.advice["customer"].to_pylist()


def test_what_he_bought_still_counts_in_the_totals(
    before: Answer, answer: Answer, best: int
) -> None:
    assert answer.summary["totals"] == before.summary["totals"]
    assert row_of(answer, best)["revenue"] == row_of(before, best)["revenue"]


def test_the_share_of_a_is_of_those_who_are_ranked(before: Answer, answer: Answer) -> None:
    was, now = letters(before), letters(answer)
    many = list(was.values()).count("A"), list(now.values()).count("A")
    assert many[1] in {many[0], many[0] - 1}
    assert len(now) == BUYERS


def test_all_may_object(before: Answer) -> None:
    found = ask(objected(*letters(before)))
    assert set(letters(found).values()) == {"C"}


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_report_of_such_a_run_renders(answer: Answer, lang: Lang) -> None:
    names = pa.table({"customer": [1], "source_no": ["D0001"], "name": ["Klant 1"]})
    assert "Klant 1" in render_report(answer, names, lang=lang)


def test_a_prospect_who_objects_gets_no_potential_and_no_fit() -> None:
    found = ask(BASE.flag(BUYERS + 1, "objected"))
    row = {one["customer"]: one for one in found.prospects.to_pylist()}[BUYERS + 1]
    assert (row["potential"], row["fit"]) == (None, None)


def test_the_next_run_of_a_home_leaves_him_out_and_can_be_replayed(tmp_path: Path) -> None:
    sold = [
        f"K-{who};1{day}-0{month}-2025;{who * 100},00"
        for who in range(1, 9) for month in range(1, 9) for day in (3, 7)
    ]  # fmt: skip
    store = open_home(tmp_path / "home", create=True)
    import_file(store, ImportRequest(csv_file(tmp_path, lines(*sold)), dataset="sales"))
    evaluate_home(store, default_policy())
    customer = 8
    write_down(store, [customer], OBJECTED, by="#1")
    assert objecting(store) == [customer]
    evaluate_home(store, default_policy())
    found = stand_of(read(store, list_runs(store)[-1]), customer)
    assert found is not None
    assert (found.row["segment"], found.row["score"]) == ("C", None)
    assert "bezwaar" in found.because.nl
    first = stand_of(read(store, 1), customer)
    assert first is not None
    assert first.row["score"] is not None
    assert replay_run(store, 2)["identical"]
    assert "asked/flags.parquet" in read(store, 2).files
    for lang in ("nl", "en"):
        assert report_of(store, run=None, lang=lang)
        for what in TABLES:
            table_of(store, what, run=None, lang=lang)
    write_down(store, [customer], WITHDRAWN, by="#1")
    evaluate_home(store, default_policy())
    last = stand_of(read(store, max(list_runs(store))), customer)
    assert last is not None
    assert last.row["score"] is not None
