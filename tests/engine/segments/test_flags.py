"""Decisions of people: in force between two days, the newest first."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from kernklant.engine.errors import UserError
from kernklant.engine.ledger.tables import TABLES, schema
from kernklant.engine.segments.flags import Decisions, decisions

AS_OF = date(2026, 6, 30)
FLAGS = schema(TABLES["flags"])


def decided(*rows: dict) -> Decisions:
    whole = [{name: row.get(name) for name in FLAGS.names} | {"import_no": 1} | row for row in rows]
    table = pa.Table.from_pylist(whole, schema=FLAGS)
    return decisions(table, np.array([3, 5, 8]), as_of=AS_OF)


def test_a_fixed_segment_holds_until_its_last_day() -> None:
    told = decided(
        {"customer": 3, "flag": "A", "until": AS_OF},
        {"customer": 5, "flag": "b", "until": date(2026, 6, 29)},
        {"customer": 8, "flag": "C", "date": date(2026, 7, 1)},
    )
    assert told.fixed.tolist() == ["A", "", ""]


def test_the_newest_decision_counts_in_any_order_of_rows() -> None:
    rows = [
        {"customer": 5, "flag": "A", "date": date(2026, 1, 1)},
        {"customer": 5, "flag": "C", "date": date(2026, 3, 1)},
        {"customer": 5, "flag": "B"},
    ]
    for order in (rows, rows[::-1]):
        assert decided(*order).fixed.tolist() == ["", "C", ""]


def test_exit_and_vulnerable_stand_beside_a_segment() -> None:
    told = decided(
        {"customer": 3, "flag": "uitfaseren"},
        {"customer": 8, "flag": "Kwetsbaar"},
        {"customer": 8, "flag": "A"},
    )
    assert told.exit.tolist() == [True, False, False]
    assert told.vulnerable.tolist() == [False, False, True]
    assert told.fixed.tolist() == ["", "", "A"]


def test_a_customer_who_is_not_valued_is_left_out() -> None:
    assert decided({"customer": 9, "flag": "A"}).fixed.tolist() == ["", "", ""]


def test_no_flags_decide_nothing() -> None:
    assert decided().fixed.tolist() == ["", "", ""]


def test_a_strange_flag_is_refused_with_what_to_do() -> None:
    with pytest.raises(UserError, match="Z9") as caught:
        decided({"customer": 3, "flag": "Z9"})
    assert "kwetsbaar" in caught.value.remedy.nl
