"""Writing down who did or saw what."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from kernklant.web.base.models import LogEntry, Member
from kernklant.web.base.models.log import append
from kernklant.web.base.visitors import HERE, address_of


def record(
    what: str, *, by: Member | None, about: str = "", where: str = "", **data: Any
) -> LogEntry:
    """One act, in the transaction that does it. ``data``: values, never personal ones.

    ``where``: the address it came from; that of the request under way when it is not said.
    """
    return append(by=by, what=what, about=about, where=where or HERE.get(), data=data)


def seen(request: HttpRequest, what: str, about: str, **data: Any) -> LogEntry:
    """That somebody looked at a page about a person or company."""
    from kernklant.web.base.access import member_of

    where = address_of(request)
    return record(what, by=member_of(request), about=about, where=where, **data)
