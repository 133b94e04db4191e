"""Forms of signing in and of one's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest

from kernklant.engine.errors import Text
from kernklant.web.base.words import said

LONGEST = 200  # of what one searches for
DJANGO_S = forms.Field.default_error_messages["required"]
CHOICES = (forms.ChoiceField, forms.ModelChoiceField)
FILL_IN = Text("Vul “{field}” in.", "Fill in “{field}”.")
CHOOSE = Text("Kies bij “{field}” een mogelijkheid.", "Choose something for “{field}”.")


def typed(request: HttpRequest, name: str) -> str:
    """What somebody typed that stands in the address; "" for what no field would take."""
    try:
        return str(forms.CharField(required=False).clean(request.GET.get(name, "")[:LONGEST]))
    except forms.ValidationError:
        return ""


class Named(forms.Form):
    """A form that names the field that was left empty, and says what to do."""

    def full_clean(self) -> None:
        """Once the labels are known; what a form says itself stays."""
        for field in self.fields.values():
            if field.error_messages.get("required") == DJANGO_S:
                text = CHOOSE if isinstance(field, CHOICES) else FILL_IN
                field.error_messages["required"] = said(text, field=field.label or "")
        super().full_clean()


class FirstVisit(Named):
    """Who will be the administrator."""

    name = forms.CharField(max_length=100, widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(max_length=254, widget=forms.EmailInput({"autocomplete": "username"}))
    password = forms.CharField(
        max_length=1024, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, label in {
            "name": Text("Uw naam", "Your name"),
            "email": Text("E-mailadres", "E-mail address"),
            "password": Text(
                "Wachtwoord (minstens 12 tekens)", "Password (at least 12 characters)"
            ),
        }.items():
            self.fields[field].label = said(label)

    def clean_password(self) -> str:
        """Long enough and not a common one."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class Looks(forms.Form):
    """Language and theme, each by itself."""

    language = forms.ChoiceField(choices=[("nl", "nl"), ("en", "en")], required=False)
    theme = forms.ChoiceField(
        choices=[("auto", "auto"), ("light", "light"), ("dark", "dark")], required=False
    )
