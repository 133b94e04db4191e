"""An answer counts for the question it is to, whether a column or the header says which."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kernklant.engine.voice.nps import answers
from tests.engine.ledger.files import csv_file, lines, stored, take, take_text, told


@pytest.mark.parametrize("header", ["NPS", "nps score", "NPS-rating"])
def test_a_column_headed_nps_is_the_recommendation_question(header: str, tmp_path: Path) -> None:
    text = lines("1;2025-03-01;9;", "2;2025-03-02;3;", "3;2025-03-02;;fijn",
                 header=f"klant;datum;{header};opmerking")  # fmt: skip
    store, receipt = take_text(tmp_path, text)
    assert told(receipt) == ""
    assert answers(store.snapshot(), as_of=date(2025, 12, 31))["answers"].to_pylist() == [1, 1]
    assert stored(store, "question", table="feedback") == [("nps",), ("nps",), (None,)]


def test_a_question_counts_in_any_letters_and_says_more_than_a_header(tmp_path: Path) -> None:
    text = lines("1;2025-03-01;9;NPS", "2;2025-03-02;3;csat", "3;2025-03-02;8;",
                 header="klant;datum;nps;vraag")  # fmt: skip
    store, _ = take_text(tmp_path, text)
    assert stored(store, "question", table="feedback") == [("csat",), ("nps",), ("nps",)]


def test_the_same_answers_in_another_shape_are_known(tmp_path: Path) -> None:
    store, _ = take_text(tmp_path, lines("1;2025-03-01;9", header="klant;datum;nps"))
    other = lines("1;2025-03-01;9;NPS", header="klant;datum;cijfer;vraag")
    assert take(store, csv_file(tmp_path, other)).rows_known == 1


def test_answers_to_no_question_are_told_of(tmp_path: Path) -> None:
    rows = ["1;2025-03-01;9;Beveelt u ons aan?", "2;2025-03-02;3;", "3;2025-03-02;;"]
    text = lines(*rows, header="klant;datum;cijfer;vraag")
    _, receipt = take_text(tmp_path, text)
    assert (receipt.rows_accepted, receipt.dataset) == (3, "feedback")
    assert "Answers without a question, which do not count: 2." in told(receipt)
