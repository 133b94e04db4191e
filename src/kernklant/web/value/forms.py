"""A policy as a form, and as text: the same document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField

from kernklant.engine.errors import PolicyInvalid, Text
from kernklant.engine.segments.edit import with_values_of
from kernklant.engine.segments.explain import SOURCES
from kernklant.engine.segments.naming import activity, named
from kernklant.engine.segments.policy import Policy, read_policy
from kernklant.engine.segments.rules import BreakEven, SegmentRules, pays_from
from kernklant.engine.value.criteria import Criterion
from kernklant.web.base.words import said
from kernklant.web.value import changing
from kernklant.web.value.drawing import line_of
from kernklant.web.value.faults import Marked, mark, outside
from kernklant.web.value.in_force import POLICY_NAME
from kernklant.web.value.suggesting import suggested

MOST_TEXT = 200_000
NO_NUMBER = Text("Dit is geen getal.", "This is not a number.")
EMPTY = Text("Vul hier iets in.", "Fill this in.")
NO_WHY = Text(
    "Zeg in één zin waarom. Er is nog niets vastgesteld.",
    "Say why in one sentence. Nothing was adopted yet.",
)
A_RULES = {
    "top_share": Text("% van de klanten, met de hoogste", "% of customers, with the highest"),
    "top_customers": Text("klanten met de hoogste", "customers with the highest"),
    "cumulative_share": Text("% van de totale", "% of the total"),
    "at_least": Text("of meer aan", "or more of"),
    "break_even": Text("terugverdienen, gemeten op", "paying for itself, measured on"),
}
SEGMENT_ON = {
    "score": Text("score (punten)", "score (points)"),
    "clv": Text("klantwaarde na bediening (euro)", "lifetime value after service (euros)"),
    "contribution_12m": Text("bijdrage van 12 maanden (euro)", "contribution of 12 months (euros)"),
}
B_RULES = {
    "chance": Text("kans om A te worden", "chance of becoming A"),
    "potential": Text("potentie bij ons", "potential with us"),
    "rating": Text("beoordeling door mensen", "rating by people"),
}
IN_SHARES = {"top_share", "cumulative_share"}
Shape = tuple[str, Text, str]  # field, label, unit
VALUE_FIELDS: tuple[Shape, ...] = (
    ("horizon_years", Text("Zoveel jaar vooruit", "Years ahead"), "years"),
    ("discount", Text("Verdiscontering per jaar", "Discount per year"), "%"),
    ("default_margin", Text("Winstmarge zonder kostprijs", "Margin where no cost is known"), "%"),
)
DAMPING_FIELDS: tuple[Shape, ...] = (
    ("move_below", Text("Verschuift als de kans op zijn segment onder … ligt",
                        "Moves when the chance of his segment is below"), "%"),
    ("at_once_below", Text("Verschuift meteen onder", "Moves at once below"), "%"),
    ("minimum_stay", Text("Blijft minstens", "Stays at least"), "months"),
)  # fmt: skip
EXIT_FIELDS: tuple[Shape, ...] = (
    ("exit_chance", Text("Kans op een negatieve bijdrage van minstens",
                         "Chance of a negative contribution of at least"), "%"),
    ("exit_months", Text("Waar kopen geen marge laat: koopt weer binnen",
                         "Where buying leaves no margin: buys again within"), "months"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion as a line of the form."""

    criterion: Criterion
    name: Text
    source: Text
    weight: BoundField
    low: BoundField | None
    high: BoundField | None
    suggested: tuple[float, float] | None
    drawn: str
    steps: list[tuple[BoundField, BoundField]]
    drop: BoundField


