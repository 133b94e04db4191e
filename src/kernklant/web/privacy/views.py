"""Answering a person: finding him, what we hold, why he stands where he stands, and his rights."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernklant.engine.errors import StoreBusy, Text, UserError
from kernklant.engine.ledger.persons import find_persons, known_now, numbers_of, objecting
from kernklant.engine.ledger.register import ALIAS
from kernklant.web.base import store
from kernklant.web.base.access import member_of, page
from kernklant.web.base.forms import typed
from kernklant.web.base.log import record, seen
from kernklant.web.base.models.jobs import State, new_key
from kernklant.web.base.rights import Right, Sight
from kernklant.web.base.settings_of import company
from kernklant.web.base.words import counted, language, said
from kernklant.web.ledger.models import ContactPerson, Customer
from kernklant.web.ledger.search import search
from kernklant.web.privacy import actions, register
from kernklant.web.privacy.explaining import explained
from kernklant.web.privacy.exporting import archive_of
from kernklant.web.privacy.forms import Correction, Listed, Sure
from kernklant.web.privacy.holding import parts_of
from kernklant.web.privacy.models import Erasure
from kernklant.web.privacy.terms import overdue


@page(Right.PRIVACY)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Finding a person, and what waits."""
    asked = typed(request, "zoek")
    found = list(_found(asked)) if asked else []
    if asked:  # what was searched is personal, so only that somebody searched
        seen(request, "person.searched", "customers", found=len(found))
    told = {
        "asked": asked,
        "found": found,
        "form": Listed(),
        "objecting": _named(objecting(store.store())),
        "erasures": Erasure.objects.select_related("asked_by").order_by("-asked_at")[:10],
        "terms": overdue(timezone.localdate()),
        "tidy_daily": company().tidy_daily,
    }
    return render(request, "privacy/index.html", told)


@page(Right.PRIVACY)
@require_safe
def person(request: HttpRequest, number: int) -> HttpResponse:
    """What we hold of one customer, table by table."""
    customer = get_object_or_404(Customer, pk=number)
    seen(request, "person.read", f"customer:{number}")
    told = {
        "customer": customer,
        "parts": parts_of(number),
        "objects": number in objecting(store.store()),
        "erased": customer.source_no.startswith(ALIAS),
        "waits": _waits(number),
        "today": timezone.localdate(),
    }
    return render(request, "privacy/person.html", told)


@page(Right.PRIVACY)
@require_safe
def explanation(request: HttpRequest, number: int) -> HttpResponse:
    """Why he stands where he stood, in every evaluation, in the language he reads."""
    customer = get_object_or_404(Customer, pk=number)
    asked, run = request.GET.get("taal", ""), request.GET.get("evaluatie", "")
    if run and run not in map(str, store.runs()):
        raise Http404
    seen(request, "person.explained", f"customer:{number}")
    with override(asked if asked in {"nl", "en"} else language()):
        told = {
            "customer": customer,
            "explained": explained(number, run=int(run) if run else None),
            "today": timezone.localdate(),
        }
        return render(request, "privacy/explanation.html", told)


@page(Right.PRIVACY)
@require_safe
def export(request: HttpRequest, number: int) -> HttpResponseBase:
    """All of it in one file."""
    get_object_or_404(Customer, pk=number)
    seen(request, "person.exported", f"customer:{number}")
    return _archive([number])


@page(Right.PRIVACY)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, number: int) -> HttpResponse:
    """Correct name and addresses."""
    customer = get_object_or_404(Customer, pk=number)
    now = {name: getattr(customer, name, "") for name in Correction.base_fields}
    now["postcode"] = _postcode(number)
    form = Correction(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            if form.changes():
                values = form.changes()
                actions.correct_person(by=member_of(request), customer=customer, values=values)
            messages.success(request, said(CORRECTED))
            return redirect("privacy_person", number)
        except StoreBusy as error:
            messages.warning(request, error.to(language()))
    told = {"customer": customer, "form": form}
    return render(request, "privacy/correct.html", told, status=422 if form.errors else 200)


@page(Right.PRIVACY)
@require_POST
def objection(request: HttpRequest, number: int) -> HttpResponse:
    """Write an objection down, or that it was taken back."""
    get_object_or_404(Customer, pk=number)
    by = member_of(request)
    if request.POST.get("terug"):
        actions.withdraw_objection(by=by, customer=number)
        messages.success(request, said(WITHDREW))
    else:
        actions.object_to_profiling(by=by, customers=[number])
        messages.success(request, said(OBJECTED))
    return redirect("privacy_person", number)


@page(Right.PRIVACY)
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, number: int) -> HttpResponse:
    """Erase a customer, after a tick."""
    customer = get_object_or_404(Customer, pk=number)
    form = Sure(request.POST or None, initial={"key": new_key()})
    if request.method == "POST" and form.is_valid():
        return _erase(request, [number], key=form.cleaned_data["key"])
    told = {"customer": customer, "form": form}
    return render(request, "privacy/erase.html", told, status=422 if form.errors else 200)


