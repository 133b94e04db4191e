"""What each criterion of the policy is measured on, customer by customer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pyarrow as pa

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.knowing import Known
from kernklant.engine.ledger.prices import prices
from kernklant.engine.store import Snapshot
from kernklant.engine.units import euros
from kernklant.engine.value.criteria import Criterion
from kernklant.engine.value.profile import profile_share
from kernklant.engine.value.ratings import ratings_share, without_criterion


def measured(
    criteria: Iterable[Criterion], known: Known, facts: Snapshot, *, as_of: date
) -> dict[str, np.ndarray]:
    """The value (n,) of each criterion by its name, in the unit of its source; NaN = not known."""
    return {
        criterion.name: _measured(criterion, known, facts, as_of=as_of) for criterion in criteria
    }


def _measured(criterion: Criterion, known: Known, facts: Snapshot, *, as_of: date) -> np.ndarray:
    source = criterion.source
    if source in ("profile", "rating"):
        ratings = facts.table("ratings")
        return fit(criterion, known.customer, known.about, ratings, as_of=as_of)
    if source == "price_realised":
        return _price_realised(known.customer, prices(facts, as_of=as_of))
    return {
        "clv": lambda: known.lifetime,
        "contribution_12m": lambda: known.contribution,
        "revenue_12m": lambda: euros(known.past.table["revenue_12m"]),
        "potential": lambda: known.potential.headroom,
        "referrals": lambda: referrals(known),
    }[source]()


def fit(
    criterion: Criterion,
    customer: np.ndarray,
    about: pa.Table,
    ratings: pa.Table,
    *,
    as_of: date,
) -> np.ndarray:
    """Share (n,) of a profile or rating, 0 to 1: computed, rated, or the mean of both."""
    rated = ratings_share(ratings, customer, criterion.rated_as or criterion.name, as_of=as_of)
    if not criterion.profile:
        return rated
    computed = profile_share(criterion.profile, about)
    both = np.stack([rated, computed])
    told = (~np.isnan(both)).sum(axis=0)
    return np.where(told > 0, np.nansum(both, axis=0) / np.maximum(told, 1), np.nan)


def referrals(known: Known) -> np.ndarray:
    """How many customers and prospects each of n brought; NaN where nobody's origin is told."""
    by = [table["referred_by"].drop_null().to_numpy() for table in (known.about, known.prospects)]
    brought = np.concatenate(by)
    if len(brought) == 0:
        return np.full(len(known.customer), np.nan)
    place = np.searchsorted(known.customer, brought)
    here = np.append(known.customer, -1)[place] == brought
    return np.bincount(place[here], minlength=len(known.customer)).astype(np.float64)


def _price_realised(customer: np.ndarray, paid: pa.Table) -> np.ndarray:
    """Share (n,) of the list price that a customer paid; NaN where no list price is known."""
    share = np.full(len(customer), np.nan)
    place = np.searchsorted(customer, paid["customer"].to_numpy())
    share[place] = euros(paid["realised"]) / euros(paid["listed"])
    return share


def unused_ratings(criteria: Iterable[Criterion], ratings: pa.Table) -> list[Text]:
    """Says which ratings no criterion asks for, so that nobody rates in vain."""
    asked = [criterion.rated_as or criterion.name for criterion in criteria]
    unused = without_criterion(ratings, asked)
    if not unused:
        return []
    named = ", ".join(unused)
    return [
        Text(
            f"Geen criterium van het beleid gebruikt deze beoordelingen: {named}. Noem "
            "ze in de tekst van het beleid bij een criterium (rated_as) om ze te laten meetellen.",
            f"No criterion of the policy uses these ratings: {named}. Name them with a "
            "criterion in the text of the policy (rated_as) to make them count.",
        )
    ]