class PolicyForm(forms.Form):
    """The values of a policy; what has no field stays as it is in the text."""

    bound_field_class = Marked
    seen = forms.CharField(max_length=32, widget=forms.HiddenInput)
    title = forms.CharField(max_length=120, required=False)

    def __init__(self, policy: Policy, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.policy = policy
        self.suggested = suggested(policy.criteria)
        _label(self, "title", Text("Naam van dit concept (mag leeg)", "Name of this draft"))
        for at, one in enumerate(policy.criteria):
            self._add_criterion(f"c{at}", one)
        changing.add_fields(self, policy.criteria)
        self._add_segments(policy.segments)
        self._add_shares(policy)
        for at, (name, minutes) in enumerate(policy.rates.minutes.items()):
            label = activity(name)
            self._number(f"minutes{at}", label, minutes)

    def lines(self) -> Iterator[Line]:
        """The criteria in their order."""
        for at, one in enumerate(self.policy.criteria):
            steps = [
                (self[f"c{at}_at{n}"], self[f"c{at}_points{n}"]) for n in range(len(one.steps))
            ]
            yield Line(
                criterion=one,
                name=named(one.name),
                source=SOURCES[one.source],
                weight=self[f"c{at}_weight"],
                low=self._if_there(f"c{at}_from"),
                high=self._if_there(f"c{at}_to"),
                suggested=self.suggested.get(one.name),
                drawn=line_of(one),
                steps=steps,
                drop=self[f"c{at}_drop"],
            )

    def adding(self) -> list[BoundField]:
        """The fields of a new criterion."""
        return changing.adding(self)

    def _if_there(self, name: str) -> BoundField | None:
        return self[name] if name in self.fields else None

    def values(self) -> list[tuple[BoundField, str]]:
        """How value is counted, with units."""
        return self._group(VALUE_FIELDS)

    def damping(self) -> list[tuple[BoundField, str]]:
        """Against going to and fro, with units."""
        return self._group(DAMPING_FIELDS)

    def exits(self) -> list[tuple[BoundField, str]]:
        """When offboarding is proposed, with units."""
        return self._group(EXIT_FIELDS)

    def _group(self, fields: tuple[Shape, ...]) -> list[tuple[BoundField, str]]:
        return [(self[name], unit) for name, _label, unit in fields]

    def minutes(self) -> list[BoundField]:
        """Minutes of each activity."""
        return [self[f"minutes{at}"] for at in range(len(self.policy.rates.minutes))]

    def clean(self) -> None:
        """Values that make no policy are marked where they were filled in."""
        told = self.cleaned_data
        for name, remedy in [*outside(told), *changing.missing(told, self.policy.criteria)]:
            self.add_error(name, remedy)
        if self.errors:
            return
        try:
            self.text()
        except PolicyInvalid as invalid:
            mark(self, self.policy, invalid)

    def text(self) -> str:
        """The document with what was filled in; PolicyInvalid when that makes no policy."""
        text = with_values_of(self.policy, self.wanted())
        read_policy(text, name=POLICY_NAME)
        return text

    def wanted(self) -> Policy:
        """The policy as filled in."""
        told, policy = self.cleaned_data, self.policy
        names = enumerate(policy.rates.minutes)
        lifetime = replace(
            policy.lifetime,
            horizon_years=float(told["horizon_years"]),
            discount_per_year=_share(told["discount"]),
            default_margin=_share(told["default_margin"]),
        )
        return replace(
            policy,
            lifetime=lifetime,
            criteria=changing.changed([_criterion(one, f"c{at}", told)
                                       for at, one in enumerate(policy.criteria)], told),
            segments=_segments(policy.segments, told, lifetime=lifetime),
            hysteresis=replace(
                policy.hysteresis,
                move_below=_share(told["move_below"]),
                at_once_below=_share(told["at_once_below"]),
                minimum_stay_months=float(told["minimum_stay"]),
            ),
            rates=replace(
                policy.rates,
                hour=float(told["hour"]),
                minutes={name: float(told[f"minutes{at}"]) for at, name in names},
            ),
        )  # fmt: skip

    def _add_criterion(self, prefix: str, one: Criterion) -> None:
        name = named(one.name)
        weight = Text(f"Gewicht van {name.nl}", f"Weight of {name.en}")
        self._number(f"{prefix}_weight", weight, one.weight)
        if one.shape in {"bounded", "linear"}:
            for end, value, word in (("from", one.low, Text("vanaf", "from")),
                                     ("to", one.high, Text("tot", "to"))):  # fmt: skip
                label = Text(f"{name.nl}: {word.nl}", f"{name.en}: {word.en}")
                number = None if value == "auto" else value
                self._number(f"{prefix}_{end}", label, number, required=False)
        for at, (value, points) in enumerate(one.steps):
            step = Text(f"{name.nl}, stap {at + 1}", f"{name.en}, step {at + 1}")
            self._number(f"{prefix}_at{at}", Text(f"{step.nl}: vanaf", f"{step.en}: from"), value)
            self._number(
                f"{prefix}_points{at}", Text(f"{step.nl}: punten", f"{step.en}: points"), points
            )

    def _add_segments(self, rules: SegmentRules) -> None:
        percent = 100 if rules.a_rule in IN_SHARES else 1
        programme = rules.break_even
        value = None if programme else _times(rules.a_value, percent)
        self._number("a_value", Text("A: hoeveel", "A: how much"), value, required=False)
        self._choice("a_rule", Text("A: de regel", "A: the rule"), A_RULES, rules.a_rule)
        self._choice("segment_on", Text("A: gemeten op", "A: measured on"), SEGMENT_ON,
                     rules.segment_on)  # fmt: skip
        cost = Text("Wat het A-programma per klant per jaar kost (€)",
                    "What the A programme costs a customer a year (€)")  # fmt: skip
        lift = Text(
            "Zoveel procent stijgt zijn waarde erdoor", "By how many percent it lifts his value"
        )
        self._number("a_cost", cost, programme and programme.cost_per_year, required=False)
        self._number("a_lift", lift, programme and _times(programme.lift, 100), required=False)
        choices = {
            name: text for name, text in B_RULES.items() if name != "rating" or rules.b_rating
        }
        self._choice("b_rule", Text("B: de regel", "B: the rule"), choices, _b_rule(rules))
        self._number("b_chance", Text("B: kans van minstens (%)", "B: chance of at least (%)"),
                     _times(rules.b_chance, 100), required=False)  # fmt: skip
        could = Text("B: potentie van minstens (€ per jaar)", "B: potential of at least (€ a year)")
        self._number("b_potential", could, rules.b_potential, required=False)
        self.fields["never_insolvent"] = forms.BooleanField(
            required=False, initial="insolvent" in rules.never_a
        )
        _label(self, "never_insolvent", Text("nooit bij faillissement", "never when insolvent"))

    def _add_shares(self, policy: Policy) -> None:
        values = {
            "horizon_years": policy.lifetime.horizon_years,
            "discount": _times(policy.lifetime.discount_per_year, 100),
            "default_margin": _times(policy.lifetime.default_margin, 100),
            "move_below": _times(policy.hysteresis.move_below, 100),
            "at_once_below": _times(policy.hysteresis.at_once_below, 100),
            "minimum_stay": policy.hysteresis.minimum_stay_months,
            "exit_chance": _times(policy.segments.exit_chance, 100),
            "exit_months": policy.segments.exit_months,
        }
        for name, label, _unit in (*VALUE_FIELDS, *DAMPING_FIELDS, *EXIT_FIELDS):
            self._number(name, label, values[name])
        hour = Text("Een uur bediening kost (€)", "An hour of service costs (€)")
        self._number("hour", hour, policy.rates.hour)

    def _number(self, name: str, label: Text, value: Any, *, required: bool = True) -> None:
        """Not in the reader's format: browsers send what is in a number field with a point."""
        widget = forms.NumberInput({"step": "any", "inputmode": "decimal"})
        initial = None if value is None else _plain(value)
        self.fields[name] = forms.DecimalField(
            required=required, initial=initial, widget=widget, max_digits=18,
            error_messages={"invalid": said(NO_NUMBER), "required": said(EMPTY)},
        )  # fmt: skip
        _label(self, name, label)

    def _choice(self, name: str, label: Text, among: dict[str, Text], value: str) -> None:
        choices = [(key, said(words)) for key, words in among.items()]
        self.fields[name] = forms.ChoiceField(choices=choices, initial=value)
        _label(self, name, label)


class TextForm(forms.Form):
    """The policy as the text it is."""

    seen = forms.CharField(max_length=32, widget=forms.HiddenInput)
    title = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        max_length=MOST_TEXT,
        strip=False,
        widget=forms.Textarea(
            {"class": "document", "spellcheck": "false", "autocomplete": "off", "rows": 30}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, "text", Text("Het beleid als tekst (TOML)", "The policy as text (TOML)"))
        self.fields["text"].error_messages["required"] = said(EMPTY)


class Adopt(forms.Form):
    """Why; and which text the reader saw."""

    seen = forms.CharField(max_length=32, widget=forms.HiddenInput)
    why = forms.CharField(max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, "why", Text("Waarom, in één zin", "Why, in one sentence"))
        self.fields["why"].error_messages["required"] = said(NO_WHY)


class Begin(forms.Form):
    """A draft of which version; the key makes a double click one draft."""

    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
    van = forms.IntegerField(min_value=1, required=False)


def _label(form: forms.Form, name: str, label: Text) -> None:
    form.fields[name].label = said(label)


def _b_rule(rules: SegmentRules) -> str:
    if rules.b_potential is not None:
        return "potential"
    return "rating" if rules.b_rating is not None else "chance"


def _criterion(one: Criterion, prefix: str, told: dict[str, Any]) -> Criterion:
    wanted = replace(one, weight=float(told[f"{prefix}_weight"]))
    if f"{prefix}_from" in told:
        wanted = replace(
            wanted, low=_bound(told[f"{prefix}_from"]), high=_bound(told[f"{prefix}_to"])
        )
    steps = [
        (float(told[f"{prefix}_at{at}"]), float(told[f"{prefix}_points{at}"]))
        for at in range(len(one.steps))
    ]
    return replace(wanted, steps=tuple(steps))


def _segments(rules: SegmentRules, told: dict[str, Any], *, lifetime: Any) -> SegmentRules:
    rule, on = told["a_rule"], told["segment_on"]
    programme, value = None, float(told["a_value"] or 0)
    if rule == "break_even":
        programme = BreakEven(float(told["a_cost"] or 0), _share(told["a_lift"] or Decimal(0)))
        value = pays_from(programme, on, lifetime) if programme.lift else 0.0
    elif rule in IN_SHARES:
        value = _share(told["a_value"] or Decimal(0))
    by_chance, by_potential = (told["b_rule"] == name for name in ("chance", "potential"))
    return replace(
        rules,
        segment_on=on,
        a_rule=rule,
        a_value=value,
        break_even=programme,
        b_chance=_share(told["b_chance"] or Decimal(0)) if by_chance else 0.30,
        b_potential=float(told["b_potential"] or 0) if by_potential else None,
        b_rating=rules.b_rating if told["b_rule"] == "rating" else None,
        exit_chance=_share(told["exit_chance"]),
        exit_months=float(told["exit_months"]),
        never_a=("insolvent",) if told["never_insolvent"] else (),
    )


def _bound(value: Decimal | None) -> Any:
    return "auto" if value is None else float(value)


def _share(percent: Decimal) -> float:
    return float(percent / 100)


def _times(value: float, times: int) -> Decimal:
    return Decimal(str(value)) * times


def _plain(value: float | Decimal) -> str:
    """Without an exponent or needless noughts, as a number field takes it."""
    written = f"{Decimal(str(value)):f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
