"""What people say about value: the policy, their ratings, and evaluations they ask for."""

from __future__ import annotations

from django.db import models

from kernklant.web.base.models import Job, Member


class Policy(models.Model):
    """A version of the policy, or a draft of one; the document itself is the engine's TOML.

    Once adopted it never changes; ``number`` counts the adopted ones.
    """

    number = models.PositiveIntegerField(null=True, unique=True)
    text = models.TextField()
    title = models.CharField(max_length=120, blank=True)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    adopted_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    adopted_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.number or 'concept'} {self.title}"


class Rating(models.Model):
    """What one member thinks of a customer on one criterion, 0 to 4; the newest of each counts."""

    customer = models.BigIntegerField()
    criterion = models.CharField(max_length=100)  # its name in the policy, or rated_as
    by = models.ForeignKey(Member, models.PROTECT, related_name="ratings")
    score = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["customer", "criterion", "by"], name="one_rating_per_rater"
            ),
            models.CheckConstraint(
                condition=models.Q(score__gte=0, score__lte=4), name="rating_0_to_4"
            ),
        )


class Evaluation(Job):
    """An evaluation somebody asked for, or one that the terminal made (then nobody did).

    ``asked``: what was frozen when it was asked: ratings and flags by people. ``run``: the
    number of the published run, once there is one.
    """

    as_of = models.DateField(null=True)  # None: the last sales day
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, related_name="+")
    asked = models.JSONField(default=dict)
    run = models.IntegerField(null=True, unique=True)
    figures = models.JSONField(default=dict)  # of the whole, for pages that cannot count a million
