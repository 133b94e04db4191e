"""Audit files of invented companies, as bookkeeping packages write them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

ACCOUNTS = {
    "1300": ("B", "Debiteuren"),
    "1500": ("B", "Af te dragen btw"),
    "1000": ("B", "Bank"),
    "8000": ("P", "Omzet hoog"),
    "7000": ("P", "Kostprijs van de omzet"),
    "4900": ("P", "Afschrijving dubieuze debiteuren"),
}
JOURNALS = {"V": ("S", "Verkoop"), "B": ("B", "Bank"), "M": ("M", "Memoriaal")}


@dataclass(frozen=True)
class L:
    """A line: account, signed euros (debit above zero), and what it names."""

    account: str
    euros: str
    customer: str = ""
    invoice: str = ""
    document: str = ""


@dataclass(frozen=True)
class T:
    """A booking in a journal."""

    journal: str
    number: str
    day: str
    lines: tuple[L, ...]


def sale(number: str, day: str, customer: str, net: str, vat: str) -> T:
    """An invoice in the sales journal."""
    gross = f"{float(net) + float(vat):.2f}"
    return T(
        "V",
        number,
        day,
        (
            L("1300", gross, customer, number, number),
            L("8000", f"-{net}", customer, number, number),
            L("1500", f"-{vat}", "", number, number),
        ),
    )


def receipt(number: str, day: str, customer: str, euros: str, invoice: str = "") -> T:
    """Money of a customer on the bank, for an invoice or for none in particular."""
    return T(
        "B",
        number,
        day,
        (
            L("1000", euros, document=f"afschrift {number}"),
            L("1300", f"-{euros}", customer, invoice),
        ),
    )


def xaf(
    *bookings: T,
    year: int = 2024,
    customers: dict[str, str] | None = None,
    kind: str | None = "C",
    journals: dict[str, tuple[str, str]] | None = None,
    due: dict[tuple[str, str], str] | None = None,
    head: str = '<?xml version="1.0" encoding="UTF-8"?>',
) -> str:
    """An audit file of version 3.2; ``kind`` None leaves the kind of relation out."""
    people = {"1": "Bakkerij Jansen", "2": "Café Zoë"} if customers is None else customers
    used = journals or JOURNALS
    parts = [
        head,
        '<auditfile xmlns="http://www.auditfiles.nl/XAF/3.2">',
        f"<header><fiscalYear>{year}</fiscalYear><startDate>{year}-01-01</startDate>",
        f"<endDate>{year}-12-31</endDate><curCode>EUR</curCode>",
        f"<dateCreated>{year}-12-31</dateCreated><softwareDesc>Boek</softwareDesc>",
        "<softwareVersion>1</softwareVersion></header>",
        "<company><companyName>Voorbeeld</companyName>",
        "<taxRegistrationCountry>NL</taxRegistrationCountry><taxRegIdent>1</taxRegIdent>",
        "<customersSuppliers>",
    ]
    for number, name in people.items():
        told = f"<custSupTp>{kind}</custSupTp>" if kind else ""
        parts.append(
            f"<customerSupplier><custSupID>{number}</custSupID>"
            f"<custSupName>{escape(name)}</custSupName>{told}</customerSupplier>"
        )
    parts.append("</customersSuppliers><generalLedger>")
    for number, (sort, name) in ACCOUNTS.items():
        parts.append(
            f"<ledgerAccount><accID>{number}</accID><accDesc>{name}</accDesc>"
            f"<accTp>{sort}</accTp></ledgerAccount>"
        )
    parts.append("</generalLedger><transactions>")
    lines = [line for booking in bookings for line in booking.lines]
    debit = sum(max(float(line.euros), 0) for line in lines)
    parts.append(f"<linesCount>{len(lines)}</linesCount><totalDebit>{debit:.2f}</totalDebit>")
    parts.append(f"<totalCredit>{debit:.2f}</totalCredit>")
    for name, (sort, text) in used.items():
        inside = "".join(_booking(one) for one in bookings if one.journal == name)
        sorted_as = f"<jrnTp>{sort}</jrnTp>" if sort else ""
        parts.append(
            f"<journal><jrnID>{name}</jrnID><desc>{text}</desc>{sorted_as}{inside}</journal>"
        )
    parts.append(_subledger(due or {}))
    parts.append("</transactions></company></auditfile>")
    return "\n".join(parts)


def write(folder: Path, text: str, *, name: str = "f.xaf", encoding: str = "utf-8") -> Path:
    (folder / name).write_bytes(text.encode(encoding))
    return folder / name


def _booking(booking: T) -> str:
    lines = "".join(_line(at, line, booking.day) for at, line in enumerate(booking.lines, 1))
    return (
        f"<transaction><nr>{booking.number}</nr><desc>x</desc>"
        f"<periodNumber>1</periodNumber><trDt>{booking.day}</trDt>{lines}</transaction>"
    )


def _line(at: int, line: L, day: str) -> str:
    side = "C" if line.euros.startswith("-") else "D"
    optional = (
        f"<custSupID>{line.customer}</custSupID>" if line.customer else "",
        f"<invRef>{line.invoice}</invRef>" if line.invoice else "",
    )
    return (
        f"<trLine><nr>{at}</nr><accID>{line.account}</accID><docRef>{line.document}</docRef>"
        f"<effDate>{day}</effDate><desc>x</desc><amnt>{line.euros.lstrip('-')}</amnt>"
        f"<amntTp>{side}</amntTp>{''.join(optional)}</trLine>"
    )


def _subledger(due: dict[tuple[str, str], str]) -> str:
    lines = "".join(
        f"<sbLine><nr>{at}</nr><custSupID>{customer}</custSupID><invRef>{invoice}</invRef>"
        f"<invDueDt>{day}</invDueDt></sbLine>"
        for at, ((customer, invoice), day) in enumerate(due.items(), 1)
    )
    return f"<subledgers><subledger>{lines}</subledger></subledgers>" if due else ""
