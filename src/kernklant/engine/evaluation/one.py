"""One customer of a run: where he stands, why, and what would change it."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import NotFound, Text
from kernklant.engine.evaluation.advice import advice_on
from kernklant.engine.evaluation.nearer import known_of, nearer
from kernklant.engine.evaluation.publish import answer_of
from kernklant.engine.evaluation.reasons import reasons
from kernklant.engine.evaluation.run import Answer
from kernklant.engine.evaluation.summary import both
from kernklant.engine.evaluation.tables import names_of, with_names
from kernklant.engine.segments.policy import read_policy
from kernklant.engine.segments.wording import figure
from kernklant.engine.store import Store
from kernklant.engine.store.runs import read


def one_customer(store: Store, number: str, *, run: int | None = None) -> dict[str, Any]:
    """One customer of a run by the source's number; NotFound when there is none."""
    number_of_run, answer = answer_of(store, run)
    names = names_of(store)
    who = names.filter(pc.equal(names["source_no"], number.strip()))
    at = pc.is_in(answer.customers["customer"], who["customer"])
    rows, points = answer.customers.filter(at), answer.points.filter(at)
    if rows.num_rows == 0:
        asked = answer.prospects.filter(pc.is_in(answer.prospects["customer"], who["customer"]))
        raise (
            _prospect(asked.to_pylist()[0], number)
            if len(asked)
            else _unknown(number, number_of_run)
        )
    found: dict[str, Any] = with_names(rows, names).to_pylist()[0]
    customer, values = found.pop("customer"), answer.values.filter(at).to_pylist()[0]
    source = read(store, number_of_run)
    policy = read_policy(source.bytes("asked/policy.toml").decode(), name="policy.toml")
    facts = store.seen(source.versions)
    remedies = advice_on(facts, customer, policy.rates, as_of=answer.as_of, row=found)
    parts = _points(points, known_of(found, values, answer.summary), answer)
    return {
        "run": number_of_run,
        "as_of": answer.as_of,
        **found,
        "reasons": _reasons(rows, points, answer),
        "points": parts,
        "would_change": [both(line) for line in nearer(found, values, answer.summary)],
        "remedies": [both(remedy.text) for remedy in remedies],
    }


def _reasons(rows: pa.Table, points: pa.Table, answer: Answer) -> dict[str, str]:
    def said(lang: Any) -> str:
        return str(reasons(rows, points, answer.summary, lang=lang)[0].as_py())

    return {"nl": said("nl"), "en": said("en")}


def _points(points: pa.Table, known: dict[str, bool], answer: Answer) -> list[dict[str, Any]]:
    """What each criterion gave him of what it could give, in the order of the policy.

    A criterion that is not known of him gave nothing and could give nothing: both are null. Its
    weight went to the known ones, pro rata.
    """
    row, used = points.to_pylist()[0], answer.summary["score"]["criteria"]
    told = sum(one["weight"] for one in used if known[one["name"]])
    return [
        {
            "name": one["name"],
            "points": row[one["name"]] if known[one["name"]] else None,
            "most": round(100 * one["weight"] / told) if known[one["name"]] else None,
        }
        for one in used
    ]


def _prospect(row: dict[str, Any], number: str) -> NotFound:
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
