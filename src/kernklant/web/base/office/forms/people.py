"""Who somebody is and what he may do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from kernklant.engine.errors import Text
from kernklant.web.base.forms import Named
from kernklant.web.base.models import Member, Role, Team
from kernklant.web.base.words import said

LABELS = {
    "name": Text("Naam", "Name"),
    "email": Text("E-mailadres", "E-mail address"),
    "role": Text("Rol", "Role"),
    "team": Text("Team", "Team"),
    "ledger_name": Text(
        "Naam als accountmanager in uw gegevens", "Name as account manager in your data"
    ),
    "language": Text("Taal", "Language"),
    "how": Text("De uitnodiging", "The invitation"),
    "password": Text("Wachtwoord (minstens 12 tekens)", "Password (at least 12 characters)"),
    "member": Text("Wie neemt waar", "Who stands in"),
    "absent": Text("Voor wie", "For whom"),
    "starts_on": Text("Van", "From"),
    "ends_on": Text("Tot en met", "Up to and including"),
}
HELP = {
    "ledger_name": Text(
        "Precies zoals hij in de ingelezen bestanden staat; zo krijgt hij zijn klanten.",
        "Exactly as in the imported files; that gives this person the customers.",
    ),
}
MAIL, SHOW = "mail", "show"
NO_TEAM = Text("geen team", "no team")
BACKWARDS = Text(
    "De laatste dag ligt voor de eerste. Draai ze om; er is niets bewaard.",
    "The last day comes before the first. Turn them round; nothing was kept.",
)
HIMSELF = Text(
    "Niemand kan voor zichzelf waarnemen. Kies iemand anders.",
    "Nobody can stand in for himself. Choose somebody else.",
)


class Worded(Named):
    """A form whose labels stand in LABELS."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name in LABELS:
                field.label = said(LABELS[name])
            if name in HELP:
                field.help_text = said(HELP[name])


class Person(Worded):
    """What he is called, may do and looks after."""

    name = forms.CharField(max_length=100)
    email = forms.EmailField(max_length=254)
    role = forms.ChoiceField()
    team: forms.ModelChoiceField[Team] = forms.ModelChoiceField(Team.objects.none(), required=False)
    ledger_name = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles: Any = self.fields["role"]
        roles.choices = [(role.value, said(role.words)) for role in Role]
        teams: Any = self.fields["team"]
        teams.queryset = Team.objects.order_by("name")
        teams.empty_label = said(NO_TEAM)


class Invitation(Person):
    """A new person: how the link gets there."""

    language = forms.ChoiceField(choices=[("nl", "Nederlands"), ("en", "English")])
    how = forms.ChoiceField()
    field_order = ("name", "email", "role", "team", "ledger_name", "language", "how")

    def __init__(self, *args: Any, mails: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        how: Any = self.fields["how"]
        by_mail = [(MAIL, said(Text("per e-mail versturen", "send by e-mail")))]
        how.choices = [
            *(by_mail if mails else []),
            (SHOW, said(Text("hier tonen, ik geef hem zelf", "show here, I pass it on"))),
        ]


class Join(Worded):
    """The password of who was invited."""

    password = forms.CharField(
        max_length=1024, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def clean_password(self) -> str:
        """Long enough and not a common one."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class Absence(Worded):
    """Who stands in for whom, from when to when."""

    absent: forms.ModelChoiceField[Member] = forms.ModelChoiceField(Member.objects.none())
    member: forms.ModelChoiceField[Member] = forms.ModelChoiceField(Member.objects.none())
    starts_on = forms.DateField(widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    ends_on = forms.DateField(widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("absent", "member"):
            field: Any = self.fields[name]
            field.queryset = Member.objects.filter(is_active=True).order_by("name")
            field.empty_label = said(Text("kies iemand", "choose somebody"))

    def clean(self) -> dict[str, Any]:
        """Two people, and the days in order."""
        told: dict[str, Any] = self.cleaned_data
        if "starts_on" in told and "ends_on" in told and told["ends_on"] < told["starts_on"]:
            self.add_error("ends_on", said(BACKWARDS))
        if told.get("member") is not None and told.get("member") == told.get("absent"):
            self.add_error("member", said(HIMSELF))
        return told


class OwnAbsence(Worded):
    """Who stands in for me, from when to when."""

    member: forms.ModelChoiceField[Member] = forms.ModelChoiceField(Member.objects.none())
    starts_on = forms.DateField(widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    ends_on = forms.DateField(widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def __init__(self, *args: Any, absent: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["member"]
        field.queryset = (
            Member.objects.filter(is_active=True).exclude(pk=absent.pk).order_by("name")
        )
        field.empty_label = said(Text("kies iemand", "choose somebody"))

    def clean(self) -> dict[str, Any]:
        """The days in order."""
        told: dict[str, Any] = self.cleaned_data
        if "starts_on" in told and "ends_on" in told and told["ends_on"] < told["starts_on"]:
            self.add_error("ends_on", said(BACKWARDS))
        return told


class TeamName(Named):
    """What a team is called."""

    name = forms.CharField(max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = said(Text("Naam van het team", "Name of the team"))


def of_member(member: Member) -> dict[str, Any]:
    """What a form of a person begins with."""
    return {
        "name": member.name,
        "email": member.email,
        "role": member.role,
        "team": member.team_id,
        "ledger_name": member.ledger_name,
    }
