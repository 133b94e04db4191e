"""Mothers and daughters: whose group a customer belongs to, and what a group is worth together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from kernklant.engine.errors import Text

NO_MOTHER = -1


def top_of(group: np.ndarray, customer: np.ndarray) -> np.ndarray:
    """The ultimate mother of each customer, (n,) int64 numbers; he himself without one.

    ``group`` (n,): the mother's number, or -1; she need not be in ``customer`` (n,), sorted
    numbers. Of customers who are each other's mother the lowest number is the top.
    """
    return _tops(group, customer)[0]


def circles(group: np.ndarray, customer: np.ndarray) -> np.ndarray:
    """The lowest number of each circle of customers who are each other's mother, sorted."""
    return _tops(group, customer)[1]


def warned_of(circles: np.ndarray) -> list[Text]:
    """What to tell about circles of mothers."""
    if len(circles) == 0:
        return []
    one = len(circles) == 1
    text = Text(
        f"{'Eén groep wijst' if one else f'{len(circles)} groepen wijzen'} zichzelf als moeder "
        "aan: A hoort bij B en B bij A. Het laagste klantnummer geldt nu als moeder; verbeter de "
        "moeders in het klantenbestand.",
        f"{'One group names itself' if one else f'{len(circles)} groups name themselves'} as "
        "mother: A belongs to B and B to A. The lowest customer number now counts as the mother; "
        "mend the mothers in the customer file.",
    )
    return [text]


def rolled_up(values: Mapping[str, np.ndarray], top: np.ndarray) -> pa.Table:
    """What the customers of each group of at least two bring together, by the mother's number.

    ``group`` int64, ``members`` int64, the sum of each of ``values`` (n,) over those whose value
    is known (NaN when nobody's is), and ``unknown_members``: those with a value that is not.
    Only who has a row is a member, so a mother who is no customer is none.
    """
    rows = _together(top)
    numbers, place, members = np.unique(top[rows], return_inverse=True, return_counts=True)
    place = place.reshape(-1)
    known = {name: value[rows] for name, value in values.items()}
    unknown = np.zeros(len(place), dtype=np.bool_)
    for value in known.values():
        unknown |= np.isnan(value)
    return pa.table(
        {
            "group": pa.array(numbers, pa.int64()),
            "members": pa.array(members, pa.int64()),
            **{name: _sums(value, place, groups=len(numbers)) for name, value in known.items()},
            "unknown_members": np.bincount(place[unknown], minlength=len(numbers)),
        }
    )


def _together(top: np.ndarray) -> np.ndarray:
    """The places of who shares his top (n,) with anybody."""
    order = np.argsort(top, kind="stable")
    same = np.flatnonzero(np.diff(top[order]) == 0)
    return np.sort(order[np.union1d(same, same + 1)])


def flag_daughters(segment: np.ndarray, top: np.ndarray) -> np.ndarray:
    """Who is C (n,) while another of his group is A: he is looked at before he is left alone."""
    return np.asarray((segment == "C") & np.isin(top, top[segment == "A"]))


def _in_order(values: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Rows with a known value by group and value, so that nothing depends on their order."""
    known = np.flatnonzero(~np.isnan(values))
    return known[np.lexsort((values[known], of[known]))]


def _sums(values: np.ndarray, of: np.ndarray, *, groups: int) -> np.ndarray:
    rows = _in_order(values, of)
    sums = np.bincount(of[rows], weights=values[rows], minlength=groups)
    return np.where(np.bincount(of[rows], minlength=groups) > 0, sums, np.nan)


def _tops(group: np.ndarray, customer: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ultimate mothers, and the lowest number of each circle, which is cut there."""
    told = group != NO_MOTHER
    numbers = np.unique(np.concatenate([customer[told], group[told]]))
    daughter = np.searchsorted(numbers, customer[told])
    mother = np.arange(len(numbers))
    mother[daughter] = np.searchsorted(numbers, group[told])
    end, lowest = _ends(mother)
    ends = np.unique(end)
    cut = np.unique(lowest[ends[mother[ends] != ends]])
    if len(cut):
        mother[cut] = cut
        end, _ = _ends(mother)
    top = np.array(customer, dtype=np.int64)
    top[told] = numbers[end[daughter]]
    return top, numbers[cut]


def _ends(mother: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each of n ends after at least n steps upwards, and the lowest place passed.

    Every round doubles the steps: 1, 2, 4, … A place in a circle ends in that circle, and has
    passed all of it.
    """
    end, lowest = mother, np.arange(len(mother))
    for _ in range(len(mother).bit_length()):
        lowest = np.minimum(lowest, lowest[end])
        further = end[end]
        if np.array_equal(further, end):
            break
        end = further
    return end, lowest
