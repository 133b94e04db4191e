"""What taking an import back touches: rows, customers, and what people did with those since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kernklant.engine.errors import Text
from kernklant.engine.ledger.imports import would_lose, would_undo
from kernklant.web.base import store
from kernklant.web.base.rights import Sight
from kernklant.web.ledger.forms import table_words
from kernklant.web.ledger.models import ContactPerson, Note
from kernklant.web.segments.models import Override, SegmentMove
from kernklant.web.value.models import Rating

# Of one customer there are as many rows as files told of him.
TOLD = Text("gegevens over klanten", "what was told of customers")
NAMED = 12  # customers by name; the rest is counted


@dataclass(frozen=True, slots=True)
class Touched:
    """``tables``: rows that go and stay; ``people``: what somebody made of customers that go;
    ``moves``: decided since; ``runs``: evaluations that saw the rows."""

    tables: list[tuple[Text, dict[str, int]]]
    lost: int
    named: list[str]
    people: list[tuple[Text, int]]
    moves: int
    runs: list[int]


def touched_by(row: dict[str, Any], *, see: Sight) -> Touched:
    """Work out what goes with an import; StoreBusy while another process writes."""
    number, since = row["import_no"], row["imported_at"]
    tables = would_undo(store.store(), number)
    lost = set(would_lose(store.store(), number))
    return Touched(
        tables=[(_words(name), counts) for name, counts in tables.items()],
        lost=len(lost),
        named=[_name(customer, see) for customer in sorted(lost)[:NAMED]],
        people=[(words, count) for words, count in _made(lost) if count],
        moves=_decided(since),
        runs=[run for run in store.runs() if number in store.imports_seen(run)],
    )


def _name(customer: int, see: Sight) -> str:
    """What the ledger calls him now: the copies may still have to be made.

    Who sees no names of persons gets numbers, for only the copies say who is one.
    """
    rows = store.open_facts().find("customers", ["name", "source_no"], customer=customer)
    told = rows.to_pylist()
    names = [row["name"] for row in told if row["name"] and see is not Sight.NO_PERSONS]
    return str(names[-1] if names else told[0]["source_no"])


def _words(table: str) -> Text:
    return TOLD if table == "customers" else table_words(table)


def _made(lost: set[int]) -> Iterable[tuple[Text, int]]:
    """Counted here and not by the database: of many customers there is no list it would take."""
    kinds: tuple[tuple[Text, Any], ...] = (
        (Text("notities", "notes"), Note.objects),
        (Text("contactpersonen", "contact persons"), ContactPerson.objects),
        (Text("beoordelingen", "ratings"), Rating.objects),
        (Text("vastgezette segmenten", "fixed segments"), Override.objects.filter(ended_at=None)),
    )
    for words, rows in kinds:
        whose = rows.values_list("customer", flat=True).iterator() if lost else ()
        yield words, sum(customer in lost for customer in whose)


def _decided(since: datetime) -> int:
    """Moves that somebody decided on after the import came in."""
    decided = SegmentMove.objects.filter(decided_at__gte=since)
    return decided.filter(decision__in=("accepted", "refused")).count()
