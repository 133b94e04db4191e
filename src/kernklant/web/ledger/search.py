"""Finding customers by name, place or number, also with a letter wrong.

An index of pieces of three letters finds candidates in the database (FTS5's trigram tokenizer on
SQLite, pg_trgm on PostgreSQL). A word with one letter wrong still has one half whole (the pigeon
holes of Navarro, 2001, A guided tour to approximate string matching, section 8), so when the
words as they stand find nobody, halves do, and the likeness of the whole decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, models
from rapidfuzz import fuzz, process

from kernklant.web.base.bulk import Rows

SHORTEST = 3  # letters; the index holds pieces of three
CANDIDATES = 5000
FOUND = 50  # a page
ALIKE = 72.0  # of 100: below it two names are different ones
R = TypeVar("R", bound=models.Model)


def plain(text: str) -> str:
    """Small letters without accents, other signs than letters and digits as a space."""
    bare = text if text.isascii() else _without_accents(text)
    return " ".join(re.findall(r"[^\W_]+", bare.casefold()))


def _without_accents(text: str) -> str:
    signs = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in signs if not unicodedata.combining(sign))


def index_of(customers: pa.Table) -> Rows:
    """What the index holds; columns number, name, city, source_no."""
    told = pc.binary_join_element_wise(
        customers["name"], customers["city"], customers["source_no"], " "
    )
    words = pa.array(map(plain, told.to_pylist()), pa.string())
    number = "number" if connection.vendor == "postgresql" else "rowid"
    return Rows(
        "ledger_search",
        (number, "told"),
        pa.table([customers["number"], words], names=[number, "told"]),
    )


def search(rows: models.QuerySet[R], asked: str, *, number: str, name: str) -> list[R]:
    """The rows whose customer is meant, most alike first; at most FOUND.

    ``rows``: those one may see. ``number`` and ``name``: their fields of customer and name.
    """
    words = plain(asked).split()
    long = [word for word in words if len(word) >= SHORTEST]
    if not long:
        return _by_source(rows, asked, number)
    told = _candidates(_matching(rows, [[word] for word in long], number), name)
    least = 0.0
    if not told:
        told = _candidates(_matching(rows, [_halves(word) for word in long], number), name)
        least = ALIKE
    best = _most_alike(told, " ".join(words), least=least)
    found = rows.in_bulk(best)
    return [found[key] for key in best if key in found]


def _candidates(rows: models.QuerySet[R], name: str) -> list[tuple[Any, str]]:
    """Key and name alone: of five thousand candidates a page shows few."""
    return list(rows.values_list("pk", name)[:CANDIDATES])


def _by_source(rows: models.QuerySet[R], asked: str, number: str) -> list[R]:
    """A text too short for the index can still be the number of a source."""
    from kernklant.web.ledger.models import Customer

    meant = Customer.objects.filter(source_no=asked.strip()).values("number")
    return list(rows.filter(**{f"{number}__in": meant})[:FOUND])


def _halves(word: str) -> list[str]:
    """Pieces of which one is whole when a letter of the word is wrong, missing or too many."""
    if len(word) < 2 * SHORTEST:
        return [word[:SHORTEST], word[-SHORTEST:]]
    middle = len(word) // 2
    return [word[:middle], word[middle:]]


def _matching(
    rows: models.QuerySet[R], asked: Sequence[Iterable[str]], number: str
) -> models.QuerySet[R]:
    """Rows that hold one of the pieces of each word."""
    field = rows.model._meta.get_field(number)
    column = f"{rows.model._meta.db_table}.{field.column}"  # type: ignore[union-attr]
    if connection.vendor == "postgresql":
        each = " AND ".join(
            "(" + " OR ".join(["told LIKE %s"] * len(list(pieces))) + ")" for pieces in asked
        )
        values = [f"%{piece}%" for pieces in asked for piece in pieces]
        where = f"{column} IN (SELECT number FROM ledger_search WHERE {each})"  # noqa: S608 - ours
        return rows.extra(where=[where], params=values)  # noqa: S610 - values are parameters
    match = " AND ".join(
        "(" + " OR ".join(f'"{piece}"' for piece in pieces) + ")" for pieces in asked
    )
    where = f"{column} IN (SELECT rowid FROM ledger_search WHERE told MATCH %s)"  # noqa: S608
    return rows.extra(where=[where], params=[match])  # noqa: S610 - the text is a parameter


def _most_alike(told: list[tuple[Any, str]], asked: str, *, least: float) -> list[Any]:
    names = [plain(name) for _, name in told]
    ranked = process.extract(
        asked, names, scorer=fuzz.WRatio, limit=FOUND, score_cutoff=least or None
    )
    return [told[place][0] for _, _, place in ranked]
