"""Finding a person in the ledger, and all that it holds of one customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import NotFound, Text, UserError
from kernklant.engine.ledger.facts import current_customers
from kernklant.engine.ledger.register import ALIAS, Register, phone, plain, register_of
from kernklant.engine.ledger.tables import TABLES
from kernklant.engine.store import Run, Snapshot, Store

FOUND = 50
TOLD = ("source", "source_no", "name", "email", "phone", "postcode", "city")
Row = dict[str, Any]


def find_persons(facts: Snapshot, asked: str) -> list[Row]:
    """Customers whose number, name, address or phone number is meant, at most FOUND."""
    people = current_customers(facts)
    words, digits = plain(asked), phone(asked)
    hits = [
        pc.equal(people["source_no"], asked.strip()),
        pc.equal(pc.utf8_lower(people["email"]), asked.strip().lower()),
    ]
    rows = people.filter(pc.or_(*(pc.fill_null(hit, False) for hit in hits)))
    if not rows.num_rows and words:
        held = [
            words in plain(name or "") or bool(digits and phone(number or "") == digits)
            for name, number in zip(*(people[one].to_pylist() for one in ("name", "phone")),
                                    strict=True)
        ]  # fmt: skip
        rows = people.filter(pa.array(held, pa.bool_()))
    found: list[Row] = rows.slice(0, FOUND).select(["customer", *TOLD]).to_pylist()
    return found


def numbers_of(
    facts: Snapshot, asked: Sequence[str], *, source: str | None = None
) -> dict[str, list[int]]:
    """Our numbers of who bears each number of a source: none, or several where sources share it.

    ``source``: whose numbers are meant; None for all of them.
    """
    known: dict[str, list[int]] = {one: [] for one in asked}
    for row in _bearing(facts, asked, source):
        known[row["source_no"]].append(row["customer"])
    return known


def the_customers(facts: Snapshot, asked: Sequence[str], *, source: str | None = None) -> list[int]:
    """Our numbers of customers by the numbers of their source, each of one customer.

    NotFound when one is not known, UserError when one is of several sources and none is named.
    """
    known = numbers_of(facts, asked, source=source)
    if unknown := [one for one, found in known.items() if not found]:
        raise _not_found(unknown)
    if shared := [one for one, found in known.items() if len(found) > 1]:
        raise _several(shared, sorted({row["source"] for row in _bearing(facts, shared, None)}))
    return [number for found in known.values() for number in found]


def _bearing(facts: Snapshot, asked: Sequence[str], source: str | None) -> list[Row]:
    people = facts.table("customers", ["customer", "source", "source_no"])
    meant = pc.is_in(people["source_no"], value_set=pa.array(asked, pa.string()))
    if source is not None:
        meant = pc.and_(meant, pc.equal(people["source"], source))
    return _once(people.filter(meant))


def ledger_of(facts: Snapshot, customer: int) -> dict[str, list[Row]]:
    """The rows of every table of one customer, as they are stored; digests left out."""
    held: dict[str, list[Row]] = {}
    for name in TABLES:
        rows = facts.find(name, customer=customer).drop_columns(["row_key", "row_hash"])
        held[name] = sorted(rows.to_pylist(), key=_when)
    return held


def _when(row: Row) -> tuple[str, int]:
    """Oldest first, whichever of these days a table has."""
    days = ("date", "invoice_date", "started_on", "valid_from")
    told = next((row[name] for name in days if row.get(name) is not None), "")
    return str(told), int(row["import_no"] or 0)


def run_of(run: Run, customer: int) -> dict[str, list[Row]]:
    """Every row of a run about one customer, by file: what was asked of him, and answered."""
    held: dict[str, list[Row]] = {}
    for name in sorted(run.files):
        if not name.endswith(".parquet"):
            continue
        if "customer" in run.columns(name):
            rows = run.rows(name, customer).to_pylist()
            if rows:
                held[name] = rows
    return held


def objecting(store: Store) -> list[int]:
    """Who is not to be ranked: who objects to it, and who was erased; by our own numbers."""
    register = register_of(store)
    if store.home is None or not register.requests:
        return []
    marks = register.objecting()
    people = store.snapshot().table("customers", ["customer", "source", "source_no"])
    return sorted({row["customer"] for row in _once(people) if _left_out(register, row, marks)})


def known_now(facts: Snapshot, customer: int, column: str) -> str | None:
    """The newest known value of a text of one customer."""
    rows = facts.find("customers", [column, "valid_from", "import_no"], customer=customer)
    told = [row for row in rows.to_pylist() if row[column] is not None]
    newest = max(told, key=lambda row: (row["valid_from"] or date.min, row["import_no"]),
                 default=None)  # fmt: skip
    return str(newest[column]) if newest else None


def erased_numbers(facts: Snapshot) -> list[int]:
    """Our numbers of who was erased."""
    people = facts.table("customers", ["customer", "source_no"])
    gone = people.filter(pc.starts_with(people["source_no"], ALIAS))
    return sorted(set(gone["customer"].to_pylist()))


def _left_out(register: Register, row: Row, marks: frozenset[str]) -> bool:
    number = str(row["source_no"])
    return number.startswith(ALIAS) or register.number(row["source"], number) in marks


def write_down(store: Store, customers: Sequence[int], what: str, *, by: str) -> int:
    """Write down what customers asked (objected, withdrawn); of how many it was known who."""
    register = register_of(store)
    people = store.snapshot().table("customers", ["customer", "source", "source_no"])
    wanted = people.filter(pc.is_in(people["customer"], value_set=pa.array(customers, pa.int64())))
    rows = [row for row in _once(wanted) if not str(row["source_no"]).startswith(ALIAS)]
    if rows:
        register.add(what, [register.number(row["source"], row["source_no"]) for row in rows],
                     by=by)  # fmt: skip
    return len({row["customer"] for row in rows})


def _once(people: pa.Table) -> list[Row]:
    """Equal rows once, in the order they first came."""
    rows: list[Row] = (
        people.group_by(people.column_names, use_threads=False).aggregate([]).to_pylist()
    )
    return rows


def _not_found(unknown: Sequence[str]) -> NotFound:
    named = ", ".join(unknown)
    return NotFound(
        Text(f"Niet gevonden: {named}.", f"Not found: {named}."),
        Text(
            "Er is niets veranderd; kernklant persons find zoekt op naam.",
            "Nothing was changed; kernklant persons find searches by name.",
        ),
    )


def _several(shared: Sequence[str], sources: Sequence[str]) -> UserError:
    named, listed = ", ".join(shared), ", ".join(sources)
    return UserError(
        Text(
            f"In meer dan een bron is er een klant {named}.",
            f"More than one source has a customer {named}.",
        ),
        Text(
            f"Er is niets veranderd; kies een bron met --source: {listed}.",
            f"Nothing was changed; choose a source with --source: {listed}.",
        ),
    )
