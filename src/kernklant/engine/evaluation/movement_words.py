"""Why a customer moved, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernklant.engine.errors import Text
from kernklant.engine.segments.naming import named

CAUSES = {
    "insolvent": Text("failliet of in surseance", "insolvent"),
    "decided": Text("door mensen besloten", "decided by people"),
    "leaving": Text("besloten: uitfaseren", "decided: exit"),
    "policy": Text("het beleid veranderde", "the policy changed"),
    "bought": Text("nieuwe aankopen ({by})", "new purchases ({by})"),
    "bought less": Text("kocht minder dan eerst ({by})", "bought less than before ({by})"),
    "time": Text("sindsdien niets gekocht ({by})", "nothing bought since ({by})"),
    "others": Text("anderen passeerden hem of lieten hem voor", "others passed him, or fell back"),
}


def in_words(move: Mapping[str, Any]) -> Text:
    """Why a customer moved; an empty text for who is new or gone."""
    cause = move["cause"]
    if cause is None:
        return Text("", "")
    by = Text("", "")
    if move["criterion"] is not None:
        name, points = named(move["criterion"]), f"{move['points']:+d}".replace("-", "−")
        by = Text(f"{name.nl} {points}", f"{name.en} {points}")
    if cause == "bought" and move["points"] < 0:
        cause = "bought less"
    sentence = CAUSES[cause]
    return Text(sentence.nl.format(by=by.nl), sentence.en.format(by=by.en))
