"""Teams, and who stands in for whom."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from kernklant.engine.errors import Text, UserError
from kernklant.web.base.log import record
from kernklant.web.base.models import Deputy, Member, Team

TAKEN = Text("Er is al een team met deze naam.", "There is a team with this name already.")
OTHER_NAME = Text(
    "Kies een andere naam; er is niets veranderd.", "Choose another name; nothing was changed."
)
NOT_EMPTY = Text("Er zitten nog mensen in dit team.", "There are people in this team still.")
MOVE_THEM = Text(
    "Zet hen eerst in een ander team; er is niets veranderd.",
    "Put them in another team first; nothing was changed.",
)


@transaction.atomic
def make_team(*, by: Member, name: str) -> Team:
    """A team without people yet."""
    team, new = Team.objects.get_or_create(name=name)
    if not new:
        raise UserError(TAKEN, OTHER_NAME)
    record("team.made", by=by, about=f"team:{team.pk}", name=name)
    return team


@transaction.atomic
def rename_team(*, by: Member, team: Team, name: str) -> None:
    """Another name."""
    if Team.objects.filter(name=name).exclude(pk=team.pk).exists():
        raise UserError(TAKEN, OTHER_NAME)
    if Team.objects.filter(pk=team.pk).exclude(name=name).update(name=name):
        record("team.renamed", by=by, about=f"team:{team.pk}", name=name)


@transaction.atomic
def remove_team(*, by: Member, team: Team) -> None:
    """Only an empty one goes."""
    locked = Team.objects.select_for_update().get(pk=team.pk)
    if locked.members.exists():
        raise UserError(NOT_EMPTY, MOVE_THEM)
    record("team.removed", by=by, about=f"team:{team.pk}", name=locked.name)
    locked.delete()


@transaction.atomic
def appoint_deputy(
    *, by: Member, member: Member, absent: Member, starts_on: date, ends_on: date
) -> Deputy:
    """``member`` looks after the customers of ``absent`` from one day to another."""
    Member.objects.select_for_update(no_key=True).get(pk=absent.pk)  # two equal requests make one
    deputy, new = Deputy.objects.get_or_create(
        member=member, absent=absent, starts_on=starts_on, ends_on=ends_on
    )
    if new:
        told = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
        record("deputy.appointed", by=by, about=f"member:{absent.pk}", deputy=member.pk, **told)
    return deputy


@transaction.atomic
def remove_deputy(*, by: Member, deputy: Deputy) -> None:
    """He stands in no longer."""
    record("deputy.removed", by=by, about=f"member:{deputy.absent_id}", deputy=deputy.member_id)
    deputy.delete()
