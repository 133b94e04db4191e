"""Who stood in which segment before and after: what a migration matrix counts and a list names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from kernklant.engine.segments.migration import SEGMENTS
from kernklant.web.base import store

NOWHERE = len(SEGMENTS)  # not a customer yet, or not any more
CAME, WENT = "new", "gone"
OLD, NEW = (*SEGMENTS, CAME), (*SEGMENTS, WENT)
STANDING, CUSTOMERS = "asked/standing.parquet", "answer/customers.parquet"


@dataclass(frozen=True, slots=True)
class Flow:
    """n customers by number: the places of their segments in OLD and NEW, and lifetime value."""

    customer: np.ndarray
    before: np.ndarray
    after: np.ndarray
    clv: np.ndarray

    def only(self, customers: np.ndarray) -> Flow:
        """That of some customers."""
        return self._where(np.isin(self.customer, customers))

    def matrix(self) -> np.ndarray:
        """(5, 5): how many went from each of OLD to each of NEW."""
        size = NOWHERE + 1
        cells = self.before.astype(np.int64) * size + self.after
        return np.bincount(cells, minlength=size * size).reshape(size, size)

    def came_and_went(self) -> dict[str, tuple[int, int]]:
        """Of each segment how many came into it, new ones among them, and how many went."""
        cells = self.matrix()
        came, went = cells.sum(axis=0) - cells.diagonal(), cells.sum(axis=1) - cells.diagonal()
        return {letter: (int(came[at]), int(went[at])) for at, letter in enumerate(SEGMENTS)}

    def cell(self, old: str, new: str) -> Flow:
        """Who went from one to the other; "" is any. Those who stayed only when both are named."""
        wanted = np.ones(len(self.customer), dtype=bool)
        if old:
            wanted &= self.before == OLD.index(old)
        if new:
            wanted &= self.after == NEW.index(new)
        if not (old and new):
            wanted &= self.before != self.after
        if not old and not new:
            wanted &= (self.before != NOWHERE) & (self.after != NOWHERE)
        return self._where(wanted)

    def most_valuable_first(self) -> Flow:
        """In the order of lifetime value; equal ones by number."""
        return self._where(np.lexsort((self.customer, -np.nan_to_num(self.clv))))

    def _where(self, rows: np.ndarray) -> Flow:
        return Flow(self.customer[rows], self.before[rows], self.after[rows], self.clv[rows])


def flow_into(run: int) -> Flow | None:
    """From the segments it was compared with; None of a first run.

    Those are the ones in force when somebody asked it here, and what the run before computed
    when the terminal did.
    """
    if STANDING not in store.run(run).files:
        return None
    return _flow(settings.HOME, run, STANDING, run)


def flow_between(before: int, after: int) -> Flow:
    """From what one run computed to what another did."""
    return _flow(settings.HOME, before, CUSTOMERS, after)


@lru_cache(maxsize=8)
def _flow(_home: Path, before: int, file: str, after: int) -> Flow:
    """Some columns of two runs, which never change; 18 bytes a customer are kept."""
    old = store.run(before).table(file, ["customer", "segment"])
    new = store.run(after).table(CUSTOMERS, ["customer", "segment", "clv"])
    numbers = np.union1d(old["customer"].to_numpy(), new["customer"].to_numpy())
    clv = np.full(len(numbers), np.nan)
    clv[np.searchsorted(numbers, new["customer"].to_numpy())] = new["clv"].to_numpy()
    return Flow(numbers, _codes(old, numbers), _codes(new, numbers), clv)


def _codes(table: pa.Table, numbers: np.ndarray) -> np.ndarray:
    named = table["segment"].cast(pa.string())
    place = pc.fill_null(pc.index_in(named, value_set=pa.array(SEGMENTS)), NOWHERE)
    codes = np.full(len(numbers), NOWHERE, dtype=np.int8)
    codes[np.searchsorted(numbers, table["customer"].to_numpy())] = place.to_numpy()
    return codes


def reasons(run: int, customers: Sequence[int]) -> dict[int, dict[str, object]]:
    """What the run says of why some customers moved, by their number."""
    moves = store.run(run).table("answer/moves.parquet")
    wanted = pa.array(list(customers), pa.int64())
    found = moves.filter(pc.is_in(moves["customer"], value_set=wanted))
    return {row["customer"]: row for row in found.to_pylist()}
