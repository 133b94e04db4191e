"""Who may ask from outside, and whom to tell."""

from __future__ import annotations

from typing import Any

from django import forms

from kernklant.engine.errors import Text, UserError
from kernklant.web.base import outgoing
from kernklant.web.base.forms import Named
from kernklant.web.base.models import Member
from kernklant.web.base.office.sentences import EVENTS
from kernklant.web.base.scopes import SCOPES
from kernklant.web.base.words import language, said

DAYS = {
    30: Text("30 dagen", "30 days"),
    90: Text("90 dagen", "90 days"),
    365: Text("een jaar", "a year"),
}


class TokenForm(Named):
    """A token: whose, for what, how long."""

    name = forms.CharField(max_length=100)
    member: forms.ModelChoiceField[Member] = forms.ModelChoiceField(Member.objects.none())
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        for name, label in {
            "name": Text("Waarvoor is het?", "What is it for?"),
            "member": Text("Namens wie", "In whose name"),
            "scopes": Text("Wat mag het", "What it may do"),
            "days": Text("Hoe lang geldig", "Valid for"),
        }.items():
            fields[name].label = said(label)
        fields["member"].help_text = said(
            Text(
                "Het token kan nooit meer dan deze gebruiker zelf.",
                "The token can never do more than this user.",
            )
        )
        fields["member"].queryset = Member.objects.filter(is_active=True).order_by("name")
        fields["member"].empty_label = said(Text("kies iemand", "choose somebody"))
        fields["scopes"].choices = [(key.value, said(text)) for key, (_, text) in SCOPES.items()]
        fields["days"].choices = [(days, said(text)) for days, text in DAYS.items()]


class WebhookForm(Named):
    """An address to tell, and of what."""

    url = forms.CharField(max_length=outgoing.LONGEST)
    events = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["url"].label = said(Text("Adres (https)", "Address (https)"))
        fields["events"].label = said(Text("Waarvan", "Of what"))
        fields["events"].choices = [(key, said(text)) for key, text in EVENTS.items()]

    def clean_url(self) -> str:
        """An address one may send to."""
        url: str = self.cleaned_data["url"]
        try:
            outgoing.target_of(url)
        except UserError as error:
            raise forms.ValidationError(error.to(language())) from None
        return url
