"""What members keep of the pages: their own views of the list."""

from __future__ import annotations

from django.db import models

from kernklant.web.base.models import Member


class SavedView(models.Model):
    """A list somebody wants to see again: its filters, order and columns as an address."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="views")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True)
    shared = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["member", "name"], name="one_view_of_a_name"),
        )
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
