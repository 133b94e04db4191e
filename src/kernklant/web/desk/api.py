"""Customers by the API: lists, one, and what people say about them; rights as on the pages."""

from __future__ import annotations

import hashlib
import math
import tempfile
from decimal import Decimal
from pathlib import Path as File
from typing import Annotated, Any

from django import forms
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Path, Query, Router, Status

from kernklant.engine.errors import Text, UserError
from kernklant.engine.segments.naming import named
from kernklant.web.base import store
from kernklant.web.base.access import may, one, sight, within
from kernklant.web.base.bearer import (
    NO_RIGHT,
    NOT_UNDERSTOOD,
    ROLE,
    SEE_ERRORS,
    Bearer,
    Problem,
    asker,
    refuse_unknown,
)
from kernklant.web.base.log import record
from kernklant.web.base.models import Member
from kernklant.web.base.once import Key, once
from kernklant.web.base.rights import Right, Sight
from kernklant.web.base.scopes import Scope
from kernklant.web.base.settings_of import company
from kernklant.web.base.visitors import HERE
from kernklant.web.base.words import said
from kernklant.web.desk import about, columns, listing, sheet
from kernklant.web.desk import schemas as s
from kernklant.web.desk.forms import ContactForm, NoteForm
from kernklant.web.ledger import actions as ledger_actions
from kernklant.web.ledger.models import ContactPerson, Customer, Note
from kernklant.web.segments.models import Standing, Standings
from kernklant.web.value.actions import rate_customer

router = Router(tags=["customers"])
Number = Annotated[int, Path(ge=1, le=s.BIGGEST, description="Kernklant's own number")]
NOTES = 200
A_DAY = 24 * 60 * 60
MOVED_WORDS = {"up": "omhoog", "down": "omlaag", "new": "nieuw"}
CSV = {
    "responses": {
        200: {"description": "OK", "content": {"text/csv": {"schema": {"type": "string"}}}}
    }
}
MOVED = {1: "up", -1: "down", 2: "new"}


@router.get("/customers", response=s.Customers, auth=Bearer(Scope.CUSTOMERS))
def list_customers(request: HttpRequest, asked: Query[s.PageOf]) -> dict[str, Any]:
    """A page of customers, by number; ask on with the ``next`` of the answer.

    Who may not export gets at most the 50 that a page of the list shows.
    """
    refuse_unknown(request, asked)
    member = asker(request)
    _write_down(request, member, asked)
    rows = _rows(member, asked).filter(customer__gt=asked.after).order_by("customer")
    limit = asked.limit if may(member, Right.EXPORT) else min(asked.limit, listing.A_PAGE)
    found = list(rows.select_related("customer__manager")[: limit + 1])
    page, more = found[:limit], len(found) > limit
    run, see, currency = store.newest_run(), _sight(member), company().currency
    return {
        "as_of": store.as_of(run) if run else None,
        "run": run,
        "customers": [_told(row, see, currency) for row in page],
        "next": page[-1].customer_id if more else None,
    }


@router.get("/customers.csv", auth=Bearer(Scope.CUSTOMERS), openapi_extra=CSV)
def customers_as_csv(request: HttpRequest, asked: Query[s.Which]) -> HttpResponseBase:
    """The whole list as CSV, for a spreadsheet; the headers are in the language asked for."""
    refuse_unknown(request, asked)
    member = asker(request)
    if not may(member, Right.EXPORT):
        raise Problem(403, NO_RIGHT, ROLE)
    see = _sight(member)
    rows = _rows(member, asked).select_related("customer", "manager").order_by("customer")
    if sheet.too_many(rows):
        raise UserError(TOO_MANY, FEWER)
    record("customers.exported", by=member, about="customers", filters=_filters(asked))
    told = columns.offered(see, prospects=asked.kind == "prospects")
    with tempfile.TemporaryDirectory() as folder:
        file = File(folder) / "customers.csv"
        sheet.write(rows, told, see, file)
        return FileResponse(file.open("rb"), content_type="text/csv; charset=utf-8")


