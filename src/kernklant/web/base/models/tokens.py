"""Secrets that are given out once: for signing in, for the API, for an invitation."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from kernklant.web.base.models.people import Member


class Purpose(models.TextChoices):
    """A token serves one purpose and is nothing elsewhere."""

    SIGN_IN = "sign_in"
    INVITATION = "invitation"
    API = "api"


class Tokens(models.QuerySet["Token"]):
    """Issues tokens and finds those that still count."""

    def issue(
        self, *, member: Member, purpose: str, lasts: timedelta | None, scopes: str = "",
        name: str = "",
    ) -> str:  # fmt: skip
        """The secret, told once; only its hash is kept."""
        secret = secrets.token_urlsafe(32)
        ends = timezone.now() + lasts if lasts else None
        told = {"scopes": scopes, "name": name, "ends_at": ends}
        self.create(member=member, purpose=purpose, digest=digest(secret), **told)
        return secret

    def valid(self, secret: str, *, purpose: str, at: datetime) -> models.QuerySet[Token]:
        """The one token of this secret that may still be used for this purpose, if any."""
        return (
            self.filter(digest=digest(secret), purpose=purpose, used_at=None, revoked_at=None)
            .filter(models.Q(ends_at=None) | models.Q(ends_at__gt=at))
            .filter(member__is_active=True)
        )

    def in_use(self, at: datetime) -> models.QuerySet[Token]:
        """Tokens of the API that still work."""
        ended = models.Q(ends_at__isnull=False, ends_at__lte=at)
        return self.filter(purpose=Purpose.API, revoked_at=None).exclude(ended)

    def count_use(self, token: Token, *, at: datetime) -> int:
        """One use more; how many there were in this minute, whichever process counted them."""
        minute = int(at.timestamp()) // 60
        again = models.F("used_in_minute") + 1
        now = models.Case(models.When(minute=minute, then=again), default=models.Value(1))
        self.filter(pk=token.pk).update(used_in_minute=now, minute=minute, last_seen_at=at)
        return self.values_list("used_in_minute", flat=True).get(pk=token.pk)


class Token(models.Model):
    """A secret of 256 bits, kept as its hash."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="tokens")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=100, blank=True)
    scopes = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    # How often it was used in the minute it was last used in, counted from 1970.
    minute = models.PositiveIntegerField(default=0)
    used_in_minute = models.PositiveIntegerField(default=0)

    objects = Tokens.as_manager()

    def __str__(self) -> str:
        return f"{self.purpose} {self.member}"


def digest(secret: str) -> str:
    """What is kept of a secret; it has 256 random bits, so a plain hash will do."""
    return hashlib.sha256(secret.encode()).hexdigest()
