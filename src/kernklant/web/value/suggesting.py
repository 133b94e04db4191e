"""Bounds of criteria as the newest run would set them: the 5th and 95th percentile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.evaluation.standing import IN_ANSWER
from kernklant.engine.value.criteria import Criterion
from kernklant.engine.value.score import with_bounds
from kernklant.web.base import store

Bounds = dict[str, tuple[float, float]]


def suggested(criteria: Sequence[Criterion]) -> Bounds:
    """From and to by criterion, of those that have bounds and that the newest run measured."""
    run = store.newest_run()
    if run is None:
        return {}
    bounded = [one for one in criteria if one.low is not None]
    values = {one.name: found for one in bounded if len(found := _values(run, one))}
    asked = [replace(one, low="auto", high="auto") for one in bounded if one.name in values]
    return {
        one.name: (one.low, one.high)
        for one in with_bounds(asked, values)
        if isinstance(one.low, float) and isinstance(one.high, float)
    }


def _values(run: int, criterion: Criterion) -> np.ndarray:
    """Euros or another unit (n,) of the customers of a run; empty when it did not measure that."""
    column = IN_ANSWER.get(criterion.source)
    file = "answer/customers.parquet" if column else "answer/values.parquet"
    name = column or criterion.name
    if name not in store.run(run).table(file).column_names:
        return np.zeros(0)
    found = store.run(run).table(file, [name])[name]
    return np.asarray(pc.cast(found, pa.float64()).to_numpy(zero_copy_only=False))
