"""Who uses Kernklant, inviting somebody, and one person."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernklant.engine.errors import Text, UserError
from kernklant.web.base.access import may, member_of, page
from kernklant.web.base.models import Member, Role
from kernklant.web.base.office import mail
from kernklant.web.base.office.actions import people
from kernklant.web.base.office.forms.people import MAIL, Invitation, Person, of_member
from kernklant.web.base.office.pages import done, refused, show
from kernklant.web.base.rights import Right
from kernklant.web.base.words import language, said_safely

TAB = "office"


@page(Right.LOG)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Everybody, by name; who may read the log only goes there."""
    if not may(member_of(request), Right.USERS):
        return redirect("office_log")
    members = list(Member.objects.select_related("team").order_by("-is_active", "name"))
    told = {
        "members": members,
        "no_director": not any(one.is_active and one.role == Role.DIRECTOR for one in members),
        "active": sum(one.is_active for one in members),
        "waiting": sum(one.is_active and not people.has_come_in(one) for one in members),
    }
    return show(request, "people", told, tab=TAB)


@page(Right.USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody; the link is mailed, or shown once."""
    asked_for = request.GET.get("rol")
    role = asked_for if asked_for in Role.values else Role.ACCOUNT_MANAGER
    begin = {"role": role, "language": "nl"}
    form = Invitation(request.POST or None, initial=begin, mails=mail.mails())
    if request.method == "POST" and form.is_valid():
        asked = dict(form.cleaned_data)
        how = asked.pop("how")
        try:
            member, secret = people.invite_member(by=member_of(request), **asked)
            return _handed_over(request, member, secret, how=how)
        except UserError as error:
            form.add_error("email", error.to(language()))
    status = 422 if form.errors else 200
    return show(request, "invite", {"form": form}, tab=TAB, status=status)


@page(Right.USERS)
@require_POST
def invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Another link for who did not come in yet."""
    member = _member(pk)
    try:
        secret = people.invite_again(by=member_of(request), member=member)
    except UserError as error:
        refused(request, error)
        return redirect("office_member", pk)
    return _handed_over(request, member, secret, how=request.POST.get("how", ""))


@page(Right.USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody is, and changing it."""
    member = _member(pk)
    form = Person(request.POST or None, initial=of_member(member))
    if request.method == "POST" and form.is_valid():
        try:
            people.change_member(by=member_of(request), member=member, **form.cleaned_data)
        except UserError as error:
            field = "email" if error.what is people.KNOWN else "role"
            form.add_error(field, error.to(language()))
        else:
            done(request, CHANGED, name=form.cleaned_data["name"])
            return redirect("office")
    return _one(request, member, form, status=422 if form.errors else 200)


@page(Right.USERS)
@require_POST
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody go."""
    member = _member(pk)
    try:
        people.deactivate_member(by=member_of(request), member=member)
    except UserError as error:
        refused(request, error)
        return redirect("office_member", pk)
    done(request, GONE, name=member.name)
    left = member.customers.count()
    if left:
        theirs = f"{reverse('customers')}?manager={member.pk}"
        words = LEFT_ONE if left == 1 else LEFT
        messages.info(request, said_safely(words, n=left, list=theirs))
    return redirect("office")


@page(Right.USERS)
@require_POST
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody in again."""
    member = _member(pk)
    people.reactivate_member(by=member_of(request), member=member)
    done(request, BACK, name=member.name)
    return redirect("office_member", pk)


@page(Right.USERS)
@require_POST
def end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign somebody out everywhere."""
    member = _member(pk)
    people.end_sessions(by=member_of(request), member=member)
    done(request, SIGNED_OUT, name=member.name)
    return redirect("office_member", pk)


@page(Right.USERS)
@require_POST
def second_step_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody set up another second step."""
    member = _member(pk)
    people.take_second_step_away(by=member_of(request), member=member)
    done(request, NO_SECOND_STEP, name=member.name)
    return redirect("office_member", pk)


def _one(request: HttpRequest, member: Member, form: Person, *, status: int) -> HttpResponse:
    told: dict[str, Any] = {
        "person": member,
        "form": form,
        "come_in": people.has_come_in(member),
        "mails": mail.mails(),
        "second_step": is_mfa_enabled(member),
        "tokens": member.tokens.filter(purpose="api", revoked_at=None).count(),
    }
    return show(request, "person", told, tab=TAB, status=status)


def _handed_over(request: HttpRequest, member: Member, secret: str, *, how: str) -> HttpResponse:
    """The page after inviting: where the link went, or the link."""
    link = mail.address_of_invitation(secret)
    wanted = how == MAIL and mail.mails()
    sent = wanted and mail.send_invitation(by=member_of(request), member=member, link=link)
    failed = how == MAIL and not sent
    told = {"person": member, "link": None if sent else link, "failed": failed}
    return show(request, "invited", told, tab=TAB)


def _member(pk: int) -> Member:
    return get_object_or_404(Member.objects.select_related("team"), pk=pk)


CHANGED = Text("{name} is bijgewerkt.", "{name} was changed.")
GONE = Text(
    "{name} kan er niet meer in; wat hij deed blijft staan.",
    "{name} cannot come in any more; what was done stays.",
)
LEFT_ONE = Text(
    'Hij heeft nog 1 klant. <a href="{list}">Geef die aan een ander</a>; kwam hij door '
    "zijn naam in de bestanden bij hem, dan staat hij straks bij “niemand”.",
    'He still has 1 customer. <a href="{list}">Give it to somebody else</a>; if it was '
    "his by his name in the files, it will be with “nobody”.",
)
LEFT = Text(
    'Hij heeft nog {n} klanten. <a href="{list}">Geef ze aan een ander</a>; wie door zijn '
    "naam in de bestanden bij hem kwam, staat straks bij “niemand”.",
    'He still has {n} customers. <a href="{list}">Give them to somebody else</a>; those '
    "that were his by his name in the files will be with “nobody”.",
)
BACK = Text("{name} kan zich weer aanmelden.", "{name} can sign in again.")
NO_SECOND_STEP = Text(
    "De tweede stap van {name} is weg. Bij het aanmelden kan een nieuwe worden ingesteld.",
    "The second step of {name} is gone. Another can be set up when signing in.",
)
SIGNED_OUT = Text("{name} is overal afgemeld.", "{name} was signed out everywhere.")
