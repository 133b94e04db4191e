"""Our widgets write what Django's templates write."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from kernklant.web.base.widgets import ROOM, WRITERS, Quick

BAD = '<b a="1">&\''
CHOICES = [("", "–"), ("a", "A"), (BAD, BAD), ("Groep & co", [("b", "B"), (3, "drie")])]


class Everything(forms.Form):
    text = forms.CharField(max_length=9, help_text="x", widget=forms.TextInput({"class": BAD}))
    number = forms.DecimalField(min_value=0, required=False)
    email = forms.EmailField()
    secret = forms.CharField(widget=forms.PasswordInput)
    hidden = forms.CharField(widget=forms.HiddenInput)
    day = forms.DateField(widget=forms.DateInput({"type": "date"}), localize=False)
    search = forms.CharField(widget=forms.TextInput({"type": "search", "hidden": True}))
    tick = forms.BooleanField()
    one = forms.ChoiceField(choices=CHOICES)
    two = forms.ChoiceField(choices=CHOICES[:3], widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(choices=CHOICES[:3], widget=forms.CheckboxSelectMultiple)
    list = forms.MultipleChoiceField(choices=CHOICES)
    long = forms.CharField(widget=forms.Textarea)


DATA = {"text": BAD, "number": "1.5", "tick": "on", "one": "3", "two": BAD, "many": ["a", BAD],
        "list": ["b"], "day": "2026-01-02", "email": BAD}  # fmt: skip


def written(renderer: DjangoTemplates, data: dict[str, Any] | None) -> list[str]:
    form = Everything(data, renderer=renderer)
    whole = [str(field) for field in form]
    parts = [
        part for name in ("two", "many") for tick in form[name] for part in (tick.tag(), str(tick))
    ]
    return [same(one) for one in whole + parts]


def same(html: str) -> str:
    """Without what a browser does not see: space between elements."""
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", html)).replace("> ", ">").strip()


@pytest.mark.parametrize("data", [None, DATA])
def test_our_widgets_write_what_djangos_templates_write(data: dict[str, Any] | None) -> None:
    assert written(Quick(), data) == written(DjangoTemplates(), data)


def test_every_template_we_stand_in_for_is_one_of_django() -> None:
    for name in WRITERS:
        assert name.startswith(ROOM)
        assert DjangoTemplates().get_template(name)  # raises where there is none
