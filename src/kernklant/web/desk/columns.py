"""The columns a list of customers can have, and who may see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kernklant.engine.errors import Text
from kernklant.web.base.rights import Sight
from kernklant.web.segments.models import Standing

Kind = Literal["text", "euros", "number", "hours", "share", "score", "day", "moved", "nps"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field of Standing it shows, its words, and how it is written."""

    name: str
    words: Text
    kind: Kind
    money: bool = False  # hidden from who sees no euros
    prospects: bool = False  # also makes sense for who bought nothing yet

    @property
    def numeric(self) -> bool:
        """Whether it stands on the right."""
        return self.kind not in {"text", "day", "moved"}


COLUMNS = {
    one.name: one
    for one in (
        Column("clv", Text("Klantwaarde", "Lifetime value"), "euros", money=True),
        Column("clv_after_service", Text("Klantwaarde na bediening", "Value after service"),
               "euros", money=True),
        Column("contribution_12m", Text("Bijdrage 12 m", "Contribution 12 m"), "euros", money=True),
        Column("score", Text("Score", "Score"), "score", prospects=True),
        Column("satisfaction", Text("Tevreden (0–10)", "Satisfied (0–10)"), "nps"),
        Column("moved", Text("Verschoven", "Moved"), "moved"),
        Column("hours_12m", Text("Uren 12 m", "Hours 12 m"), "hours"),
        Column("hours_before", Text("Uren jaar ervoor", "Hours year before"), "hours"),
        Column("manager", Text("Accountmanager", "Account manager"), "text", prospects=True),
        Column("sector", Text("Branche", "Sector"), "text", prospects=True),
        Column("region", Text("Regio", "Region"), "text", prospects=True),
        Column("revenue_12m", Text("Omzet 12 m", "Revenue 12 m"), "euros", money=True),
        Column("cost_to_serve_12m", Text("Bediening 12 m", "Cost to serve 12 m"), "euros",
               money=True),
        Column("potential", Text("Potentie per jaar", "Potential a year"), "euros", money=True,
               prospects=True),
        Column("p_a", Text("Kans op A", "Chance of A"), "share"),
        Column("p_becomes_a", Text("Kans A te worden", "Chance to become A"), "share"),
        Column("evidence", Text("Hoe bekend", "How well known"), "share"),
        Column("last_order_on", Text("Laatste order", "Last order"), "day"),
        Column("since", Text("In segment sinds", "In segment since"), "day"),
        Column("value_at_risk", Text("Waarde die op het spel staat", "Value at stake"), "euros",
               money=True),
    )
}  # fmt: skip
USUAL = ("clv", "contribution_12m", "score", "moved", "hours_12m", "manager")
USUAL_WITHOUT_COSTS = tuple(name.replace("contribution", "revenue") for name in USUAL)
USUAL_PROSPECTS = ("potential", "sector", "region", "manager")
USUAL_WITHOUT_EUROS = ("score", "moved", "last_order_on", "manager")


def offered(sight: Sight, *, prospects: bool) -> list[Column]:
    """The columns somebody with this sight can choose from."""
    euros = sight is not Sight.NO_EUROS
    return [
        one
        for one in COLUMNS.values()
        if (euros or not one.money) and (one.prospects or not prospects)
    ]


def chosen(asked: Mapping[str, Any], sight: Sight, *, costed: bool = True) -> list[Column]:
    """Those he asked for, in their own order, else the usual ones; and what a filter goes by.

    ``costed``: whether contribution is known of anybody.
    """
    prospects = asked.get("soort") == "prospects"
    can = offered(sight, prospects=prospects)
    wanted = set(asked.get("kolom") or ()) & {one.name for one in can}
    by_marks = _by_marks(asked)
    if not wanted:  # a page has room for so many columns
        usual = set(_usual(sight, prospects=prospects, costed=costed))
        wanted = usual - {"moved"} if by_marks else usual
    if by_marks:
        wanted.add("satisfaction")
    return [one for one in can if one.name in wanted]


def _by_marks(asked: Mapping[str, Any]) -> bool:
    """Whether a filter goes by how satisfied customers are."""
    marks = [asked.get("tevreden") or None, asked.get("cijfer")]
    return marks != [None, None] or asked.get("let_op") == "ontevreden"


def _usual(sight: Sight, *, prospects: bool, costed: bool) -> tuple[str, ...]:
    if prospects:
        return USUAL_PROSPECTS
    if sight is Sight.NO_EUROS:
        return USUAL_WITHOUT_EUROS
    return USUAL if costed else USUAL_WITHOUT_COSTS


def value_of(column: Column, standing: Standing) -> Any:
    """What stands in the column of one customer; None where it is not known."""
    value = getattr(standing, column.name)
    if column.kind == "moved":
        return value or None
    return str(value) if column.kind == "text" and value else value
