"""What happened: read it, take it along, check that nobody changed it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from kernklant.web.base.access import member_of, page
from kernklant.web.base.log import record
from kernklant.web.base.models import LogEntry
from kernklant.web.base.office import journal
from kernklant.web.base.office.forms.log import Which
from kernklant.web.base.office.pages import show
from kernklant.web.base.rights import Right
from kernklant.web.base.words import language

TAB = "office_log"


@page(Right.LOG)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """A page of the log, newest first."""
    return _index(request, {})


@page(Right.LOG)
@require_POST
def export(request: HttpRequest) -> StreamingHttpResponse:
    """What the filters leave, as a file; taking it along is written down too."""
    asked = Which(request.GET).asked() | {"before": None}
    record("log.exported", by=member_of(request), about="log")
    rows = journal.entries(**asked).iterator(chunk_size=1000)
    name = f"logboek-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        journal.as_csv(rows, language()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@page(Right.LOG)
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Whether every entry follows from the one before it."""
    broken = LogEntry.objects.all().first_broken()
    last = LogEntry.objects.order_by("-number").first()
    told: dict[str, object] = {
        "checked": True,
        "broken": broken,
        "last": last,
        "all": LogEntry.objects.count(),
    }
    return _index(request, told)


def _index(request: HttpRequest, told: dict[str, object]) -> HttpResponse:
    form = Which(request.GET)
    found = list(journal.entries(**form.asked())[: journal.A_PAGE + 1])
    older = request.GET.copy()
    older["voor"] = str(found[journal.A_PAGE - 1].number) if len(found) > journal.A_PAGE else ""
    filters = request.GET.copy()
    filters.pop("voor", None)
    told = {
        **told,
        "lines": journal.lines(found[: journal.A_PAGE], member_of(request)),
        "older": older.urlencode() if older["voor"] else "",
        "filters": filters.urlencode(),
        "form": form,
        "filtered": any(value for key, value in filters.items()),
    }
    return show(request, "log", told, tab=TAB)
