"""The page of one customer, and what is written down there."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.facts_of_one import CustomerFacts
from kernklant.web.base import store
from kernklant.web.base.access import may, member_of, one, page, reaches, sight
from kernklant.web.base.log import seen
from kernklant.web.base.models import Member
from kernklant.web.base.rights import Right, Sight
from kernklant.web.base.words import said
from kernklant.web.desk import about, drawing, happened, noticing, scoring
from kernklant.web.desk.forms import ContactForm, NoteForm, RatingForm
from kernklant.web.ledger import actions as ledger_actions
from kernklant.web.ledger.models import ContactPerson, Customer, Note
from kernklant.web.segments.copying import freshness
from kernklant.web.segments.models import Standing
from kernklant.web.value.actions import rate_customer


@page(Right.CUSTOMER)
@require_safe
def page_of(request: HttpRequest, number: int) -> HttpResponse:
    """One customer: what he is worth, why, what happened, and what people think."""
    member = member_of(request)
    customer = get_object_or_404(Customer.objects.select_related("manager", "stand_in"), pk=number)
    see = _sight(member, customer)
    seen(request, "customer.read", f"customer:{number}")
    if see is Sight.BRIEF:
        return render(request, "desk/customer_brief.html", {"customer": customer})
    return render(request, "desk/customer.html", _told(member, customer, see))


@page(Right.CUSTOMER)
@require_safe
def earlier(request: HttpRequest, number: int) -> HttpResponse:
    """What happened before a day; alone, or as the next part of the page."""
    member = member_of(request)
    customer = get_object_or_404(Customer, pk=number)
    see, run = _sight(member, customer), store.newest_run()
    day = _day(request.GET.get("voor", ""))
    if see is Sight.BRIEF or run is None or day is None:
        raise Http404
    events = about.events_before(run, number, day)
    told = {
        "customer": customer,
        "name": customer.told(see),
        "events": happened.lines_of(events.events, see),
        "earlier": events.earlier,
    }
    part = bool(getattr(request, "htmx", False))
    return render(request, "desk/events.html" if part else "desk/timeline.html", told)


@page(Right.RATE)
@require_POST
def rate(request: HttpRequest, number: int) -> HttpResponse:
    """Mark the customer on one criterion."""
    member, customer = _own(request, number, Right.RATE)
    criteria = [one.name for one in about.rated_criteria(store.newest_run())]
    form = RatingForm(request.POST, criteria=criteria)
    if form.is_valid():
        told = form.cleaned_data
        rate_customer(by=member, customer=number, criterion=told["criterion"], score=told["score"])
        messages.success(request, said(RATED))
    else:
        messages.error(request, said(NOT_RATED))
    return _back(customer, "beoordelingen")


@page(Right.NOTE)
@require_POST
def write_note(request: HttpRequest, number: int) -> HttpResponse:
    """Keep a note."""
    member, customer = _own(request, number, Right.NOTE)
    form = NoteForm(request.POST)
    if form.is_valid():
        ledger_actions.write_note_once(by=member, customer=number, text=form.cleaned_data["text"])
    else:
        messages.error(request, said(NO_NOTE))
    return _back(customer, "notities")


@page(Right.NOTE)
@require_POST
def remove_note(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Take one's own note away."""
    member, customer = _own(request, number, Right.NOTE)
    note = get_object_or_404(Note, pk=pk, customer=number, by=member)
    ledger_actions.remove_note(by=member, note=note)
    return _back(customer, "notities")


@page(Right.NOTE)
@require_POST
def add_contact(request: HttpRequest, number: int) -> HttpResponse:
    """Keep a contact person."""
    member, customer = _own(request, number, Right.NOTE)
    form = ContactForm(request.POST, instance=ContactPerson(customer=number))
    if not form.is_valid():
        told = _told(member, customer, _sight(member, customer)) | {"contact_form": form}
        return render(request, "desk/customer.html", told, status=422)
    ledger_actions.add_contact_once(by=member, contact=form.save(commit=False))
    return _back(customer, "contactpersonen")


