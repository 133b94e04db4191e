"""The list of customers, and what is done from it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kernklant.engine.errors import Text
from kernklant.web.base.access import may, member_of, page, sight, whose
from kernklant.web.base.log import seen
from kernklant.web.base.models import LogEntry, Member
from kernklant.web.base.rights import Reach, Right, reach
from kernklant.web.base.words import counted, format_of_reader, said
from kernklant.web.desk import actions, columns, filters, listing, sheet
from kernklant.web.desk.forms import Bulk, ListForm, ViewForm, account_managers
from kernklant.web.desk.models import SavedView
from kernklant.web.segments.copying import freshness


@page(Right.CUSTOMERS)
@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """The customers within one's reach that answer to the filters."""
    member = member_of(request)
    form = _form(request, member)
    asked = form.asked()
    found = listing.page_of(member, asked, after=request.GET.get("na", ""))
    if found.searched and len(found.rows) == 1 and request.GET.get("spring"):
        return redirect("customer", found.rows[0].customer_id)
    prospects = asked.get("soort") == "prospects"
    told = _columns(member, asked)
    orders = filters.orders(request.GET, form, listing.order_of(asked))
    shown = {
        "form": form,
        "asked": asked,
        "prospects": prospects,
        "headings": filters.headings(told, orders),
        "ticks": [(one, one in told) for one in _offered(request, member)],
        "lines": [_line(row, told, _sight(member)) for row in found.rows],
        "found": found,
        "first_page": not request.GET.get("na"),
        "chips": filters.chips(request.GET, form),
        "tabs": filters.tabs(request.GET),
        "next": filters.without(request.GET, "na", na=found.after) if found.after else None,
        "query": filters.without(request.GET, "na", "spring"),
        "views": SavedView.objects.filter(member=member),
        "fresh": freshness(),
        "own": reach(member.role, Right.CUSTOMERS) in {Reach.OWN, Reach.TEAM},
        "may_assign": may(member, Right.ASSIGN) and not prospects,
        "may_export": may(member, Right.EXPORT),
        "managers": _assignable(member),
    }
    return render(request, "desk/customers.html", shown)


@page(Right.EXPORT)
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The list as a file, with every row and the chosen columns."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    member = member_of(request)
    form = _form(request, member)
    asked = form.asked()
    told = _columns(member, asked)
    rows = listing.whole_of(member, asked)
    if asked.get("zoek"):
        rows = rows.filter(pk__in=[one.pk for one in listing.page_of(member, asked, after="").rows])
    if sheet.too_many(rows):
        messages.error(request, said(TOO_MANY, most=format_of_reader().number(sheet.MOST)))
        return redirect(f"{reverse('customers')}?{request.GET.urlencode()}")
    used = sorted(
        name for name in asked if asked[name]
    )  # names of filters, never what was searched
    seen(request, "customers.exported", "customers", filters=used)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{said(FILE_NAME)}.{kind}"
        sheet.write(rows, told, _sight(member), file)
        return FileResponse(file.open("rb"), as_attachment=True, filename=file.name)


@page(Right.ASSIGN)
@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Give the ticked customers to an account manager."""
    member = member_of(request)
    form = Bulk(request.POST, managers=_assignable(member))
    back = redirect(f"{reverse('customers')}?{request.POST.get('query', '')}")
    if not form.is_valid():
        messages.error(request, said(NOBODY_TICKED))
        return back
    to: Member = form.cleaned_data["manager"]
    entry, changed = actions.assign_customers(
        by=member, customers=form.cleaned_data["klant"], manager=to
    )
    extra = f"undo:{entry.number}" if entry else ""
    messages.success(request, counted(ASSIGNED_ONE, ASSIGNED, changed, who=to), extra)
    return back


@page(Right.ASSIGN)
@require_POST
def undo_assignment(request: HttpRequest, number: int) -> HttpResponse:
    """Take an assignment of one's own back."""
    member = member_of(request)
    entry = get_object_or_404(LogEntry, number=number, what=actions.ASSIGNED, by=member)
    count = actions.undo_assignment(by=member, entry=entry)
    messages.info(request, counted(UNDONE_ONE, UNDONE, count))
    return redirect("customers")


@page(Right.CUSTOMERS)
@require_POST
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep the list under a name."""
    form = ViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, said(NO_NAME))
        return redirect("customers")
    view = actions.keep_view(by=member_of(request), **form.cleaned_data)
    return redirect(f"{reverse('customers')}?{view.query}")


@page(Right.CUSTOMERS)
@require_POST
def drop_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a list of one's own."""
    view = SavedView.objects.filter(member=member_of(request), pk=pk).first()
    if view is None:
        raise Http404
    actions.drop_view(by=member_of(request), view=view)
    return redirect("customers")


def _form(request: HttpRequest, member: Member) -> ListForm:
    choices = [(one.name, said(one.words)) for one in _offered(request, member)]
    return ListForm(request.GET, sight=_sight(member), columns=choices)


def _offered(request: HttpRequest, member: Member) -> list[columns.Column]:
    return columns.offered(_sight(member), prospects=request.GET.get("soort") == "prospects")


def _columns(member: Member, asked: dict[str, Any]) -> list[columns.Column]:
    told = listing.everybody()
    costed = not told or told["contribution"] is not None
    return columns.chosen(asked, _sight(member), costed=costed)


def _sight(member: Member) -> Any:
    return sight(member, own=True)


def _line(row: Any, told: list[columns.Column], see: Any) -> dict[str, Any]:
    cells = [(one, columns.value_of(one, row)) for one in told]
    return {"row": row, "name": row.customer.told(see), "cells": cells}


def _assignable(member: Member) -> Any:
    people, own = account_managers(), whose(member, Right.ASSIGN)
    return people if own is None else people.filter(pk__in=own)


FILE_NAME = Text("klanten", "customers")
TOO_MANY = Text(
    "Deze lijst heeft meer dan {most} regels; dat past niet in een bestand van hier. Kies filters, "
    "of gebruik op de server: kernklant export customers.",
    "This list has more than {most} rows, too many for a file from here. Choose filters, or use on "
    "the server: kernklant export customers.",
)
NOBODY_TICKED = Text(
    "Vink eerst klanten aan en kies een accountmanager; er is niets veranderd.",
    "First tick customers and choose an account manager; nothing was changed.",
)
ASSIGNED = Text("{n} klanten zijn nu van {who}.", "{n} customers are now with {who}.")
ASSIGNED_ONE = Text("1 klant is nu van {who}.", "1 customer is now with {who}.")
UNDONE_ONE = Text(
    "Teruggedraaid: 1 klant is weer van wie hem had.",
    "Undone: 1 customer is back with who had him.",
)
UNDONE = Text(
    "Teruggedraaid: {n} klanten zijn weer van wie ze waren.",
    "Undone: {n} customers are back with who had them.",
)
NO_NAME = Text(
    "Geef de lijst een naam; er is niets bewaard.", "Give the list a name; nothing was kept."
)
