"""What an evaluation is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from kernklant.engine.segments.migration import Stand
from kernklant.engine.segments.policy import Policy
from kernklant.engine.units import today


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: as of which day (None: the last sales day until today), under which policy.

    ``previous`` is how customers stood at the run before, ``damaged`` the runs that were passed
    over for it, ``versions`` the table versions to read (None: the newest). ``today`` is the day
    of asking: what is dated later cannot have happened. ``told``: ratings and flags that people
    gave, by name of their table; they count beside the store's own, and name who gave them by a
    number. ``key``: whoever asks twice with one key gets one run.
    """

    policy: Policy
    as_of: date | None = None
    previous: Stand | None = None
    damaged: tuple[int, ...] = ()
    versions: Mapping[str, int] | None = None
    today: date = field(default_factory=today)
    told: Mapping[str, pa.Table] = field(default_factory=dict)
    key: str = ""