@router.get("/customers/{number}", response=s.Reasons | s.Brief, auth=Bearer(Scope.CUSTOMERS))
def one_customer(request: HttpRequest, number: Number) -> dict[str, Any]:
    """One customer, and why he stands where he stands; of others' customers the name."""
    member, customer, see = _seen(request, number)
    record("customer.read", by=member, about=f"customer:{number}")
    row = Standing.objects.select_related("customer__manager").filter(pk=number).first()
    row = row or Standing(customer=customer, prospect=customer.prospect)
    if see is Sight.BRIEF:
        return _brief(row, see)
    run = store.newest_run()
    euros = see is not Sight.NO_EUROS
    stand = about.stand(run, number, euros=euros)
    return {
        **_told(row, see, company().currency),
        "as_of": stand.as_of if stand else None,
        "run": stand.run if stand else None,
        "because": said(stand.because) if stand else "",
        "moved_because": said(stand.moved) if stand else "",
        "points": [_points(part) for part in stand.earned] if stand else [],
        "would_change": [said(text) for text in stand.would_change] if stand and euros else [],
    }


@router.put(
    "/customers/{number}/ratings/{criterion}", response={204: None}, auth=Bearer(Scope.RATINGS)
)
def rate(
    request: HttpRequest,
    number: Number,
    criterion: Annotated[str, Path(max_length=100)],
    rating: s.RatingIn,
) -> Status[None]:
    """One's mark for a customer on a criterion that people mark; it counts from the next run."""
    member, _ = _own(request, number, Right.RATE)
    if criterion not in [known.name for known in about.rated_criteria(store.newest_run())]:
        raise Http404
    rate_customer(by=member, customer=number, criterion=criterion, score=rating.score)
    return Status(204, None)


@router.get(
    "/customers/{number}/contacts", response=list[s.ContactOut], auth=Bearer(Scope.CONTACTS)
)
def contacts(request: HttpRequest, number: Number) -> list[ContactPerson]:
    """The contact persons of a customer."""
    _persons(request, number)
    return list(ContactPerson.objects.filter(customer=number))


@router.post(
    "/customers/{number}/contacts", response={201: s.ContactOut}, auth=Bearer(Scope.CONTACTS)
)
def add_contact(
    request: HttpRequest, number: Number, contact: s.ContactIn, *, idempotency_key: Key = None
) -> Status[ContactPerson]:
    """Keep a contact person."""
    member, _ = _own(request, number, Right.NOTE)
    form = ContactForm(contact.dict(), instance=ContactPerson(customer=number))
    _refuse_wrong(form)

    def keep() -> int:
        return ledger_actions.keep_contact(by=member, contact=form.save(commit=False)).pk

    made = once(request, idempotency_key, keep)
    return Status(201, get_object_or_404(ContactPerson, pk=made))


@router.get("/customers/{number}/notes", response=list[s.NoteOut], auth=Bearer(Scope.NOTES))
def notes(request: HttpRequest, number: Number) -> list[dict[str, Any]]:
    """The notes on a customer, newest first, at most 200."""
    _persons(request, number)
    rows = Note.objects.filter(customer=number).select_related("by")[:NOTES]
    return [_note(row) for row in rows]


@router.post("/customers/{number}/notes", response={201: s.NoteOut}, auth=Bearer(Scope.NOTES))
def write_note(
    request: HttpRequest, number: Number, note: s.NoteIn, *, idempotency_key: Key = None
) -> Status[dict[str, Any]]:
    """Keep a note on a customer."""
    member, _ = _own(request, number, Right.NOTE)
    form = NoteForm(note.dict())
    _refuse_wrong(form)
    text = form.cleaned_data["text"]

    def keep() -> int:
        return ledger_actions.write_note(by=member, customer=number, text=text).pk

    made = once(request, idempotency_key, keep)
    return Status(201, _note(get_object_or_404(Note.objects.select_related("by"), pk=made)))


def _rows(member: Member, asked: s.Which) -> Standings:
    """The standings that answer to every filter; by amounts only for who sees amounts."""
    by_value = asked.value_from is not None or asked.value_to is not None
    if by_value and _sight(member) is Sight.NO_EUROS:
        raise Problem(403, NO_RIGHT, NO_AMOUNTS)
    told = {
        "soort": "prospects" if asked.kind == "prospects" else "",
        "segment": asked.segment,
        "manager": str(asked.manager or ""),
        "branche": asked.sector,
        "regio": asked.region,
        "waarde_van": _amount(asked.value_from),
        "waarde_tot": _amount(asked.value_to),
        "verschoven": MOVED_WORDS.get(asked.moved or ""),
    }
    rows = listing.filtered(member, told)
    return rows.filter(customer__source_no=asked.customer_id) if asked.customer_id else rows


