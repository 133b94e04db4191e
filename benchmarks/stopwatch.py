"""Times steps of a child process; standard library only, for it runs in the peers' environments."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Stopwatch:
    """Wall and cpu seconds per step, and what the steps found."""

    def __init__(self) -> None:
        self.steps: dict[str, tuple[float, float | None]] = {}
        self.found: dict[str, Any] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.steps[name] = (time.perf_counter() - wall, time.process_time() - cpu)

    def report(self) -> None:
        """One line of JSON on stdout: steps, findings, peak memory of this process in MiB."""
        status = Path("/proc/self/status").read_text(encoding="ascii")
        peak = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]
        print(json.dumps({"steps": self.steps, "found": self.found, "peak_mib": peak}))
