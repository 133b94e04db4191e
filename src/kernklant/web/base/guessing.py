"""How often a password may be guessed, counted in the database for all processes together.

1. Ten wrong ones for an account in a quarter of an hour, wherever they come from.
2. Where its owner signed in before is counted apart, so that who guesses elsewhere does not keep
   him out. What is tried while it is locked does not count, so a lock ends after its time.
3. Five times as many for an address, whichever accounts they are for: an office behind one
   address is not locked out by who mistypes.
"""

from __future__ import annotations

from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt, AccessLog
from django.db.models import Sum
from django.http import HttpRequest

ACCOUNTS = 5  # as many that one address may lock before it is locked itself
LONGEST = 255  # of a name that axes keeps
Credentials = dict[str, Any] | None


def account_of(request: HttpRequest, credentials: Credentials = None) -> str:
    """The account that is tried, one whatever its capitals and other ways to write it."""
    told = credentials or {}
    name = told.get("email") or told.get("login") or request.POST.get("login", "")
    return one_way(str(name))


def one_way(name: str) -> str:
    """A name as it is counted."""
    return name.replace("\0", "").strip().casefold()[:LONGEST]


def counted_by(request: Any, credentials: Credentials = None) -> list[str | list[str]]:
    """What axes counts together."""
    here = {"username": account_of(request, credentials), "ip_address": request.axes_ip_address}
    known = AccessLog.objects.filter(**here).exists()
    return [["username", "ip_address"]] if known else ["username"]


def begin_anew(account: str) -> None:
    """Forget the wrong ones, for who chose a new password."""
    AccessAttempt.objects.filter(username=one_way(account)).delete()


class Handler(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """Counts by address too, a fifth as heavily."""

    def get_failures(self, request: Any, credentials: Credentials = None) -> int:
        """How many wrong ones count against this try."""
        here = AccessAttempt.objects.filter(
            ip_address=request.axes_ip_address, attempt_time__gte=get_cool_off_threshold(request)
        )
        by_address = here.aggregate(all=Sum("failures_since_start"))["all"] or 0
        return max(int(super().get_failures(request, credentials)), by_address // ACCOUNTS)
