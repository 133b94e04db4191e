"""Which column of a file fills which field, and of which table the file is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from kernklant.engine.errors import ImportRefused, Text, UserError
from kernklant.engine.ledger.columns import Column, Table
from kernklant.engine.ledger.headers import DISCOUNT, NEEDED, SALES_ONLY, SOLD, WORDS
from kernklant.engine.ledger.tables import CUSTOMERS, TABLES

_WITHOUT_VAT = re.compile(
    r"\b(?:excl|exclusief|excluding|ex|exc|zonder|without)(?: of)?(?: (?:btw|vat|tax|taxes))?\b"
)
_EURO = re.compile(r"\b(?:in )?(?:eur|euro|euros)\b")
_WITH_VAT = re.compile(r"\b(?:incl|inclusief|including|inc|gross of|met btw|with vat)\b")
OWNERS = ("customer", "klant", "debiteur")  # customer_city is the city of a customer
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Fields:
    """The columns of one sheet that are used: field -> place; attributes belong to customers."""

    table: Table
    header_row: int
    header: list[str]
    own: dict[str, int]
    attributes: dict[str, int] = field(default_factory=dict)
    warnings: list[Text] = field(default_factory=list)

    @property
    def shown(self) -> dict[str, str]:
        """Field -> header, as receipts show it."""
        return {column.name: self.header[at] for column, at in self.columns()}

    def columns(self) -> list[tuple[Column, int]]:
        """The used columns and their places, attributes last."""
        own = [(column, self.own[column.name]) for column in self.table.columns
               if column.name in self.own]  # fmt: skip
        return own + [
            (column, self.attributes[column.name])
            for column in CUSTOMERS.columns
            if column.name in self.attributes
        ]


def table_name(word: str) -> str:
    """The table of a Dutch or English name; UserError with the list otherwise."""
    asked = squeeze(word)
    for table in TABLES.values():
        if asked in (squeeze(table.name), squeeze(table.dutch)):
            return table.name
    known = ", ".join(f"{table.dutch} ({table.name})" for table in TABLES.values())
    raise UserError(
        Text(f"Er is geen tabel {word}.", f"There is no table {word}."),
        Text(f"Kies uit: {known}.", f"Choose from: {known}."),
    )


def squeeze(header: str) -> str:
    """A header without case, accents, spaces, punctuation, "excl. btw" and "euro"."""
    text = _EURO.sub("", _WITHOUT_VAT.sub("", _words(header)))
    return text.replace(" ", "") or marked(header)


def marked(header: str) -> str:
    """A header squeezed, but for "excl" where it says that VAT is left out."""
    text = _EURO.sub("", _words(header))
    return _WITHOUT_VAT.sub("excl", text).replace(" ", "") or _words(header).replace(" ", "")


def includes_vat(header: str) -> bool:
    """Whether a header says that its amounts include VAT."""
    return bool(_WITH_VAT.search(_words(header)))


def find_fields(
    head: Sequence[tuple[int, list[str]]],
    *,
    table: Table | None,
    asked: Mapping[str, str],
    hint: str = "",
) -> Fields | None:
    """Find the header among the first rows and say what each column is.

    ``table``: None to recognise it, with ``hint`` (a sheet's or file's name) to decide between
    equals; None is returned when nothing fits. ImportRefused when ``asked`` names a field or
    column that is not there, or a used column's name stands twice.
    """
    best: Fields | None = None
    for number, cells in head:
        header = [_clean(cell) for cell in cells]
        if asked and not _stands(asked, header):
            continue
        chosen = table or _recognise(header, asked, hint)
        found = _fields(chosen, number, header, asked) if chosen else None
        if found and complete(found) and (best is None or _size(found) > _size(best)):
            best = found
    if best is not None:
        _refuse_twins(best)
    return best


def nearest(
    head: Sequence[tuple[int, list[str]]], *, table: Table | None, asked: Mapping[str, str]
) -> Fields:
    """What was found in the row that looks most like a header, complete or not."""
    guesses = [table] if table else [TABLES[name] for name in ("sales", *NEEDED)]
    rows = [
        _fields(guess, number, [_clean(cell) for cell in row], {})
        for guess in guesses
        for number, row in head
    ]
    best = max(rows, key=lambda fields: (len(fields.own) - len(missing(fields)), _size(fields)))
    if asked:
        _refuse_unknown(asked, best.header)
    return best


def complete(fields: Fields) -> bool:
    """Whether every required field has a column; an amount may be quantity x price."""
    return not missing(fields)


def missing(fields: Fields) -> list[Column]:
    """Required fields without a column."""
    return [
        column
        for column in fields.table.columns
        if column.required
        and column.name not in fields.own
        and not (column.name == "amount" and {"quantity", "unit_price"} <= fields.own.keys())
    ]


def brief(column: Column) -> Text:
    """What a column means, in a few words."""
    nl, en = (re.split("[,;]", text)[0] for text in (column.meaning.nl, column.meaning.en))
    return Text(nl[0].lower() + nl[1:], en[0].lower() + en[1:])


def shorten(text: str) -> str:
    """A text fit for a message."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _words(header: str) -> str:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    plain = unicodedata.normalize("NFKD", parted).encode("ascii", "ignore").decode()
    return " ".join(re.split(r"[^a-z0-9]+", plain.lower())).strip()


def _clean(cell: str) -> str:
    return " ".join(cell.split())


@cache
def _vocabulary(table: str) -> dict[str, list[str]]:
    plain = {
        name: [_word(word) for word in (name, *words.split(","))]
        for name, words in WORDS[table].items()
    }
    if table != "customers":
        return plain
    return {
        name: words + [owner + word for owner in OWNERS for word in words]
        for name, words in plain.items()
    }


