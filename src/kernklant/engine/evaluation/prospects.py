"""Prospects: no lifetime value, for they never bought; potential and how well they fit."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from kernklant.engine.evaluation.deciding import Decided
from kernklant.engine.evaluation.knowing import Known
from kernklant.engine.evaluation.weighing import fit
from kernklant.engine.segments.flags import decisions
from kernklant.engine.store import Snapshot
from kernklant.engine.value.score import score

ABOUT_HIM = ("profile", "rating", "potential")


def prospects_table(known: Known, decided: Decided, facts: Snapshot, *, as_of: date) -> pa.Table:
    """One row per prospect, by number: potential (euros a year), fit 0 to 100, evidence.

    ``fit`` is the score on the criteria that can be known of somebody who never bought: profile,
    ratings and potential, on the yardstick of the customers. Of who objects to it nothing is told.
    """
    customer, n = known.prospects["customer"].to_numpy(), known.prospects.num_rows
    ratings = facts.table("ratings")
    asked = [criterion for criterion in decided.criteria if criterion.source in ABOUT_HIM]
    asked = [one for one in asked if "auto" not in (one.low, one.high)]
    values = {
        one.name: known.headroom
        if one.source == "potential"
        else fit(one, customer, known.prospects, ratings, as_of=as_of)
        for one in asked
    }
    objected = decisions(facts.table("flags"), customer, as_of=as_of).objected
    values = {name: np.where(objected, np.nan, told) for name, told in values.items()}
    could = np.where(objected, np.nan, known.headroom)
    scored = score(asked, values, events=np.full(n, np.inf))
    return pa.table(
        {
            "customer": pa.array(customer, pa.int64()),
            "potential": pa.array(could, pa.float64(), from_pandas=True),
            "fit": pa.array(scored.total, pa.int32(), mask=np.isnan(scored.exact)),
            "fit_low": pa.array(scored.low, from_pandas=True),
            "fit_high": pa.array(scored.high, from_pandas=True),
            "evidence": pa.array(scored.evidence),
        }
    )
