"""What was made for a request that can come twice."""

from __future__ import annotations

from django.db import models

from kernklant.web.base.models.tokens import Token


class Reply(models.Model):
    """A request with a key of its own, and the row it made; kept 30 days, without what it said."""

    token = models.ForeignKey(Token, models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    asked = models.CharField(max_length=64)  # digest of address and body
    made = models.BigIntegerField(null=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["token", "key"], name="one_reply_for_a_key"),
        )
