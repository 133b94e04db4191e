"""Forms of answering a person."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from kernklant.engine.errors import Text
from kernklant.engine.ledger.correct import MAY
from kernklant.web.base.words import said

MOST = 500
LABELS = {
    "name": Text("Naam", "Name"),
    "email": Text("E-mailadres", "E-mail address"),
    "phone": Text("Telefoonnummer", "Phone number"),
    "postcode": Text("Postcode", "Postal code"),
    "city": Text("Plaats", "City"),
}
TICK = Text("Ja, wis deze gegevens voorgoed", "Yes, erase these data for good")
NUMBERS = Text("Klantnummers", "Customer numbers")
NUMBERS_HELP = Text(
    "Eén per regel, of met een komma ertussen; hoogstens 500.",
    "One on a line, or with a comma in between; 500 at most.",
)
TOO_MANY = Text("Geef hoogstens 500 nummers.", "Give 500 numbers at most.")


class Correction(forms.Form):
    """Name and addresses as they should be."""

    name = forms.CharField(max_length=300, required=False)
    email = forms.EmailField(max_length=254, required=False)
    phone = forms.CharField(max_length=50, required=False)
    postcode = forms.CharField(max_length=20, required=False)
    city = forms.CharField(max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in MAY:
            self.fields[name].label = said(LABELS[name])

    def changes(self) -> dict[str, str]:
        """The values that are other than they were."""
        return {name: self.cleaned_data[name] for name in MAY if name in self.changed_data}


class Sure(forms.Form):
    """A tick, and the key that makes a second click the same request."""

    sure = forms.BooleanField()
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sure"].label = said(TICK)


class Listed(forms.Form):
    """Customer numbers as somebody pastes them."""

    numbers = forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["numbers"].label = said(NUMBERS)
        self.fields["numbers"].help_text = said(NUMBERS_HELP)

    def clean_numbers(self) -> list[str]:
        """Each once, in the order they were given."""
        parts = re.split(r"[\n\r,;\t]+", self.cleaned_data["numbers"])
        found = [*dict.fromkeys(part.strip() for part in parts if part.strip())]
        if len(found) > MOST:
            raise forms.ValidationError(said(TOO_MANY))
        return found
