"""What the bookings of an audit file come to: the sheets customers, sales and payments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from kernklant.engine.errors import Text
from kernklant.engine.ledger.formats import ROWS_A_BATCH, Sheet
from kernklant.engine.ledger.formats.books import (
    Booking,
    Invoice,
    Receivables,
    Sold,
    corrected,
    owed_by,
    sales_of,
    unsold,
)
from kernklant.engine.ledger.formats.parquet import arrow_sheet

AMOUNT = pa.decimal128(38, 10)
SALES = pa.schema(
    [
        ("customer", pa.string()),
        ("date", pa.date32()),
        ("document", pa.string()),
        ("line", pa.string()),
        ("amount", AMOUNT),
        ("cost", AMOUNT),
        ("quantity", AMOUNT),
        ("product", pa.string()),
        ("currency", pa.string()),
    ]
)
PAYMENTS = pa.schema(
    [
        ("customer", pa.string()),
        ("document", pa.string()),
        ("invoice_date", pa.date32()),
        ("due_date", pa.date32()),
        ("paid_date", pa.date32()),
        ("amount", AMOUNT),
    ]
)
ABOUT = ("customer", "name", "vat_no", "coc_no", "email", "phone", "city", "postcode", "country")
CUSTOMERS = pa.schema([(name, pa.string()) for name in ABOUT])

NOBODY = Text(
    "Omzet zonder klant, dus niet ingelezen: {}.",
    "Revenue without a customer, and so not taken in: {}.",
)
SHARED = Text(
    "Omzet van boekingen met meer klanten, die niet te verdelen is en dus niet ingelezen: {}. "
    "Vraag een auditfile met een klant op elke omzetregel, of lees factuurregels in.",
    "Revenue of bookings with several customers, which cannot be divided and so was not taken in: "
    "{}. Ask for an audit file with a customer on each revenue line, or import invoice lines.",
)
CORRECTED = Text(
    "Buiten het verkoopboek teruggenomen, dus geen verkoop: {}.",
    "Taken back beside the sales journal, and so no sale: {}.",
)
NO_COST = Text(
    "Een auditfile zegt niet wat u zelf betaalde: lees voor de bijdrage factuurregels met een "
    "kostprijs in, en voor de bediening de activiteiten. Staan dezelfde verkopen in beide, maak "
    "deze import dan eerst ongedaan en lees de auditfile daarna opnieuw in zonder de verkopen "
    "(--sheet payments).",
    "An audit file does not say what you paid yourself: for contribution import invoice lines "
    "with a cost price, and for service the activities. If both hold the same sales, undo this "
    "import first, and then import the audit file again without the sales (--sheet payments).",
)


@dataclass
class Found:
    """What was sold, asked and paid; ``customers``: the relations that may be one."""

    customers: set[str]
    currency: str | None
    sold: list[Sold] = field(default_factory=list)
    batches: list[pa.RecordBatch] = field(default_factory=list)
    receivables: Receivables = field(default_factory=Receivables)
    nobody: Decimal = Decimal(0)
    shared: Decimal = Decimal(0)
    corrections: Decimal = Decimal(0)
    costed: bool = False
    buyers: set[str] = field(default_factory=set)

    def take(self, booking: Booking) -> None:
        """Note what was sold, asked and paid."""
        owed = owed_by(booking, self.customers)
        if booking.journal != "never":
            self.receivables.book(booking, owed)
        sold = list(sales_of(booking, owed, self.customers))
        self.sold += sold
        self.buyers.update(one.customer for one in sold)
        less = corrected(booking, owed)
        self.corrections += less
        self.costed |= any(one.cost is not None for one in sold)
        if booking.journal != "never" and not less:
            left = unsold(booking, sold)
            if len(owed) > 1:
                self.shared += left
            else:
                self.nobody += left
        if len(self.sold) >= ROWS_A_BATCH:
            self._flush()

    def owing(self) -> set[str]:
        """Who bought, or was asked for money."""
        return self.buyers | set(self.receivables.claims)

    def sheets(
        self, people: Iterable[dict[str, Any]], due: dict[tuple[str, str], date]
    ) -> list[Sheet]:
        """Customers, sales and payments, as far as there are any.

        ``due``: when an invoice (customer, document) is to be paid.
        """
        self._flush()
        invoices = [_invoice(one, due) for one in self.receivables.settled()]
        tables = {
            "customers": pa.Table.from_pylist(list(people), CUSTOMERS),
            "sales": pa.Table.from_batches(self.batches, SALES),
            "payments": pa.Table.from_pylist(invoices, PAYMENTS),
        }
        return [_sheet(name, table) for name, table in tables.items() if table.num_rows]

    def remarks(self) -> list[Text]:
        """What the file cannot bring, and what of it names nobody."""
        left = ((self.nobody, NOBODY), (self.shared, SHARED), (self.corrections, CORRECTED))
        said = [_with(amount, text) for amount, text in left if amount]
        if not self.costed:
            said.append(NO_COST)
        return said

    def _flush(self) -> None:
        rows = [
            {name: getattr(one, name, None) for name in SALES.names}
            | {"date": one.day, "currency": self.currency}
            for one in self.sold
        ]
        self.batches += pa.Table.from_pylist(rows, SALES).to_batches()
        self.sold = []


def _invoice(invoice: Invoice, due: dict[tuple[str, str], date]) -> dict[str, Any]:
    return {
        "customer": invoice.customer,
        "document": invoice.document,
        "invoice_date": invoice.day,
        "due_date": due.get((invoice.customer, invoice.document)),
        "paid_date": invoice.paid,
        "amount": invoice.amount,
    }


def _sheet(name: str, table: pa.Table) -> Sheet:
    sheet = arrow_sheet(table.schema, lambda: table.to_batches(ROWS_A_BATCH), rows=table.num_rows)
    return replace(sheet, name=name)


def _with(amount: Decimal, text: Text) -> Text:
    nl, en = _euros(amount)
    return Text(text.nl.format(nl), text.en.format(en))


def _euros(amount: Decimal) -> tuple[str, str]:
    """An amount as Dutch and as English write it."""
    english = f"{amount:,.2f}"
    return "€ " + english.translate(str.maketrans(",.", ".,")), "€" + english
