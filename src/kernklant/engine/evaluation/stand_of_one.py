"""How one customer stands in a run, read without the others, and how he stood in those before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from kernklant.engine.errors import Lang, Text
from kernklant.engine.evaluation.movement_words import in_words
from kernklant.engine.evaluation.nearer import nearer, parts_of
from kernklant.engine.evaluation.reasons import reasons
from kernklant.engine.segments.would_change import Part
from kernklant.engine.store import Run

Row = Mapping[str, Any]
LANGUAGES: tuple[Lang, Lang] = ("nl", "en")
OVER_TIME = (
    "segment", "score", "score_low", "score_high", "clv", "clv_low", "clv_high", "contribution_12m",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Earned:
    """What one criterion gave: ``points`` of ``most``, None where his value is not known."""

    part: Part
    points: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class OneStand:
    """A customer in a run: ``row`` of customers.parquet, and what explains it.

    ``remedies`` are of who loses; ``group`` the sums of his mother and her daughters.
    """

    run: int
    as_of: date
    row: Row
    earned: tuple[Earned, ...]
    because: Text
    would_change: tuple[Text, ...]
    moved: Text
    remedies: tuple[Text, ...]
    group: Row | None


@dataclass(frozen=True, slots=True)
class Past:
    """How he stood in one run; ``policy`` tells runs of other rules apart."""

    run: int
    as_of: date
    policy: str
    row: Row


def stand_of(run: Run, customer: int, *, euros: bool = True) -> OneStand | None:
    """How a customer stands in a run, by our own number; None when he has not bought by then.

    ``euros``: whether the sentence why may tell the cut-off in euros.
    """
    rows = run.rows("answer/customers.parquet", customer)
    if not rows.num_rows:
        return None
    row, summary = rows.to_pylist()[0], summary_of(run)
    points = run.rows("answer/points.parquet", customer)
    values = run.rows("answer/values.parquet", customer).to_pylist()[0]
    nl, en = (
        reasons(rows, points, summary, lang=lang, euros=euros)[0].as_py() for lang in LANGUAGES
    )
    group = row["group"]
    return OneStand(
        run=run.number,
        as_of=run.as_of,
        row=row,
        earned=_earned(parts_of(row, values, summary), points.to_pylist()[0]),
        because=Text(nl, en),
        would_change=tuple(nearer(row, values, summary)),
        moved=_moved(run, customer),
        remedies=tuple(
            Text(one["text_nl"], one["text_en"])
            for one in run.rows("answer/advice.parquet", customer).to_pylist()
        ),
        group=_group(run, int(group)) if group is not None else None,
    )


def prospect_of(run: Run, customer: int) -> Row | None:
    """What a run says of who bought nothing yet: potential and fit; None when he is not there."""
    rows = run.rows("answer/prospects.parquet", customer).to_pylist()
    return rows[0] if rows else None


def past_of(runs: Iterable[Run], customer: int) -> list[Past]:
    """How he stood in each of these runs in which he was."""
    found = []
    for run in runs:
        rows = run.rows("answer/customers.parquet", customer, OVER_TIME).to_pylist()
        if rows:
            found.append(Past(run.number, run.as_of, run.files["asked/policy.toml"], rows[0]))
    return found


@lru_cache(maxsize=8)
def _summary(_folder: str, text: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def summary_of(run: Run) -> dict[str, Any]:
    """The figures of a run as a whole. Shared: do not change it."""
    return _summary(str(run.folder), run.bytes("answer/summary.json"))


def _earned(parts: list[Part], points: Row) -> tuple[Earned, ...]:
    """Of 100 points; the weight of what is not known of him went to the rest, pro rata."""
    known = [part.value == part.value for part in parts]
    whole = sum(part.weight for part, told in zip(parts, known, strict=True) if told)
    given = [int(points[part.criterion.name]) for part in parts]
    # Both are whole points: what was left of a hundred may have gone to him.
    return tuple(
        Earned(
            part,
            own if told else None,
            max(round(100 * part.weight / whole), own) if told else None,
        )
        for part, told, own in zip(parts, known, given, strict=True)
    )


def _moved(run: Run, customer: int) -> Text:
    moves = run.rows("answer/moves.parquet", customer).to_pylist()
    return in_words(moves[0]) if moves else Text("", "")


def _group(run: Run, mother: int) -> Row | None:
    groups = run.table("answer/groups.parquet")
    return next((row for row in groups.to_pylist() if row["group"] == mother), None)
