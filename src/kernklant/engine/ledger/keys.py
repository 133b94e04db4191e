"""The key of a row: the same for the same row in any file, whatever its order, encoding or shape.

The content of a row is all its known values in one plain form, whichever column they came from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.ledger.columns import Table
from kernklant.engine.ledger.tables import NOT_STORED

BETWEEN = "\x1f"
# What names a row by itself. A row with the same name and other content has been changed.
NAMES: dict[str, tuple[str, ...]] = {
    "sales": ("document", "line"),
    "payments": ("customer", "document", "invoice_date", "amount"),
    "contracts": ("customer", "contract", "product", "started_on"),
}
# These may lack without the name losing its meaning.
MAY_LACK = {("contracts", "product")}
# Without this value it is another row, which the one with the value replaces: an open invoice.
STATES = {"payments": "paid_date"}
# Two equal rows are two facts, unless the source numbers its lines; a customer is one fact.
ONCE = {"customers", "sales"}


class Occurrences:
    """Counts how often each hash came by; 12 bytes per distinct hash."""

    def __init__(self) -> None:
        self._seen = np.empty(0, np.uint64)
        self._counts = np.empty(0, np.int32)
        self.repeated = 0

    def count(self, hashes: np.ndarray) -> np.ndarray:
        """For each of these uint64 hashes in order: the how many-th of its kind it is, from 1."""
        distinct, places, counts = np.unique(hashes, return_inverse=True, return_counts=True)
        order = np.argsort(places, kind="stable")
        starts = np.repeat(np.cumsum(counts) - counts, counts)
        rank = np.empty(len(hashes), np.int64)
        rank[order] = np.arange(len(hashes)) - starts
        at = np.searchsorted(self._seen, distinct)
        known = np.zeros(len(distinct), bool)
        inside = at < len(self._seen)
        known[inside] = self._seen[at[inside]] == distinct[inside]
        before = np.zeros(len(distinct), np.int64)
        before[known] = self._counts[at[known]]
        self._counts[at[known]] += counts[known].astype(np.int32)
        self._seen = np.insert(self._seen, at[~known], distinct[~known])
        self._counts = np.insert(self._counts, at[~known], counts[~known].astype(np.int32))
        nth = before[places] + rank + 1
        self.repeated += int((nth > 1).sum())
        return np.asarray(nth)


def keys(
    table: Table, values: Mapping[str, pa.Array], *, source: str, seen: Occurrences
) -> tuple[pa.Array, pa.Array]:
    """``row_key`` (16 bytes) and ``row_hash`` (8 bytes) of rows; customers by their text number.

    A sales line with document and line number is named by those. Otherwise the content names
    the row, and equal rows within one file are told apart by counting.
    """
    prefix = f"{table.name}{BETWEEN}{source}{BETWEEN}".encode()
    contents = [_digest(prefix + text) for text in _joined(table, values, _stored(table))]
    named = _named(table, values, prefix)
    names = contents if named is None else [n or c for n, c in zip(named, contents, strict=True)]
    if table.name == "customers":
        unique = names
    else:
        once = [n is not None for n in named or [None] * len(names)]
        unique = _told_apart(names, once if table.name in ONCE else [False] * len(names), seen)
    hashes = pa.array([content[:8] for content in contents], pa.binary(8))
    return pa.array(unique, pa.binary(16)), hashes


def _told_apart(names: list[bytes], once: list[bool], seen: Occurrences) -> list[bytes]:
    counted = [place for place, single in enumerate(once) if not single]
    hashes = np.frombuffer(b"".join(names[place][:8] for place in counted), np.uint64)
    unique = list(names)
    nth = seen.count(hashes)
    for at in np.flatnonzero(nth > 1):
        place = counted[at]
        unique[place] = _digest(names[place] + int(nth[at]).to_bytes(8, "big"))
    return unique


def _named(
    table: Table, values: Mapping[str, pa.Array], prefix: bytes
) -> list[bytes | None] | None:
    """The names of rows that have one."""
    fields = NAMES.get(table.name)
    if fields is None or any(f not in values and (table.name, f) not in MAY_LACK for f in fields):
        return None
    there = [values[f].is_valid() for f in fields if (table.name, f) not in MAY_LACK]
    whole = there[0]
    for valid in there[1:]:
        whole = pc.and_(whole, valid)
    texts = _joined(table, values, fields)
    return [
        _digest(b"name" + prefix + text + state) if named else None
        for text, state, named in zip(
            texts, _states(table, values, len(texts)), whole.to_pylist(), strict=True
        )
    ]


def _states(table: Table, values: Mapping[str, pa.Array], rows: int) -> list[bytes]:
    state = STATES.get(table.name)
    if state is None:
        return [b""] * rows
    if state not in values:
        return [b"open"] * rows
    return [b"" if there else b"open" for there in values[state].is_valid().to_pylist()]


def _joined(table: Table, values: Mapping[str, pa.Array], fields: Sequence[str]) -> list[bytes]:
    """The known values of rows as ``field=value``, so that an absent column is an empty one."""
    parts = [
        pc.binary_join_element_wise(f"{name}=", _plain(values[name]), "")
        for name in fields
        if name in values
    ]
    joined = pc.binary_join_element_wise(*parts, BETWEEN, null_handling="skip")
    return list(pc.cast(joined, pa.binary()).to_pylist())


def _plain(values: pa.Array) -> pa.Array:
    return values if pa.types.is_string(values.type) else pc.cast(values, pa.string())


def _stored(table: Table) -> list[str]:
    return [column.name for column in table.columns if (table.name, column.name) not in NOT_STORED]


def _digest(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=16).digest()
