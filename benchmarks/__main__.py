"""`make bench`: one run, one table. See docs/explanation/performance.md."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

from benchmarks import formats, own, value
from benchmarks.evaluations import evaluations
from benchmarks.record import Record


def main() -> int:
    """Run the parts asked for; 1 when a part failed or likelihoods differ."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--own", type=int, default=10_000_000, help="our own largest base; 0: none")
    parser.add_argument(
        "--evaluate", type=int, nargs="*", default=[100_000, 1_000_000, 10_000_000],
        help="sizes to evaluate as a whole",
    )  # fmt: skip
    parser.add_argument("--lines", type=int, default=1_000_000, help="CSV lines to import; 0: none")
    parser.add_argument("--skip", nargs="*", default=[], choices=["peers", *value.PEERS, "start"])
    asked = parser.parse_args()
    peers = [] if "peers" in asked.skip else [p for p in value.PEERS if p not in asked.skip]
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors")
    record = Record()
    with tempfile.TemporaryDirectory(prefix="kernklant-bench-") as folder:
        room = Path(folder)
        for customers in asked.sizes:
            value.compare(record, room, customers, peers=peers)
        print(f"\n{value.NOTE}")
        if asked.own:
            value.alone(record, room, asked.own)
        evaluations(record, room, asked.evaluate)
        if "start" not in asked.skip:
            own.start_of_the_terminal(record)
        if asked.lines:
            own.import_csv(record, room, asked.lines)
            formats.import_formats(record, room, asked.lines)
    return record.close()


sys.exit(main())
