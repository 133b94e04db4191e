"""What the criteria of the shipped policy are called in a sentence; others go by their own name."""

from __future__ import annotations

from kernklant.engine.errors import Text

NAMES = {
    "lifetime_value": Text("klantwaarde na bediening", "lifetime value after service"),
    "contribution": Text("bijdrage", "contribution"),
    "revenue": Text("omzet", "revenue"),
    "potential": Text("potentie", "potential"),
    "fit": Text("past bij ons", "fit"),
    "sees_us_as_important": Text("ziet ons als belangrijk", "sees us as important"),
    "brings_customers": Text("brengt klanten aan", "brings customers"),
    "pays_a_good_price": Text("betaalt een goede prijs", "pays a good price"),
}
ACTIVITIES = {
    "visit": Text("bezoek", "visit"),
    "call": Text("gesprek", "call"),
    "mail": Text("mail", "mail"),
    "ticket": Text("melding", "ticket"),
    "quote": Text("offerte", "quote"),
    "delivery": Text("levering", "delivery"),
    "return": Text("retour", "return"),
    "order_line": Text("orderregel", "order line"),
    "complaint": Text("klacht", "complaint"),
}


def named(criterion: str) -> Text:
    """The name of a criterion as it stands in a sentence."""
    own = criterion.replace("_", " ")
    return NAMES.get(criterion, Text(own, own))


def activity(name: str) -> Text:
    """The name of an activity as it stands in a table."""
    own = name.replace("_", " ")
    return ACTIVITIES.get(name, Text(own, own))
