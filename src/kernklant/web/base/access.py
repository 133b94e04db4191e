"""The only way to a page and to a customer: who may, and how far.

Every view says its policy with one of these decorators; ``project/urls.py`` refuses to start
with a view that has none. Who may not is told that there is nothing (404).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from kernklant.web.base.models import Member, Role
from kernklant.web.base.rights import SIGHT, Reach, Right, Sight, reach

View = Callable[..., HttpResponseBase]
M = TypeVar("M", bound=Model)
PUBLIC, SIGNED_IN = "public", "signed in"


def page(right: Right) -> Callable[[View], View]:
    """A page for members whose role has this right, however far."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            if not may(member_of(request), right):
                raise Http404
            return view(request, *args, **kwargs)

        return _with_policy(guarded, right)

    return decorate


def signed_in(view: View) -> View:
    """A page for every member."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return _with_policy(guarded, SIGNED_IN)


def public(view: View) -> View:
    """A page for anybody: signing in, and what comes before it."""

    @wraps(view)
    def open_to_all(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return _with_policy(open_to_all, PUBLIC)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To signing in, and back; before there is anybody, to making the administrator."""
    if not Member.objects.exists():
        return redirect("first_visit")
    return redirect_to_login(request.get_full_path())


def member_of(request: HttpRequest) -> Member:
    """Who asks; only within a guarded view."""
    return cast(Member, request.user)


def may(member: Member, right: Right) -> bool:
    """Whether he has the right at all."""
    return member.is_active and reach(member.role, right) is not Reach.NONE


def sees_all(member: Member, right: Right) -> bool:
    """Whether the whole company is his to see by this right, so also its totals."""
    return reach(member.role, right) is Reach.ALL


def within(member: Member, right: Right) -> Q:
    """The customers over which he has a right, as a condition on ``manager`` and ``stand_in``."""
    people = whose(member, right)
    if people is None:
        return Q()
    if not people:
        return Q(pk__in=())
    return Q(manager__in=people) | Q(stand_in__in=people)


def reaches(member: Member, right: Right, *, manager: int | None, stand_in: int | None) -> bool:
    """Whether he has a right over the customer whom these members manage; as ``within``."""
    people = whose(member, right)
    return people is None or manager in people or stand_in in people


def whose(member: Member, right: Right) -> frozenset[int] | None:
    """The members whose customers he has a right over, asked once a request; None: everybody's."""
    how_far = reach(member.role, right) if member.is_active else Reach.NONE
    if how_far in {Reach.ALL, Reach.NONE}:
        return None if how_far is Reach.ALL else frozenset()
    known: dict[Reach, frozenset[int]] = member.__dict__.setdefault("_whose", {})
    if how_far not in known:
        known[how_far] = frozenset(_people(member, how_far))
    return known[how_far]


def _people(member: Member, how_far: Reach) -> Iterable[int]:
    """Himself and whom he stands in for; who leads a team: the teams of those of them who do."""
    leads = [member, *member.stands_in_for(timezone.localdate())]
    teams = {one.team_id for one in leads if one.role == member.role and one.team_id}
    if how_far is Reach.TEAM and teams:
        yield from Member.objects.filter(team__in=teams).values_list("pk", flat=True)
    yield from (one.pk for one in leads)


def one(rows: QuerySet[M], member: Member, right: Right, **which: Any) -> M:
    """The one row he may use this way; 404 whether it is not there or not his."""
    found = rows.filter(within(member, right)).filter(**which).first()
    if found is None:
        raise Http404
    return found


def sight(member: Member, *, own: bool) -> Sight:
    """How much he sees of a customer; ``own``: it is within his reach."""
    return SIGHT[Role(member.role)][0 if own else 1]


def policy_of(view: Any) -> str | None:
    """What a view declared; None is a fault of ours."""
    return cast("str | None", getattr(view, "policy", None))


def _with_policy(view: View, policy: str) -> View:
    view.policy = policy  # type: ignore[attr-defined]
    return view
