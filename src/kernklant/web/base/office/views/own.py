"""One's own account: how one signs in, and who stands in when one is away."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from kernklant.engine.errors import Text
from kernklant.web.base.access import member_of, signed_in
from kernklant.web.base.models import Deputy
from kernklant.web.base.office.actions import people, teams
from kernklant.web.base.office.forms.people import OwnAbsence
from kernklant.web.base.second_step import asked_here
from kernklant.web.base.settings_of import company
from kernklant.web.base.words import said


@signed_in
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who I am, how I sign in, who stands in for me."""
    return _account(request, OwnAbsence(absent=member_of(request)))


@signed_in
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session, this one too."""
    member = member_of(request)
    people.end_sessions(by=member, member=member)
    auth.logout(request)
    return redirect("account_login")


@signed_in
@require_POST
def appoint(request: HttpRequest) -> HttpResponse:
    """Let somebody stand in for me."""
    member = member_of(request)
    form = OwnAbsence(request.POST, absent=member)
    if not form.is_valid():
        return _account(request, form, status=422)
    teams.appoint_deputy(by=member, absent=member, **form.cleaned_data)
    messages.success(request, said(APPOINTED, who=form.cleaned_data["member"]))
    return redirect("account")


@signed_in
@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """End a standing in for me."""
    member = member_of(request)
    deputy = get_object_or_404(Deputy, pk=pk, absent=member)
    teams.remove_deputy(by=member, deputy=deputy)
    return redirect("account")


def after_a_password(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A second step needs a first: who signed in by a link chooses a password before it."""

    @wraps(view)
    def second(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if member_of(request).has_usable_password():
            return view(request, *args, **kwargs)
        messages.info(request, said(FIRST_A_PASSWORD))
        return redirect("account_set_password")

    return second


def _account(request: HttpRequest, form: OwnAbsence, *, status: int = 200) -> HttpResponse:
    member, today = member_of(request), timezone.localdate()
    running = Deputy.objects.filter(ends_on__gte=today).select_related("member", "absent")
    told = {
        "form": form,
        "second_step": is_mfa_enabled(member),
        "not_asked_here": member.role in company().mfa_roles and not asked_here(),
        "deputies": running.filter(absent=member),
        "standing_in": running.filter(member=member, starts_on__lte=today),
    }
    return render(request, "base/account.html", told, status=status)


FIRST_A_PASSWORD = Text(
    "Kies eerst een wachtwoord; de tweede stap komt daarna.",
    "Choose a password first; the second step comes after it.",
)
APPOINTED = Text("{who} vervangt u.", "{who} stands in for you.")
