"""Who would recommend us: classes and score by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from kernklant.engine.ledger.facts import schemas
from kernklant.engine.store import Store
from kernklant.engine.voice import nps


def asked(*rows: tuple[int, str | None, int, int]) -> pa.Table:
    """Answers: customer, person, day of September, score."""
    schema = schemas()["feedback"]
    told = [
        {
            "customer": customer,
            "contact": person,
            "date": date(2026, 9, day),
            "score": Decimal(score),
            "question": "nps",
            "scale_low": Decimal(0),
            "scale_high": Decimal(10),
            "import_no": 1,
            "row_key": place.to_bytes(16),
        }
        for place, (customer, person, day, score) in enumerate(rows)
    ]
    return pa.Table.from_pylist(told, schema)


def answers(table: pa.Table) -> list[dict[str, object]]:
    store = Store.in_memory({"feedback": table}, schemas=schemas())
    return nps.answers(store.snapshot(), as_of=date(2026, 9, 30)).to_pylist()


def test_of_each_person_the_newest_answer_counts() -> None:
    found = answers(asked((1, "a", 1, 2), (1, "a", 9, 9), (1, "b", 5, 6), (2, None, 3, 8)))
    assert [
        (row["customer"], row["answers"], row["promoters"], row["detractors"]) for row in found
    ] == [
        (1, 2, 1, 1),
        (2, 1, 0, 0),
    ]


def test_an_answer_after_the_day_does_not_count() -> None:
    store = Store.in_memory({"feedback": asked((1, "a", 1, 2), (1, "a", 9, 9))}, schemas=schemas())
    (row,) = nps.answers(store.snapshot(), as_of=date(2026, 9, 5)).to_pylist()
    assert row["total"] == Decimal(2)


def test_the_score_is_promoters_less_detractors_in_points() -> None:
    of = nps.classes(np.array([10.0, 9.0, 8.0, 7.0, 6.9, 0.0]))
    assert of.tolist() == [1, 1, 0, 0, -1, -1]
    assert nps.score(np.array([1, 1, 1, 0, -1])) == pytest.approx(40)
    assert nps.score(np.array([1, -1]), np.array([300.0, 100.0])) == pytest.approx(50)
    assert nps.score(np.array([])) is None
