"""Write the golden Spark SQL again: ``python -m tests.conformance.golden``."""

from __future__ import annotations

from pathlib import Path

from kernklant.engine.store.spark import translate
from tests.conformance.marts import CASES, GOLDEN, Case


def golden() -> dict[Path, Case]:
    """Golden file -> the first case of each mart."""
    first = {case.sql: case for case in reversed(CASES.values())}
    return {GOLDEN / sql.name: case for sql, case in first.items()}


if __name__ == "__main__":
    for file, case in golden().items():
        file.write_text(translate(case.text()), encoding="utf-8")