def _word(word: str) -> str:
    """A word as headers are compared with it; one that says excl means it."""
    return marked(word) if _WITHOUT_VAT.search(word) else squeeze(word)


def _stands(asked: Mapping[str, str], header: list[str]) -> bool:
    return all(not column or _clean(column) in header for column in asked.values())


def _size(fields: Fields) -> int:
    return len(fields.own) + len(fields.attributes)


def _recognise(header: list[str], asked: Mapping[str, str], hint: str) -> Table | None:
    """The table a header fits: the one that the hint names, else the first of NEEDED."""
    fitting = [name for name in NEEDED if _fits(name, header, asked)]
    named = [name for name in fitting if squeeze(hint) in
             (squeeze(TABLES[name].name), squeeze(TABLES[name].dutch))]  # fmt: skip
    if not named and {"payments", "sales"} <= set(fitting):
        sold = _fields(TABLES["sales"], 0, header, asked).own
        if any(name in sold for name in SALES_ONLY):
            fitting.remove("payments")
    return TABLES[(named or fitting)[0]] if fitting else None


def _fits(name: str, header: list[str], asked: Mapping[str, str]) -> bool:
    needed, any_of = NEEDED[name]
    try:
        found = _fields(TABLES[name], 0, header, asked)
    except ImportRefused:
        return False
    if name == "customers" and _match("sales", header, set(), {"customer"}).keys() & SOLD:
        return False
    have = found.own.keys()
    amount = {"amount"} if {"quantity", "unit_price"} <= have else set()
    return set(needed) <= have | amount and (not any_of or any(name in have for name in any_of))


def _fields(table: Table, number: int, header: list[str], asked: Mapping[str, str]) -> Fields:
    places: dict[str, int] = {}
    left_out = set()
    for word, column in asked.items():
        name = _field_name(table, word)
        left_out.add(name)
        if column:
            places[name] = header.index(_clean(column))
    taken = set(places.values())
    own = _match(table.name, header, taken, left_out)
    attributes = {} if table is CUSTOMERS else _match("customers", header, taken, left_out)
    attributes.pop("customer", None)
    attributes.pop("valid_from", None)
    own |= {name: at for name, at in places.items() if name in WORDS[table.name]}
    attributes |= {name: at for name, at in places.items() if name not in WORDS[table.name]}
    said = [*_vat_warnings(own, header), *_discount_warnings(own, header)]
    return Fields(table, number, header, own, attributes, said)


def _match(table: str, header: list[str], taken: set[int], left_out: set[str]) -> dict[str, int]:
    """Give each field the column with its best word; a column fills one field."""
    words: dict[str, int] = {}
    for at, cell in enumerate(header):
        if at not in taken and cell and not (includes_vat(cell) and table == "sales"):
            words.setdefault(squeeze(cell), at)
            words.setdefault(marked(cell), at)
    found: dict[str, int] = {}
    for name, synonyms in _vocabulary(table).items():
        places = [words[word] for word in synonyms if words.get(word) not in (None, *taken)]
        if places and name not in left_out:
            found[name] = places[0]
            taken.add(places[0])
    return found


def _field_name(table: Table, word: str) -> str:
    """A field by its own name or by any word of ours for it."""
    for name in (table.name, "customers"):
        if word in WORDS[name]:
            return word
    for vocabulary in (_vocabulary(table.name), _vocabulary("customers")):
        for name, words in vocabulary.items():
            if squeeze(word) in words:
                return name
    known = ", ".join(WORDS[table.name])
    raise ImportRefused(
        Text(f"Er is geen veld {word}.", f"There is no field {word}."),
        Text(f"Velden van {table.dutch}: {known}.", f"Fields of {table.name}: {known}."),
    )


def _vat_warnings(own: Mapping[str, int], header: list[str]) -> list[Text]:
    return [
        Text(
            f"Kolom {shorten(header[own[name]])} is inclusief btw; de waarde wordt te hoog.",
            f"Column {shorten(header[own[name]])} includes VAT; the value comes out too high.",
        )
        for name in ("amount", "unit_price")
        if name in own and includes_vat(header[own[name]])
    ]


def _discount_warnings(own: Mapping[str, int], header: list[str]) -> list[Text]:
    """What a discount means (share, percents, euros) a header does not tell, so it is not taken."""
    if "unit_price" not in own or "amount" in own:
        return []
    return [
        Text(
            f"Kolom {shorten(cell)} telt niet mee: bedrag is aantal x prijs, vóór korting. "
            "Voeg een kolom met het bedrag na korting toe.",
            f"Column {shorten(cell)} does not count: amount is quantity x price, before discount. "
            "Add a column with the amount after discount.",
        )
        for cell in header
        if squeeze(cell) in DISCOUNT
    ]


def _refuse_twins(fields: Fields) -> None:
    for at in (*fields.own.values(), *fields.attributes.values()):
        name = fields.header[at]
        if fields.header.count(name) > 1:
            raise ImportRefused(
                Text(
                    f"De kolom {shorten(name)} staat er twee keer.",
                    f"The column {shorten(name)} stands there twice.",
                ),
                Text(
                    "Geef een van beide een andere naam.",
                    "Give one of the two another name.",
                ),
            )


def _refuse_unknown(asked: Mapping[str, str], header: list[str]) -> None:
    absent = [column for column in asked.values() if column and _clean(column) not in header]
    if absent:
        there = ", ".join(shorten(cell) for cell in header if cell)
        raise ImportRefused(
            Text(
                f"Er is geen kolom {', '.join(absent)}.",
                f"There is no column {', '.join(absent)}.",
            ),
            Text(f"De kolommen zijn: {there}.", f"The columns are: {there}."),
        )
