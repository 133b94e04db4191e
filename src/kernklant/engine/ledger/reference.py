"""The reference page of the tables, written from the tables themselves."""

from __future__ import annotations

from collections.abc import Iterator

from kernklant.engine.ledger.columns import Column, Table
from kernklant.engine.ledger.headers import WORDS
from kernklant.engine.ledger.tables import TABLES

_KINDS = {
    "text": "text",
    "money": "euro, 2 decimals",
    "number": "number, 6 decimals",
    "whole": "whole number",
    "date": "date",
    "bool": "yes/no",
    "customer": "customer number",
}
_PRIVACY = {"P": "personal", "C": "confidential", "O": "other"}
_WORDS_SHOWN = 6
_HEAD = """# Tables

Written by `make docs` from `engine/ledger/tables.py` and `headers.py`; a test fails when it is
stale. What files bring; a column marked * is required. Under which headers a column is
recognised: the first few words, all are in `headers.py`; case, spaces, punctuation, "excl. btw"
and the euro sign do not count. Columns of `customers` are recognised in files of every table.
"""


def tables_page() -> str:
    """The page as Markdown: every table, column, kind, meaning, privacy class and header."""
    return "\n".join([_HEAD, *(line for table in TABLES.values() for line in _section(table))])


def _section(table: Table) -> Iterator[str]:
    yield f"## {table.name} ({table.dutch})"
    yield f"{table.meaning.en}"
    yield ""
    yield "| column | holds | meaning | privacy | recognised as |"
    yield "|---|---|---|---|---|"
    for column in table.columns:
        yield _row(table, column)
    yield ""


def _row(table: Table, column: Column) -> str:
    words = [word.strip() for word in WORDS[table.name][column.name].split(",")]
    named = f"{column.name}{' *' if column.required else ''}"
    shown = ", ".join(words[:_WORDS_SHOWN]) + (", …" if words[_WORDS_SHOWN:] else "")
    privacy = _PRIVACY[column.privacy]
    return f"| {named} | {_KINDS[column.kind]} | {column.meaning.en} | {privacy} | {shown} |"
