"""The segment in force: what people decided goes before what a run computed.

1. An override that is valid today counts.
2. Else a move that needs somebody's signature waits for it: the segment of before stays, and it
   stays when he refused.
3. Else what the run computed. Exit is never computed without a recorded decision: a proposal is
   a move to exit that waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.web.segments.models import Override, SegmentMove
from kernklant.web.value.models import Evaluation

INTO_A, OUT_OF_A, EXIT = "into_a", "out_of_a", "exit"


@dataclass(frozen=True, slots=True)
class Segments:
    """Segments by customer number: both (n,), numbers ascending, letters as text."""

    customer: np.ndarray
    segment: np.ndarray

    def of(self, customer: np.ndarray) -> np.ndarray:
        """The segments of some customers; "" of who is not among them."""
        if not len(self.customer):
            return np.full(len(customer), "", dtype="<U4")
        place = np.searchsorted(self.customer, customer).clip(0, len(self.customer) - 1)
        return np.where(self.customer[place] == customer, self.segment[place], "")


def computed(customers: pa.Table) -> Segments:
    """What a run computed: from its columns ``customer`` and ``segment``."""
    segment = customers["segment"].cast(pa.string())
    return Segments(
        customers["customer"].to_numpy(),
        pc.fill_null(segment, "").to_numpy(zero_copy_only=False).astype("<U4"),
    )


def moves_to_sign(
    before: Segments, now: Segments, exit_proposed: np.ndarray, kinds: Iterable[str]
) -> list[tuple[int, str, str]]:
    """Customer, from and to of every move that waits; of two, the proposal to leave."""
    old, new = before.of(now.customer), now.segment
    wanted = set(kinds)
    waits = np.zeros(len(new), dtype=bool)
    if INTO_A in wanted:
        waits |= (old != "A") & (old != "") & (new == "A")
    if OUT_OF_A in wanted:
        waits |= (old == "A") & (new != "A")
    leaves = exit_proposed & (old != "exit") if EXIT in wanted else np.zeros_like(waits)
    return [
        (int(now.customer[at]), str(old[at] or new[at]), "exit" if leaves[at] else str(new[at]))
        for at in np.flatnonzero(waits | leaves)
    ]


def after_decisions(now: Segments, moves: Mapping[int, tuple[str, str]]) -> Segments:
    """Segments once undecided and refused ``moves`` (customer -> from, decision) hold back."""
    segment = now.segment.copy()
    for customer, (from_segment, decision) in moves.items():
        at = np.searchsorted(now.customer, customer)
        if at < len(segment) and now.customer[at] == customer:
            segment[at] = "exit" if decision == "exit" else from_segment
    return Segments(now.customer, segment)


def overridden(now: Segments, *, on: date) -> Segments:
    """Segments with the overrides that are valid on a day."""
    segment = now.segment.copy()
    for customer, letter in Override.objects.valid_on(on).values_list("customer", "segment"):
        at = np.searchsorted(now.customer, customer)
        if at < len(segment) and now.customer[at] == customer:
            segment[at] = letter
    return Segments(now.customer, segment)


def held_back(evaluation: Evaluation) -> dict[int, tuple[str, str]]:
    """The moves of a run that did not come into force, or came with a signature to exit."""
    rows = SegmentMove.objects.filter(evaluation=evaluation)
    return {
        move.customer: (move.from_segment, "exit" if move.accepted else "")
        for move in rows
        if not move.accepted or move.to_segment == "exit"
    }


def not_to_be_proposed(*, on: date) -> np.ndarray:
    """Customers whose exit somebody refused until a later day than this one."""
    refused = SegmentMove.objects.filter(
        to_segment="exit", decision="refused", look_again_on__gt=on
    )
    return np.array(list(refused.values_list("customer", flat=True)), dtype=np.int64)
