"""Who moved between two runs, the new and the gone included."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MOVES = pa.schema(
    [
        ("customer", pa.int64()),
        ("from_segment", pa.string()),
        ("to_segment", pa.string()),
        ("kind", pa.string()),
    ]
)


def moves(previous: pa.Table | None, current: pa.Table) -> pa.Table:
    """Everybody whose segment differs, by customer number; before the first run nobody moved.

    Both tables have ``customer`` int64 and ``segment``. ``kind`` is moved, new (no segment
    before) or gone (none now), so that the flows add up to both totals.
    """
    if previous is None:
        return MOVES.empty_table()
    numbers = np.union1d(previous["customer"].to_numpy(), current["customer"].to_numpy())
    before = _segment_of(previous, numbers)
    after = _segment_of(current, numbers)
    kind = pc.if_else(pc.is_null(before), "new", pc.if_else(pc.is_null(after), "gone", "moved"))
    table = pa.table([pa.array(numbers), before, after, kind], schema=MOVES)
    stayed = pc.fill_null(pc.equal(before, after), False)
    return table.filter(pc.invert(stayed))


def _segment_of(table: pa.Table, numbers: np.ndarray) -> pa.Array:
    place = pc.index_in(pa.array(numbers), value_set=table["customer"])
    return pc.take(table["segment"].combine_chunks(), place)
