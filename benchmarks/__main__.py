"""`make bench`: one run, one table. See docs/explanation/performance.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import own, value


def main() -> int:
    """Run the parts asked for; 1 when a part failed or an aim of exactness was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--own", type=int, default=10_000_000, help="our own largest base; 0: none")
    parser.add_argument("--lines", type=int, default=1_000_000, help="CSV lines to import; 0: none")
    parser.add_argument("--peers", nargs="*", default=["lifetimes", "pymc"])
    asked = parser.parse_args()
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="kernklant-bench-") as folder:
        room = Path(folder)
        for customers in asked.sizes:
            failures += value.compare(room, customers, asked.peers)
        if asked.own:
            failures += value.alone(room, asked.own)
        failures += own.start_of_the_terminal()
        if asked.lines:
            failures += own.import_csv(room, asked.lines)
    print("\n" + ("\n".join(["FAILED:", *failures]) if failures else "every part ran"))
    return 1 if failures else 0


sys.exit(main())
