"""Who can see and change much signs in with a second step, wherever others can reach us."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve

from kernklant.web.base.models import Member
from kernklant.web.base.settings_of import company

WANTED = "second_step_wanted"
OPEN = ("account_", "mfa_", "looks")  # what one needs to set it up, or to leave


def asked_here() -> bool:
    """Whether others can reach us: then it is asked of who needs it."""
    return bool(settings.SECURE)


class SecondStep:
    """Leads a member whose role needs a second step to setting it up, before anything else.

    On an address of this machine alone (http) nobody else can come, so it is not asked there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request, or lead away from it."""
        member = request.user if isinstance(request.user, Member) else None
        if member is None or not asked_here():
            return self.get_response(request)
        if member.role not in company().mfa_roles or is_mfa_enabled(member):
            return self.get_response(request)
        if request.path.startswith("/static/") or _open(request.path):
            return self.get_response(request)
        request.session[WANTED] = True
        return redirect("mfa_activate_totp")


def _open(path: str) -> bool:
    return str(resolve(path).url_name).startswith(OPEN)
