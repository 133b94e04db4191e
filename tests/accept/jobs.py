"""Jobs while workers and their children are killed: each is done once."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.accept.evidence import Evidence
from tests.faults.workers import chaos

SEED = 9
AT_MOST = 3600.0


def jobs(number: int = 1000, workers: int = 4) -> list[Evidence]:
    """So many jobs, so many workers, kill -9 at random (reliability D9)."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        found = chaos(home, jobs=number, workers=workers, seed=SEED, at_most=AT_MOST)
    once = found.told["effects"] == found.told["runs"] == {"1": number}
    return [
        Evidence(
            what=f"jobs of {workers} workers, killed at any moment",
            cases=number,
            target="each done once",
            figure=f"{found.told['effects'].get('1', 0)} done once, {found.told['again']} of them "
            f"taken up again, after {found.workers_killed} kills of workers and "
            f"{found.children_killed} of children",
            ok=once and found.told["states"] == {"done": number} and found.stopped_in_order,
            seed=SEED,
            seconds=time.monotonic() - start,
        )
    ]
