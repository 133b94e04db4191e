"""What the data do not hold yet, what it would bring, and which file brings it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kernklant.engine.errors import Text
from kernklant.engine.units import DAYS_PER_YEAR

ENOUGH_YEARS = 2


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing, what it would make visible, and the file to deliver."""

    what: Text
    brings: Text
    file: Text


COST = Missing(
    Text("Kostprijs", "Cost"),
    Text(
        "bijdrage in plaats van omzet, de walviskromme en een eigen marge per klant",
        "contribution instead of revenue, the whale curve and a margin of each customer’s own",
    ),
    Text(
        "verkopen, met een kolom kostprijs, inkoopwaarde of marge; maak de import van dezelfde "
        "verkopen eerst ongedaan",
        "sales, with a column cost, purchase value or margin; undo the import of the same sales "
        "first",
    ),
)
COST_OF_SOME = Missing(
    Text("Kostprijs van een deel van de klanten", "Cost of some of the customers"),
    COST.brings,
    COST.file,
)
YEARS = Missing(
    Text("Een langere geschiedenis", "A longer history"),
    Text(
        "scherpere grenzen: wie eens per jaar koopt, is pas na twee jaar te herkennen",
        "tighter bounds: who buys once a year shows only after two years",
    ),
    Text("verkopen van eerdere jaren", "sales of earlier years"),
)
TABLES = {
    "customers": Missing(
        Text("Wie de klanten zijn", "Who the customers are"),
        Text(
            "namen, concerns, sector en faillissementen: een failliete klant is nooit A",
            "names, groups, sector and insolvencies: an insolvent customer is never A",
        ),
        Text("klanten", "customers"),
    ),
    "activities": Missing(
        Text("Wat u voor klanten doet", "What you do for customers"),
        Text(
            "bedieningskosten: wie meer kost dan hij opbrengt, en waar uw uren heen gaan",
            "cost to serve: who costs more than he brings, and where your hours go",
        ),
        Text(
            "activiteiten: bezoeken, gesprekken, meldingen, leveringen, retouren",
            "activities: visits, calls, tickets, deliveries, returns",
        ),
    ),
    "payments": Missing(
        Text("Hoe zij betalen", "How they pay"),
        Text(
            "wie steeds later betaalt en daardoor minder waard is dan zijn omzet doet denken",
            "who pays later and later and so is worth less than revenue suggests",
        ),
        Text("betalingen, met vervaldatum en betaaldatum", "payments, with due date and paid date"),
    ),
    "feedback": Missing(
        Text("Wat zij vinden", "What they think"),
        Text(
            "of juist uw waardevolste klanten tevreden zijn",
            "whether it is your most valuable customers who are satisfied",
        ),
        Text("feedback: NPS, tevredenheid, opmerkingen", "feedback: NPS, satisfaction, comments"),
    ),
    "contracts": Missing(
        Text("Contracten", "Contracts"),
        Text(
            "de waarde van abonnementen en servicecontracten, als u die hebt",
            "the worth of subscriptions and service contracts, if you have them",
        ),
        Text("contracten", "contracts"),
    ),
}


def missing(summary: Mapping[str, Any], *, named: bool) -> list[Missing]:
    """What is missing, the most useful first; ``summary`` is that of `evaluate --json`.

    ``named``: some customer has a name. Without, nobody delivered who they are, whatever the
    number of rows: sales alone give every customer a row.
    """
    rows = {**summary["data"], **({} if named else {"customers": 0})}
    absent = [gap for table, gap in TABLES.items() if not rows.get(table)]
    return [*_cost(summary["concentration"]), *absent, *_years(summary["totals"])]


def _cost(concentration: Mapping[str, Any]) -> list[Missing]:
    contribution = concentration["contribution_12m"]
    if contribution is None:
        return [COST]
    return [COST_OF_SOME] if contribution["unknown"] else []


def _years(totals: Mapping[str, Any]) -> list[Missing]:
    if totals["first_day"] is None:
        return []
    span = date.fromisoformat(totals["last_day"]) - date.fromisoformat(totals["first_day"])
    return [YEARS] if span.days < ENOUGH_YEARS * DAYS_PER_YEAR else []
