"""What is wrong with a policy, in the words of the form it was filled in on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.forms import BoundField, Form
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kernklant.engine.errors import Bounds, PolicyInvalid, Text
from kernklant.engine.segments.policy import Policy
from kernklant.engine.segments.wording import figure
from kernklant.engine.value.lifetime import BOUNDS
from kernklant.web.base.words import said

FIELDS = {
    "horizon_years": "horizon_years",
    "discount_per_year": "discount",
    "default_margin": "default_margin",
    "hysteresis.move_if_chance_of_current_below": "move_below",
    "hysteresis.at_once_below": "at_once_below",
    "hysteresis.minimum_stay_months": "minimum_stay",
    "segments.exit_proposal.chance_contribution_negative": "exit_chance",
    "segments.exit_proposal.months": "exit_months",
    "segments.b.chance_of_a": "b_chance",
    "segments.b.potential": "b_potential",
    "segments.b.rating": "b_rule",
    "segments.a.break_even.cost_per_year": "a_cost",
    "segments.a.break_even.lift": "a_lift",
    "segments.a.top_share": "a_value",
    "segments.a.top_customers": "a_value",
    "segments.a.cumulative_share": "a_value",
    "segments.a.at_least": "a_value",
    "segments.a.break_even": "segment_on",
    "rates.hour": "hour",
}
# As shares in the document, in the form as percentages.
SHARES = re.compile(
    r"segments\.a\.(top_share|cumulative_share|break_even\.lift)|segments\.b\.chance_of_a"
    r"|discount_per_year|default_margin|hysteresis\.(move_if|at_once).*|.*\.chance_.*_negative"
)
TAKE = Text(
    "Neem {kind} van {low} tot en met {high}{unit}.", "Take {kind} from {low} to {high}{unit}."
)
WHOLE, ANY = Text("een geheel getal", "a whole number"), Text("een getal", "a number")
# Faults that the engine tells in the words of the document.
WORDS = (
    (r"hysteresis\.at_once_below",
     Text("Dit ligt boven de grens waaronder een klant verschuift; kies hoogstens die.",
          "This is above the bound below which a customer moves; choose that at most.")),
    (r"criteria\..*\.to",
     Text("Dit ligt niet boven het getal achter ‘van’; zet het hoger.",
          "This is not above the number behind ‘from’; set it higher.")),
    (r"segments\.a\..*",
     Text("Deze regel telt euro's, geen punten; kies klantwaarde of bijdrage.",
          "This rule counts euros, not points; choose lifetime value or contribution.")),
)  # fmt: skip
STEPS = Text(
    "De stappen lopen niet op, of geven meer punten dan het gewicht; laat grenzen en punten "
    "stijgen, tot hoogstens het gewicht.",
    "The steps do not rise, or give more points than the weight; let bounds and points rise, to "
    "the weight at most.",
)


class Marked(BoundField):
    """A field with what is wrong beside it; Django names that span in aria-describedby."""

    def as_widget(self, *args: object, **kwargs: object) -> SafeString:
        """The widget, and the errors after it."""
        widget = super().as_widget(*args, **kwargs)  # type: ignore[arg-type]
        if not self.errors:
            return widget
        told = " ".join(map(str, self.errors))
        return format_html(
            '{} <span class="fault" id="{}_error">{}</span>', widget, self.auto_id, told
        )


def outside(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was filled in that the engine takes in no rules at all: the field and the remedy."""
    for path, (low, high) in BOUNDS.items():
        share = SHARES.fullmatch(path) is not None
        value = told.get(FIELDS.get(path, ""))
        if value is not None and not low <= value / (100 if share else 1) <= high:
            yield FIELDS[path], said(_between(Bounds(low, high, whole=False), share=share))


def mark(form: Form, policy: Policy, invalid: PolicyInvalid) -> None:
    """Each fault as an error of the field it is about; of the form where none is."""
    for _line, path, what, remedy, bounds in invalid.faults:
        name = field_of(path, policy)
        told = _in_words(path, bounds) or Text(f"{what.nl}; {remedy.nl}", f"{what.en}; {remedy.en}")
        form.add_error(name if name in form.fields else None, said(told))


def field_of(path: str, policy: Policy) -> str | None:
    """The field in which a value of the document is filled in."""
    return FIELDS.get(path) or dict(_of_lists(policy)).get(path)


def _of_lists(policy: Policy) -> Iterator[tuple[str, str]]:
    for at, one in enumerate(policy.criteria):
        for key, field in (("weight", "weight"), ("from", "from"), ("to", "to"), ("steps", "at0")):
            yield f"criteria.{one.name}.{key}", f"c{at}_{field}"
    for at, name in enumerate(policy.rates.minutes):
        yield f"rates.minutes.{name}", f"minutes{at}"


def _in_words(path: str, bounds: Bounds | None) -> Text | None:
    if bounds is not None:
        return _between(bounds, share=SHARES.fullmatch(path) is not None)
    if path.endswith(".steps"):
        return STEPS
    return next((text for pattern, text in WORDS if re.fullmatch(pattern, path)), None)


def _between(bounds: Bounds, *, share: bool) -> Text:
    times, unit = (100, Text(" %", "%")) if share else (1, Text("", ""))
    low, high = figure(bounds.low * times), figure(bounds.high * times)
    kind = WHOLE if bounds.whole else ANY
    return Text(
        TAKE.nl.format(kind=kind.nl, low=low.nl, high=high.nl, unit=unit.nl),
        TAKE.en.format(kind=kind.en, low=low.en, high=high.en, unit=unit.en),
    )
