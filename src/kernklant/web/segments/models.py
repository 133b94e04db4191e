"""How customers stand, who moved, and what people decided."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from kernklant.web.base.access import sees_all, within
from kernklant.web.base.models import Member
from kernklant.web.base.rights import Right
from kernklant.web.ledger.models import Customer
from kernklant.web.value.models import Evaluation


class Plain(models.Transform):
    """A column by its value alone: ``segment__plain="A"``.

    Who has a thousand customers of a million wants his own index, not that of the segment, which
    SQLite takes because it is sorted already.
    """

    lookup_name = "plain"
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, Any]:
        """With a sign before it, which SQLite's planner reads as no index."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **more)


models.CharField.register_lookup(Plain)
models.SmallIntegerField.register_lookup(Plain)


class Standings(models.QuerySet["Standing"]):
    """Standings within somebody's reach."""

    def within(self, member: Member, right: Right) -> Standings:
        """Those of customers over whom he has this right."""
        return self.filter(within(member, right))


class Standing(models.Model):
    """How a customer stands in the newest run: a disposable copy that lists read.

    It repeats what lists filter and sort on, so that a list is one table. ``segment`` is the one
    in force; ``computed`` what the run said. A prospect has no segment, score or value.
    Euros are whole cents of the run, lifetime values rounded to cents.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, db_constraint=False)
    name = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=100, blank=True)
    sector = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    prospect = models.BooleanField(default=False)
    # Indexed by what lists sort them on, below.
    manager = models.ForeignKey(
        Member, models.SET_NULL, null=True, related_name="+", db_index=False, db_constraint=False
    )
    stand_in = models.ForeignKey(
        Member, models.SET_NULL, null=True, related_name="+", db_index=False, db_constraint=False
    )

    segment = models.CharField(max_length=4, blank=True)  # A, B, C, exit; empty: a prospect
    waits = models.BooleanField(default=False)  # a move of his waits for a decision
    computed = models.CharField(max_length=4, blank=True)
    previous = models.CharField(max_length=4, blank=True)
    moved = models.SmallIntegerField(default=0)  # 1 up, -1 down, 2 new, 0 stayed
    since = models.DateField(null=True)
    exit_proposed = models.BooleanField(default=False)
    reason = models.CharField(max_length=40, blank=True)

    score = models.SmallIntegerField(null=True)
    score_low = models.FloatField(null=True)
    score_high = models.FloatField(null=True)
    evidence = models.FloatField(null=True)
    p_a = models.FloatField(null=True)
    p_becomes_a = models.FloatField(null=True)
    clv = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    clv_low = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    clv_high = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    clv_after_service = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    revenue_12m = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    contribution_12m = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    cost_to_serve_12m = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    hours_12m = models.FloatField(null=True)
    hours_before = models.FloatField(null=True)  # the twelve months before those
    potential = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    value_at_risk = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    watch = models.BooleanField(default=False)
    insolvent = models.BooleanField(default=False)
    last_order_on = models.DateField(null=True)
    satisfaction = models.FloatField(null=True)  # 0 to 10: his answers' newest per asker, averaged
    nps_class = models.SmallIntegerField(null=True)  # 1 promoter, 0 passive, -1 detractor

    objects = Standings.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["-clv", "customer"], name="stand_clv"),
            models.Index(fields=["-contribution_12m", "customer"], name="stand_contribution"),
            models.Index(fields=["-score", "customer"], name="stand_score"),
            models.Index(fields=["name", "customer"], name="stand_name"),
            models.Index(fields=["segment", "-clv", "customer"], name="stand_segment_clv"),
            models.Index(
                fields=["segment", "-contribution_12m", "customer"], name="stand_seg_contr"
            ),
            models.Index(fields=["segment", "-score", "customer"], name="stand_segment_score"),
            models.Index(fields=["segment", "name", "customer"], name="stand_segment_name"),
            models.Index(fields=["manager", "-clv", "customer"], name="stand_manager_clv"),
            models.Index(
                fields=["manager", "-contribution_12m", "customer"], name="stand_man_contr"
            ),
            models.Index(fields=["manager", "-score", "customer"], name="stand_manager_score"),
            models.Index(fields=["manager", "name", "customer"], name="stand_manager_name"),
            models.Index(fields=["stand_in", "-clv", "customer"], name="stand_stand_in_clv"),
            models.Index(
                fields=["-potential", "customer"],
                name="stand_potential",
                condition=Q(prospect=True),  # the others are not ordered by it
            ),
            models.Index(fields=["moved", "-clv", "customer"], name="stand_moved_clv"),
            models.Index(fields=["nps_class", "-clv", "customer"], name="stand_nps_clv"),
            models.Index(fields=["sector", "-clv", "customer"], name="stand_sector_clv"),
            models.Index(fields=["region", "-clv", "customer"], name="stand_region_clv"),
        )

    def __str__(self) -> str:
        return f"{self.segment} {self.name}"

    @property
    def served(self) -> bool:
        """Whether anything is known of what serving him costs: then value after it is another."""
        return self.clv_after_service is not None and self.clv_after_service != self.clv


class Moves(models.QuerySet["SegmentMove"]):
    """Moves within somebody's reach."""

    def within(self, member: Member, right: Right) -> Moves:
        """Those of customers over whom he has this right."""
        own = Customer.objects.within(member, right)
        if sees_all(member, right):  # each move asks for its customer, not for a list of everybody
            return self.filter(Exists(own.filter(number=OuterRef("customer"))))
        return self.filter(customer__in=own.values("number"))

    def waiting(self) -> Moves:
        """Those nobody decided yet."""
        return self.filter(decision="")

    def most_valuable_first(self) -> Moves:
        """By their customers' lifetime value; whose is not known comes last."""
        of = Standing.objects.filter(customer=OuterRef("customer")).values("clv")[:1]
        return self.annotate(clv=Subquery(of)).order_by(F("clv").desc(nulls_last=True), "pk")


