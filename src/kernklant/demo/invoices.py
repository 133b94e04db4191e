"""Documents: which lines stand on which invoice or credit note, numbered by the calendar year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernklant.demo.rng import Bools, Ints
from kernklant.demo.sales import Lines
from kernklant.demo.window import Window, calendar_year


@dataclass(frozen=True, slots=True)
class Documents:
    """One row an invoice or credit note until the last day of the files, in order of number."""

    number: list[str]
    customer: Ints
    day: Ints
    credit: Bools
    order: Ints
    amount: Ints

    def __len__(self) -> int:
        return len(self.number)


@dataclass(frozen=True, slots=True)
class Billed:
    """Lines in the order of the books; ``document`` their document, ``place`` their line number,
    ``corrects`` the document they name, -1 = none."""

    lines: Lines
    document: Ints
    place: Ints
    corrects: Ints
    documents: Documents


def bill(lines: Lines, span: Window) -> Billed:
    """Number every line of the past; a credit note has one line."""
    past = lines.take(lines.day <= span.last)
    past = past.take(np.lexsort((past.order, past.credit, past.customer, past.day)))
    new = np.r_[True, (np.diff(past.order) != 0) | past.credit[1:] | past.credit[:-1]]
    document = np.cumsum(new) - 1
    starts = np.flatnonzero(new)
    documents = _documents(past, starts, document, span=span)
    return Billed(
        lines=past,
        document=document,
        place=np.arange(len(past)) - starts[document] + 1,
        corrects=_corrects(past, documents),
        documents=documents,
    )


def _documents(past: Lines, starts: Ints, document: Ints, *, span: Window) -> Documents:
    day, credit = past.day[starts], past.credit[starts]
    year = calendar_year(span, day)
    return Documents(
        number=_numbers(year, credit),
        customer=past.customer[starts],
        day=day,
        credit=credit,
        order=past.order[starts],
        amount=np.bincount(document, past.amount, len(starts)).round().astype(np.int64),
    )


def _numbers(year: Ints, credit: Bools) -> list[str]:
    """F24-00001 for invoices and C24-00001 for credit notes, each counted within its year."""
    counts: dict[tuple[int, bool], int] = {}
    numbers = []
    for key in zip(year.tolist(), credit.tolist(), strict=True):
        counts[key] = counts.get(key, 0) + 1
        numbers.append(f"{'C' if key[1] else 'F'}{key[0] % 100}-{counts[key]:05d}")
    return numbers


def _corrects(past: Lines, documents: Documents) -> Ints:
    invoice_of = np.full(int(past.order.max()) + 1, -1)
    sold = np.flatnonzero(~documents.credit)
    invoice_of[documents.order[sold]] = sold
    return np.where(past.credit & past.named, invoice_of[past.order], -1)
