"""The figures of a whole base, counted once when a run comes in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.evaluation.roster import half_widths, range_of
from kernklant.engine.voice import nps
from kernklant.web.segments.in_force import computed

EUROS = ("clv", "contribution_12m", "revenue_12m", "cost_to_serve_12m")
HOURS = ("hours_12m", "hours_before")
LETTERS = ("A", "B", "C", "exit")
WELL_KNOWN = 0.75  # evidence from which a customer is called well estimated


def figures_of(bought: pa.Table, summary: dict[str, Any]) -> dict[str, Any]:
    """Per computed segment and of all together; euros as numbers of whole cents, None: not known.

    ``bought``: the rows of a roster without prospects.
    """
    now = computed(bought)
    columns = {
        name: _floats(bought[name])
        for name in (*EUROS, "clv_low", "clv_high", *HOURS, "evidence", "nps_class")
    }
    halves = half_widths(columns["clv_low"], columns["clv_high"])
    whole = float(np.nansum(columns["clv"]))
    told = float(summary["clv"]["high"]) - float(summary["clv"]["low"])
    segments = {}
    for letter in LETTERS:
        members = now.segment == letter
        low, high = range_of(
            float(np.nansum(columns["clv"][members])), halves[members],
            whole=whole, whole_halves=halves, told=told / 2,
        )  # fmt: skip
        segments[letter] = {
            **sums(columns, members),
            "clv_low": round(low, 2),
            "clv_high": round(high, 2),
            **_nps(columns, members),
        }
    everybody = np.ones(len(now.segment), dtype=bool)
    return {
        "segments": segments,
        "all": {
            **sums(columns, everybody),
            "clv_low": float(summary["clv"]["low"]),
            "clv_high": float(summary["clv"]["high"]),
            **_nps(columns, everybody),
            "well_known": int((columns["evidence"] >= WELL_KNOWN).sum()),
        },
    }


def sums(columns: Mapping[str, np.ndarray], members: np.ndarray) -> dict[str, Any]:
    """How many members (n,) bool there are, and what their EUROS and HOURS add up to."""
    return {
        "customers": int(members.sum()),
        **{name: _sum(columns[name], members, digits=2) for name in EUROS},
        **{name: _sum(columns[name], members, digits=1) for name in HOURS},
    }


def _sum(values: np.ndarray, members: np.ndarray, *, digits: int) -> float | None:
    """Of the members it is known of; None, not 0, where it is known of none or of nobody at all."""
    known = ~np.isnan(values)
    if not (known & members).any() and (members.any() or not known.any()):
        return None
    return round(float(values[known & members].sum()), digits)


def _nps(columns: dict[str, np.ndarray], members: np.ndarray) -> dict[str, Any]:
    answered = members & ~np.isnan(columns["nps_class"])
    of = columns["nps_class"][answered]
    return {
        "nps_answers": int(answered.sum()),
        "nps": nps.score(of),
        "nps_by_value": nps.score(of, np.nan_to_num(columns["clv"][answered])),
    }


def _floats(values: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(pc.cast(values, pa.float64()).to_numpy(zero_copy_only=False))
