"""Generated cells in every format: stored with the value that was meant, or refused; never else.

5,000 here; ``make accept`` does 200,000 of each format.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.ledger.written import CELLS_A_ROW, FORMATS, wrong_cells

CELLS = 5_000


@pytest.mark.parametrize("format_", FORMATS)
def test_no_cell_changes_unseen(format_: str, tmp_path: Path) -> None:
    rows = CELLS // len(FORMATS) // CELLS_A_ROW + 1
    assert wrong_cells(format_, rows, seed=4, folder=tmp_path) == []
