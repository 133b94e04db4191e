"""Two workers, two hundred jobs, kill -9 at any moment: each job is done once."""

from __future__ import annotations

from pathlib import Path

from tests.faults.workers import chaos


def test_each_job_is_done_once_whoever_dies(tmp_path: Path) -> None:
    found = chaos(tmp_path / "home", jobs=200, workers=2, seed=5, at_most=300)
    assert found.told["states"] == {"done": 200}
    assert found.told["effects"] == {"1": 200}
    assert found.told["runs"] == {"1": 200}
    assert found.workers_killed > 0
    assert found.told["again"] > 10
    assert found.stopped_in_order
