"""Finding customers by name, place or number, also with a letter wrong.

An index of pieces of three letters finds candidates in the database (FTS5's trigram tokenizer on
SQLite, pg_trgm on PostgreSQL). A word with one letter wrong still has one half whole (the pigeon
holes of Navarro, 2001, A guided tour to approximate string matching, section 8), so when the
words as they stand find nobody, halves do, and the likeness of the whole decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, models
from rapidfuzz import fuzz, process

from kernklant.web.base.bulk import Rows
from kernklant.web.base.rights import Sight

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


def search(rows: models.QuerySet[R], asked: str, *, number: str, name: str, see: Sight) -> list[R]:
    """The rows whose customer is meant, most alike first; at most FOUND.

    ``rows``: those one may see. ``number`` and ``name``: their fields of customer and name. Who
    ``see``s no names of persons finds those by the number of their source alone.
    """
    meant = _by_source(rows, asked, number)
    words = plain(asked).split()
    long = [word for word in words if len(word) >= SHORTEST]
    if not long:
        return meant
    named = _named(rows, number) if see is Sight.NO_PERSONS else rows
    told = _candidates(_matching(named, [[word] for word in long], number), name)
    least = 0.0
    if len(told) == CANDIDATES:
        told = [*_first(named, asked, number=number, name=name), *told]
    if not told:
        told = _candidates(_matching(named, [_halves(word) for word in long], number), name)
        least = ALIKE
    best = _most_alike(dict(told), " ".join(words), least=least)
    found = named.in_bulk(best)
    alike = [found[key] for key in best if key in found]
    return [*meant, *(row for row in alike if row not in meant)][:FOUND]


def _named(rows: models.QuerySet[R], number: str) -> models.QuerySet[R]:
    """Those whose name is not that of a person."""
    from kernklant.web.ledger.models import PROTECTED

    kind = "kind" if number == "number" else f"{number}__kind"
    return rows.exclude(**{f"{kind}__in": PROTECTED})


def _first(
    rows: models.QuerySet[R], asked: str, *, number: str, name: str
) -> list[tuple[Any, str]]:
    """Of more candidates than are looked at: who is called so, and whose name begins so."""
    text = asked.strip()
    called = rows.filter(**{f"{name}__in": {text, text.title(), text.upper(), text.capitalize()}})
    return [
        *_candidates(called, name),
        *_candidates(_beginning(rows, plain(asked), number), name),
    ]


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
    if connection.vendor == "postgresql":
        each = " AND ".join(
            "(" + " OR ".join(["told LIKE %s"] * len(list(pieces))) + ")" for pieces in asked
        )
        values = [f"%{piece}%" for pieces in asked for piece in pieces]
        return _indexed(rows, number, each, values)
    match = " AND ".join(
        "(" + " OR ".join(f'"{piece}"' for piece in pieces) + ")" for pieces in asked
    )
    return _indexed(rows, number, "told MATCH %s", [match])


def _beginning(rows: models.QuerySet[R], phrase: str, number: str) -> models.QuerySet[R]:
    """Rows whose name begins so."""
    if connection.vendor == "postgresql":
        return _indexed(rows, number, "told LIKE %s", [f"{phrase}%"])
    return _indexed(rows, number, "told MATCH %s", [f'^"{phrase}"'])


def _indexed(
    rows: models.QuerySet[R], number: str, condition: str, values: list[str]
) -> models.QuerySet[R]:
    """Rows whose customer stands so in the index; ``condition`` is ours, values are parameters."""
    field = rows.model._meta.get_field(number)
    column = f"{rows.model._meta.db_table}.{field.column}"  # type: ignore[union-attr]
    key = "number" if connection.vendor == "postgresql" else "rowid"
    where = f"{column} IN (SELECT {key} FROM ledger_search WHERE {condition})"  # noqa: S608
    return rows.extra(where=[where], params=values)  # noqa: S610


def _most_alike(told: Mapping[Any, str], asked: str, *, least: float) -> list[Any]:
    """Keys by the likeness of their names; of names as like, first those that begin so."""
    names = {key: plain(name) for key, name in told.items()}
    begin_so = sorted(names, key=lambda key: not names[key].startswith(asked))
    ranked = process.extract(
        asked,
        {key: names[key] for key in begin_so},
        scorer=fuzz.WRatio,
        limit=FOUND,
        score_cutoff=least or None,
    )
    return [key for _, _, key in ranked]
