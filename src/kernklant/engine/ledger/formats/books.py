"""From bookings to what a customer bought, and which invoices he has paid.

A booking is a sale to a customer when it moves what he owes us and touches a result account: in
whatever journal it stands. What follows from whose account it is, not from what a journal is
called, holds for files without a sales journal too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

# receivable: what customers owe us. revenue and cost (of what was sold): result accounts. lost:
# claims written off, differences and interest; a result, but nothing sold or bought for it.
Role = Literal["receivable", "revenue", "cost", "lost", "other"]
# In sales whatever is booked on a customer is a sale, and what is credited a return; so it is in a
# file that keeps no sales journal at all (any). Beside a sales journal other bookings are a sale
# where they ask something of a customer; what is credited there is a payment or a correction.
Journal = Literal["sales", "any", "beside", "money", "never"]
ASKING_ONLY = ("beside", "money")
ZERO = Decimal(0)


@dataclass(slots=True)
class Line:
    """One line of a booking; ``amount`` in euros, debit above zero. ``number`` is unique in it.

    ``settles``: the invoice that the line itself names; ``document`` may be a bank statement.
    """

    number: str
    role: Role
    party: str | None
    amount: Decimal
    document: str | None
    settles: str | None = None
    quantity: Decimal | None = None
    product: str | None = None


@dataclass(slots=True)
class Booking:
    """A journal entry that balances; ``name`` tells it from all others of all years."""

    name: str
    journal: Journal
    day: date
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Sold:
    """One line of a sale, in euros without VAT; below zero what came back."""

    customer: str
    day: date
    document: str
    line: str
    amount: Decimal
    cost: Decimal | None
    quantity: Decimal | None
    product: str | None


@dataclass(slots=True)
class Invoice:
    """One claim on a customer, VAT included, and the day it was paid in full."""

    customer: str
    document: str
    day: date
    amount: Decimal
    left: Decimal
    paid: date | None = None

    def pay(self, amount: Decimal, day: date) -> Decimal:
        """Take what is needed of an amount; returns what is left of it."""
        taken = min(amount, self.left)
        self.left -= taken
        if self.left == 0 and self.paid is None:
            self.paid = max(day, self.day)
        return amount - taken


@dataclass(slots=True)
class Receivables:
    """What customers were asked and what they paid, in the order it was booked.

    Every claim stays a row of its own, so that a later booking on the same document adds a row
    and changes none: a file made again next month has the same rows.
    """

    claims: dict[str, list[Invoice]] = field(default_factory=lambda: defaultdict(list))
    receipts: dict[str, list[tuple[date, str, Decimal]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def book(self, booking: Booking, owed: dict[str, list[Line]]) -> None:
        """Note the moves of what customers owe; ``owed``: receivable lines by customer."""
        for customer, lines in owed.items():
            for line in lines:
                if line.amount > 0:
                    name = line.settles or line.document or booking.name
                    claim = Invoice(customer, name, booking.day, line.amount, line.amount)
                    self.claims[customer].append(claim)
                elif line.amount < 0:
                    receipt = (booking.day, line.settles or "", -line.amount)
                    self.receipts[customer].append(receipt)

    def settled(self) -> list[Invoice]:
        """Every claim, paid by what names it, and then the oldest first (Dutch Civil Code 6:43).

        A receipt for an invoice of before the file is left out, and so is what is received
        beyond the claims known.
        """
        for customer, claims in self.claims.items():
            claims.sort(key=lambda one: (one.day, one.document))
            named = defaultdict(list)
            for claim in claims:
                named[claim.document].append(claim)
            over = [
                (day, _pay(named[document], amount, day))
                for day, document, amount in sorted(self.receipts[customer])
                if not document or document in named
            ]
            for day, amount in over:
                _pay(claims, amount, day)
        return [claim for claims in self.claims.values() for claim in claims]


def _pay(claims: list[Invoice], amount: Decimal, day: date) -> Decimal:
    """Pay claims in turn; returns what is left of the amount."""
    for claim in claims:
        amount = claim.pay(amount, day)
    return amount


def owed_by(booking: Booking, customers: set[str]) -> dict[str, list[Line]]:
    """The receivable lines of a booking by the customer they are of."""
    owed: dict[str, list[Line]] = {}
    for line in booking.lines:
        if line.role == "receivable" and line.party in customers:
            owed.setdefault(str(line.party), []).append(line)
    return owed


def sales_of(booking: Booking, owed: dict[str, list[Line]], customers: set[str]) -> Iterator[Sold]:
    """What a booking says was sold, and to whom; nothing where no customer is named."""
    if booking.journal == "never":
        return
    asked = {customer: sum(line.amount for line in lines) for customer, lines in owed.items()}
    if not asked:  # paid on the spot: only who is known as a customer, and only what he bought
        parties = {line.party for line in booking.lines if line.role == "revenue" and line.party}
        asked = dict.fromkeys(parties & customers, ZERO)
    alone = next(iter(asked)) if len(asked) == 1 else None
    for customer, amount in asked.items():
        if booking.journal in ASKING_ONLY and owed and amount <= 0:
            continue
        yield from _sold(
            booking, customer, alone=alone, document=_document(booking, owed, customer)
        )


def corrected(booking: Booking, owed: dict[str, list[Line]]) -> Decimal:
    """Revenue taken back beside the sales journal, which is no sale; in euros, above zero."""
    less = sum((line.amount for lines in owed.values() for line in lines), ZERO) < 0
    if booking.journal != "beside" or not less:
        return ZERO
    return sum((line.amount for line in booking.lines if line.role == "revenue"), ZERO)


def unsold(booking: Booking, sold: Sequence[Sold]) -> Decimal:
    """Revenue of a booking that no sale took, in euros."""
    taken = {one.line for one in sold}
    return -sum(
        (line.amount for line in booking.lines
         if line.role == "revenue" and _name(booking, line) not in taken),
        ZERO,
    )  # fmt: skip


def _name(booking: Booking, line: Line) -> str:
    return f"{booking.name}/{line.number}"


def _sold(booking: Booking, customer: str, *, alone: str | None, document: str) -> Iterator[Sold]:
    whose = [line for line in booking.lines if (line.party or alone) == customer]
    counted = [line for line in whose if _counts(line, booking.journal)]
    cost = sum((line.amount for line in whose if line.role == "cost"), ZERO)
    with_cost = any(line.role == "cost" for line in whose)
    for at, line in enumerate(counted):
        own = (cost if at == 0 else ZERO) if with_cost else None
        yield Sold(
            customer,
            booking.day,
            line.settles or line.document or document,
            _name(booking, line),
            -line.amount,
            own,
            line.quantity,
            line.product,
        )


def _counts(line: Line, journal: Journal) -> bool:
    """Whether a line is revenue: in a sales journal whatever is booked as a result but a cost."""
    return line.role == "revenue" or (line.role == "lost" and journal == "sales")


def _document(booking: Booking, owed: dict[str, list[Line]], customer: str) -> str:
    """What the claim on the customer is called, or else the booking."""
    names = [line.settles or line.document for line in owed.get(customer, [])]
    return next((name for name in names if name), booking.name)
