"""What the company set: the keys there are, their defaults, and reading them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from kernklant.web.base.models import Setting

# Moves that can need a signature, as segments/in_force.py names them.
MOVES = ("into_a", "out_of_a", "exit")


@dataclass(frozen=True, slots=True)
class Company:
    """The settings; each field is the key of a Setting, its default holds until somebody sets it.

    ``holidays``: a country, or country and state (NL, DE-NW), as the package holidays names them.
    ``evaluate_every``: months from one evaluation to the next; 0 keeps no calendar.
    ``tidy_daily``: what is past its term goes by itself; else somebody removes it.
    """

    name: str = ""
    currency: str = "EUR"
    holidays: str = "NL"
    sign_off: tuple[str, ...] = MOVES
    mfa_roles: tuple[str, ...] = ("administrator", "director")
    evaluate_every: int = 3
    tidy_daily: bool = False

    def as_rows(self) -> dict[str, Any]:
        """Values as JSON keeps them, by key."""
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self).items()
        }


KEYS = tuple(one.name for one in fields(Company))


def company() -> Company:
    """The settings in force."""
    rows = dict(Setting.objects.filter(key__in=KEYS).values_list("key", "value"))
    told: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in rows.items()
    }
    return replace(Company(), **told)
