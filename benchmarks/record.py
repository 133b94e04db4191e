"""What a run of the benchmark has to tell at its end: parts that failed, aims reached or not."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


class LeftOut(Exception):
    """A part cannot run on this machine; the message says why."""


@dataclass
class Record:
    """Failures make the run fail; aims depend on the machine and are told only."""

    failures: list[str] = field(default_factory=list)
    aims: list[str] = field(default_factory=list)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Run one part; whatever breaks it is told, and the other parts still run."""
        try:
            yield
        except LeftOut as reason:
            print(f"left out: {name}: {reason}")
        except Exception as error:
            traceback.print_exc()
            self.failures.append(f"{name}: {error}")

    def at_most(self, title: str, measured: float, bound: float, unit: str) -> None:
        """Note an aim that wants little."""
        self._aim(title, measured <= bound, f"{measured:,.1f} of at most {bound:,g} {unit}")

    def at_least(self, title: str, measured: float, bound: float, unit: str) -> None:
        """Note an aim that wants much."""
        self._aim(title, measured >= bound, f"{measured:,.1f} of at least {bound:,g} {unit}")

    def close(self) -> int:
        """Print aims and failures; the exit code: 1 when a part failed."""
        print("\n## Aims")
        print("\n".join(self.aims) or "none measured")
        print(
            "\n" + "\n".join(["FAILED:", *self.failures] if self.failures else ["every part ran"])
        )
        return 1 if self.failures else 0

    def _aim(self, title: str, reached: bool, figures: str) -> None:
        self.aims.append(f"{'reached' if reached else 'MISSED '}  {title}: {figures}")
