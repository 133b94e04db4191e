"""What people say about value: the policy, their ratings, and evaluations they ask for."""

from __future__ import annotations

from django.db import models

from kernklant.engine.errors import Text
from kernklant.web.base.models import Job, Member
from kernklant.web.base.models.jobs import State


class Policy(models.Model):
    """A version of the policy, or a draft of one; the document itself is the engine's TOML.

    Once adopted it never changes; ``number`` counts the adopted ones.
    """

    number = models.PositiveIntegerField(null=True, unique=True)
    key = models.CharField(max_length=64, unique=True, null=True)  # of who asked for the draft
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

    @property
    def named(self) -> Text:
        """In a list or a heading."""
        if self.number is None:
            return Text(self.title or f"concept {self.pk}", self.title or f"draft {self.pk}")
        title = f": {self.title}" if self.title else ""
        return Text(f"versie {self.number}{title}", f"version {self.number}{title}")


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


class Preview(Job):
    """What a draft would change: its text answered beside the policy in force, nothing published.

    ``basis``: what it was compared with. ``answer``: how everybody would stand; ``present``: how
    under the policy in force (both Parquet). ``summary``: figures of the whole.
    """

    draft = models.OneToOneField(Policy, models.CASCADE, related_name="preview")
    text = models.TextField()
    basis = models.CharField(max_length=64, db_index=True)
    asked = models.JSONField(default=dict)
    answer = models.BinaryField(null=True)
    present = models.BinaryField(null=True)
    summary = models.JSONField(default=dict)

    def answers(self, text: str, basis: str) -> bool:
        """Whether it is, or will be, the answer to this text on these facts."""
        hopeful = self.state in {State.ASKED, State.RUNNING, State.DONE}
        return hopeful and (self.text, self.basis) == (text, basis)
