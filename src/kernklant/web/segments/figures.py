"""The figures of a whole base, counted once when a run comes in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.evaluation.roster import half_widths, range_of
from kernklant.engine.voice import nps
from kernklant.web.segments.in_force import Segments, computed

LETTERS = ("A", "B", "C", "exit")
WELL_KNOWN = 0.75  # evidence from which a customer is called well estimated


def figures_of(
    bought: pa.Table, summary: dict[str, Any], *, previous: Segments | None
) -> dict[str, Any]:
    """Per computed segment and of all together; euros as numbers of whole cents.

    ``bought``: the rows of a roster without prospects. ``previous``: segments in force before.
    """
    now = computed(bought)
    columns = {
        name: _floats(bought[name])
        for name in ("clv", "clv_low", "clv_high", "contribution_12m", "revenue_12m",
                     "cost_to_serve_12m", "hours_12m", "hours_before", "evidence", "nps_class")
    }  # fmt: skip
    halves = half_widths(columns["clv_low"], columns["clv_high"])
    whole = float(np.nansum(columns["clv"]))
    told = float(summary["clv"]["high"]) - float(summary["clv"]["low"])
    old = previous.of(now.customer) if previous is not None else None
    segments = {}
    for letter in LETTERS:
        members = now.segment == letter
        low, high = range_of(
            float(np.nansum(columns["clv"][members])), halves[members],
            whole=whole, whole_halves=halves, told=told / 2,
        )  # fmt: skip
        segments[letter] = {
            **_sums(columns, members),
            "clv_low": round(low, 2),
            "clv_high": round(high, 2),
            **_nps(columns, members),
            **_flow(members, old, letter),
        }
    everybody = np.ones(len(now.segment), dtype=bool)
    return {
        "segments": segments,
        "all": {
            **_sums(columns, everybody),
            "clv_low": float(summary["clv"]["low"]),
            "clv_high": float(summary["clv"]["high"]),
            **_nps(columns, everybody),
            "well_known": int((columns["evidence"] >= WELL_KNOWN).sum()),
        },
    }


def _sums(columns: dict[str, np.ndarray], members: np.ndarray) -> dict[str, Any]:
    names = ("clv", "contribution_12m", "revenue_12m", "cost_to_serve_12m")
    hours = ("hours_12m", "hours_before")
    return {
        "customers": int(members.sum()),
        **{name: round(float(np.nansum(columns[name][members])), 2) for name in names},
        **{name: round(float(np.nansum(columns[name][members])), 1) for name in hours},
    }


def _nps(columns: dict[str, np.ndarray], members: np.ndarray) -> dict[str, Any]:
    answered = members & ~np.isnan(columns["nps_class"])
    of = columns["nps_class"][answered]
    return {
        "nps_answers": int(answered.sum()),
        "nps": nps.score(of),
        "nps_by_value": nps.score(of, np.nan_to_num(columns["clv"][answered])),
    }


def _flow(members: np.ndarray, old: np.ndarray | None, letter: str) -> dict[str, int | None]:
    """Who came and who went since the run before; None when there was none."""
    if old is None:
        return {"came": None, "went": None}
    before = old == letter
    return {"came": int((members & ~before).sum()), "went": int((before & ~members).sum())}


def _floats(values: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(pc.cast(values, pa.float64()).to_numpy(zero_copy_only=False))