class Overrides(models.QuerySet["Override"]):
    """Overrides within somebody's reach."""

    def within(self, member: Member, right: Right) -> Overrides:
        """Those of customers over whom he has this right."""
        own = Customer.objects.within(member, right)
        return self.filter(customer__in=own.values("number"))

    def valid_on(self, day: date) -> Overrides:
        """Those that hold on a day, the newest of a customer last."""
        return self.filter(until__gte=day, ended_at=None).order_by("at", "pk")


class SegmentMove(models.Model):
    """A move of a run that waits for, or got, a decision of somebody."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="moves")
    customer = models.BigIntegerField(db_index=True)
    from_segment = models.CharField(max_length=4, blank=True)
    to_segment = models.CharField(max_length=4)
    cause = models.CharField(max_length=40, blank=True)
    decision = models.CharField(max_length=10, blank=True)  # "", accepted, refused, lapsed
    decided_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=500, blank=True)
    look_again_on = models.DateField(null=True)
    together = models.PositiveSmallIntegerField(default=1)  # how many were decided in one go
    looked_at = models.PositiveSmallIntegerField(default=1)  # of those, how many he looked at
    # What somebody else proposed before that; exit of a natural person needs two people.
    proposed = models.CharField(max_length=10, blank=True)  # accepted, refused
    proposed_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    proposed_why = models.CharField(max_length=500, blank=True)

    objects = Moves.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["evaluation", "customer"], name="one_move_a_run"),
        )

    @property
    def accepted(self) -> bool:
        """Whether somebody signed it."""
        return self.decision == "accepted"

    def take_over(self, other: SegmentMove) -> None:
        """What somebody proposed of the same move at an earlier run."""
        self.proposed, self.proposed_why = other.proposed, other.proposed_why
        self.proposed_by, self.proposed_at = other.proposed_by, other.proposed_at


class Override(models.Model):
    """A segment that people fixed, with a reason and an end."""

    customer = models.BigIntegerField(db_index=True)
    segment = models.CharField(max_length=4)
    why = models.CharField(max_length=500)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    until = models.DateField()
    ended_at = models.DateTimeField(null=True)

    objects = Overrides.as_manager()
