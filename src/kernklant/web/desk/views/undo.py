"""Taking an import back: first what it touches, then the button."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kernklant.engine.errors import UserError
from kernklant.web.base import store
from kernklant.web.base.access import member_of, page, sight
from kernklant.web.base.rights import Right
from kernklant.web.base.words import language
from kernklant.web.desk.undo import touched_by
from kernklant.web.ledger import history
from kernklant.web.ledger.actions import request_undo


@page(Right.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def page_of(request: HttpRequest, number: int) -> HttpResponse:
    """What goes with an import; a post has it taken back by a worker."""
    row = store.live_import(number)
    if row is None or not history.may_undo(member_of(request), row):
        raise Http404
    if request.method == "POST":
        request_undo(by=member_of(request), number=number)
        return redirect("import_receipt", number)
    touched, refusal = None, ""
    try:
        touched = touched_by(row, see=sight(member_of(request), own=True))
    except UserError as error:
        refusal = error.to(language())
    told = {"row": row, "touched": touched, "refusal": refusal}
    return render(request, "desk/undo.html", told)
