"""Where a visitor comes from, as far as that can be believed."""

from __future__ import annotations

import ipaddress
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest

# The address of the request under way; empty in a worker and at the terminal.
HERE: ContextVar[str] = ContextVar("here", default="")


def address_of(request: HttpRequest) -> str:
    """His address; of IPv6 the /64, which one visitor can walk through freely.

    X-Forwarded-For counts only when a proxy of ours is said to stand in front, and then only
    its last entry: what came before that was written by the visitor.
    """
    told = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        told = str(request.META.get("HTTP_X_FORWARDED_FOR", told)).split(",")[-1].strip()
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)