@page(Right.PRIVACY)
@require_POST
def listed(request: HttpRequest) -> HttpResponseBase:
    """Export, erase or write down an objection for a pasted list; erasing asks once more."""
    form = Listed(request.POST)
    if not form.is_valid():
        return render(request, "privacy/listed.html", {"form": form}, status=422)
    known = numbers_of(store.open_facts(), form.cleaned_data["numbers"])
    numbers = [found[0] for found in known.values() if len(found) == 1]
    _tell_left_out(request, known)
    by, wish = member_of(request), request.POST.get("wens", "")
    if numbers and wish == "export":
        record("person.list_exported", by=by, about="customers", customers=len(numbers))
        return _archive(numbers)
    if numbers and wish == "bezwaar":
        actions.object_to_profiling(by=by, customers=numbers)
        messages.success(request, counted(OBJECTED_ONE, OBJECTED_MANY, len(numbers)))
        return redirect("privacy")
    sure = Sure(request.POST if wish == "zeker" else None, initial={"key": new_key()})
    if numbers and wish == "zeker" and sure.is_valid():
        return _erase(request, numbers, key=sure.cleaned_data["key"])
    told = {"form": form, "sure": sure, "people": _named(numbers)}
    return render(request, "privacy/listed.html", told)


def _erase(request: HttpRequest, numbers: list[int], *, key: str) -> HttpResponse:
    try:
        actions.request_erasure(by=member_of(request), customers=numbers, key=key)
        messages.success(request, said(ASKED))
    except UserError as error:
        messages.warning(request, error.to(language()))
    return redirect("privacy")


@page(Right.PRIVACY)
@require_safe
def processing(request: HttpRequest) -> HttpResponse:
    """The register of processing activities."""
    return render(request, "privacy/register.html", {"tables": register.tables()})


@page(Right.PRIVACY)
@require_POST
def tidy(request: HttpRequest) -> HttpResponse:
    """Remove what is past its term, after a tick."""
    if not request.POST.get("sure"):
        messages.warning(request, said(TICK))
        return redirect("privacy")
    try:
        gone = actions.tidy(by=member_of(request))
        messages.success(request, counted(TIDIED_ONE, TIDIED, gone))
    except StoreBusy as error:
        messages.warning(request, error.to(language()))
    return redirect("privacy")


def _found(asked: str) -> QuerySet[Customer]:
    numbers = {row["customer"] for row in find_persons(store.open_facts(), asked)}
    at = ContactPerson.objects.filter(name__icontains=asked) | ContactPerson.objects.filter(
        email__iexact=asked
    )
    numbers |= set(at.values_list("customer", flat=True)[:50])
    alike = search(Customer.objects.all(), asked, number="number", name="name", see=Sight.FULL)
    numbers |= {one.pk for one in alike[:20]}
    return Customer.objects.filter(pk__in=numbers).order_by("name", "pk")


def _tell_left_out(request: HttpRequest, known: dict[str, list[int]]) -> None:
    for why, left in (
        (NOT_FOUND, [one for one, found in known.items() if not found]),
        (SHARED, [one for one, found in known.items() if len(found) > 1]),
    ):
        if left:
            messages.warning(request, said(why, numbers=", ".join(left)))


def _named(numbers: list[int]) -> QuerySet[Customer]:
    return Customer.objects.filter(pk__in=numbers).order_by("name", "pk")


def _waits(number: int) -> bool:
    rows = Erasure.objects.filter(state__in=(State.ASKED, State.RUNNING))
    return any(number in row.customers for row in rows)


def _postcode(number: int) -> str:
    return known_now(store.open_facts(), number, "postcode") or ""


def _archive(numbers: list[int]) -> FileResponse:
    name = f"kernklant-{timezone.localdate():%Y%m%d}.zip"
    return FileResponse(archive_of(numbers), as_attachment=True, filename=name)


CORRECTED = Text(
    "Verbeterd. Een bestand met de oude gegevens verandert dit niet meer terug.",
    "Corrected. A file with the old data does not change this back.",
)
OBJECTED = Text(
    "Het bezwaar is vastgelegd. Vanaf de volgende evaluatie krijgt hij geen score.",
    "The objection was written down. From the next evaluation on he gets no score.",
)
OBJECTED_MANY = Text(
    "Het bezwaar van {n} klanten is vastgelegd.", "The objection of {n} customers was written down."
)
OBJECTED_ONE = Text(
    "Het bezwaar van 1 klant is vastgelegd.", "The objection of 1 customer was written down."
)
NOT_FOUND = Text("Niet gevonden: {numbers}", "Not found: {numbers}")
SHARED = Text(
    "In meer dan een bron, en daarom overgeslagen: {numbers}. Doe het op de pagina van de klant.",
    "In more than one source, and so passed over: {numbers}. Do it on the customer's page.",
)
WITHDREW = Text("Het bezwaar is ingetrokken.", "The objection was taken back.")
ASKED = Text(
    "De gegevens worden gewist. Dat duurt meestal een minuut.",
    "The data are being erased. That usually takes a minute.",
)
TICK = Text("Vink eerst aan dat u het zeker weet.", "Tick first that you are sure.")
TIDIED_ONE = Text("Opgeruimd: 1 regel.", "Cleaned up: 1 row.")
TIDIED = Text("Opgeruimd: {n} regels.", "Cleaned up: {n} rows.")