@page(Right.NOTE)
@require_http_methods(["GET", "HEAD", "POST"])
def change_contact(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Change a contact person."""
    member, customer = _own(request, number, Right.NOTE)
    contact = get_object_or_404(ContactPerson, pk=pk, customer=number)
    form = ContactForm(request.POST or None, instance=contact)
    if request.method == "POST" and form.is_valid():
        ledger_actions.keep_contact(by=member, contact=form.save(commit=False))
        return _back(customer, "contactpersonen")
    seen(request, "customer.read", f"customer:{number}")
    told = {"customer": customer, "form": form}
    return render(request, "desk/contact.html", told, status=422 if form.errors else 200)


@page(Right.NOTE)
@require_POST
def remove_contact(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Take a contact person away."""
    member, customer = _own(request, number, Right.NOTE)
    contact = get_object_or_404(ContactPerson, pk=pk, customer=number)
    ledger_actions.remove_contact(by=member, contact=contact)
    return _back(customer, "contactpersonen")


def _told(member: Member, customer: Customer, see: Sight) -> dict[str, Any]:
    number, run = customer.number, store.newest_run()
    standing = Standing.objects.filter(pk=number).first() or Standing(customer=customer)
    euros, words = see is not Sight.NO_EUROS, about.may_see_words(see)
    stand = about.stand(run, number, euros=euros)
    facts = about.facts(run, number) if run is not None else None
    past = about.past(number)
    years = happened.years_of(facts.months) if facts else []
    return {
        "customer": customer,
        "name": customer.told(see),
        "standing": standing,
        "stand": stand,
        "prospect": about.prospect(run, number) if stand is None else None,
        "run": run,
        "euros": euros,
        "sure": noticing.sureness_of(standing),
        "minding": noticing.to_mind(standing, stand, years, euros=euros) if stand else [],
        "score": scoring.lines_of(stand, euros=euros) if stand else [],
        "left_out": scoring.left_out(stand) if stand else None,
        "method": scoring.method(stand) if stand else None,
        "history": scoring.history(past, euros=euros),
        "picture": drawing.history(past),
        "years": years,
        "other_revenue": euros and happened.counted_otherwise(years, stand),
        "two_chances": standing.segment == "C" and about.goes_by_chance(stand),
        **(_happened(facts, see) if facts else {}),
        "scales": about.scales(run, number, member),
        **_group(member, customer, euros=euros),
        "words": words,
        "notes": Note.objects.filter(customer=number).select_related("by") if words else [],
        "contacts": ContactPerson.objects.filter(customer=number) if words else [],
        "contact_form": ContactForm(),
        "fresh": freshness(),
        "may_rate": _may(member, customer, Right.RATE),
        "may_note": _may(member, customer, Right.NOTE),
        "opens_evaluations": may(member, Right.EVALUATIONS),
        "may_fix": _may(member, customer, Right.SIGN_OFF),
        "waits": standing.waits and may(member, Right.PROPOSE_MOVE),
    }


def _happened(facts: CustomerFacts, see: Sight) -> dict[str, Any]:
    return {
        "months_picture": drawing.months(facts.months) if see is not Sight.NO_EUROS else None,
        "last_contact": facts.last_contact,
        "events": happened.lines_of(facts.timeline.events, see),
        "earlier": facts.timeline.earlier,
    }


def _group(member: Member, customer: Customer, *, euros: bool) -> dict[str, Any]:
    group = about.group_of(customer, member)
    mother = None
    if customer.group is not None and customer.group != customer.number:
        mother = Customer.objects.filter(pk=customer.group).first()
    return {
        "group": group,
        "group_euros": bool(group) and euros and about.sees_whole_group(customer, member),
        "mother": mother,
        "mother_name": mother.told(_sight(member, mother)) if mother else "",
    }


def _sight(member: Member, customer: Customer) -> Sight:
    return sight(member, own=_may(member, customer, Right.CUSTOMERS))


def _may(member: Member, customer: Customer, right: Right) -> bool:
    whose = {"manager": customer.manager_id, "stand_in": customer.stand_in_id}
    return reaches(member, right, **whose)


def _own(request: HttpRequest, number: int, right: Right) -> tuple[Member, Customer]:
    """The reader and a customer over whom he has this right; else there is nothing."""
    member = member_of(request)
    return member, one(Customer.objects.all(), member, right, pk=number)


def _back(customer: Customer, place: str) -> HttpResponse:
    return redirect(f"{reverse('customer', args=[customer.pk])}#{place}")


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


RATED = Text(
    "Uw oordeel is bewaard. Het telt mee vanaf de volgende evaluatie.",
    "Your mark is kept. It counts from the next evaluation on.",
)
NOT_RATED = Text(
    "Kies een van de oordelen; er is niets veranderd.",
    "Choose one of the marks; nothing was changed.",
)
NO_NOTE = Text(
    "Een notitie heeft tekst nodig (hoogstens 5.000 tekens); er is niets bewaard.",
    "A note needs text (5,000 characters at most); nothing was kept.",
)
