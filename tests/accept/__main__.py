"""Run the long proofs, or those named, and write the page: ``python -m tests.accept [PART …]``."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.accept import cells, faults, jobs, locks, reference
from tests.accept.evidence import PAGE, PARTS, Evidence, keep, page

RUN: dict[str, Callable[[], list[Evidence]]] = {
    "kills": faults.kills,
    "faults": faults.disks,
    "jobs": jobs.jobs,
    "cells": cells.cells,
    "reference": reference.reference,
    "locks": locks.locks,
}


def main(asked: list[str]) -> int:
    """0 when every figure meets its target."""
    met = True
    for part in asked or PARTS:
        found = RUN[part]()
        keep(part, found)
        for one in found:
            met = met and one.ok
            print(f"{'✓' if one.ok else '✗'} {one.what}: {one.figure} (target {one.target})")
    PAGE.write_text(page(), encoding="utf-8")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
