"""Members, teams, and who stands in for whom."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from kernklant.engine.errors import Text
from kernklant.web.base.words import said


class Role(models.TextChoices):
    """What somebody comes for; tables.md says what each sees and does."""

    ADMINISTRATOR = "administrator"
    DIRECTOR = "director"
    TEAM_MANAGER = "team_manager"
    ACCOUNT_MANAGER = "account_manager"
    SERVICE_DESK = "service_desk"
    ANALYST = "analyst"
    MARKETING = "marketing"

    @property
    def words(self) -> Text:
        """Its name on screen."""
        return ROLE_WORDS[self]


ROLE_WORDS = {
    Role.ADMINISTRATOR: Text("beheerder", "administrator"),
    Role.DIRECTOR: Text("directeur", "director"),
    Role.TEAM_MANAGER: Text("teamleider", "team manager"),
    Role.ACCOUNT_MANAGER: Text("accountmanager", "account manager"),
    Role.SERVICE_DESK: Text("servicedesk", "service desk"),
    Role.ANALYST: Text("analist", "analyst"),
    Role.MARKETING: Text("marketing", "marketing"),
}


class Team(models.Model):
    """Members that one manager looks after."""

    name = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.name


class Members(BaseUserManager["Member"]):
    """Makes members; an address is one whatever its capitals."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Member:
        """A member with a password, or with none that works."""
        member = self.model(email=email.strip().lower(), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def get_by_natural_key(self, username: str | None) -> Member:
        """By address, capitals or not."""
        return self.get(email__iexact=username)


class Member(AbstractBaseUser):
    """Somebody who signs in. ``ledger_name`` is how the ledger names him as account manager."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="members")
    ledger_name = models.CharField(max_length=200, blank=True, db_index=True)
    language = models.CharField(max_length=2, default="nl")
    theme = models.CharField(max_length=5, default="auto")  # auto, light, dark
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    # A session that was begun before this moment has ended (W8 of reliability.md).
    sessions_valid_from = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]
    objects = Members()

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="member_email_any_case"),)

    def __str__(self) -> str:
        return self.name

    @property
    def role_words(self) -> str:
        """His role in the reader's language."""
        return said(Role(self.role).words)

    def stands_in_for(self, day: date) -> models.QuerySet[Member]:
        """Whom he stands in for on a day."""
        return Member.objects.filter(
            deputies__member=self, deputies__starts_on__lte=day, deputies__ends_on__gte=day
        )


class Deputy(models.Model):
    """``member`` stands in for ``absent`` between two days, both included."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="deputises")
    absent = models.ForeignKey(Member, models.CASCADE, related_name="deputies")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="deputy_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(member=F("absent")), name="deputy_of_another"),
        )

    def __str__(self) -> str:
        return f"{self.member} voor {self.absent}"
