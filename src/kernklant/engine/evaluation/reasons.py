"""Why every customer is where he is, in a sentence or two, for all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Lang, Text
from kernklant.engine.segments.naming import named
from kernklant.engine.segments.wording import counted
from kernklant.engine.segments.would_change import NOISE_DIGITS

NAMED = 2  # criteria that a sentence mentions
POINTS = {"one": Text("punt", "point"), "more": Text("punten", "points")}
AT_CUT = {
    "score": Text(" (score {score}; grens {cut})", " (score {score}; cut-off {cut})"),
    "clv": Text(
        " (klantwaarde na bediening; grens € {cut})",
        " (lifetime value after service; cut-off €{cut})",
    ),
    "contribution_12m": Text(" (bijdrage; grens € {cut})", " (contribution; cut-off €{cut})"),
}
# By the code of the reason; {p}, {b}, {below}: percents, {score}: points, {rule}: A, B or C.
BECAUSE = {
    "A": Text("A: hij haalt de grens{at}.", "A: he reaches the cut-off{at}."),
    "B": Text("B: {b} % kans om A te worden{at}.", "B: a chance of {b}% to become A{at}."),
    "C": Text(
        "C: onder de grens{at} en {below} % kans om A te worden.",
        "C: below the cut-off{at}, with a chance of {below}% to become A.",
    ),
    "held": Text(
        "{segment}: de regels zeggen {rule}, maar {segment} is nog te aannemelijk om te "
        "verschuiven ({p} % kans op A).",
        "{segment}: the rules say {rule}, but {segment} is still too likely to move (a chance of "
        "{p}% of A).",
    ),
    "decided": Text("{segment}: door mensen besloten.", "{segment}: decided by people."),
    "insolvent": Text(
        "C: failliet of in surseance, dus nooit A of B.", "C: insolvent, so never A or B."
    ),
    "unknown": Text(
        "C: nog te weinig bekend om te wegen.", "C: too little is known yet to weigh him."
    ),
    "leaving": Text("Uitfaseren: door mensen besloten.", "Exit: decided by people."),
    "objected": Text(
        "C: maakte bezwaar of is gewist, en wordt dus niet gewogen.",
        "C: objected or was erased, and so is not weighed.",
    ),
}
MOSTLY = Text(" Vooral door {first}.", " Mainly by {first}.")
MOSTLY_BOTH = Text(" Vooral door {first} en {second}.", " Mainly by {first} and {second}.")
ALSO = {
    "daughter_of_a": Text(
        " Hoort bij een groep met een A-klant.", " Belongs to a group with an A customer."
    ),
    "exit_proposed": Text(
        " Uitfaseren voorgesteld: {e} % kans dat hij meer kost dan hij brengt.",
        " Exit proposed: a chance of {e}% that he costs more than he brings.",
    ),
    "watch": Text(" Onder toezicht: hij betaalt laat.", " Under watch: he pays late."),
}
LITTLE, MUCH = Text("minder dan 1", "less than 1"), Text("meer dan 99", "more than 99")
Piece: TypeAlias = "pa.Array | pa.ChunkedArray | str"


def reasons(
    customers: pa.Table,
    points: pa.Table,
    summary: dict[str, Any],
    *,
    lang: Lang,
    euros: bool = True,
) -> pa.Array:
    """One text per row of ``customers``; ``points`` of the same run holds the same rows.

    ``euros``: whether a cut-off in euros is told.
    """
    figures = _figures(customers, points, summary, lang)
    if not euros and summary["rules"]["segment_on"] != "score":
        figures["at"] = ""
    code = pc.cast(customers["reason"], pa.string())
    names = list(BECAUSE)
    conditions = pc.make_struct(*[pc.equal(code, name) for name in names], field_names=names)
    texts = [_filled(BECAUSE[name].to(lang), figures, len(customers)) for name in names]
    said = pc.case_when(conditions, *texts)
    by_rules = pc.is_in(code, pa.array(["A", "B", "C"]))
    said = _joined(said, pc.if_else(by_rules, figures["mostly"], ""))
    for name, sentence in ALSO.items():
        more = _filled(sentence.to(lang), figures, len(customers))
        said = _joined(said, pc.if_else(customers[name], more, ""))
    return said


def _figures(
    customers: pa.Table, points: pa.Table, summary: dict[str, Any], lang: Lang
) -> dict[str, Piece]:
    on, cut = summary["rules"]["segment_on"], summary["score"]["last_a"]
    figures: dict[str, Piece] = {
        "p": _percent(customers["p_a"], lang, to=pc.round),
        "b": _percent(customers["p_becomes_a"], lang, to=pc.round),
        # He is C because it is less than the rule asks: 29.9 % of 30 % is not told as 30 %.
        "below": _percent(customers["p_becomes_a"], lang, to=pc.floor),
        "e": _percent(customers["exit_chance"], lang, to=pc.round),
        "score": pc.fill_null(pc.cast(customers["score"], pa.string()), "–"),
        "cut": "–" if cut is None else counted(round(cut), **POINTS).to(lang).split(" ")[0],
        "segment": pc.cast(customers["segment"], pa.string()),
        "rule": pc.cast(customers["by_rule"], pa.string()),
    }
    figures["at"] = _filled(AT_CUT[on].to(lang), figures, len(customers))
    figures["mostly"] = _mostly(points, lang) if on == "score" else ""
    return figures


def _mostly(points: pa.Table, lang: Lang) -> pa.Array:
    """The criteria that gave the most points, if any did."""
    names = [name for name in points.column_names if name != "customer"]
    if not names:
        return pa.array([""] * len(points), pa.string())
    given = np.column_stack([points[name].to_numpy() for name in names])
    order = np.argsort(-given, axis=1, kind="stable")[:, :NAMED]
    spoken = np.array([named(name).to(lang) for name in names])
    figures: dict[str, Piece] = {}
    scored = []
    for at, rank in enumerate(("first", "second")[: order.shape[1]]):
        this = given[np.arange(len(given)), order[:, at]]
        scored.append(pa.array(this > 0))
        whose = pa.DictionaryArray.from_arrays(order[:, at].astype(np.int16), pa.array(spoken))
        amount = pc.cast(pa.array(this), pa.string())
        figures[rank] = _joined(pc.cast(whose, pa.string()), " (", amount, ")")
    both = len(scored) > 1
    one = _filled(MOSTLY.to(lang), figures, len(points))
    two = _filled(MOSTLY_BOTH.to(lang), figures, len(points)) if both else one
    return pc.if_else(scored[0], pc.if_else(scored[-1], two, one), "")


def _percent(
    chance: pa.ChunkedArray, lang: Lang, *, to: Callable[[pa.ChunkedArray], pa.ChunkedArray]
) -> pa.ChunkedArray:
    """Whole percents; what comes to 0 or 100 is no certainty, and is not told as one."""
    percents = pc.multiply(chance, 100.0)
    whole = to(pc.round(percents, NOISE_DIGITS))
    said = pc.cast(pc.cast(whole, pa.int64()), pa.string())
    little = pc.and_(pc.greater(percents, 0), pc.less(whole, 1))
    much = pc.and_(pc.less(percents, 100), pc.greater_equal(percents, 99.5))
    said = pc.if_else(little, LITTLE.to(lang), pc.if_else(much, MUCH.to(lang), said))
    return pc.fill_null(said, "–")


def _filled(sentence: str, figures: dict[str, Piece], rows: int) -> pa.Array:
    """The sentence, one per row, with each {figure} replaced by that of the row."""
    parts: list[Piece] = []
    rest = sentence
    while "{" in rest:
        before, _, rest = rest.partition("{")
        name, _, rest = rest.partition("}")
        parts += [before, figures[name]]
    return _joined(*parts, rest, rows=rows)


def _joined(*parts: Piece, rows: int | None = None) -> pa.Array:
    """Texts after each other, row by row; a plain text stands in every row."""
    if all(isinstance(part, str) for part in parts):
        return pa.array(["".join(map(str, parts))] * (rows or 0), pa.string())
    return pc.binary_join_element_wise(*parts, "")
