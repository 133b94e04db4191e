"""Who moved between two runs, why, and how customers migrate over all of them."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from kernklant.engine.errors import NotFound, Text, UserError
from kernklant.engine.evaluation.before import POINTS, policy_of, stand_at
from kernklant.engine.segments.markov import report
from kernklant.engine.segments.migration import matrix, moves
from kernklant.engine.store import Store
from kernklant.engine.store.runs import Run, read
from kernklant.engine.store.turns import turns
from kernklant.engine.units import DAYS_PER_MONTH


@dataclass(frozen=True, slots=True)
class Movement:
    """From run ``before`` to run ``after``: the moves, the matrix, and the migration of all runs.

    ``moves``: see MOVES; ``matrix``: rows also "new", columns also "gone"; ``migration``: see
    segments/markov.report, over the runs until ``after`` that did not look back.
    """

    before: int
    after: int
    moves: pa.Table
    matrix: dict[str, dict[str, int]]
    migration: dict[str, Any]


def movement(store: Store, *, before: int | None = None, after: int | None = None) -> Movement:
    """Compare two runs; how customers stand now with how before, unless they are named."""
    numbers = turns(store)
    last = after if after is not None else (numbers[-1] if numbers else 0)
    first = before if before is not None else _previous(numbers, last)
    if first == last:
        raise UserError(
            Text("Dit is twee keer dezelfde evaluatie.", "This is the same run twice."),
            Text("Kies er twee: --from en --to.", "Choose two: --from and --to."),
        )
    old, new = read(store, first), read(store, last)
    policy = policy_of(new)
    stood, stands = stand_at(old, policy), stand_at(new, policy)
    until = [number for number in numbers if number <= max(first, last)]
    return Movement(
        before=first,
        after=last,
        moves=moves(stood, stands),
        matrix=matrix(stood.segments, stands.segments),
        migration=migration(store, until),
    )


def migration(store: Store, numbers: list[int]) -> dict[str, Any]:
    """How customers go from segment to segment, over the runs ``numbers`` in their order."""
    runs = [run for number in numbers if POINTS in (run := read(store, number)).files]
    months = [
        (later.as_of - earlier.as_of).days / DAYS_PER_MONTH
        for earlier, later in itertools.pairwise(runs)
    ]
    later = [pair for pair in zip(runs[1:], months, strict=True) if pair[1] > 0]
    matrices = [_matrix(run) for run, _months in later]
    return report(matrices, [span for _run, span in later])


def _matrix(run: Run) -> dict[str, dict[str, int]]:
    counted: dict[str, dict[str, int]] = json.loads(run.bytes("answer/summary.json"))["matrix"]
    return counted


def _previous(numbers: list[int], last: int) -> int:
    earlier = [number for number in numbers if number < last]
    if not earlier:
        raise NotFound(
            Text(
                "Verschuivingen zijn er vanaf de tweede evaluatie.",
                "There are moves from the second run on.",
            ),
            Text(
                "Draai kernklant evaluate nog eens, bijvoorbeeld over een kwartaal.",
                "Run kernklant evaluate again, for example in a quarter.",
            ),
        )
    return earlier[-1]
