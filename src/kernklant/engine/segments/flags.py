"""Decisions about a customer: a segment that is fixed for a time, exit, vulnerable, objected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text, UserError
from kernklant.engine.ledger.judged import FLAGGED

EXIT, VULNERABLE, OBJECTED = "exit", "vulnerable", "objected"
LONG_AGO = date(1800, 1, 1)


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided on each customer (n,), as in force on a day.

    ``fixed``: A, B, C or "" (nothing fixed); ``exit``: he goes; ``vulnerable``: never propose
    exit; ``objected``: he is not to be ranked (article 21 of the AVG), so he gets no score, is C
    and never goes.
    """

    fixed: np.ndarray
    exit: np.ndarray
    vulnerable: np.ndarray
    objected: np.ndarray


def decisions(flags: pa.Table, customer: np.ndarray, *, as_of: date) -> Decisions:
    """The flags in force on ``as_of``: decided by then, and until that day or without an end.

    Of several that fix a segment the newest counts, by the day it was decided and then by
    import. Refuses (UserError) a flag that means nothing.
    """
    meant = _meant(flags)
    decided = pc.fill_null(flags["date"], LONG_AGO)
    begun = pc.less_equal(decided, pa.scalar(as_of))
    lasts = pc.fill_null(pc.greater_equal(flags["until"], pa.scalar(as_of)), True)
    rows = pc.and_(begun, lasts).to_numpy(zero_copy_only=False)
    order = np.lexsort((flags["import_no"].to_numpy(), decided.to_numpy()))
    order = order[rows[order]]
    who, word = flags["customer"].to_numpy()[order], meant[order]
    place = np.searchsorted(customer, who)
    known = np.append(customer, -1)[place] == who
    place, word = place[known], word[known]
    fixed = np.full(len(customer), "", dtype="<U1")
    letter = np.char.str_len(word) == 1
    fixed[place[letter]] = word[letter]  # the last of a customer wins, and that is the newest
    return Decisions(
        fixed=fixed,
        exit=_told(place[word == EXIT], len(customer)),
        vulnerable=_told(place[word == VULNERABLE], len(customer)),
        objected=_told(place[word == OBJECTED], len(customer)),
    )


def _told(places: np.ndarray, n: int) -> np.ndarray:
    told = np.zeros(n, dtype=bool)
    told[places] = True
    return told


def _meant(flags: pa.Table) -> np.ndarray:
    """The flag of each row in our own words."""
    words = [str(word).strip() for word in flags["flag"].to_pylist()]
    strange = sorted({word for word in words if word.lower() not in FLAGGED})
    if strange:
        raise UserError(
            Text(
                f"Deze vlag bestaat niet: {', '.join(strange)}.",
                f"There is no such flag: {', '.join(strange)}.",
            ),
            Text(
                "Kies uit A, B, C, exit, kwetsbaar of bezwaar, en lees het bestand opnieuw in "
                "(kernklant undo haalt het oude weg).",
                "Choose from A, B, C, exit, vulnerable or objected, and import the file again "
                "(kernklant undo takes the old one back).",
            ),
        )
    return np.array([FLAGGED[word.lower()] for word in words], dtype="<U10")
