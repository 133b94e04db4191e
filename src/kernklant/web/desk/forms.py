"""What can be asked of a list of customers, as its address says it."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef

from kernklant.engine.errors import Text
from kernklant.web.base.models import Member, Role
from kernklant.web.base.rights import Sight
from kernklant.web.base.words import said
from kernklant.web.desk.listing import OF_CUSTOMERS, OF_PROSPECTS, TURNED
from kernklant.web.ledger.models import ContactPerson, Copies
from kernklant.web.segments.models import Standing

Choices = list[tuple[str, str]]
ANY = Text("alle", "any")
LEFT = Text("{who} (weg)", "{who} (left)")
LETTERS = ("A", "B", "C", "exit")
MOVED = {
    "omhoog": Text("omhoog", "up"),
    "omlaag": Text("omlaag", "down"),
    "nieuw": Text("nieuw", "new"),
}
VALUABLE = {
    "ja": Text("waardevol", "valuable"),
    "nee": Text("minder waard", "worth less"),
}
NPS = {
    "tevreden": Text("tevreden (7–10)", "satisfied (7–10)"),
    "critici": Text("ontevreden: critici (onder 7)", "unsatisfied: detractors (below 7)"),
    "passief": Text("passief (7–8)", "passives (7–8)"),
    "promotors": Text("promotors (9–10)", "promoters (9–10)"),
    "geen": Text("nog niet gevraagd", "not asked yet"),
}
EVIDENCE = {
    "goed": Text("goed te schatten", "well known"),
    "weinig": Text("weinig bekend", "little known"),
}
MIND = {
    "verlies": Text("kost meer dan hij brengt", "costs more than he brings"),
    "te-veel": Text("krijgt veel aandacht", "much attention for what he brings"),
    "te-weinig": Text("krijgt weinig aandacht", "little attention for what he brings"),
    "ontevreden": Text("hoge waarde, ontevreden", "high value, unsatisfied"),
    "uitfaseren": Text("uitfaseren voorgesteld", "offboarding proposed"),
    "toezicht": Text("betaalt laat", "pays late"),
}  # fmt: skip
KINDS = {
    "klanten": Text("Klanten", "Customers"),
    "prospects": Text("Prospects", "Prospects"),
}
ORDERS = {
    "waarde": Text("klantwaarde", "lifetime value"),
    "bijdrage": Text("bijdrage", "contribution"),
    "potentie": Text("potentie", "potential"),
    "score": Text("score", "score"),
    "naam": Text("naam", "name"),
}
HIGH, LOW = Text("hoogste eerst", "highest first"), Text("laagste eerst", "lowest first")
A_Z, Z_A = Text("A tot Z", "A to Z"), Text("Z tot A", "Z to A")


def _choices(words: dict[str, Text]) -> Choices:
    return [("", said(ANY)), *((name, said(text)) for name, text in words.items())]


def _orders(names: list[str]) -> Choices:
    """Each order from both its ends."""
    found = []
    for name in names:
        ends = (A_Z, Z_A) if name == "naam" else (HIGH, LOW)
        for turned, end in zip(("", TURNED), ends, strict=True):
            found.append((f"{turned}{name}", f"{said(ORDERS[name])}, {said(end)}"))
    return found


class ListForm(forms.Form):
    """The filters; what makes no sense is told beside its field and left out of the question."""

    zoek = forms.CharField(required=False, max_length=100)
    soort = forms.ChoiceField(required=False)
    segment = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    manager = forms.ChoiceField(required=False)
    branche = forms.ChoiceField(required=False)
    regio = forms.ChoiceField(required=False)
    waardevol = forms.ChoiceField(required=False)
    waarde_van = forms.IntegerField(required=False, min_value=0)
    waarde_tot = forms.IntegerField(required=False, min_value=0)
    verschoven = forms.ChoiceField(required=False)
    tevreden = forms.ChoiceField(required=False)
    cijfer = forms.IntegerField(required=False, min_value=0, max_value=10)
    bekend = forms.ChoiceField(required=False)
    let_op = forms.ChoiceField(required=False)
    volgorde = forms.ChoiceField(required=False)
    kolom = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, sight: Sight, columns: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("soort", [(name, said(text)) for name, text in KINDS.items()])
        self._offer("segment", [(letter, letter) for letter in LETTERS])
        self._offer("manager", _managers())
        for name, values in zip(("branche", "regio"), _places(), strict=True):
            self._offer(name, [("", said(ANY)), *((value, value) for value in values)])
        for name, words in {
            "verschoven": MOVED, "tevreden": NPS, "bekend": EVIDENCE, "let_op": MIND,
            "waardevol": VALUABLE,
        }.items():  # fmt: skip
            self._offer(name, _choices(words))
        prospects = self.data.get("soort") == "prospects"
        orders = OF_PROSPECTS if prospects else OF_CUSTOMERS
        # Between two companies the place of a person would tell his name.
        hidden = {"naam"} if sight is Sight.NO_PERSONS else set()
        self._offer("volgorde", _orders([name for name in orders if name not in hidden]))
        self._offer("kolom", columns)
        for name, label in LABELS.items():
            self.fields[name].label = said(label)
        if sight is Sight.NO_EUROS:
            for name in ("waardevol", "waarde_van", "waarde_tot", "let_op", "volgorde"):
                del self.fields[name]

    def asked(self) -> dict[str, Any]:
        """Every filter that makes sense, by name."""
        self.is_valid()
        found: dict[str, Any] = self.cleaned_data
        if "volgorde" in self.fields:
            found.setdefault("volgorde", "")
        for name in ("waarde_van", "waarde_tot"):
            if found.get(name) is not None:
                found[name] = Decimal(found[name])
        return found

    def _offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type alone
        field.choices = choices


LABELS = {
    "zoek": Text("Zoek", "Search"),
    "soort": Text("Soort", "Kind"),
    "segment": Text("Segment", "Segment"),
    "manager": Text("Accountmanager", "Account manager"),
    "branche": Text("Branche", "Sector"),
    "regio": Text("Regio", "Region"),
    "waardevol": Text("Waarde", "Value"),
    "waarde_van": Text("Klantwaarde vanaf €", "Lifetime value from €"),
    "waarde_tot": Text("tot €", "to €"),
    "verschoven": Text("Verschoven", "Moved"),
    "tevreden": Text("Tevredenheid", "Satisfaction"),
    "cijfer": Text("Cijfer (0–10)", "Mark (0–10)"),
    "bekend": Text("Hoe bekend", "How well known"),
    "let_op": Text("Let op", "Mind"),
    "volgorde": Text("Volgorde", "Order"),
    "kolom": Text("Kolommen", "Columns"),
}


class Bulk(forms.Form):
    """Give customers to an account manager."""

    klant = forms.TypedMultipleChoiceField(coerce=int)
    manager = forms.ModelChoiceField(queryset=Member.objects.none())

    def __init__(self, *args: Any, managers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["manager"].queryset = managers  # type: ignore[attr-defined]
        told = self.data.getlist("klant") if hasattr(self.data, "getlist") else []
        numbers = [(one, one) for one in told if one.isascii() and one.isdigit()]
        self.fields["klant"].choices = numbers  # type: ignore[attr-defined]


class ViewForm(forms.Form):
    """A list to keep under a name."""

    name = forms.CharField(max_length=80)
    query = forms.CharField(max_length=1000, required=False)


class NoteForm(forms.Form):
    """A note."""

    text = forms.CharField(max_length=5000)


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic when it runs
    """A contact person."""

    class Meta:
        model = ContactPerson
        fields = ("name", "function", "email", "phone", "remark")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in CONTACT.items():
            self.fields[name].label = said(label)


CONTACT = {
    "name": Text("Naam", "Name"),
    "function": Text("Functie", "Function"),
    "email": Text("E-mail", "E-mail"),
    "phone": Text("Telefoon", "Phone"),
    "remark": Text("Opmerking", "Remark"),
}


class RatingForm(forms.Form):
    """One's mark on a criterion; empty takes it back."""

    criterion = forms.ChoiceField()
    score = forms.TypedChoiceField(
        choices=[(str(mark), str(mark)) for mark in range(5)],
        coerce=int,
        required=False,
        empty_value=None,
    )

    def __init__(self, *args: Any, criteria: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criterion"].choices = [(one, one) for one in criteria]  # type: ignore[attr-defined]


def account_managers() -> Any:
    """Whom customers can be given to."""
    roles = (Role.ACCOUNT_MANAGER, Role.TEAM_MANAGER, Role.DIRECTOR)
    return Member.objects.filter(is_active=True, role__in=roles).order_by("name")


def _managers() -> Choices:
    """Whom customers can be given to, and who still has some: of who left they must be found."""
    has_customers = Exists(Standing.objects.filter(manager=OuterRef("pk")))
    found = (account_managers() | Member.objects.filter(has_customers)).order_by("name")
    people = [(str(one.pk), one.name if one.is_active else said(LEFT, who=one)) for one in found]
    return [("", said(ANY)), ("geen", said(Text("niemand", "nobody"))), *people]


def _places() -> tuple[list[str], list[str]]:
    """The sectors and regions there are; counted again when the copies were made again."""
    made = Copies.objects.filter(pk=1).values_list("made_at", flat=True).first()
    return _places_of(str(made))


@lru_cache(maxsize=2)
def _places_of(_made: str) -> tuple[list[str], list[str]]:
    return _distinct("sector"), _distinct("region")


def _distinct(name: str) -> list[str]:
    rows = Standing.objects.exclude(**{name: ""}).order_by(name)
    return list(rows.values_list(name, flat=True).distinct()[:200])
