"""What people told about customers, frozen when an evaluation is asked: ratings and flags."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from django.utils import timezone

from kernklant.engine.evaluation.before import run_before
from kernklant.engine.evaluation.question import Question
from kernklant.engine.ledger.history import last_sales_day
from kernklant.engine.ledger.persons import objecting
from kernklant.engine.segments.flags import OBJECTED
from kernklant.engine.segments.policy import Policy
from kernklant.web.base import store
from kernklant.web.segments.copying import in_force
from kernklant.web.segments.models import Override
from kernklant.web.value.models import Rating

LAST = 2**31 - 1  # in the place of an import: of two decisions of one day, people's comes last
COLUMNS = {
    "ratings": ("customer", "criterion", "rater", "mark", "date"),
    "flags": ("customer", "flag", "until", "date", "import_no"),
}


def question_now(
    policy: Policy, *, asked: Mapping[str, Any], as_of: date | None, key: str = ""
) -> Question:
    """What was frozen, asked of a policy, against the segments of the run before: those in force
    where that is the run of now, else as it worked them out."""
    before = run_before(store.store(), as_of=as_of or last_sales_day(store.facts()))
    previous = before.stand(policy)
    if previous is not None and before.number is not None and before.number == store.newest_run():
        held = in_force(before.number).of(previous.segments["customer"].to_numpy())
        previous = previous.with_segments(held)
    told = tables_of(asked, as_of=as_of)
    return Question(
        policy, as_of=as_of, previous=previous, damaged=before.damaged, told=told, key=key
    )


def ratings_told() -> list[dict[str, Any]]:
    """What members think of customers; they go by number, for runs hold no names."""
    rows = Rating.objects.order_by("pk").values_list(
        "customer", "criterion", "by_id", "score", "at"
    )
    return [
        {"customer": customer, "criterion": criterion, "rater": f"#{by}", "mark": str(mark),
         "date": _day(at)}
        for customer, criterion, by, mark, at in rows
    ]  # fmt: skip


def flags_told() -> list[dict[str, Any]]:
    """Who objects to being ranked; segments that people fixed, the newest that holds today."""
    rows = Override.objects.filter(ended_at=None, until__gte=timezone.localdate())
    newest = {row.customer: row for row in rows.order_by("at", "pk")}
    # Without a day: whoever objects today is not ranked as of any day.
    return [
        {"customer": number, "flag": OBJECTED, "until": "", "date": "", "import_no": LAST}
        for number in objecting(store.store())
    ] + [
        {"customer": row.customer, "flag": row.segment, "until": row.until.isoformat(),
         "date": _day(row.at), "import_no": LAST}
        for row in newest.values()
    ]  # fmt: skip


def tables_of(asked: Mapping[str, Any], *, as_of: date | None) -> dict[str, pa.Table]:
    """Frozen rows in the ledger's types, without the empty tables.

    An evaluation of the last sales day or later takes everything people think now, so what they
    told after that day counts as of it; one that looks back knows only what was told by then.
    """
    last = last_sales_day(store.facts())
    now = as_of or last
    looks_back = as_of is not None and last is not None and as_of < last
    return {
        name: _table(name, rows, until=None if looks_back else now)
        for name in COLUMNS
        if (rows := asked.get(name))
    }


def _table(name: str, rows: list[dict[str, Any]], *, until: date | None) -> pa.Table:
    whole = store.store().schemas[name]
    schema = pa.schema([whole.field(column) for column in COLUMNS[name]])
    typed = [
        {column: _read(column, row[column], until) for column in COLUMNS[name]} for row in rows
    ]
    return pa.Table.from_pylist(typed, schema=schema)


def _read(name: str, value: Any, until: date | None) -> Any:
    if name in {"until", "date"} and not value:
        return None
    if name == "until":
        return date.fromisoformat(value)
    if name == "date":
        told = date.fromisoformat(value)
        return min(told, until) if until else told
    return Decimal(value) if name == "mark" else value


def _day(at: Any) -> str:
    return timezone.localtime(at).date().isoformat()
