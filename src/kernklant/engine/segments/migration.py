"""Who moved between two runs and what moved him, the new and the gone included."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MOVES = pa.schema(
    [
        ("customer", pa.int64()),
        ("from_segment", pa.string()),
        ("to_segment", pa.string()),
        ("kind", pa.string()),
        ("cause", pa.string()),
        ("criterion", pa.string()),
        ("points", pa.int32()),
    ]
)
# Reasons of a segment that explain a move by themselves, whatever the points did.
BY_ITSELF = ("insolvent", "decided", "leaving")
SEGMENTS = ("A", "B", "C", "exit")
LOW_TO_HIGH = pa.array(SEGMENTS[::-1])


@dataclass(frozen=True, slots=True)
class Stand:
    """How customers stood at a run.

    ``segments``: customer int64, segment, ``segment_since`` and ``orders``; of the later run also
    ``reason``. ``points``: customer and whole points of each criterion. ``policy_changed``: the
    run after it goes by another policy.
    """

    segments: pa.Table
    points: pa.Table
    policy_changed: bool = False

    def with_segments(self, segments: np.ndarray) -> Stand:
        """The same, but for the segments (n,) in which customers were held, in their order."""
        at = self.segments.column_names.index("segment")
        held = pa.array(segments.astype(object), pa.string())
        return replace(self, segments=self.segments.set_column(at, "segment", held))


def moves(before: Stand | None, now: Stand) -> pa.Table:
    """Everybody whose segment differs, by customer number; before the first run nobody moved.

    ``kind`` is moved, new (no segment before) or gone (none now), so that the flows add up to
    both totals. ``cause`` of a move: insolvent, decided, leaving, policy (it was changed), bought
    (new orders) or time (nothing was bought since) where his points went the way he went, else
    rule: that of a segment holds for him now, or no longer. With bought and time goes the
    ``criterion`` whose ``points`` changed most that way.
    """
    if before is None:
        return MOVES.empty_table()
    old, new = before.segments, now.segments
    numbers = np.union1d(old["customer"].to_numpy(), new["customer"].to_numpy())
    left, entered = _of(old, "segment", numbers), _of(new, "segment", numbers)
    differs = pc.invert(pc.fill_null(pc.equal(left, entered), False)).to_numpy(zero_copy_only=False)
    numbers, left, entered = numbers[differs], left.filter(differs), entered.filter(differs)
    kind = pc.if_else(pc.is_null(left), "new", pc.if_else(pc.is_null(entered), "gone", "moved"))
    way = np.sign(_rank(entered) - _rank(left))
    cause, criterion, points = _causes(before, now, numbers, moved=pc.equal(kind, "moved"), way=way)
    return pa.table([pa.array(numbers), left, entered, kind, cause, criterion, points], MOVES)


def _rank(segments: pa.Array) -> np.ndarray:
    """How high (n,) each segment is; whoever has none stands lowest."""
    place = pc.fill_null(pc.index_in(segments, value_set=LOW_TO_HIGH), -1)
    return np.asarray(place.to_numpy(zero_copy_only=False), dtype=np.int64)


def _causes(
    before: Stand, now: Stand, numbers: np.ndarray, *, moved: pa.Array, way: np.ndarray
) -> tuple[pa.Array, pa.Array, pa.Array]:
    criterion, points = _largest_change(before.points, now.points, numbers, way=way)
    reason = _of(now.segments, "reason", numbers)
    same = pc.equal(*(_of(stand.segments, "orders", numbers) for stand in (before, now)))
    by_points = pc.if_else(pc.fill_null(same, False), "time", "bought")
    by_points = pc.if_else(pc.is_valid(criterion), by_points, "rule")
    itself = pc.is_in(reason, pa.array(BY_ITSELF))
    cause = pc.if_else(itself, reason, "policy" if before.policy_changed else by_points)
    told = pc.and_(moved, pc.is_in(cause, pa.array(["bought", "time"])))
    return (
        pc.if_else(moved, cause, pa.scalar(None, pa.string())),
        pc.if_else(told, criterion, pa.scalar(None, pa.string())),
        pc.if_else(told, points, pa.scalar(None, pa.int32())),
    )


def _largest_change(
    before: pa.Table, now: pa.Table, numbers: np.ndarray, *, way: np.ndarray
) -> tuple[pa.Array, pa.Array]:
    """The criterion whose points changed most the ``way`` (n,) the customer went.

    Null where the points together did not go that way, for then they explain nothing.
    """
    names = [name for name in now.column_names if name in before.column_names]
    names.remove("customer")
    if not names:
        return pa.nulls(len(numbers), pa.string()), pa.nulls(len(numbers), pa.int32())
    change = np.column_stack(
        [_points(now, name, numbers) - _points(before, name, numbers) for name in names]
    )
    most = (change * way[:, None]).argmax(axis=1)
    none = change.sum(axis=1) * way <= 0
    told = pa.DictionaryArray.from_arrays(pa.array(most, mask=none), pa.array(names))
    by = change[np.arange(len(numbers)), most].astype(np.int32)
    return told.cast(pa.string()), pa.array(by, mask=none)


def _points(table: pa.Table, name: str, numbers: np.ndarray) -> np.ndarray:
    found = pc.fill_null(_of(table, name, numbers), 0)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def places(customer: pa.ChunkedArray, wanted: np.ndarray) -> pa.Array:
    """The place of each wanted number (m,) in ``customer``, sorted numbers; null if not there."""
    among = customer.to_numpy()
    place = np.searchsorted(among, wanted).astype(np.int32)
    np.minimum(place, max(len(among) - 1, 0), out=place)
    absent = among[place] != wanted if len(among) else np.ones(len(wanted), dtype=bool)
    return pa.array(place, mask=absent)


def _of(table: pa.Table, column: str, numbers: np.ndarray) -> pa.Array:
    place = places(table["customer"], numbers)
    values = table[column].combine_chunks()
    if isinstance(values.type, pa.DictionaryType):
        values = values.dictionary_decode()
    return pc.take(values, place)


def matrix(before: pa.Table | None, now: pa.Table) -> dict[str, dict[str, int]]:
    """How many went from each segment to each; rows also "new", columns also "gone".

    The sums of the rows are the previous run's segments, those of the columns the later one's.
    """
    cells = {row: dict.fromkeys((*SEGMENTS, "gone"), 0) for row in (*SEGMENTS, "new")}
    if before is None:
        return cells
    numbers = np.union1d(before["customer"].to_numpy(), now["customer"].to_numpy())
    pairs = pa.table(
        {
            "from": pc.fill_null(_of(before, "segment", numbers), "new"),
            "to": pc.fill_null(_of(now, "segment", numbers), "gone"),
        }
    )
    for row in pairs.group_by(["from", "to"]).aggregate([([], "count_all")]).to_pylist():
        cells[row["from"]][row["to"]] = row["count_all"]
    return cells
