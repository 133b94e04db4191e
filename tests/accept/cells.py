"""Generated cells in every format, each of which is stored as meant or refused."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.accept.evidence import Evidence
from tests.engine.ledger.written import CELLS_A_ROW, FORMATS, wrong_cells

CELLS, ROWS_A_FILE, SEED = 200_000, 10_000, 5


def cells() -> list[Evidence]:
    """So many cells of each format, a file of some thousand rows at a time."""
    return [_format(name) for name in FORMATS]


def _format(name: str) -> Evidence:
    start, wrong = time.monotonic(), []
    files = CELLS // CELLS_A_ROW // ROWS_A_FILE
    for number in range(files):
        with tempfile.TemporaryDirectory() as folder:
            wrong += wrong_cells(name, ROWS_A_FILE, SEED + number, Path(folder))
    for why in wrong[:10]:
        print(f"  {name}: {why}", flush=True)
    return Evidence(
        what=f"cells changed unseen ({name})",
        cases=files * ROWS_A_FILE * CELLS_A_ROW,
        target="0",
        figure=str(len(wrong)),
        ok=not wrong,
        seed=SEED,
        seconds=time.monotonic() - start,
    )
