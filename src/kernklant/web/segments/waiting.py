"""Moves that wait for a decision, with who it is about and why, for who may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Count

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.formats import in_both
from kernklant.engine.evaluation.movement_words import in_words
from kernklant.web.base import store
from kernklant.web.base.models import Member
from kernklant.web.base.rights import Right
from kernklant.web.segments.models import Moves, Override, SegmentMove, Standing

A_PAGE = 25
LEAVES = Text(
    "{chance} kans dat hij blijft kopen en meer kost dan hij opbrengt",
    "{chance} chance that he buys on and costs more than he brings",
)


@dataclass(frozen=True, slots=True)
class Line:
    """A move, how its customer stands, and why he moves."""

    move: SegmentMove
    standing: Standing | None
    why: Text


@dataclass(frozen=True, slots=True)
class Fixed:
    """A segment that people fixed, and whose it is."""

    override: Override
    standing: Standing | None


def seen_by(member: Member) -> Moves:
    """The moves he may propose or decide on."""
    rows = SegmentMove.objects.within(member, Right.PROPOSE_MOVE)
    return rows.select_related("evaluation", "decided_by", "proposed_by")


def groups(rows: Moves) -> list[tuple[str, str, int]]:
    """From, to and how many of what waits."""
    counted = rows.order_by().values("from_segment", "to_segment").annotate(n=Count("pk"))
    found = [(one["from_segment"], one["to_segment"], one["n"]) for one in counted]
    return sorted(found, key=lambda one: (one[1], one[0]))


def lines(rows: Iterable[SegmentMove]) -> list[Line]:
    """Moves with who and why, in their order."""
    moves = list(rows)
    standings = _standings([one.customer for one in moves])
    why: dict[tuple[int, int], Text] = {}
    for run in {int(one.evaluation.run or 0) for one in moves}:
        own = [one for one in moves if one.evaluation.run == run]
        why |= {(run, who): text for who, text in _reasons(run, own).items()}
    return [
        Line(
            one,
            standings.get(one.customer),
            why.get((int(one.evaluation.run or 0), one.customer), Text("", "")),
        )
        for one in moves
    ]


def fixed(rows: list[Override]) -> list[Fixed]:
    """Overrides with whose they are."""
    standings = _standings([one.customer for one in rows])
    return [Fixed(one, standings.get(one.customer)) for one in rows]


def held_by(standing: Standing, *, on: date) -> SegmentMove | Override | None:
    """Why the segment in force is not the one computed: a move that waits or was refused, or what
    people fixed; what waits is told also of who would leave the segment that was computed."""
    if not standing.waits and standing.segment == standing.computed:
        return None
    moves = SegmentMove.objects.filter(customer=standing.pk).order_by("-evaluation__run")
    fixed = Override.objects.valid_on(on).filter(customer=standing.pk).last()
    if standing.waits and fixed is None:
        return moves.waiting().first()
    refused = moves.filter(decision="refused", from_segment=standing.segment).first()
    if fixed is None or (refused and refused.look_again_on == fixed.until):
        return refused
    return fixed


def _standings(customers: list[int]) -> dict[int, Standing]:
    return Standing.objects.select_related("customer", "manager").in_bulk(customers)


def _reasons(run: int, moves: list[SegmentMove]) -> dict[int, Text]:
    """Why customers moved in a run; of who would leave, how likely he costs more."""
    wanted = pa.array([one.customer for one in moves], pa.int64())
    told = _computed_why(run, {one.customer: one.to_segment for one in moves})
    leaving = {one.customer for one in moves if one.to_segment == "exit"}
    if leaving:
        columns = ["customer", "exit_chance"]
        for row in _rows(run, "answer/customers.parquet", columns, wanted):
            if row["customer"] in leaving:
                told[row["customer"]] = _leaves(row["exit_chance"])
    return told


def _computed_why(run: int, going: dict[int, str]) -> dict[int, Text]:
    """Why customers came where they are going: by the run, or by the one that computed it first.

    A move that nobody decided on waits on through runs that compute the same again.
    """
    told: dict[int, Text] = {}
    for number in sorted((one for one in store.turns() if one <= run), reverse=True):
        left = pa.array([who for who in going if who not in told], pa.int64())
        if not len(left):
            break
        for row in _rows(number, "answer/moves.parquet", None, left):
            told[row["customer"]] = (
                in_words(row) if row["to_segment"] == going[row["customer"]] else Text("", "")
            )
    return told


def _leaves(chance: float) -> Text:
    return in_both(LEAVES, chance=lambda form: form.percent(chance))


def _rows(
    run: int, file: str, columns: list[str] | None, customers: pa.Array
) -> list[dict[str, Any]]:
    table = store.run(run).table(file, columns) if columns else store.run(run).table(file)
    found: list[dict[str, Any]] = table.filter(
        pc.is_in(table["customer"], value_set=customers)
    ).to_pylist()
    return found
