"""What an evaluation is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kernklant.engine.segments.migration import Stand
from kernklant.engine.segments.policy import Policy


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: as of which day (None: the last sales day), under which policy.

    ``previous`` is how customers stood at the run before, ``versions`` the table versions to
    read (None: the newest).
    """

    policy: Policy
    as_of: date | None = None
    previous: Stand | None = None
    versions: Mapping[str, int] | None = None
