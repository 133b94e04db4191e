"""Whether the division hangs on the exact weights of the policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kernklant.engine.evaluation.deciding import Decided
from kernklant.engine.segments.policy import Policy
from kernklant.engine.value.sensitivity import sensitivity

MOST = 20_000  # customers: the weights are moved a thousand times for each
SEED = 20_040_501
SURE = 0.9


@dataclass(frozen=True, slots=True)
class Sway:
    """How often (n,) each customer is in the top when weights move; NaN where not worked out."""

    often: np.ndarray
    figures: dict[str, Any] | None


def sway(decided: Decided, policy: Policy) -> Sway:
    """Move the weights mildly and count who stays in the top; only where a score divides.

    Beyond MOST customers it is left out, and ``figures`` is None.
    """
    score, units = decided.score, decided.units
    many = int((decided.division.by_rule == "A").sum())
    if policy.segments.segment_on != "score" or len(score.total) > MOST or not many:
        return Sway(np.broadcast_to(np.nan, len(units.of)), None)
    wanted = len(np.unique(units.of[decided.division.by_rule == "A"]))
    found = sensitivity(score, share_of_a=wanted, seed=SEED)
    often = units.each(found.p_top)
    strongest = np.abs(found.moved_by).argmax(axis=1) if found.moved_by.size else np.zeros(0, int)
    hangs = {name: int((strongest == at).sum()) for at, name in enumerate(score.names)}
    chosen = decided.division.segment == "A"
    figures = {
        "draws": found.draws,
        "surely": int((chosen & (often >= SURE)).sum()),
        "unsure": int((chosen & (often < SURE)).sum()),
        "might": int((~chosen & (often >= 1 - SURE)).sum()),
        "hangs_on": {name: count for name, count in hangs.items() if count},
    }
    return Sway(often, figures)
