"""XML Auditfile Financieel (3.0 to 4.0, CLAIR2, ADF) as three sheets; the only module with pyxaf.

Customers, what they bought per line, and their invoices with the day of payment. pyxaf refuses
document types and entities, and bounds depth and text.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from defusedxml.ElementTree import ParseError, iterparse

from kernklant.engine.errors import ImportRefused, Text
from kernklant.engine.ledger.formats import Sheet, Source, refused
from kernklant.engine.ledger.formats.audit import Found
from kernklant.engine.ledger.formats.books import Booking, Journal, Line, Role

if TYPE_CHECKING:
    import pyxaf

MOST_UNPACKED = 2 << 30  # bytes
MOST_NAMED = 5
CHUNK = 1 << 20
NO_INVOICE = "0"  # how Exact writes that a receipt names none
REPAIRS = ("latin1-as-cp1252", "control-chars", "bare-ampersand")
JOURNALS: dict[str, Journal] = {
    "sales": "sales",
    "bank": "money",
    "cash": "money",
    "purchases": "never",
    "opening": "never",
    "payroll": "never",
}
MISNAMED = Text(
    "De letters zijn als Windows-1252 gelezen; het bestand noemt zelf iets anders.",
    "Letters were read as Windows-1252; the file itself names another encoding.",
)
OWED = re.compile(r"debiteur|handelsvordering|accounts receivable|trade receivable", re.I)
COST = re.compile(r"kostprijs|inkoopwaarde|inkoop|cost of (?:sales|goods)|cogs", re.I)
LOST = re.compile(r"oninba|dubieu|afschrij|verschil|rente|write.?off|bad debt|difference", re.I)
DOUBTFUL = re.compile(r"dubieu|voorziening|doubtful|provision", re.I)


def open_xaf(path: Path) -> Source:
    """Open an audit file; ImportRefused when it is none, is damaged, or does not balance."""
    import pyxaf

    try:
        sheets, said = _opened(path, None)
    except pyxaf.XmlSyntaxError as error:
        if _is_unicode(path):
            raise _unreadable(error) from error
        sheets, said = _opened(path, "cp1252")
        said.insert(0, MISNAMED)
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return Source("xaf", sheets, digest, said)


def _opened(path: Path, encoding: str | None) -> tuple[list[Sheet], list[Text]]:
    """The sheets of a file, and the remarks on it; XmlSyntaxError where letters do not fit."""
    import pyxaf

    asked: Any = {
        "encoding": encoding,
        "repair": REPAIRS,
        "max_decompressed_size": MOST_UNPACKED,
    }
    try:
        report = pyxaf.validate(path, **asked)
        with pyxaf.open(path, **asked) as file:
            sheets, remarks = _read(_Books(file), path)
    except pyxaf.XmlSyntaxError:
        raise
    except pyxaf.PyxafError as error:
        raise _unreadable(error) from error
    return sheets, [*_departures(report), *remarks]


def _read(books: _Books, path: Path) -> tuple[list[Sheet], list[Text]]:
    """The sheets, and what of the file could not come with them."""
    header = books.file.header
    found = Found(books.customers, header.currency if header else None)
    for booking in books.bookings():
        found.take(booking)
    if books.odd:
        raise _unbalanced(books.odd)
    due, remarks = _due_dates(path)
    return found.sheets(books.people(found.owing()), due), [*remarks, *found.remarks()]


def _due_dates(path: Path) -> tuple[dict[tuple[str, str], date], list[Text]]:
    """When invoices are to be paid, by (customer, document): from the subledgers, if any.

    pyxaf, which has accepted the file by now, leaves subledgers out.
    """
    due = {}
    try:
        for _, element in iterparse(path) if _names_due_dates(path) else ():
            if element.tag.endswith("}sbLine"):
                line = {part.tag.rpartition("}")[2]: part.text or "" for part in element}
                if line.get("invDueDt"):
                    day = date.fromisoformat(line["invDueDt"][:10])
                    due[line.get("custSupID", ""), line.get("invRef", "")] = day
                element.clear()
    except (ParseError, ValueError):
        return {}, [
            Text(
                "De vervaldata van de facturen zijn niet te lezen, en weggelaten.",
                "The due dates of the invoices cannot be read, and were left out.",
            )
        ]
    return due, []


def _is_unicode(path: Path) -> bool:
    """Whether the bytes are UTF-8, or say that they are UTF-16."""
    with path.open("rb") as handle:
        if handle.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return True
    try:
        with path.open(encoding="utf-8") as text:
            while text.read(CHUNK):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _names_due_dates(path: Path) -> bool:
    with path.open("rb") as handle:
        tail = b""
        while chunk := handle.read(CHUNK):
            if b"<invDueDt>" in tail + chunk:
                return True
            tail = chunk[-len(b"<invDueDt>") :]
    return False


@dataclass
class _Books:
    """The master data of a file, and its bookings as ours."""

    file: pyxaf.AuditFile
    odd: list[str] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.year = (self.file.header.fiscal_year if self.file.header else None) or "?"
        self.relations: Mapping[str, pyxaf.Relation] = self.file.relations
        self.customers = {
            number
            for number, relation in self.relations.items()
            if relation.relation_type.kind.value != "supplier"
        }
        self.roles = {number: self._role(account) for number, account in self.file.accounts.items()}
        kinds = {journal.journal_type.kind.value for journal in self.file.journals.values()}
        self.rest: Journal = "beside" if "sales" in kinds else "any"

    def bookings(self) -> Iterator[Booking]:
        """Every booking that balances; the names of the others are kept in ``odd``."""
        for entry in self.file.transactions():
            name = self._name(entry)
            if any(line.signed_amount is None for line in entry.lines) or not entry.balanced:
                self.odd.append(name)
                continue
            journal = self._journal(entry.journal_id)
            day = entry.date or next((one.effective_date for one in entry.lines), None)
            if day is None:
                self.odd.append(name)
                continue
            yield Booking(name, journal, day, self._lines(entry, journal))

    def people(self, owing: set[str]) -> list[dict[str, Any]]:
        """The customers by the file's own word, and whoever bought or was asked for money."""
        return [
            _about(relation)
            for number, relation in self.relations.items()
            if relation.relation_type.kind.value in ("customer", "both") or number in owing
        ]

    def _name(self, entry: pyxaf.Transaction) -> str:
        name = f"{self.year}/{entry.journal_id}/{entry.number or entry.seq}"
        self.names[name] += 1
        return name if self.names[name] == 1 else f"{name}#{self.names[name]}"

    def _journal(self, number: str | None) -> Journal:
        journal = self.file.journals.get(number) if number is not None else None
        return JOURNALS.get(journal.journal_type.kind.value, self.rest) if journal else self.rest

    def _lines(self, entry: pyxaf.Transaction, journal: Journal) -> list[Line]:
        lines, numbers = [], set()
        for at, line in enumerate(entry.lines, 1):
            number = line.number if line.number and line.number not in numbers else f"r{at}"
            numbers.add(number)
            account = line.account_id or ""
            party = line.relation_id or (account if account in self.relations else None)
            lines.append(
                Line(
                    number,
                    self.roles.get(account, "other"),
                    party,
                    line.signed_amount or Decimal(0),
                    # A document on a line of the bank is the statement, not the invoice.
                    line.document_ref if journal != "money" else None,
                    line.invoice_ref if line.invoice_ref != NO_INVOICE else None,
                    line.quantity,
                    line.product,
                )
            )
        return lines

    def _role(self, account: pyxaf.LedgerAccount) -> Role:
        text, code = account.description or "", (account.rgs.code if account.rgs else None) or ""
        if account.account_type.kind.value != "profit_loss":
            owed = account.id in self.customers or code.startswith("BVorDeb")
            named = OWED.search(text) and not DOUBTFUL.search(text)
            return "receivable" if owed or (not code and named) else "other"
        if code.startswith("WKpr") or (not code and COST.search(text)):
            return "cost"
        if code:
            return "revenue" if code.startswith("WOmz") else "lost"
        return "lost" if LOST.search(text) else "revenue"


