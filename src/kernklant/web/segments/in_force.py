"""The segment in force: what people decided goes before what a run computed.

1. An override that is valid today counts; a signed exit is one.
2. Else a move that needs somebody's signature waits for it: the segment of before stays, and it
   stays when he refused, also after the day to look again; the next run has it signed anew.
3. Else what the run computed. Exit is never computed without a recorded decision: a proposal is
   a move to exit that waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.web.segments.models import Override, SegmentMove

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


def but(now: Segments, others: Iterable[tuple[int, str]]) -> Segments:
    """Segments with other ones for some customers; of a customer's several the last."""
    segment = now.segment.copy()
    for customer, letter in others:
        at = np.searchsorted(now.customer, customer)
        if at < len(segment) and now.customer[at] == customer:
            segment[at] = letter
    return Segments(now.customer, segment)


def overrides(*, on: date) -> Iterable[tuple[int, str]]:
    """Customer and segment of the overrides that are valid on a day, the newest last."""
    return Override.objects.valid_on(on).values_list("customer", "segment")


def held_back(run: int) -> Iterable[tuple[int, str]]:
    """Customer and segment of before, of the moves of a run that nobody signed.

    A signed exit is in force by its override, until the day to look again.
    """
    rows = SegmentMove.objects.filter(evaluation__run=run).exclude(decision="accepted")
    return rows.values_list("customer", "from_segment")


def not_to_be_proposed(*, on: date) -> np.ndarray:
    """Customers whose exit somebody refused until a later day than this one."""
    refused = SegmentMove.objects.filter(
        to_segment="exit", decision="refused", look_again_on__gt=on
    )
    return np.array(list(refused.values_list("customer", flat=True)), dtype=np.int64)
