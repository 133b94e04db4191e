"""What is held of a customer is read without the others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from kernklant.engine.ledger.persons import run_of
from kernklant.engine.store import Run, publish, read
from kernklant.engine.store.runs import RunContents
from tests.engine.ledger.files import home


def test_of_a_run_only_his_rows_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = home(tmp_path)
    answer = {
        "customers.parquet": pa.table({"customer": [1, 2], "segment": ["A", "B"]}),
        "sums.parquet": pa.table({"segment": ["A"]}),
        "summary.json": b"{}",
    }
    number = publish(store, RunContents(date(2026, 1, 31), {}, answer, {}, {}))
    monkeypatch.setattr(Run, "table", lambda *_: 1 / 0)
    held = run_of(read(store, number), 2)
    assert held == {"answer/customers.parquet": [{"customer": 2, "segment": "B"}]}
