"""Signing in for the first time, by a link, and one's own account."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.contrib import auth
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernklant.web.base.access import member_of, public, signed_in
from kernklant.web.base.actions import choose_looks, make_first_administrator, use_sign_in_link
from kernklant.web.base.forms import FirstVisit, Looks
from kernklant.web.base.frame import first_place
from kernklant.web.base.models import Member
from kernklant.web.base.models.tokens import Purpose, Token
from kernklant.web.base.visitors import address_of
from kernklant.web.base.words import language

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@signed_in
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """To the first page of who signed in."""
    return redirect(first_place(member_of(request)))


@public
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """For a proxy or container that asks whether we can answer; it tells nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def first_visit(request: HttpRequest) -> HttpResponse:
    """Who comes first to a new installation becomes its administrator."""
    if Member.objects.exists():
        raise Http404
    form = FirstVisit(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = make_first_administrator(**form.cleaned_data, language=language())
        except ValueError:
            raise Http404 from None
        _let_in(request, member)
        return redirect("start")
    return render(request, "base/first_visit.html", {"form": form})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """A link that signs in once: looking at it does nothing, its button does."""
    if request.method == "POST":
        member = use_sign_in_link(secret=secret, where=address_of(request))
        if member is not None:
            _let_in(request, member)
            return redirect("start")
        return render(request, "base/link_ended.html", status=410)
    who = _holder(secret)
    with override(who.language if who else language()):
        return render(request, "base/sign_in_link.html", {"who": who})


@signed_in
@require_POST
def looks(request: HttpRequest) -> HttpResponse:
    """Choose language or theme, and stay where one is."""
    form = Looks(request.POST)
    if form.is_valid():
        choose_looks(by=member_of(request), **form.cleaned_data)
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if safe else "start")


def _let_in(request: HttpRequest, member: Member) -> None:
    """A new session, in which he has just shown who he is."""
    auth.login(request, member, backend=BACKEND)
    record_authentication(request, member, method="link", reauthenticated=True)


def _holder(secret: str) -> Member | None:
    from django.utils import timezone

    found = Token.objects.valid(secret, purpose=Purpose.SIGN_IN, at=timezone.now())
    token = found.select_related("member").first()
    return token.member if token else None
