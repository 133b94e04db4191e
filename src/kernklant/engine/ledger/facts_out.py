"""The ledger's tables as files that this or another product can read: nothing is locked in."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import NotFound, Text, UserError
from kernklant.engine.ledger.facts import HERE, current_customers
from kernklant.engine.ledger.people import REFERENCES
from kernklant.engine.ledger.tables import NOT_STORED, TABLES
from kernklant.engine.store import Store


def facts_out(store: Store, name: str, *, source: str | None = None) -> pa.Table:
    """One table in the words of its own columns, with the customer numbers of the source.

    Customers as they are known now, one row each; invoices that were paid since only as paid;
    other tables row by row. Imported in an empty home it gives the same facts. ``source``: whose
    numbers, where there are several. NotFound for a table or source that there is not.
    """
    if name not in TABLES:
        raise _no_table(name)
    snapshot = store.snapshot()
    people = current_customers(snapshot)
    own = people.filter(pc.equal(people["source"], _source(people, source)))
    if name == "customers":
        rows = own
    elif name == "payments":
        rows = snapshot.mart(HERE / "invoices.sql")
    else:
        rows = snapshot.table(name)
    rows = rows.filter(pc.is_in(rows["customer"], value_set=own["customer"]))
    columns = [
        column.name for column in TABLES[name].columns if (name, column.name) not in NOT_STORED
    ]
    return pa.table({column: _told(rows, column, people) for column in columns})


def _told(rows: pa.Table, column: str, people: pa.Table) -> pa.ChunkedArray:
    """A column; a customer by the number that the source gives him."""
    if column != "customer" and column not in REFERENCES:
        return rows[column]
    place = pc.index_in(rows[column], value_set=people["customer"])
    return pc.take(people["source_no"], place)


def _source(people: pa.Table, asked: str | None) -> str:
    known = sorted(pc.unique(people["source"]).to_pylist())
    listed = ", ".join(known)
    if asked is not None and asked not in known:
        raise NotFound(
            Text(f"Er is geen bron {asked}.", f"There is no source {asked}."),
            Text(f"Kies uit: {listed}.", f"Choose from: {listed}."),
        )
    if asked is None and len(known) > 1:
        raise UserError(
            Text(
                "Klantnummers komen uit meer dan een bron, en kunnen samenvallen.",
                "Customer numbers come from more than one source, and may coincide.",
            ),
            Text(f"Kies er een met --source: {listed}.", f"Choose one with --source: {listed}."),
        )
    return asked or (known[0] if known else "")


def _no_table(name: str) -> NotFound:
    listed = ", ".join(TABLES)
    return NotFound(
        Text(f"Het grootboek heeft geen tabel {name}.", f"The ledger has no table {name}."),
        Text(f"Kies uit: {listed}.", f"Choose from: {listed}."),
    )
