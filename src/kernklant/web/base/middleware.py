"""Who visits: his language, and whether his session still counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from kernklant.web.base.models import Member
from kernklant.web.base.visitors import HERE, address_of

SINCE, SEEN = "session_since", "session_seen"
SEEN_AGAIN = timedelta(minutes=1)  # writing a session at every request would cost a write each


class Visitor:
    """Ends sessions that are over; speaks the member's language, Dutch to strangers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request in the right language."""
        member = request.user if isinstance(request.user, Member) else None
        if member is not None and self._over(request, member):
            logout(request)
            member = None
        chosen = member.language if member else request.COOKIES.get("language", "nl")
        with translation.override(chosen if chosen in {"nl", "en"} else "nl"):
            request.LANGUAGE_CODE = chosen
            here = HERE.set(address_of(request))
            try:
                return self.get_response(request)
            finally:
                HERE.reset(here)

    def _over(self, request: HttpRequest, member: Member) -> bool:
        now = timezone.now()
        since = datetime.fromisoformat(request.session.setdefault(SINCE, now.isoformat()))
        seen = datetime.fromisoformat(request.session.setdefault(SEEN, now.isoformat()))
        if member.sessions_valid_from and since < member.sessions_valid_from:
            return True
        if now - since > timedelta(seconds=settings.SESSION_COOKIE_AGE):
            return True
        if now - seen > timedelta(seconds=settings.IDLE_SECONDS):
            return True
        if now - seen > SEEN_AGAIN:
            request.session[SEEN] = now.isoformat()
        return not member.is_active
