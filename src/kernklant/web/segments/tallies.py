"""A group of customers in figures: per segment in force, on the whale curve, by satisfaction.

The whole company's are counted when the copies are made and kept with them; those of one
portfolio when its page is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import FloatField
from django.db.models.functions import Cast

from kernklant.engine.pictures import binned
from kernklant.engine.value.concentration import in_cents, spread
from kernklant.engine.voice import nps
from kernklant.web.segments.figures import EUROS, HOURS, LETTERS, WELL_KNOWN, sums
from kernklant.web.segments.models import Standings

Columns = Mapping[str, np.ndarray]
FLOATS = (*EUROS, *HOURS, "evidence", "satisfaction", "nps_class")
WORDS = ("segment", "computed", "previous")
VALUABLE = 0.80  # who carry this share of lifetime value together are called valuable


def tallies(columns: Columns, *, valuable_from: float | None = None) -> dict[str, Any]:
    """Figures of customers (prospects left out), as JSON keeps them.

    ``columns``: FLOATS (n,) with NaN for not known, WORDS (n,). ``valuable_from``: from which
    lifetime value one is valuable; else of these customers themselves.
    """
    divide = valuable_from if valuable_from is not None else _divide(columns["clv"])
    return {
        "segments": {letter: _segment(columns, letter) for letter in LETTERS},
        "all": _sums(columns, np.ones(len(columns["clv"]), dtype=bool)),
        "contribution": _concentration(columns["contribution_12m"]),
        "valuable_from": divide,
        "corners": _corners(columns, divide),
        "bins": [_plain(asdict(one)) for one in binned(columns["clv"], columns["satisfaction"])],
        "answered": int((~np.isnan(columns["satisfaction"])).sum()),
    }


def columns_of(rows: Standings) -> Columns:
    """The columns of standings in the database; prospects left out."""
    # The database makes numbers of the amounts: thousands of Decimals take longer than the query.
    numbers = [Cast(name, FloatField()) for name in FLOATS]
    # In the order of the copies: sums of fractions differ in their last digit by the order.
    told = list(rows.filter(prospect=False).order_by("pk").values_list(*numbers, *WORDS))
    by_name = dict(zip((*FLOATS, *WORDS), zip(*told, strict=True), strict=True)) if told else {}
    return {
        **{name: np.array(by_name.get(name, ()), dtype=float) for name in FLOATS},
        **{name: np.array(by_name.get(name, ()), dtype="<U4") for name in WORDS},
    }


def columns_in(standings: pa.Table) -> Columns:
    """The same of a table with the columns of Standing."""
    bought = standings.filter(pc.invert(standings["prospect"]))
    floats = {
        name: np.asarray(pc.cast(bought[name], pa.float64()).to_numpy()).astype(float)
        for name in FLOATS
    }
    # Arrow makes of an amount a neighbour of the nearest float, a database the nearest.
    floats |= {name: np.rint(floats[name] * 100) / 100 for name in EUROS}
    words = {name: np.array(bought[name].to_pylist(), dtype="<U4") for name in WORDS}
    return {**floats, **words}


def _segment(columns: Columns, letter: str) -> dict[str, Any]:
    members = columns["segment"] == letter
    now, before = columns["computed"] == letter, columns["previous"] == letter
    known_before = columns["previous"] != ""
    return {
        **_sums(columns, members),
        "came": int((now & ~before & known_before).sum()),
        "new": int((now & ~known_before).sum()),
        "went": int((before & ~now).sum()),
    }


def _sums(columns: Columns, members: np.ndarray) -> dict[str, Any]:
    answered = members & ~np.isnan(columns["nps_class"])
    of = columns["nps_class"][answered]
    return {
        **sums(columns, members),
        "well_known": int((columns["evidence"][members] >= WELL_KNOWN).sum()),
        "losers": int((columns["contribution_12m"][members] < 0).sum()),
        "nps_answers": int(answered.sum()),
        "nps": nps.score(of),
        "nps_by_value": nps.score(of, np.nan_to_num(columns["clv"][answered])),
    }


def _concentration(contribution: np.ndarray) -> dict[str, Any] | None:
    """As ``concentration`` of a run's summary; None when no contribution is known."""
    known = contribution[~np.isnan(contribution)]
    if not len(known):
        return None
    found = spread(in_cents(pa.chunked_array([pa.array(known)])))
    why_not = found.pop("why_not")
    return {
        "measure": "contribution_12m",
        "unknown": int(len(contribution) - len(known)),
        **found,
        "why_not": why_not if why_not is None or isinstance(why_not, dict) else asdict(why_not),
    }


def _divide(clv: np.ndarray) -> float:
    """The least lifetime value among the most valuable who carry VALUABLE of it together."""
    positive = np.sort(clv[clv > 0])[::-1]
    if not len(positive):
        return 0.0
    running = np.cumsum(positive)
    place = int(np.searchsorted(running, VALUABLE * running[-1]))
    return round(float(positive[min(place, len(positive) - 1)]), 2)


def _corners(columns: Columns, divide: float) -> dict[str, dict[str, float]]:
    """How many customers and euros: value first, satisfaction second."""
    high, told = columns["clv"] >= divide, ~np.isnan(columns["nps_class"])
    pleased = columns["nps_class"] >= 0
    found = {}
    for name, members in {
        "high_high": high & pleased,
        "high_low": high & ~pleased & told,
        "low_high": ~high & pleased,
        "low_low": ~high & ~pleased & told,
    }.items():
        euros = float(np.nansum(columns["clv"][members]))
        found[name] = {"customers": int(members.sum()), "clv": round(euros, 2)}
    return found


def _plain(one: dict[str, Any]) -> dict[str, Any]:
    """JSON has no infinity: the class of who bring nothing has no lower end."""
    bottom = one["value_from"]
    return {**one, "value_from": None if np.isinf(bottom) else bottom}
