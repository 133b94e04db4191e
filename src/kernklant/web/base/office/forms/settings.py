"""What the company sets."""

from __future__ import annotations

from typing import Any

from django import forms

from kernklant.engine.errors import Text
from kernklant.web.base.calendar import regions
from kernklant.web.base.forms import Named
from kernklant.web.base.models import Role
from kernklant.web.base.office.sentences import MOVES, SETTINGS
from kernklant.web.base.settings_of import Company, company
from kernklant.web.base.words import said

EVERY = {
    0: Text("niet herinneren", "no reminder"),
    1: Text("elke maand", "every month"),
    3: Text("elk kwartaal", "every quarter"),
    6: Text("elk half jaar", "every half year"),
    12: Text("elk jaar", "every year"),
}
HELP = {
    "evaluate_every": Text(
        "Op die dag herinnert de pagina Evaluaties u eraan; starten doet u zelf.",
        "On that day the page Evaluations reminds you; starting it is up to you.",
    ),
    "sign_off": Text(
        "Zo'n verschuiving geldt pas als iemand ervoor tekent.",
        "Such a move comes into force only once somebody signs it.",
    ),
    "tidy_daily": Text(
        "Anders staat het op de pagina Privacy tot u het zelf opruimt. Het kan niet terug; "
        "eerdere evaluaties blijven leesbaar.",
        "Else the page Privacy shows it until you clean it up. It cannot be taken back; "
        "earlier evaluations stay readable.",
    ),
    "mfa_roles": Text(
        "Wie deze rol heeft, moet bij het aanmelden ook een code of sleutel geven. Op een adres "
        "dat alleen op deze machine werkt, wordt dat niet gevraagd.",
        "Who has this role must give a code or key as well when signing in. On an address that "
        "works on this machine alone it is not asked.",
    ),
}


class Settings(Named):
    """All settings on one page."""

    name = forms.CharField(max_length=100, required=False)
    holidays = forms.ChoiceField()
    sign_off = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    evaluate_every = forms.ChoiceField(required=False)
    tidy_daily = forms.BooleanField(required=False)
    mfa_roles = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = said(SETTINGS[name])
            if name in HELP:
                field.help_text = said(HELP[name])
        fields: Any = self.fields
        fields["holidays"].choices = regions()
        fields["sign_off"].choices = [(key, said(text)) for key, text in MOVES.items()]
        fields["evaluate_every"].choices = [(key, said(text)) for key, text in EVERY.items()]
        fields["mfa_roles"].choices = [(role.value, said(role.words)) for role in Role]

    def company(self) -> Company:
        """What was filled in."""
        told = {**company().as_rows(), **self.cleaned_data}
        told["evaluate_every"] = int(told["evaluate_every"] or Company().evaluate_every)
        for several in ("sign_off", "mfa_roles"):
            told[several] = tuple(told[several])
        return Company(**told)
