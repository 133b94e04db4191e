"""One customer of a run: where he stands, why, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernklant.engine.errors import NotFound, Text
from kernklant.engine.evaluation.advice import advice_on
from kernklant.engine.evaluation.before import refuse_older
from kernklant.engine.evaluation.stand_of_one import prospect_of, stand_of
from kernklant.engine.evaluation.summary import both
from kernklant.engine.ledger.persons import known_now, the_customers
from kernklant.engine.segments.policy import read_policy
from kernklant.engine.segments.wording import figure
from kernklant.engine.store import Store
from kernklant.engine.store.turns import run_asked


def one_customer(
    store: Store, number: str, *, run: int | None = None, source: str | None = None
) -> dict[str, Any]:
    """One customer of a run by the source's number.

    NotFound when there is none, UserError when several sources have one and none is named.
    """
    asked = run_asked(store, run)
    refuse_older(asked)
    (customer,) = the_customers(store.snapshot(), [number.strip()], source=source)
    stand = stand_of(asked, customer)
    if stand is None:
        prospect = prospect_of(asked, customer)
        raise _prospect(prospect, number) if prospect else _unknown(number, asked.number)
    policy = read_policy(asked.bytes("asked/policy.toml").decode(), name="policy.toml")
    remedies = advice_on(
        store.seen(asked.versions), customer, policy.rates, as_of=asked.as_of, row=stand.row
    )
    return {
        "run": stand.run,
        "as_of": stand.as_of,
        **{name: value for name, value in stand.row.items() if name != "customer"},
        "customer_id": number.strip(),
        "name": known_now(store.snapshot(), customer, "name"),
        "reasons": both(stand.because),
        "points": [
            {"name": one.part.criterion.name, "points": one.points, "most": one.most}
            for one in stand.earned
        ],
        "would_change": [both(line) for line in stand.would_change],
        "remedies": [both(remedy.text) for remedy in remedies],
    }


def _prospect(row: Mapping[str, Any], number: str) -> NotFound:
    """He never bought, so he has no worth or segment; say what he does have."""
    nl, en = "", ""
    if row["potential"] is not None:
        could = figure(round(row["potential"]))
        nl, en = f" Potentie: € {could.nl} per jaar.", f" Potential: €{could.en} a year."
    if row["fit"] is not None:
        nl, en = f"{nl} Past {row['fit']} van 100.", f"{en} Fits {row['fit']} of 100."
    return NotFound(
        Text(
            f"{number} is een prospect: hij kocht nog niets, en heeft dus geen klantwaarde of "
            f"segment.{nl}",
            f"{number} is a prospect: he bought nothing yet, so he has no lifetime value or "
            f"segment.{en}",
        ),
        Text(
            "kernklant export prospects geeft alle prospects.",
            "kernklant export prospects lists them all.",
        ),
    )


def _unknown(number: str, run: int) -> NotFound:
    return NotFound(
        Text(
            f"Klant {number!r} komt niet voor in evaluatie {run}.",
            f"Customer {number!r} is not in run {run}.",
        ),
        Text(
            "Neem het nummer uit uw bronbestand; kernklant export customers geeft ze alle.",
            "Take the number of your source file; kernklant export customers lists them all.",
        ),
    )
