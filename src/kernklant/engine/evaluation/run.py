"""The loop on one screen: value every customer as of a date and divide them into segments."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import pyarrow as pa

from kernklant.engine.errors import NotEnoughHistory, Text
from kernklant.engine.evaluation.advice import advice
from kernklant.engine.evaluation.deciding import Decided, decide
from kernklant.engine.evaluation.knowing import Known, learn
from kernklant.engine.evaluation.prospects import prospects_table
from kernklant.engine.evaluation.question import Question
from kernklant.engine.evaluation.standing import (
    groups_table,
    points_table,
    stand_of,
    standing,
    unranked,
    values_table,
)
from kernklant.engine.evaluation.summary import summarise
from kernklant.engine.evaluation.weighing import measured
from kernklant.engine.evaluation.weights import Sway, sway
from kernklant.engine.ledger.history import history, last_sales_day, order_days
from kernklant.engine.segments.migration import moves
from kernklant.engine.store import Snapshot, Store
from kernklant.engine.value.criteria import Criterion
from kernklant.engine.value.lifetime import lifetimes

Progress = Callable[[Text], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """One row per customer, who moved, and the figures of the whole as JSON can carry them.

    ``points``: what each criterion gave a customer; ``values``: what it was measured at, where
    that is no column of ``customers``; ``groups``: what mothers and daughters bring
    together; ``prospects``: one row for each who never bought;
    ``advice``: what would make loss-making customers profitable. ``criteria`` holds the bounds
    that were used, ``imports`` and ``last_sale`` what was in the facts (None of an answer that was
    read back).
    """

    as_of: date
    customers: pa.Table
    points: pa.Table
    values: pa.Table
    groups: pa.Table
    prospects: pa.Table
    advice: pa.Table
    moves: pa.Table
    summary: dict[str, Any]
    versions: dict[str, int]
    seconds: dict[str, float]
    criteria: tuple[Criterion, ...] | None = None
    imports: tuple[int, ...] | None = None
    last_sale: date | None = None


@dataclass
class Clock:
    """Says which step is under way and remembers how long each took."""

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, text: Text) -> Iterator[None]:
        """Time one step, in seconds, under its name."""
        self.progress(text)
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)


def evaluate(
    store: Store, question: Question, *, progress: Progress = lambda _text: None
) -> Answer:
    """Value every customer as of a date, divide them into segments, and say who moved.

    Raises NotEnoughHistory when there is no sales line on or before the date.
    """
    clock, policy = Clock(progress), question.policy
    facts = store.snapshot(question.versions, beside=question.told)
    last_sale = last_sales_day(facts, until=question.today)
    as_of = question.as_of or _known(last_sale)
    with clock.step("check", Text("Bestanden nalezen", "Checking the files")):
        facts.check()
    with clock.step("history", Text("Klantgeschiedenis", "Customer histories")):
        past = history(facts, as_of=as_of)
        _refuse_nothing(past.table, as_of)
    with clock.step("lifetime", Text("Klantwaarde", "Lifetime value")):
        days = partial(order_days, facts, as_of=as_of)
        worth = lifetimes(past, policy.lifetime, order_days=days)
        past = past.after_fit()
    with clock.step("knowing", Text("Kosten, potentie, betaling", "Cost, potential, payment")):
        known = learn(facts, past, worth, policy, as_of=as_of, today=question.today)
        values = measured(policy.criteria, known, facts, as_of=as_of)
    with clock.step("segments", Text("Score en verdeling", "Score and division")):
        flags = facts.table("flags")
        decided = decide(known, values, policy, flags=flags, before=question.previous)
        swayed = sway(decided, policy)
    with clock.step("answer", Text("Tabellen en samenvatting", "Tables and summary")):
        tables = _tables(facts, known, decided, swayed, question=question)
        summary = summarise(
            facts,
            tables["customers"],
            known=known,
            decided=decided,
            swayed=swayed,
            question=question,
        )
    return Answer(
        as_of,
        **tables,
        summary=summary,
        versions=facts.versions,
        seconds=clock.seconds,
        criteria=decided.criteria,
        imports=facts.imports,
        last_sale=last_sale,
    )


def _tables(
    facts: Snapshot, known: Known, decided: Decided, swayed: Sway, *, question: Question
) -> dict[str, pa.Table]:
    """The tables of the answer, by name."""
    as_of, before = known.past.as_of, question.previous
    customers = unranked(standing(known, decided, swayed, previous=before), decided.objected)
    points = points_table(known, decided)
    return {
        "customers": customers,
        "points": points,
        "values": values_table(known, decided),
        "groups": groups_table(known),
        "prospects": prospects_table(known, decided, facts, as_of=as_of),
        "advice": advice(facts, known, question.policy, as_of=as_of, but=decided.objected),
        "moves": moves(before, stand_of(customers, points)),
    }


def _known(day: date | None) -> date:
    if day is None:
        raise NotEnoughHistory(
            Text(
                "Er zijn nog geen verkopen tot en met vandaag.", "There are no sales until today."
            ),
            Text(
                "Lees eerst een bestand met factuurregels in: kernklant import BESTAND.",
                "Import a file of invoice lines first: kernklant import FILE.",
            ),
        )
    return day


def _refuse_nothing(table: pa.Table, as_of: date) -> None:
    if table.num_rows == 0:
        raise NotEnoughHistory(
            Text(
                f"Er zijn geen verkopen op of voor {as_of.isoformat()}.",
                f"There are no sales on or before {as_of.isoformat()}.",
            ),
            Text("Kies een latere peildatum.", "Choose a later as-of date."),
        )
