"""Twenty that write while copies are made, for ten minutes, on SQLite: nobody meets its lock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

from tests.accept.evidence import Evidence

TEST = "tests/web/test_at_once.py::test_twenty_that_write_while_copies_are_made_all_get_their_turn"


def locks(seconds: int = 600) -> list[Evidence]:
    """The test of every day, for as long as reliability D10 asks."""
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", TEST],
        env={**os.environ, "KERNKLANT_WRITING": str(seconds)},
        capture_output=True,
        text=True,
        check=False,
    )
    told = _told(done.stdout)
    return [
        Evidence(
            what="twenty writers while the copies are made again and again, on SQLite",
            cases=told["writes"],
            target="no locked database; nobody waits 8 s",
            figure=f"longest wait {told['longest']:.1f} s, {told['copies']} times copied"
            + ("" if done.returncode == 0 else ": failed"),
            ok=done.returncode == 0,
            seed=0,
            seconds=time.monotonic() - start,
        )
    ]


def _told(printed: str) -> dict[str, Any]:
    for line in printed.splitlines():
        at = line.find('{"writes"')
        if at >= 0:
            found: dict[str, Any] = json.loads(line[at : line.index("}", at) + 1])
            return found
    raise RuntimeError(f"the test told nothing: {printed[-2000:]}")
