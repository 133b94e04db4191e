"""What is said of how a customer pays."""

from __future__ import annotations

import math
from datetime import date

from kernklant.engine.errors import Text
from kernklant.engine.value.remedy_words import euros

HARD_SPACE = "\u00a0"
MONTHS = (
    "januari January", "februari February", "maart March", "april April", "mei May", "juni June",
    "juli July", "augustus August", "september September", "oktober October",
    "november November", "december December",
)  # fmt: skip

NOTHING_IMPORTED = Text(
    "Er zijn geen betalingen ingelezen: wie te laat betaalt en wat er openstaat is niet bekend.",
    "No payments were imported: who pays late and what is open is not known.",
)


def insolvent(since: date | None) -> Text:
    """That there was a formal event, and when."""
    if since is None:
        return Text("Failliet of in surseance.", "Bankrupt or under suspension of payments.")
    dutch, english = MONTHS[since.month - 1].split()
    return Text(
        f"Failliet of in surseance sinds {since.day} {dutch} {since.year}.",
        f"Bankrupt or under suspension of payments since {since.day} {english} {since.year}.",
    )


def paying(dbt: float, *, trend: float, at_least: bool) -> Text:
    """How late in twelve months, and how much later of late; without a full stop."""
    late = round(dbt)
    if late == 0:
        said = Text("Betaalde over een jaar vrijwel op tijd", "Paid nearly in time over a year")
    else:
        least = Text("ten minste ", "at least ") if at_least else Text("", "")
        said = Text(
            f"Betaalt gemiddeld {least.nl}{_days(late).nl} te laat",
            f"Pays {least.en}{_days(late).en} late on average",
        )
    more = 0 if math.isnan(trend) else round(trend)
    if more <= 0:
        return said
    return Text(
        f"{said.nl}, de laatste 90 dagen {_days(more).nl} later dan het halfjaar daarvoor",
        f"{said.en}, in the last 90 days {_days(more).en} later than in the half-year before",
    )


def overdue(share: float, *, of: float) -> Text:
    """Which part of the open euros is long overdue, after a semicolon; nothing when none is."""
    if math.isnan(share) or round(share * 100) == 0:
        return Text("", "")
    percent, much = round(share * 100), euros(of)
    return Text(
        f"; {percent}{HARD_SPACE}% van de openstaande {much.nl} is meer dan 30 dagen te laat",
        f"; {percent}% of the open {much.en} is more than 30 days overdue",
    )


def chance(share: float) -> Text:
    """The assumed chance of insolvency, said to be assumed."""
    percent = round(share * 100)
    return Text(
        f"Naar onze aanname gaat {percent}{HARD_SPACE}% van wie zo betaalt binnen twaalf maanden "
        "failliet.",
        f"We assume that {percent}% of those who pay like this fail within twelve months.",
    )


def without_terms(invoices: int) -> Text:
    """How many invoices say nothing of lateness."""
    one = invoices == 1
    count = Text(f"{invoices:,}".replace(",", "."), f"{invoices:,}")
    return Text(
        f"{count.nl} {'factuur heeft' if one else 'facturen hebben'} geen vervaldatum: of die op "
        "tijd betaald zijn is niet bekend en ze tellen daarin niet mee. Lees de vervaldatum in.",
        f"{count.en} {'invoice has' if one else 'invoices have'} no due date: whether paid in time "
        "is not known, and they do not count in it. Import the due date.",
    )


def _days(number: int) -> Text:
    one = number == 1
    return Text(f"{number} {'dag' if one else 'dagen'}", f"{number} {'day' if one else 'days'}")
