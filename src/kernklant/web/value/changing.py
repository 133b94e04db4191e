"""Criteria that come into a draft and go out of it, on its form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BoundField

from kernklant.engine.errors import Text
from kernklant.engine.segments.added import can_be_added, new_criterion
from kernklant.engine.segments.explain import SOURCES
from kernklant.engine.value.criteria import Criterion
from kernklant.web.base.words import language, said

NOTHING = Text("geen", "none")
ADD = Text("Criterium erbij", "Another criterion")
CALLED = Text("Wat mensen beoordelen", "What people mark")
POINTS = Text("Gewicht van het nieuwe criterium", "Weight of the new criterion")
NOT_CALLED = Text(
    "Zeg wat mensen beoordelen, bijvoorbeeld ‘betaalt graag voor service’.",
    "Say what people mark, for example ‘likes to pay for service’.",
)
NO_POINTS = Text(
    "Zeg hoeveel van de 100 punten het waard is.", "Say how many of the 100 points it is worth."
)
NONE_LEFT = Text(
    "Zonder criterium is er geen score; laat er minstens één staan.",
    "Without a criterion there is no score; leave at least one.",
)


def add_fields(form: forms.Form, criteria: tuple[Criterion, ...]) -> None:
    """A tick with every criterion to take it out, and three fields for a new one."""
    for at in range(len(criteria)):
        label = Text("haal weg", "take out")
        form.fields[f"c{at}_drop"] = forms.BooleanField(required=False, label=said(label))
    among = can_be_added({one.name for one in criteria})
    choices = [("", said(NOTHING)), *((one, said(SOURCES[one])) for one in among)]
    form.fields["add_source"] = forms.ChoiceField(choices=choices, required=False, label=said(ADD))
    form.fields["add_called"] = forms.CharField(max_length=80, required=False, label=said(CALLED))
    form.fields["add_weight"] = forms.DecimalField(
        required=False, max_digits=5, label=said(POINTS),
        widget=forms.NumberInput({"step": "1", "inputmode": "numeric"}),
    )  # fmt: skip


def adding(form: forms.Form) -> list[BoundField]:
    """The fields of a new criterion."""
    return [form[name] for name in ("add_source", "add_called", "add_weight")]


def missing(told: Mapping[str, Any], criteria: tuple[Criterion, ...]) -> Iterator[tuple[str, str]]:
    """What is not filled in though the rest asks for it: the field and the remedy."""
    source = told.get("add_source")
    if source == "rating" and not told.get("add_called"):
        yield "add_called", said(NOT_CALLED)
    if source and told.get("add_weight") is None:
        yield "add_weight", said(NO_POINTS)
    if not source and all(told.get(f"c{at}_drop") for at in range(len(criteria))):
        yield "add_source", said(NONE_LEFT)


def changed(criteria: list[Criterion], told: Mapping[str, Any]) -> tuple[Criterion, ...]:
    """The criteria without those that go, and with the new one behind them."""
    kept = [one for at, one in enumerate(criteria) if not told[f"c{at}_drop"]]
    if told["add_source"]:
        names = {one.name for one in criteria}  # also of those that go: their lines are taken out
        kept.append(
            new_criterion(
                told["add_source"],
                float(told["add_weight"]),
                called=told["add_called"],
                lang=language(),
                taken=names,
            )
        )
    return tuple(kept)
