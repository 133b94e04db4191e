"""Settings, whether all is well, and the jobs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernklant.engine.errors import Text, UserError
from kernklant.web.base.access import member_of, page
from kernklant.web.base.calendar import next_holidays
from kernklant.web.base.office import health, work
from kernklant.web.base.office.actions.settings import change_settings
from kernklant.web.base.office.actions.work import cancel_job, retry_job
from kernklant.web.base.office.forms.settings import Settings
from kernklant.web.base.office.pages import done, refused, show
from kernklant.web.base.rights import Right
from kernklant.web.base.settings_of import company
from kernklant.web.base.words import said


@page(Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """What the company set, and changing it."""
    now = company()
    form = Settings(request.POST or None, initial=now.as_rows())
    if request.method == "POST" and form.is_valid():
        change_settings(by=member_of(request), wanted=form.company())
        done(request, KEPT)
        return redirect("office_settings")
    told = {"form": form, "holidays": next_holidays(now.holidays, after=timezone.localdate())}
    return show(
        request, "settings", told, tab="office_settings", status=422 if form.errors else 200
    )


@page(Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def well(request: HttpRequest) -> HttpResponse:
    """Whether all is well; the button reads every file as well."""
    found = health.findings(thorough=request.method == "POST")
    told = {
        "findings": found,
        "errors": sum(one.severity == "error" for one in found),
        "notes": sum(one.severity == "note" for one in found),
        "thorough": request.method == "POST",
    }
    return show(request, "health", told, tab="office_health")


@page(Right.SETTINGS)
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """Jobs of every kind, newest first."""
    state = request.GET.get("staat", "")
    state = state if state in work.STATES else ""
    told = {
        "tasks": work.tasks(state),
        "state": state,
        "states": [(key, said(words), key == state) for key, words in work.STATES.items()],
    }
    return show(request, "work", told, tab="office_work")


@page(Right.SETTINGS)
@require_POST
def retry(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Ask again for a job that failed."""
    try:
        retry_job(by=member_of(request), job=work.one_job(kind, pk))
        done(request, WAITS)
    except UserError as error:
        refused(request, error)
    return redirect("office_work")


@page(Right.SETTINGS)
@require_POST
def cancel(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Stop a job."""
    cancel_job(by=member_of(request), job=work.one_job(kind, pk))
    done(request, STOPS)
    return redirect("office_work")


KEPT = Text("De instellingen zijn bewaard.", "The settings were kept.")
WAITS = Text("De taak wacht op een rekenproces.", "The job waits for a worker.")
STOPS = Text(
    "De taak wordt gestopt; er verandert niets.", "The job is being stopped; nothing changes."
)
