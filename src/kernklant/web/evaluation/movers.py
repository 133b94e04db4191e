"""A page of the customers behind a cell of a migration matrix, for who may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.movement_words import in_words
from kernklant.web.base.access import may, sees_all, sight
from kernklant.web.base.models import Member
from kernklant.web.base.rights import Right, Sight
from kernklant.web.evaluation.flows import CAME, NEW, OLD, WENT, Flow, reasons
from kernklant.web.ledger.models import Customer

A_PAGE = 25
WORDS = {CAME: Text("nieuw", "new"), WENT: Text("weg", "gone"), "": Text("alle", "all")}


@dataclass(frozen=True, slots=True)
class Mover:
    """One line: who, from where to where, why."""

    number: int
    name: str
    city: str
    old: str
    new: str
    clv: float | None
    why: Text


@dataclass(frozen=True, slots=True)
class Page:
    """A page of movers: which cell, how many there are in all, which page of how many."""

    old: str
    new: str
    movers: list[Mover]
    count: int
    number: int
    pages: int

    @property
    def earlier(self) -> int | None:
        """The page before this one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def later(self) -> int | None:
        """The page after this one."""
        return self.number + 1 if self.number < self.pages else None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the matrix: where from, how many to each, together."""

    old: str
    cells: list[tuple[str, int]]
    total: int


def seen_by(flow: Flow, member: Member) -> Flow:
    """The part of a flow that is about customers within his reach."""
    if sees_all(member, Right.EVALUATIONS):
        return flow
    return flow.only(Customer.objects.within(member, Right.EVALUATIONS).numbers())


def lines_of(flow: Flow) -> tuple[list[Line], list[tuple[str, int]]]:
    """The rows and columns of the matrix that hold anybody, A, B and C always; and their sums."""
    counts = flow.matrix()
    sums = list(zip(NEW, counts.sum(axis=0).tolist(), strict=True))
    shown = [at for at, (letter, total) in enumerate(sums) if total or letter in "ABC"]
    lines = [
        Line(old, [(NEW[at], int(row[at])) for at in shown], int(row.sum()))
        for old, row in zip(OLD, counts, strict=True)
        if row.sum()
    ]
    return lines, [sums[at] for at in shown]


def page_of(flow: Flow, member: Member, *, old: str, new: str, page: int, run: int | None) -> Page:
    """A page of who is in a cell, named as the member may see it; ``run``: whose reasons go along.

    Who sees no single customers gets their number alone.
    """
    found = flow.cell(old, new).most_valuable_first()
    count = len(found.customer)
    pages = max(1, -(-count // A_PAGE))
    page = min(max(page, 1), pages)
    part = slice((page - 1) * A_PAGE, page * A_PAGE)
    numbers = found.customer[part].tolist() if may(member, Right.CUSTOMER) else []
    people = Customer.objects.in_bulk(numbers)
    why = reasons(run, numbers) if run is not None and numbers else {}
    see = sight(member, own=True)
    movers = [
        _mover(number, people.get(number), why.get(number), at=(found, place), see=see)
        for place, number in enumerate(numbers, part.start)
    ]
    return Page(old, new, movers, count, page, pages)


def _mover(
    number: int,
    who: Customer | None,
    why: dict[str, Any] | None,
    *,
    at: tuple[Flow, int],
    see: Sight,
) -> Mover:
    flow, place = at
    clv = float(flow.clv[place])
    return Mover(
        number=number,
        name=who.told(see) if who else f"#{number}",
        city=who.city if who else "",
        old=OLD[flow.before[place]],
        new=NEW[flow.after[place]],
        clv=None if np.isnan(clv) else clv,
        why=in_words(why) if why else Text("", ""),
    )
