"""An import fits in its memory on a machine with many processors too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.engine.store.cases import open_store
from tests.engine.store.many import take_in

ROWS = 1_000_000


@pytest.mark.slow
def test_a_machine_with_many_processors_takes_in_a_million_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(64)))
    store = open_store(tmp_path)
    assert take_in(store, ROWS).rows_new == ROWS
    assert take_in(store, ROWS).rows_known == ROWS
