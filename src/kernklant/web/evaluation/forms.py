"""What can be asked on these pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from kernklant.engine.errors import Text
from kernklant.web.base.words import format_of_reader, said
from kernklant.web.evaluation.flows import NEW, OLD
from kernklant.web.evaluation.listing import first_day

LATER = Text(
    "De peildatum ligt in de toekomst. Kies vandaag of eerder; er is niets gevraagd.",
    "The as-of date lies in the future. Choose today or earlier; nothing was asked.",
)
NO_DAY = Text(
    "Dit is geen datum. Schrijf bijvoorbeeld 30-09-2026; er is niets gevraagd.",
    "This is no date. Write for example 2026-09-30; nothing was asked.",
)

EARLIER = Text(
    "Op die dag was er nog niets verkocht. Kies {day} of later; er is niets gevraagd.",
    "Nothing had been sold on that day. Choose {day} or later; nothing was asked.",
)


def refusal(day: date | None) -> Text | None:
    """Why there is no evaluation as of this day, for pages and programs; None where there is."""
    if day is None:
        return None
    if day > timezone.localdate():
        return LATER
    first = first_day()
    if first is not None and day < first:
        shown = format_of_reader().day(first)
        return Text(EARLIER.nl.format(day=shown), EARLIER.en.format(day=shown))
    return None


class Ask(forms.Form):
    """As of which day; the key makes a double click one question."""

    as_of = forms.DateField(
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
    )
    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["as_of"].label = said(Text("Peildatum", "As-of date"))
        self.fields["as_of"].error_messages["invalid"] = said(NO_DAY)

    def clean_as_of(self) -> date | None:
        """Not in the future, nor before the first sale."""
        day: date | None = self.cleaned_data["as_of"]
        why = refusal(day)
        if why is not None:
            raise forms.ValidationError(said(why))
        return day


class Cell(forms.Form):
    """Which cell of the matrix, which page of it; what makes no sense is left out."""

    van = forms.ChoiceField(choices=[(one, one) for one in OLD], required=False)
    naar = forms.ChoiceField(choices=[(one, one) for one in NEW], required=False)
    pagina = forms.IntegerField(min_value=1, max_value=10**6, required=False)

    def asked(self) -> tuple[str, str, int]:
        """From, to, page."""
        self.is_valid()
        told = self.cleaned_data
        return told.get("van", ""), told.get("naar", ""), told.get("pagina") or 1


class Against(forms.Form):
    """Compare with which run."""

    met = forms.IntegerField(min_value=1)


class Trial(forms.Form):
    """Which customer to try the draft on."""

    klant = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = Text("Naam, plaats of klantnummer", "Name, place or customer number")
        self.fields["klant"].label = said(label)

    def asked(self) -> str:
        """What was typed; "" when it makes no sense."""
        return str(self.cleaned_data["klant"]) if self.is_valid() else ""
