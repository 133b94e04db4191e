"""What can be decided on these pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from kernklant.engine.errors import Text
from kernklant.web.base.words import said
from kernklant.web.segments.actions import ACCEPTED, REFUSED

LONGEST = timedelta(days=5 * 366)
WHY = Text("Waarom, in één zin", "Why, in one sentence")
NO_WHY = Text("Zeg in één zin waarom.", "Say why in one sentence.")
NO_MOVES = Text("Kies eerst een of meer klanten.", "Choose one or more customers first.")
NO_DAY = Text(
    "Kies een dag na vandaag en binnen vijf jaar, bijvoorbeeld 31-03-2027.",
    "Choose a day after today and within five years, for example 2027-03-31.",
)
LETTERS = ("A", "B", "C")


class Day(forms.DateField):
    """A day after today, typed or picked."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
        messages = {"invalid": said(NO_DAY), "required": said(NO_DAY)}
        super().__init__(
            widget=widget, input_formats=["%Y-%m-%d", "%d-%m-%Y"], error_messages=messages, **kwargs
        )

    def clean(self, value: Any) -> date | None:
        """Not today or before, nor so far that nobody looks again."""
        day: date | None = super().clean(value)
        today = timezone.localdate()
        if day is not None and not today < day <= today + LONGEST:
            raise forms.ValidationError(said(NO_DAY))
        return day


class Numbers(forms.Field):
    """The numbers of what was ticked."""

    def to_python(self, value: Any) -> list[int]:
        """What is no number is left out."""
        told = value if isinstance(value, list) else []
        return [int(one) for one in told if one.isascii() and one.isdigit() and len(one) < 19]


class Decide(forms.Form):
    """Which moves, what, why, when to look again, and how many one looked at."""

    move = Numbers(widget=forms.MultipleHiddenInput)
    decision = forms.ChoiceField(choices=[(ACCEPTED, ACCEPTED), (REFUSED, REFUSED)])
    why = forms.CharField(max_length=500)
    look_again_on = Day(required=False)
    looked_at = forms.IntegerField(min_value=1, max_value=10_000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "why": WHY,
            "look_again_on": Text("Kijk opnieuw op", "Look again on"),
            "looked_at": Text("Hoeveel bekeek u zelf?", "How many did you look at yourself?"),
        }
        for name, label in labels.items():
            self.fields[name].label = said(label)
        self.fields["why"].error_messages["required"] = said(NO_WHY)
        self.fields["move"].error_messages["required"] = said(NO_MOVES)


class Fix(forms.Form):
    """Which segment for whom, why, and until when."""

    segment = forms.ChoiceField(choices=[(letter, letter) for letter in LETTERS])
    until = Day()
    why = forms.CharField(max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segment"].label = said(Text("Segment", "Segment"))
        self.fields["until"].label = said(Text("Tot en met", "Until"))
        self.fields["why"].label = said(WHY)
        self.fields["why"].error_messages["required"] = said(NO_WHY)


class Filter(forms.Form):
    """Which moves to show, and which page of them; what makes no sense is left out."""

    van = forms.ChoiceField(choices=[(one, one) for one in (*LETTERS, "exit")], required=False)
    naar = forms.ChoiceField(choices=[(one, one) for one in (*LETTERS, "exit")], required=False)
    pagina = forms.IntegerField(min_value=1, max_value=10**6, required=False)

    def asked(self) -> tuple[dict[str, str], int]:
        """Conditions on moves, and the page."""
        self.is_valid()
        told = self.cleaned_data
        wanted = {"from_segment": told.get("van"), "to_segment": told.get("naar")}
        return {name: value for name, value in wanted.items() if value}, told.get("pagina") or 1
