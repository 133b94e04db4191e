"""Data: how fresh it is, bringing a file in step by step, and what came of it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernklant.engine.errors import Text, UserError
from kernklant.engine.evaluation.tables import write_table
from kernklant.engine.ledger.rejects import rejects_in, rejects_table
from kernklant.web.base import store, uploads
from kernklant.web.base.access import may, member_of, page
from kernklant.web.base.log import seen
from kernklant.web.base.models.jobs import new_key
from kernklant.web.base.rights import Right
from kernklant.web.base.words import language, said
from kernklant.web.ledger import actions, history, wizard
from kernklant.web.ledger.forms import Landing, Look, Upload
from kernklant.web.ledger.models import Import

NEWEST = 2**31 - 1
STOPPED = Text(
    "Er is gestopt met {file}; er is niets ingelezen.",
    "{file} was stopped; nothing was imported.",
)
TRIAL_NAME = Text("geweigerd-proef", "refused-trial")
FILE_NAME = Text("geweigerd-import-{n}", "refused-import-{n}")


@page(Right.IMPORT)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """How fresh the facts are, what is on its way, what came in."""
    asked = request.GET.get("voor", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else NEWEST
    found, older = history.lines(before=before)
    reach = history.reaches().get("sales")
    told = {
        "fresh": history.freshness(),
        "last_day": reach.last_day if reach else None,
        "days_old": history.days_old(reach.last_day if reach else None),
        "since": store.since(store.newest_run()),
        "run": store.newest_run(),
        "on_their_way": history.on_their_way(),
        "lines": found,
        "older": found[-1].number if older else None,
        "first_page": before == NEWEST,
        "upload": _upload_form(),
    }
    return render(request, "ledger/index.html", told)


@page(Right.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose a file; it is kept, and looked at by a worker."""
    if request.method != "POST":
        return render(request, "ledger/new.html", {"upload": _upload_form()})
    too_large = uploads.too_large(request)
    form = Upload(request.POST, request.FILES, too_large=too_large)
    if not form.is_valid():
        status = 413 if too_large else 422
        return render(request, "ledger/new.html", {"upload": form}, status=status)
    told = form.cleaned_data
    row = actions.receive_file(
        by=member_of(request),
        chunks=told["file"].chunks(),
        name=form.name(),
        source=told["source"],
        key=told["key"],
    )
    return redirect("import_file", row.pk)


@page(Right.IMPORT)
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A file on its way: what it seems to be, what must be chosen, what a trial gave."""
    row = actions.settle_file(get_object_or_404(Import, pk=pk))
    if row.import_no is not None:
        return redirect("import_receipt", row.import_no)
    return _file(request, row, Look(row) if row.findings else None)


def _file(
    request: HttpRequest, row: Import, form: Look | None, *, status: int = 200
) -> HttpResponse:
    told: dict[str, Any] = {"row": row, "steps": wizard.steps(row), "upload": _upload_form()}
    if form is not None:
        told |= wizard.told_of(row, form)
        told |= {"would_refuse": history.refused_in_trial(row), "shown": history.SHOWN}
    return render(request, "ledger/file.html", told, status=status)


@page(Right.IMPORT)
@require_safe
def now(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; at the end the page anew."""
    row = get_object_or_404(Import, pk=pk)
    response = render(request, "ledger/now.html", {"row": row})
    if not row.under_way:
        response["HX-Refresh"] = "true"
    return response


@page(Right.IMPORT)
@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Have it looked at again, as was said."""
    row = get_object_or_404(Import, pk=pk)
    if not row.findings or not row.waits_for_you:
        return redirect("import_file", pk)
    form = Look(row, request.POST)
    if not form.is_valid():
        return _file(request, row, form, status=422)
    return _then_back(
        request,
        pk,
        lambda: actions.look_again(by=member_of(request), row=row, settings=form.settings()),
    )


@page(Right.IMPORT)
@require_POST
def land(request: HttpRequest, pk: int) -> HttpResponse:
    """Have it land as it was tried."""
    row, form = get_object_or_404(Import, pk=pk), Landing(request.POST)
    looks = form.cleaned_data["looks"] if form.is_valid() else -1
    return _then_back(
        request, pk, lambda: actions.land_file(by=member_of(request), row=row, looks=looks)
    )


@page(Right.IMPORT)
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop with it; what was not landed yet never was here."""
    row = get_object_or_404(Import, pk=pk)
    actions.drop_file(by=member_of(request), row=row)
    row.refresh_from_db()
    if row.under_way or row.import_no is not None:
        return redirect("import_file", pk)
    messages.info(request, said(STOPPED, file=row.file_name))
    return redirect("imports")


@page(Right.IMPORT)
@require_safe
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """What came of an import: totals, refused rows with reasons, and the way back."""
    line = history.line_of(number)
    row = Import.objects.filter(import_no=number).first()
    undo = history.undo_of(number)
    told = {
        "line": line,
        "trials": wizard.trials(row) if row else [],
        "refused": history.refused_of(line),
        "may_undo": history.may_undo(member_of(request), line.row),
        "undo": undo if undo and line.row["undone_at"] is None else None,
        "may_evaluate": may(member_of(request), Right.EVALUATE),
        "key": new_key(),
        "since": store.since(store.newest_run()),
        "shown": history.SHOWN,
    }
    return render(request, "ledger/receipt.html", told)


@page(Right.IMPORT)
@require_safe
def undoing(request: HttpRequest, number: int) -> HttpResponse:
    """How far taking it back is; at the end the page anew."""
    undo = history.undo_of(number)
    if undo is None:
        raise Http404
    response = render(request, "ledger/undoing.html", {"undo": undo})
    if not undo.under_way:
        response["HX-Refresh"] = "true"
    return response


@page(Right.IMPORT)
@require_safe
def rejects(request: HttpRequest, number: int, kind: str) -> HttpResponseBase:
    """The refused rows with their reasons, to correct and bring in again."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    try:
        table = rejects_table(store.store(), number)
    except UserError as error:
        raise Http404 from error
    seen(request, "import.rejects_read", "", number=number)
    return _as_file(table, f"{said(FILE_NAME, n=number)}.{kind}")


@page(Right.IMPORT)
@require_safe
def would_refuse(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """The rows that a trial refused, with their reasons."""
    row = get_object_or_404(Import, pk=pk, import_no=None)
    if kind not in {"csv", "xlsx"} or not row.receipts:
        raise Http404
    seen(request, "import.trial_rejects_read", f"import:{pk}")
    table = rejects_in(uploads.beside(row.stored_as))
    return _as_file(table, f"{said(TRIAL_NAME)}.{kind}")


def _as_file(table: pa.Table, name: str) -> FileResponse:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        write_table(table, file)
        return FileResponse(file.open("rb"), as_attachment=True, filename=file.name)


def _then_back(request: HttpRequest, pk: int, act: Any) -> HttpResponse:
    """Do it, say why not, and back to the page of the file."""
    try:
        act()
    except UserError as error:
        messages.warning(request, error.to(language()))
    return redirect("import_file", pk)


def _upload_form() -> Upload:
    return Upload(initial={"source": history.last_source(), "key": new_key()})
