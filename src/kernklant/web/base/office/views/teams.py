"""Teams, and who stands in for whom."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from kernklant.engine.errors import Text, UserError
from kernklant.web.base.access import member_of, page
from kernklant.web.base.models import Deputy, Team
from kernklant.web.base.office.actions import teams as act
from kernklant.web.base.office.forms.people import Absence, TeamName
from kernklant.web.base.office.pages import done, refused, show
from kernklant.web.base.rights import Right
from kernklant.web.base.words import language

TAB = "office_teams"


@page(Right.USERS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All teams and everybody who stands in today or later."""
    return _index(request)


@page(Right.USERS)
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """A new team."""
    form = TeamName(request.POST)
    if form.is_valid():
        try:
            act.make_team(by=member_of(request), name=form.cleaned_data["name"])
            return redirect(TAB)
        except UserError as error:
            form.add_error("name", error.to(language()))
    return _index(request, team=form)


@page(Right.USERS)
@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name for a team."""
    form = TeamName(request.POST)
    if form.is_valid():
        team = get_object_or_404(Team, pk=pk)
        try:
            act.rename_team(by=member_of(request), team=team, name=form.cleaned_data["name"])
        except UserError as error:
            refused(request, error)
    return redirect(TAB)


@page(Right.USERS)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an empty team away."""
    team = get_object_or_404(Team, pk=pk)
    try:
        act.remove_team(by=member_of(request), team=team)
        done(request, REMOVED, name=team.name)
    except UserError as error:
        refused(request, error)
    return redirect(TAB)


@page(Right.USERS)
@require_POST
def appoint(request: HttpRequest) -> HttpResponse:
    """Somebody stands in for somebody."""
    form = Absence(request.POST)
    if not form.is_valid():
        return _index(request, absence=form)
    act.appoint_deputy(by=member_of(request), **form.cleaned_data)
    return redirect(TAB)


@page(Right.USERS)
@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """He stands in no longer."""
    deputy = get_object_or_404(Deputy, pk=pk)
    act.remove_deputy(by=member_of(request), deputy=deputy)
    return redirect(TAB)


def _index(
    request: HttpRequest, *, team: TeamName | None = None, absence: Absence | None = None
) -> HttpResponse:
    today = timezone.localdate()
    active = Count("members", filter=Q(members__is_active=True))
    told = {
        "teams": Team.objects.annotate(active=active, all=Count("members")).order_by("name"),
        "deputies": Deputy.objects.filter(ends_on__gte=today)
        .select_related("member", "absent")
        .order_by("starts_on", "pk"),
        "today": today,
        "team_form": team or TeamName(),
        "absence": absence or Absence(initial={"starts_on": today}),
    }
    return show(request, "teams", told, tab=TAB, status=422 if team or absence else 200)


REMOVED = Text("Team {name} is weg.", "Team {name} is gone.")
