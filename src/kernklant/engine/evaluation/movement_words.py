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
}
# By cause, and whether he went up.
BY_POINTS = {
    ("bought", True): Text("nieuwe aankopen ({by})", "new purchases ({by})"),
    ("bought", False): Text("zijn score daalde ({by})", "his score fell ({by})"),
    ("time", True): Text("zijn score steeg ({by})", "his score rose ({by})"),
    ("time", False): Text("sindsdien niets gekocht ({by})", "nothing bought since ({by})"),
}
BY_RULE = {
    True: Text("voldoet nu aan de regel voor {to}", "meets the rule for {to} now"),
    False: Text("voldoet niet meer aan de regel voor {old}", "no longer meets the rule for {old}"),
}
STAYS = Text("het besluit tot uitfaseren is voorbij", "the decision to exit has ended")
RANK = {"exit": 0, "C": 1, "B": 2, "A": 3}


def in_words(move: Mapping[str, Any]) -> Text:
    """Why a customer moved; an empty text for who is new or gone.

    Points that went the other way than he did explain nothing, and older runs name such ones:
    then the rule does.
    """
    cause, old, to = move["cause"], move["from_segment"], move["to_segment"]
    if cause is None:
        return Text("", "")
    if cause in CAUSES:
        return CAUSES[cause]
    if old == "exit":
        return STAYS
    up, points = RANK[to] > RANK[old], move["points"]
    if not points or (points > 0) != up:
        rule = BY_RULE[up]
        return Text(rule.nl.format(old=old, to=to), rule.en.format(old=old, to=to))
    name, told, sentence = named(move["criterion"]), _signed(points), BY_POINTS[cause, up]
    return Text(
        sentence.nl.format(by=f"{name.nl} {told}"), sentence.en.format(by=f"{name.en} {told}")
    )


def _signed(points: int) -> str:
    return f"{points:+d}".replace("-", "−")
