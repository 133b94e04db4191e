"""The product as its user has it: commands, and what they write."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.cli.test_start import kernklant


@dataclass(frozen=True)
class Home:
    """A folder of the product; every command must end well."""

    folder: Path

    def bring(self, file: Path, *words: str) -> dict[str, Any]:
        """Import a file; the receipt."""
        return dict(json.loads(self._say("import", str(file), "--json", *words)))

    def evaluate(self, *words: str) -> dict[str, Any]:
        """Evaluate; the summary."""
        return dict(json.loads(self._say("evaluate", "--json", *words)))

    def export(self, what: str) -> pa.Table:
        """A table of the newest run."""
        file = self.folder.parent / f"{what}.parquet"
        self._say("export", what, "--out", str(file))
        return pq.read_table(file)

    def _say(self, *words: str) -> str:
        result = kernklant(*words, "--home", str(self.folder), "--lang", "en")
        assert result.returncode == 0, result.stderr
        return result.stdout


def numbers(table: pa.Table, column: str) -> np.ndarray:
    """A column of euros or counts as floats."""
    return np.asarray(table[column].cast(pa.float64()).to_numpy())


def share_of_top(values: np.ndarray, share: float = 0.2) -> float:
    """What the largest 20 %, rounded up to whole customers, hold of the total."""
    ranked = np.sort(values)[::-1]
    return float(ranked[: int(np.ceil(len(ranked) * share - 1e-9))].sum() / ranked.sum())
