"""What fails below a page, told to who visits: in words, with a remedy and the status it has.

Django comes here with every error that nobody caught, also of what stands around the pages; so
the answer asks nothing of the database or the store, which may be what is away.
"""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

from kernklant.engine.disk import failure_of
from kernklant.engine.errors import Text, UserError
from kernklant.web.base.bearer import Problem
from kernklant.web.project.wrong import PREFIX, DatabaseAway, answer, status_of

NO_DATABASE = Text("De database is nu niet bereikbaar.", "The database cannot be reached now.")
AGAIN = Text(
    "Probeer het zo opnieuw. Wat u invulde is mogelijk niet bewaard; kijk dat eerst na.",
    "Try again in a moment. What you entered may not have been kept; check that first.",
)


def failed(request: HttpRequest) -> HttpResponse:
    """The answer to the error under way; Django's handler500."""
    error = told_of(sys.exc_info()[1])
    if error is None:
        return server_error(request)
    status, headers = status_of(error, others=409)
    if request.path.startswith(f"/{PREFIX}"):
        return answer(Problem(status, error.what, error.remedy, headers=headers))
    part = bool(request.headers.get("HX-Request"))
    page = render_to_string(
        "base/failed_part.html" if part else "failed.html",
        {"what": error.what, "remedy": error.remedy},
    )
    return HttpResponse(page, status=status, headers=headers)


def told_of(error: BaseException | None) -> UserError | None:
    """What it is to a user; None when it is a fault of ours."""
    if error is None:
        return None
    if isinstance(error, UserError):
        return error
    found = failure_of(error)
    if found is None and isinstance(error, OperationalError | InterfaceError):
        return DatabaseAway(NO_DATABASE, AGAIN)
    return found