def _write_down(request: HttpRequest, member: Member, asked: s.PageOf) -> None:
    """Who takes a list leaves a line, wherever he begins; its next pages leave none that day.

    Every process remembers for itself which lists it wrote down: there may be a line too many,
    never one too few. Of who may not export each page leaves one.
    """
    names, token = _filters(asked), request.token.pk  # type: ignore[attr-defined]
    today = f"{token} {HERE.get()} {timezone.localdate()} {','.join(names)}"
    key = f"taken:{hashlib.sha256(today.encode()).hexdigest()}"
    begins = cache.add(key, True, timeout=A_DAY) or not asked.after
    if begins or not may(member, Right.EXPORT):
        record("customers.exported", by=member, about="customers", filters=names)


def _amount(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _filters(asked: s.Which) -> list[str]:
    told = asked.dict(exclude_unset=True, exclude={"after"})
    return sorted(name for name, value in told.items() if value)


def _sight(member: Member) -> Sight:
    """What he sees of customers that stand in his list."""
    return sight(member, own=True)


def _seen(request: HttpRequest, number: int) -> tuple[Member, Customer, Sight]:
    """Who asks, a customer, and how much of it he sees."""
    member = asker(request)
    customer = Customer.objects.select_related("manager").filter(pk=number).first()
    if customer is None or not may(member, Right.CUSTOMER):
        raise Http404
    rows = Customer.objects.filter(within(member, Right.CUSTOMERS), pk=number)
    return member, customer, sight(member, own=rows.exists())


def _own(request: HttpRequest, number: int, right: Right) -> tuple[Member, Customer]:
    member = asker(request)
    return member, one(Customer.objects.all(), member, right, pk=number)


def _persons(request: HttpRequest, number: int) -> None:
    """Only for who sees persons and what is written of them; that he read it is written down."""
    member, _, see = _seen(request, number)
    if not about.may_see_words(see):
        raise Http404
    record("customer.read", by=member, about=f"customer:{number}")


def _refuse_wrong(form: forms.BaseForm) -> None:
    if not form.is_valid():
        errors = [
            {"where": ["body", name], "what": " ".join(map(str, found))}
            for name, found in form.errors.items()
        ]
        raise Problem(422, NOT_UNDERSTOOD, SEE_ERRORS, more={"errors": errors})


def _told(row: Standing, see: Sight, currency: str) -> dict[str, Any]:
    same = (
        "city", "sector", "region", "prospect", "exit_proposed", "insolvent", "score",
        "score_low", "score_high", "evidence", "hours_12m", "last_order_on", "satisfaction",
    )  # fmt: skip
    return {
        **_brief(row, see),
        **{name: _finite(getattr(row, name)) for name in same},
        "kind": row.customer.kind,
        "segment": row.segment or None,
        "computed_segment": row.computed or None,
        "segment_since": row.since,
        "moved": MOVED.get(row.moved),
        "chance_of_a": _finite(row.p_a),
        "value": None if see is Sight.NO_EUROS else _money(row, currency),
    }


def _brief(row: Standing, see: Sight) -> dict[str, Any]:
    return {
        "number": row.customer_id,
        "customer_id": row.customer.source_no,
        "name": row.customer.told(see),
        "city": row.city or row.customer.city,
        "manager": str(row.customer.manager) if row.customer.manager else None,
    }


def _money(row: Standing, currency: str) -> dict[str, Any]:
    return {
        "currency": currency,
        "lifetime_value": row.clv,
        "lifetime_value_low": row.clv_low,
        "lifetime_value_high": row.clv_high,
        "contribution_12m": row.contribution_12m,
        "revenue_12m": row.revenue_12m,
        "cost_to_serve_12m": row.cost_to_serve_12m,
        "potential_a_year": row.potential,
        "at_risk": row.value_at_risk,
    }


def _points(part: Any) -> dict[str, Any]:
    name = part.part.criterion.name
    return {
        "criterion": name, "words": said(named(name)), "points": part.points, "most": part.most,
    }  # fmt: skip


def _note(row: Note) -> dict[str, Any]:
    return {"id": row.pk, "by": row.by.name, "at": row.at, "text": row.text}


def _finite(value: Any) -> Any:
    """JSON has no word for what is no number."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


NO_AMOUNTS = Text(
    "Deze gebruiker ziet geen bedragen en kan er dus niet op zoeken.",
    "This user sees no amounts, so they cannot be searched by.",
)
TOO_MANY = Text(
    f"Dit zijn meer dan {sheet.MOST} klanten.", f"These are more than {sheet.MOST} customers."
)
FEWER = Text(
    "Vraag er minder, of blader met /customers.", "Ask for fewer, or page through /customers."
)
