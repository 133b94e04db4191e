"""Customers as the store tells of them, copied to where lists and rights can read them."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import BigIntegerField, Case, Exists, Model, OuterRef, Subquery, When

from kernklant.engine.ledger.facts import current_customers
from kernklant.engine.ledger.kinds import kinds
from kernklant.web.base import store
from kernklant.web.base.bulk import Rows
from kernklant.web.base.models import Member
from kernklant.web.ledger.models import Assignment, Copies, Customer

TEXTS = ("source_no", "name", "sector", "region", "city", "country", "email", "phone")
FIELDS = (
    "number", *TEXTS, "kind", "prospect", "employees", "acquired_on", "insolvent_on", "group",
    "ledger_manager", "manager", "stand_in",
)  # fmt: skip


def customers_table() -> pa.Table:
    """Every customer, by number, in the columns FIELDS."""
    told = current_customers(store.facts())
    longest = {field.name: field.max_length for field in Customer._meta.concrete_fields}
    columns = {"number": told["customer"]}
    for name in TEXTS:
        columns[name] = _text(told[name], longest[name])
    columns["kind"] = kinds(told["kind"])
    columns["prospect"] = pc.fill_null(told["prospect"], False)
    for name in ("employees", "acquired_on", "insolvent_on"):
        columns[name] = told[name]
    columns["group"] = _groups(told)
    columns["ledger_manager"] = _text(told["manager"], 200)
    managers, stand_ins = _managers(told["customer"], columns["ledger_manager"])
    columns |= {"manager": managers, "stand_in": stand_ins}
    return pa.table({name: columns[name] for name in FIELDS})


def rows_of(model: type[Model], table: pa.Table) -> Rows:
    """A table named by the fields of a model, as rows for the model's table."""
    places = {field.name: str(field.column) for field in model._meta.concrete_fields}
    return Rows(model._meta.db_table, tuple(places[name] for name in table.column_names), table)


def hold() -> Copies | None:
    """What the copies were made from, locked until the transaction ends.

    Who changes what stands in the copies locks it before he writes anything, as does who puts
    others in their place: else a decision could land in rows that are about to go.
    """
    return Copies.objects.select_for_update().defer("tallies").filter(pk=1).first()


def assign_again(customers: Sequence[int] | None = None) -> None:
    """Who manages whom, after a change of members or assignments: of all customers, or of some."""
    rows = (
        Customer.objects.all() if customers is None else Customer.objects.filter(pk__in=customers)
    )
    assigned = Assignment.objects.filter(customer=OuterRef("number"))
    named = Member.objects.filter(ledger_name=OuterRef("ledger_manager"), is_active=True)
    named = named.exclude(ledger_name="").order_by("pk")
    rows.update(
        manager=Case(
            When(Exists(assigned), then=Subquery(assigned.values("manager")[:1])),
            default=Subquery(named.values("pk")[:1]),
            output_field=BigIntegerField(),
        ),
        stand_in=Subquery(assigned.values("stand_in")[:1]),
    )


def _managers(number: pa.ChunkedArray, named: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """The member who manages each customer, and who stands in: as assigned, else by name."""
    members = Member.objects.filter(is_active=True).exclude(ledger_name="").order_by("-id")
    by_name = dict(members.values_list("ledger_name", "id"))
    names = pa.array(list(by_name), pa.string())
    managers = pc.take(
        pa.array(list(by_name.values()), pa.int64()), pc.index_in(named, value_set=names)
    )
    assigned = list(Assignment.objects.values_list("customer", "manager_id", "stand_in_id"))
    place = pc.index_in(number, value_set=pa.array([row[0] for row in assigned], pa.int64()))
    of = pc.take(pa.array([row[1] for row in assigned], pa.int64()), place)
    stand_ins = pc.take(pa.array([row[2] for row in assigned], pa.int64()), place)
    return pc.if_else(pc.is_valid(place), of, managers), stand_ins


def _groups(told: pa.Table) -> pa.ChunkedArray:
    """The mother's number, of the mother her own; null of who stands alone."""
    mother = told["group_customer"]
    is_mother = pc.is_in(told["customer"], value_set=pc.drop_null(mother))
    return pc.coalesce(mother, pc.if_else(is_mother, told["customer"], None))


def _text(values: pa.ChunkedArray, longest: int | None) -> pa.ChunkedArray:
    filled = pc.fill_null(values, "")
    filled = pc.replace_substring(filled, pattern="\0", replacement="")
    return pc.utf8_slice_codeunits(filled, 0, longest) if longest else filled