def _about(relation: pyxaf.Relation) -> dict[str, Any]:
    address = relation.addresses[0] if relation.addresses else None
    return {
        "customer": relation.id,
        "name": relation.name,
        "vat_no": relation.tax_registration_id,
        "coc_no": relation.commerce_number,
        "email": relation.email,
        "phone": relation.telephone,
        "city": address.city if address else None,
        "postcode": address.postal_code if address else None,
        "country": address.country if address else None,
    }


def _departures(report: pyxaf.ValidationReport) -> list[Text]:
    """Where the file departs from the standard, though it can be read."""
    import pyxaf

    off = [finding for finding in report.findings if finding.severity >= pyxaf.Severity.WARNING]
    first = {finding.code: finding for finding in reversed(off)}
    if not first:
        return []
    named = "; ".join(
        f"{code} {finding.message} ({report.counts[code]}×)"
        for code, finding in list(reversed(first.items()))[:MOST_NAMED]
    )
    return [
        Text(
            f"De auditfile wijkt af van de standaard; wat te lezen is, is gelezen: {named}.",
            f"The audit file departs from the standard; what can be read was read: {named}.",
        )
    ]


def _unbalanced(odd: list[str]) -> ImportRefused:
    named = ", ".join(odd[:MOST_NAMED]) + (" …" if len(odd) > MOST_NAMED else "")
    return refused(
        f"{len(odd)} boekingen zijn niet in evenwicht of missen een bedrag of datum: {named}.",
        f"{len(odd)} bookings do not balance, or lack an amount or a date: {named}.",
        "Maak de auditfile opnieuw in het boekhoudpakket, of vraag de maker ervan.",
        "Make the audit file again in the bookkeeping package, or ask its maker.",
    )


def _unreadable(error: pyxaf.PyxafError) -> Exception:
    return refused(
        f"Deze auditfile is niet te lezen: {error}.",
        f"This audit file cannot be read: {error}.",
        "Maak hem opnieuw in het boekhoudpakket.",
        "Make it again in the bookkeeping package.",
    )
