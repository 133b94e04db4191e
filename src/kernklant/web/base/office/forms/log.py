"""Which entries of the log to show."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from kernklant.engine.errors import Text
from kernklant.web.base.models import Member
from kernklant.web.base.office.forms.people import Worded
from kernklant.web.base.office.sentences import THINGS
from kernklant.web.base.words import said


class Which(Worded):
    """By whom, about what, on which day; what makes no sense is left out."""

    wie: forms.ModelChoiceField[Member] = forms.ModelChoiceField(
        Member.objects.none(), required=False
    )
    soort = forms.ChoiceField(required=False)
    nummer = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    dag = forms.DateField(
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        validators=[MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    )
    voor = forms.IntegerField(
        min_value=1, max_value=2**62, required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in {
            "wie": Text("Door wie", "By whom"),
            "soort": Text("Over wat", "About what"),
            "nummer": Text("Nummer", "Number"),
            "dag": Text("Op dag", "On day"),
        }.items():
            self.fields[name].label = said(label)
        everybody = said(Text("iedereen", "everybody"))
        anything = said(Text("alles", "anything"))
        who: Any = self.fields["wie"]
        who.queryset, who.empty_label = Member.objects.order_by("name"), everybody
        kinds: Any = self.fields["soort"]
        kinds.choices = [
            ("", anything),
            *((kind, said(text, n="").strip()) for kind, text in THINGS.items()),
        ]

    def asked(self) -> dict[str, Any]:
        """The filters, as ``journal.entries`` takes them."""
        self.is_valid()
        told = self.cleaned_data
        kind, number = told.get("soort") or "", told.get("nummer")
        return {
            "by": told.get("wie"),
            "kind": kind,
            "number": number,
            "day": told.get("dag"),
            "before": told.get("voor"),
        }
