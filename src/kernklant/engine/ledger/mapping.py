"""Which column of a file fills which field, and of which table the file is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kernklant.engine.errors import ImportRefused, Text, UserError
from kernklant.engine.ledger.columns import Column, Table
from kernklant.engine.ledger.headers import NEEDED, SALES_ONLY, SOLD, WORDS
from kernklant.engine.ledger.remarks import remarks
from kernklant.engine.ledger.tables import CUSTOMERS, TABLES
from kernklant.engine.ledger.words import (
    excludes_vat,
    includes_vat,
    is_share,
    marked,
    shorten,
    squeeze,
    vocabulary,
)


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
    column that is not there, a used column's name stands twice, or percentages are to be euros.
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
        _refuse_shares(best)
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


def _clean(cell: str) -> str:
    return " ".join(cell.split())


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
    return Fields(table, number, header, own, attributes, remarks(table, own, header))


def _match(table: str, header: list[str], taken: set[int], left_out: set[str]) -> dict[str, int]:
    """Give each field the column with its best word; a column fills one field."""
    words: dict[str, int] = {}
    for at, cell in _net_first(table, header):
        unfit = is_share(cell) or (includes_vat(cell) and table == "sales")
        if at not in taken and cell and not unfit:
            words.setdefault(squeeze(cell), at)
            words.setdefault(marked(cell), at)
    found: dict[str, int] = {}
    for name, synonyms in vocabulary(table).items():
        places = [words[word] for word in synonyms if words.get(word) not in (None, *taken)]
        if places and name not in left_out:
            found[name] = places[0]
            taken.add(places[0])
    return found


def _net_first(table: str, header: list[str]) -> list[tuple[int, str]]:
    """The columns in their order, those that say "excl" first; what is owed is with VAT."""
    places = list(enumerate(header))
    if table == "payments":
        return places
    return sorted(places, key=lambda place: not excludes_vat(place[1]))


def _field_name(table: Table, word: str) -> str:
    """A field by its own name or by any word of ours for it."""
    for name in (table.name, "customers"):
        if word in WORDS[name]:
            return word
    for known_words in (vocabulary(table.name), vocabulary("customers")):
        for name, words in known_words.items():
            if squeeze(word) in words:
                return name
    known = ", ".join(WORDS[table.name])
    raise ImportRefused(
        Text(f"Er is geen veld {word}.", f"There is no field {word}."),
        Text(f"Velden van {table.dutch}: {known}.", f"Fields of {table.name}: {known}."),
    )


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


def _refuse_shares(fields: Fields) -> None:
    """Percentages are no euros, not even when asked for."""
    for column, at in fields.columns():
        name = fields.header[at]
        if column.kind == "money" and is_share(name) and not includes_vat(name):
            raise ImportRefused(
                Text(
                    f"De kolom {shorten(name)} bevat percentages, geen euro's.",
                    f"The column {shorten(name)} holds percentages, not euros.",
                ),
                Text(
                    f"Wijs een kolom met euro's aan, of geen: --map {column.name}=",
                    f"Name a column with euros, or none: --map {column.name}=",
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
