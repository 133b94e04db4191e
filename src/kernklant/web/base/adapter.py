"""How allauth behaves here: nobody signs himself up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from kernklant.web.base.guessing import begin_anew
from kernklant.web.base.models import Member
from kernklant.web.base.visitors import address_of


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Members are invited; links in mail lead to the address of the settings."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The same address as everywhere."""
        return address_of(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted in the database (guessing.py), not by each process."""

    def set_password(self, user: Member, password: str) -> None:
        """Who chose a new password, by a link in his mail too, may try it at once."""
        super().set_password(user, password)
        begin_anew(user.email)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """A link that no Host header can bend."""
        from django.urls import reverse

        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.ORIGIN.geturl()}{path.replace('UID-KEY', key)}"
