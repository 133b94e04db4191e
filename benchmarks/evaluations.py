"""The whole evaluation, published: `kernklant evaluate` on homes of growing size.

Twice, a quarter apart, so that the second run also says who moved; the second is told.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from benchmarks import children
from benchmarks.own import measured
from benchmarks.record import Record

DAYS = ("2025-03-30", "2025-06-29")
# customers -> most seconds, most GiB
AIMS = {1_000_000: (20.0, 2.5), 10_000_000: (240.0, 8.0)}


def evaluations(record: Record, room: Path, sizes: list[int]) -> None:
    """One line per size: seconds, peak memory, microseconds per customer, and every step."""
    print("\n# The whole evaluation, published; the second of two")
    for customers in sizes:
        with record.part(f"evaluation of {customers:,} customers"):
            made = children.prepare(customers, room)
            Path(made["sales"]).unlink()
            home = Path(made["home"])
            _once(record, home, customers, lines=made["lines"])
            shutil.rmtree(home)


def _once(record: Record, home: Path, customers: int, *, lines: int) -> None:
    for day in DAYS:
        words = ["evaluate", "--as-of", day, "--json", "--home", str(home)]
        wall, peak = measured([sys.executable, "-m", "kernklant", *words])
    manifest = json.loads((home / "runs" / "000002" / "manifest.json").read_text("utf-8"))
    steps = ", ".join(f"{name} {seconds:.2f}" for name, seconds in manifest["seconds"].items())
    print(
        f"{customers:>11,} customers, {lines:>11,} lines: {wall:6.1f} s, {peak:6,.0f} MiB, "
        f"{wall / customers * 1e6:6.1f} µs per customer ({steps})"
    )
    if customers in AIMS:
        seconds, gib = AIMS[customers]
        record.at_most(f"evaluation of {customers:,} customers", wall, seconds, "s")
        record.at_most(f"evaluation of {customers:,} customers", peak / 1024, gib, "GiB")
