"""The whole evaluation: what must hold of every answer, and of every way to ask the same."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest
from benchmarks.truth import taken_in

from kernklant.demo.company import Company, write_company
from kernklant.demo.files import DeliveredFile
from kernklant.engine.evaluation.question import Question
from kernklant.engine.evaluation.run import Answer, evaluate
from kernklant.engine.evaluation.standing import stand_of
from kernklant.engine.segments.migration import SEGMENTS, Stand, moves
from tests.engine.evaluation.companies import (
    AS_OF,
    BUYERS,
    COST_UNKNOWN,
    PROSPECTS,
    Tables,
    ask,
    company,
    demo_policy,
    known_by_source,
    letters,
    written,
)

EARLIER = date(2026, 3, 31)
GROUPS = demo_policy(by='never_a = ["insolvent"] -> never_a = ["insolvent"]\ndecide_on = "group"')
LOSSES = demo_policy(
    by="[hysteresis] -> [segments.losses]\nmissed_a = 5\nfalse_a = 1\n[hysteresis]"
)
ROWS_A_GROUP = 122_880  # of DuckDB: below this one thread does all the work


@pytest.fixture(scope="module")
def tables() -> Tables:
    return company()


@pytest.fixture(scope="module")
def answer(tables: Tables) -> Answer:
    return ask(tables)


@pytest.fixture(scope="module")
def then(tables: Tables) -> Answer:
    """Half a year before; of who bought since nothing is known yet."""
    return ask(tables, as_of=EARLIER)


def stand(answer: Answer) -> Stand:
    return stand_of(answer.customers, answer.points)


def first(answer: Answer, segment: str) -> int:
    """The customer of the highest score in a segment."""
    rows = answer.customers.filter(pc.equal(answer.customers["segment"], segment))
    return int(rows.sort_by([("score", "descending"), ("customer", "ascending")])["customer"][0])


def loss_maker(tables: Tables, number: int = 990) -> Tables:
    """One more customer: he buys every week at hardly more than cost, and is visited as often."""
    days = [AS_OF - timedelta(days=7 * week) for week in range(100)]
    sales = [
        {"customer": number, "date": day, "document": f"L{at}", "amount": 50, "cost": 49}
        for at, day in enumerate(days)
    ]
    visits = [{"customer": number, "date": day, "activity": "visit"} for day in days]
    return tables.about(number, name="Kost meer").put("sales", *sales).put("activities", *visits)


# The same facts give the same answer.


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_changes_no_byte(tables: Tables, answer: Answer, seed: int) -> None:
    assert written(ask(tables.shuffled(seed))) == written(answer)


def test_the_order_of_rows_changes_no_byte_of_groups(tables: Tables) -> None:
    assert written(ask(tables.shuffled(4), GROUPS)) == written(ask(tables, GROUPS))


def test_one_thread_or_two_and_any_order_give_the_same_bytes_of_a_larger_base(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tables.times(100)
    assert len(large.tables["sales"]) > ROWS_A_GROUP
    found = []
    for processors, asked in ((1, large), (2, large), (2, large.shuffled(5))):
        allowed = set(range(processors))
        monkeypatch.setattr(os, "sched_getaffinity", lambda _process, allowed=allowed: allowed)
        found.append(written(ask(asked)))
    assert found[0] == found[1] == found[2]


def split(company: Company, folder: Path) -> list[DeliveredFile]:
    """The text files of a company in two parts each, the later part and the last file first."""
    folder.mkdir()
    found = []
    for file in company.files:
        if file.path.suffix != ".csv":
            found.append(file)
            continue
        head, *lines = file.path.read_bytes().splitlines(keepends=True)
        for part in range(2):
            path = folder / f"{part}-{file.path.name}"
            path.write_bytes(head + b"".join(lines[part::2]))
            found.append(replace(file, path=path))
    return found[::-1]


def test_imports_in_parts_and_in_another_order_give_the_same_answer(tmp_path: Path) -> None:
    company = write_company(tmp_path / "files", customers=200)
    stores = [
        taken_in(company, tmp_path / "whole"),
        taken_in(replace(company, files=split(company, tmp_path / "parts")), tmp_path / "other"),
    ]
    question = Question(demo_policy(), as_of=AS_OF)
    whole, parts = (known_by_source(evaluate(store, question), store) for store in stores)
    assert len(stores[1].imports()) > len(stores[0].imports())
    assert whole == parts


# Everybody stands somewhere, for a reason that adds up.


def test_every_customer_is_in_exactly_one_segment(answer: Answer) -> None:
    assert answer.customers["customer"].to_pylist() == list(range(1, BUYERS + 1))
    counted = Counter(letters(answer).values())
    assert set(counted) <= set(SEGMENTS)
    assert min(counted[name] for name in "ABC") > 0
    parts = answer.summary["segments"]
    assert {name: parts[name]["customers"] for name in SEGMENTS} == {
        name: counted[name] for name in SEGMENTS
    }


@pytest.mark.parametrize("policy", [demo_policy(), GROUPS], ids=["customer", "group"])
def test_the_points_of_every_score_add_up(tables: Tables, policy: Any) -> None:
    answer = ask(tables, policy)
    names = [name for name in answer.points.column_names if name != "customer"]
    assert sum(one["weight"] for one in answer.summary["score"]["criteria"]) == 100
    sums = np.sum([answer.points[name].to_numpy() for name in names], axis=0)
    assert answer.points["customer"].equals(answer.customers["customer"])
    assert sums.tolist() == answer.customers["score"].to_pylist()
    assert answer.customers["score"].null_count == 0


def test_a_score_lies_within_its_range(answer: Answer) -> None:
    table = answer.customers
    low, high, score = (table[name].to_numpy() for name in ("score_low", "score_high", "score"))
    assert np.all((low <= score + 0.5) & (score - 0.5 <= high))


def test_as_many_are_a_as_the_policy_says(answer: Answer) -> None:
    by_rule = Counter(letters(answer, "by_rule").values())
    scored = pc.sum(pc.greater(answer.customers["score"], 0)).as_py()
    assert by_rule["A"] == np.ceil(0.15 * scored)
    # As many are expected to reach the cut-off, or one more where somebody stands right on it.
    expected = answer.summary["score"]["expected_a"]
    assert by_rule["A"] - 2e-3 <= expected < by_rule["A"] + 1


def test_a_chance_to_become_a_is_no_less_than_that_of_being_a(answer: Answer) -> None:
    is_a, becomes = (answer.customers[name].to_numpy() for name in ("p_a", "p_becomes_a"))
    assert np.all((is_a >= 0) & (is_a <= becomes) & (becomes <= 1))
    assert (becomes > is_a).any()


@pytest.mark.parametrize("policy", [demo_policy(), LOSSES], ids=["rules", "losses"])
def test_an_insolvent_customer_is_never_a_or_b(tables: Tables, policy: Any) -> None:
    best = first(ask(tables, policy), "A")
    broke = tables.about(best, insolvent_on=AS_OF)
    for asked in (broke, broke.flag(best, "A"), broke.flag(best, "B")):
        answer = ask(asked, policy)
        assert letters(answer)[best] == "C"
        assert letters(answer, "reason")[best] == "insolvent"
        assert letters(answer, "p_a")[best] == letters(answer, "p_becomes_a")[best] == 0


def test_an_insolvency_to_come_is_no_insolvency_yet(tables: Tables, answer: Answer) -> None:
    best = first(answer, "A")
    later = tables.about(best, insolvent_on=AS_OF + timedelta(days=1))
    assert letters(ask(later)) == letters(answer)


# What people decided.


def test_a_flag_fixes_a_segment_until_its_last_day(tables: Tables, answer: Answer) -> None:
    worst = min(number for number, segment in letters(answer).items() if segment == "C")
    until_today = ask(tables.flag(worst, "A", until=AS_OF))
    assert letters(until_today)[worst] == "A"
    assert letters(until_today, "reason")[worst] == "decided"
    assert letters(ask(tables.flag(worst, "A")))[worst] == "A"
    over = ask(tables.flag(worst, "A", until=AS_OF - timedelta(days=1)))
    assert letters(over) == letters(answer)


def test_a_flag_moves_nobody_else(tables: Tables, answer: Answer) -> None:
    best = first(answer, "A")
    fixed = letters(ask(tables.flag(best, "C")))
    assert fixed.pop(best) == "C"
    assert fixed == {who: where for who, where in letters(answer).items() if who != best}


def test_who_people_let_go_is_in_exit_and_makes_room(tables: Tables, answer: Answer) -> None:
    best = first(answer, "A")
    gone = ask(tables.flag(best, "exit"))
    assert letters(gone)[best] == "exit"
    assert letters(gone, "reason")[best] == "leaving"
    assert not letters(gone, "exit_proposed")[best]
    by_rule = [Counter(letters(one, "by_rule").values())["A"] for one in (answer, gone)]
    assert by_rule[0] == by_rule[1]


def test_exit_is_proposed_of_who_costs_more_than_he_brings_unless_he_is_vulnerable(
    tables: Tables,
) -> None:
    costs = loss_maker(tables)
    found = ask(costs)
    assert letters(found, "exit_proposed")[990]
    assert letters(found)[990] in "ABC"
    assert found.summary["segments"]["exit_proposed"] >= 1
    assert 990 in found.advice["customer"].to_pylist()
    kept = ask(costs.flag(990, "kwetsbaar"))
    assert not letters(kept, "exit_proposed")[990]
    assert letters(kept, "exit_chance")[990] == letters(found, "exit_chance")[990]


# What is not known.


def test_who_has_no_known_cost_has_no_contribution(answer: Answer) -> None:
    for row in answer.customers.to_pylist():
        unknown = row["customer"] % COST_UNKNOWN == 0
        assert (row["contribution_12m"] is None) == unknown
        assert row["margin_assumed"] == unknown


def test_prospects_have_potential_and_fit_and_stand_apart(answer: Answer) -> None:
    prospects = answer.prospects
    assert prospects["customer"].to_pylist() == list(range(BUYERS + 1, BUYERS + PROSPECTS + 1))
    assert not any(name.startswith("clv") for name in prospects.column_names)
    for name in ("potential", "fit", "evidence"):
        assert prospects[name].null_count == 0
        assert pc.min(prospects[name]).as_py() > 0
    assert answer.summary["totals"]["prospects"] == PROSPECTS


# Groups.


def test_a_daughter_of_an_a_is_flagged(tables: Tables, answer: Answer) -> None:
    poor = [number for number, segment in letters(answer).items() if segment == "C"]
    mother, daughter = first(answer, "A"), poor[0]
    linked = ask(tables.about(daughter, group_customer=mother))
    assert letters(linked) == letters(answer)
    assert letters(linked, "daughter_of_a")[daughter]
    assert not letters(linked, "daughter_of_a")[mother]
    assert letters(linked, "group")[daughter] == mother


def test_a_group_is_divided_as_one_where_the_policy_says_so(tables: Tables, answer: Answer) -> None:
    poor = [number for number, segment in letters(answer).items() if segment == "C"]
    together = [first(answer, "A"), *poor[:2]]
    linked = tables
    for daughter in together[1:]:
        linked = linked.about(daughter, group_customer=together[0])
    found = ask(linked, GROUPS)
    for column in ("segment", "score", "p_a", "p_becomes_a", "reason"):
        at = letters(found, column)
        groups: dict[int, set[Any]] = {}
        for number, mother in letters(found, "group").items():
            groups.setdefault(mother or number, set()).add(at[number])
        assert all(len(stands) == 1 for stands in groups.values())
        assert len({at[number] for number in together}) == 1
    assert letters(found)[together[0]] == "A"


def test_in_a_group_that_is_a_the_insolvent_and_who_leaves_are_not(
    tables: Tables, answer: Answer
) -> None:
    poor = [number for number, segment in letters(answer).items() if segment == "C"]
    mother, (broke, leaves) = first(answer, "A"), poor[:2]
    linked = tables.about(broke, group_customer=mother, insolvent_on=AS_OF)
    linked = linked.about(leaves, group_customer=mother).flag(leaves, "exit")
    found = ask(linked, GROUPS)
    told = letters(found), letters(found, "reason"), letters(found, "p_a")
    assert [one[broke] for one in told] == ["C", "insolvent", 0.0]
    assert [one[leaves] for one in told] == ["exit", "leaving", 0.0]
    assert told[0][mother] == "A"
    again = ask(linked.about(mother, insolvent_on=AS_OF), GROUPS)
    assert letters(again)[mother] == "C"


def test_a_group_stands_where_its_largest_member_stood_who_is_not_insolvent(
    tables: Tables, answer: Answer
) -> None:
    mother, daughter = [number for number, segment in letters(answer).items() if segment == "A"][:2]
    worth = letters(answer, "clv")
    mother, daughter = sorted((mother, daughter), key=lambda one: -worth[one])
    linked = tables.about(daughter, group_customer=mother).about(mother, insolvent_on=AS_OF)
    nobody_moves = demo_policy(
        by='never_a = ["insolvent"] -> never_a = ["insolvent"]\ndecide_on = "group"',
        below="move_if_chance_of_current_below = 0.40 -> move_if_chance_of_current_below = 0",
        at_once="at_once_below = 0.20 -> at_once_below = 0",
    )
    once = ask(linked, nobody_moves)
    twice = ask(linked, nobody_moves, previous=stand(once))
    for found in (once, twice):
        assert (letters(found)[mother], letters(found)[daughter]) == ("C", "A")


def test_without_the_veto_an_insolvent_customer_may_be_a(tables: Tables, answer: Answer) -> None:
    best = first(answer, "A")
    policy = demo_policy(veto='never_a = ["insolvent"] -> never_a = []')
    found = ask(tables.about(best, insolvent_on=AS_OF), policy)
    assert letters(found)[best] == "A"


# Runs after each other.


def test_a_second_run_on_the_same_facts_moves_nobody(tables: Tables, answer: Answer) -> None:
    again = ask(tables, previous=stand(answer))
    assert again.moves.num_rows == 0
    assert letters(again) == letters(answer) == letters(again, "previous_segment")
    assert again.points.equals(answer.points)


def test_moves_there_and_back_are_opposite(answer: Answer, then: Answer) -> None:
    forth, back = moves(stand(then), stand(answer)), moves(stand(answer), stand(then))
    assert forth.num_rows > 0
    assert set(forth["kind"].to_pylist()) == {"moved", "new"}
    for one, other in (("from_segment", "to_segment"), ("to_segment", "from_segment")):
        assert forth[one].equals(back[other])
    assert forth["customer"].equals(back["customer"])


def test_the_matrix_adds_up_to_both_runs(tables: Tables, then: Answer) -> None:
    now = ask(tables, previous=stand(then))
    cells = now.summary["matrix"]
    was, stands = (Counter(letters(one).values()) for one in (then, now))
    for segment in SEGMENTS:
        assert sum(cells[segment].values()) == was[segment]
        assert sum(row[segment] for row in cells.values()) == stands[segment]
    assert sum(cells["new"].values()) == len(now.customers) - len(then.customers) > 0
    off = sum(cells[row][column] for row in cells for column in cells[row] if row != column)
    assert off == now.moves.num_rows


def test_the_day_in_a_segment_is_kept_until_somebody_moves(tables: Tables, then: Answer) -> None:
    now = ask(tables, previous=stand(then))
    moved = set(now.moves["customer"].to_pylist())
    for number, since in letters(now, "segment_since").items():
        assert since == (AS_OF if number in moved else EARLIER)


def test_damping_holds_some_whom_the_rules_would_move(tables: Tables, then: Answer) -> None:
    now = ask(tables, previous=stand(then))
    reasons = letters(now, "reason")
    held = [number for number, reason in reasons.items() if reason == "held"]
    for number in held:
        assert letters(now)[number] == letters(then)[number] != letters(now, "by_rule")[number]
    assert held
    undamped = moves(stand(then), stand(ask(tables)))
    assert now.moves.num_rows < undamped.num_rows
