"""Correcting who a customer is: a row of its own, which counts before what files told until now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pyarrow as pa

from kernklant.engine.errors import NotFound, Text
from kernklant.engine.ledger.people import customer_rows
from kernklant.engine.ledger.register import ALIAS
from kernklant.engine.store import ImportRecord, Store

MAY = ("name", "email", "phone", "postcode", "city")
FORMAT = "correction"


def correct(store: Store, customer: int, values: Mapping[str, str], *, who: str) -> int:
    """Correct name and addresses of a customer, by our own number; the number of the import.

    It counts from today: a file that brings the old values again, without a later day of their
    own, changes nothing. An empty text takes a value away. Undoing the import undoes it.
    NotFound when there is no such customer, or he was erased.
    """
    rows = store.snapshot().find("customers", ["source", "source_no"], customer=customer)
    known = [row for row in rows.to_pylist() if not str(row["source_no"]).startswith(ALIAS)]
    if not known:
        raise _nobody(customer)
    source, number, now = known[0]["source"], known[0]["source_no"], datetime.now(UTC)
    columns = {
        "customer": pa.array([number], pa.string()),
        **{name: pa.array([values[name].strip()]) for name in MAY if name in values},
        "valid_from": pa.array([now.date()], pa.date32()),
    }
    with store.writer() as writer:
        writer.stage("customers", customer_rows(columns, source=source, sink=writer))
        writer.settle("customers")
        return writer.commit(_record(who, now))


def _record(who: str, now: datetime) -> ImportRecord:
    rows = {"rows_file": 1, "rows_accepted": 1, "rows_known": 0, "rows_rejected": 0}
    money = dict.fromkeys(("amount_file", "amount_accepted", "amount_known", "amount_rejected"))
    return ImportRecord(
        file_name=FORMAT,
        sha256=hashlib.sha256(now.isoformat().encode()).hexdigest(),
        format=FORMAT,
        mapping=json.dumps({"customers": {}}),
        numbers=None,
        dates=None,
        datasets=json.dumps({"customers": rows | money}),
        who=who,
        when=now,
    )


def _nobody(customer: int) -> NotFound:
    return NotFound(
        Text(f"Er is geen klant {customer}.", f"There is no customer {customer}."),
        Text("Zoek hem op naam of nummer.", "Find him by name or number."),
    )
