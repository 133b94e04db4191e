"""Coming in with an invitation."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from kernklant.web.base.access import public
from kernklant.web.base.models import Member
from kernklant.web.base.office.actions.people import accept_invitation, invitation
from kernklant.web.base.office.forms.people import Join

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@public
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Choose a password, in one's own language; looking at the page uses nothing up."""
    token = invitation(secret)
    if token is None:
        return render(request, "office/join.html", status=410)
    with override(token.member.language):
        return _joined(request, secret, token.member)


def _joined(request: HttpRequest, secret: str, who: Member) -> HttpResponse:
    form = Join(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = accept_invitation(secret=secret, password=form.cleaned_data["password"])
        if member is None:
            return render(request, "office/join.html", status=410)
        auth.login(request, member, backend=BACKEND)
        record_authentication(request, member, method="password", reauthenticated=True)
        return redirect("start")
    told = {"who": who, "form": form}
    return render(request, "office/join.html", told, status=422 if form.errors else 200)
