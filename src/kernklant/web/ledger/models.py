"""Customers as the web needs them: a copy of the ledger's, and what people typed about them."""

from __future__ import annotations

import numpy as np
from django.db import models
from django.utils import timezone

from kernklant.engine.ledger.kinds import CONSUMER, UNKNOWN
from kernklant.web.base.access import within
from kernklant.web.base.models import Job, Member
from kernklant.web.base.models.jobs import State
from kernklant.web.base.rights import Right, Sight

PROTECTED = (CONSUMER, UNKNOWN)


class Customers(models.QuerySet["Customer"]):
    """Customers within somebody's reach."""

    def within(self, member: Member, right: Right) -> Customers:
        """Those over whom he has this right."""
        return self.filter(within(member, right))

    def numbers(self) -> np.ndarray:
        """Their numbers, to find them in what a run keeps."""
        return np.fromiter(self.values_list("number", flat=True), dtype=np.int64)


class Customer(models.Model):
    """Who a customer is: a copy of the store's newest telling, rebuilt when the store changed.

    ``number`` is the ledger's own. ``manager`` and ``stand_in`` come from an Assignment where
    there is one, else from the ledger's name of the account manager.
    """

    number = models.BigIntegerField(primary_key=True)
    source_no = models.CharField(max_length=200, db_index=True)
    name = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=10, blank=True)  # as engine/ledger/kinds.py says it
    prospect = models.BooleanField(default=False)
    sector = models.CharField(max_length=100, blank=True)
    employees = models.IntegerField(null=True)
    region = models.CharField(max_length=100, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    acquired_on = models.DateField(null=True)
    insolvent_on = models.DateField(null=True)
    group = models.BigIntegerField(null=True, db_index=True)  # number of the mother, also hers
    ledger_manager = models.CharField(max_length=200, blank=True)
    # Copies are exchanged as a whole; what they refer to is seen to by Django, not by the database.
    manager = models.ForeignKey(
        Member, models.SET_NULL, null=True, related_name="customers", db_constraint=False
    )
    stand_in = models.ForeignKey(
        Member, models.SET_NULL, null=True, related_name="+", db_constraint=False
    )

    objects = Customers.as_manager()

    def __str__(self) -> str:
        return self.name or self.source_no

    @property
    def natural_person(self) -> bool:
        """Whether the AVG's rules on persons hold for him, or may hold."""
        return self.kind in PROTECTED

    def told(self, see: Sight) -> str:
        """His name, unless he is a person whose name is not this reader's to see."""
        hidden = see is Sight.NO_PERSONS and self.natural_person
        return self.source_no if hidden else str(self)


class Assignment(models.Model):
    """Who looks after a customer, as people decided; it goes before the ledger's telling."""

    customer = models.BigIntegerField(primary_key=True)  # outlives a rebuild of the copies
    manager = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+")
    stand_in = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    since = models.DateField()


class ContactPerson(models.Model):
    """Somebody who works at a customer, or the consumer himself."""

    customer = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=200)
    function = models.CharField(max_length=100, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    remark = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class Note(models.Model):
    """What somebody wrote down about a customer."""

    customer = models.BigIntegerField(db_index=True)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField(max_length=5000)

    class Meta:
        ordering = ("-at", "-pk")


class Stage(models.TextChoices):
    """What a file is to go through next, or is going through."""

    LOOK = "look"
    LAND = "land"


class Import(Job):
    """A file on its way into the ledger: what the wizard knows of it, and what came of it.

    1. It is looked at: ``findings`` say what it seems to be, ``receipts`` what a trial gave;
       empty while something must be chosen first. ``looks`` counts, so that nobody lands what
       he did not see.
    2. It lands: the store knows the import under this job's key, and ``import_no`` says which.

    ``settings``: dataset, mapping, numbers, dates, sheet and source, as the engine's
    ImportRequest takes them; ``names``: the sheets there are; ``remembered``: of which Recipe.
    """

    file_name = models.CharField(max_length=255)
    stored_as = models.CharField(max_length=64, blank=True)  # random name in the home
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.LOOK)
    looks = models.PositiveIntegerField(default=0)
    settings = models.JSONField(default=dict)
    findings = models.JSONField(default=dict)
    receipts = models.JSONField(default=list)
    import_no = models.IntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name

    @property
    def waits_for_you(self) -> bool:
        """Looked at, or refused: somebody must say how it goes on."""
        return self.import_no is None and self.state in {State.DONE, State.FAILED}

    @property
    def can_land(self) -> bool:
        """Whether a trial of it went well and nothing was changed since."""
        again = self.stage == Stage.LAND and self.state == State.FAILED
        looked = self.stage == Stage.LOOK and self.state == State.DONE
        return self.import_no is None and bool(self.receipts) and (looked or again)


class Undo(Job):
    """An import that somebody takes back; ``told``: per table the rows deleted and kept."""

    import_no = models.IntegerField(unique=True)
    told = models.JSONField(default=dict)


class Recipe(models.Model):
    """How files of a source with these headers were read, as somebody said and then landed."""

    source = models.CharField(max_length=60)
    headers = models.CharField(max_length=64)  # SHA-256 of the names of the columns
    settings = models.JSONField(default=dict)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["source", "headers"], name="one_recipe_a_header"),
        )


class Copies(models.Model):
    """What the copies of customers and standings were made from; one row.

    ``day``: by whose fixed segments they stand. ``decisions`` counts what changed a segment since;
    ``counted``: how many of those the tallies know.
    """

    versions = models.JSONField(default=dict)  # of the store's tables
    run = models.IntegerField(null=True)
    people = models.CharField(max_length=64, blank=True)  # what changed members and assignments
    day = models.DateField(default=timezone.localdate)
    tallies = models.JSONField(default=dict)  # of everybody; empty before the first run
    decisions = models.PositiveIntegerField(default=0)
    counted = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(auto_now=True)
