"""What an evaluation is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from kernklant.engine.segments.migration import Stand
from kernklant.engine.segments.policy import Policy


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: as of which day (None: the last sales day), under which policy.

    ``previous`` is how customers stood at the run before, ``versions`` the table versions to
    read (None: the newest). ``told``: ratings and flags that people gave, by name of their table;
    they count beside the store's own, and name who gave them by a number. ``key``: whoever asks
    twice with one key gets one run.
    """

    policy: Policy
    as_of: date | None = None
    previous: Stand | None = None
    versions: Mapping[str, int] | None = None
    told: Mapping[str, pa.Table] = field(default_factory=dict)
    key: str = ""
