"""What each role may do, and how far: one table, from which the tests make their matrix."""

from __future__ import annotations

from enum import Enum, StrEnum

from kernklant.web.base.models import Role


class Right(StrEnum):
    """Something one may do; every page asks for one."""

    PORTFOLIO = "portfolio"
    CUSTOMERS = "customers"
    CUSTOMER = "customer"
    EVALUATIONS = "evaluations"
    EVALUATE = "evaluate"
    RATE = "rate"
    NOTE = "note"
    LOG_CONTACT = "log_contact"
    ASSIGN = "assign"
    EXPORT = "export"
    DRAFT_POLICY = "draft_policy"
    ADOPT_POLICY = "adopt_policy"
    SIGN_OFF = "sign_off"
    PROPOSE_MOVE = "propose_move"
    IMPORT = "import"
    USERS = "users"
    LOG = "log"
    PRIVACY = "privacy"
    SETTINGS = "settings"


class Reach(Enum):
    """Over which customers a right holds."""

    NONE = 0
    OWN = 1
    TEAM = 2
    ALL = 3


class Sight(Enum):
    """How much of a customer is shown: BRIEF is name, city and manager."""

    BRIEF = 0
    NO_EUROS = 1
    NO_PERSONS = 2
    FULL = 3


NONE, OWN, TEAM, ALL = Reach
ADM, DIR, MAN, ACC, DESK, ANA, MAR = Role
ROLES = (ADM, DIR, MAN, ACC, DESK, ANA, MAR)

# The table of roles: administrator, director, team manager, account manager, service desk,
# analyst, marketing.
TABLE: dict[Right, tuple[Reach, ...]] = {
    Right.PORTFOLIO: (ALL, ALL, TEAM, OWN, NONE, ALL, ALL),
    Right.CUSTOMERS: (ALL, ALL, TEAM, OWN, ALL, ALL, NONE),
    # Of others' customers an account or team manager sees name, city and manager.
    Right.CUSTOMER: (ALL, ALL, ALL, ALL, ALL, ALL, NONE),
    Right.EVALUATIONS: (ALL, ALL, TEAM, OWN, NONE, ALL, ALL),
    Right.EVALUATE: (ALL, ALL, NONE, NONE, NONE, ALL, NONE),
    Right.RATE: (NONE, ALL, TEAM, OWN, NONE, NONE, NONE),
    Right.NOTE: (NONE, ALL, TEAM, OWN, NONE, NONE, NONE),
    Right.LOG_CONTACT: (NONE, ALL, TEAM, OWN, ALL, NONE, NONE),
    Right.ASSIGN: (ALL, ALL, TEAM, NONE, NONE, NONE, NONE),
    Right.EXPORT: (ALL, ALL, TEAM, OWN, NONE, ALL, NONE),
    Right.DRAFT_POLICY: (NONE, ALL, TEAM, NONE, NONE, ALL, NONE),
    Right.ADOPT_POLICY: (NONE, ALL, NONE, NONE, NONE, NONE, NONE),
    Right.SIGN_OFF: (NONE, ALL, TEAM, NONE, NONE, NONE, NONE),
    Right.PROPOSE_MOVE: (NONE, ALL, TEAM, OWN, NONE, NONE, NONE),
    Right.IMPORT: (ALL, NONE, NONE, NONE, NONE, ALL, NONE),
    Right.USERS: (ALL, NONE, NONE, NONE, NONE, NONE, NONE),
    Right.LOG: (ALL, ALL, NONE, NONE, NONE, NONE, NONE),
    Right.PRIVACY: (ALL, NONE, NONE, NONE, NONE, NONE, NONE),
    Right.SETTINGS: (ALL, NONE, NONE, NONE, NONE, NONE, NONE),
}


def reach(role: str, right: Right) -> Reach:
    """How far a right goes for a role."""
    return TABLE[right][ROLES.index(Role(role))]


# What a role sees of a customer within its reach, and of another's.
SIGHT: dict[Role, tuple[Sight, Sight]] = {
    ADM: (Sight.FULL, Sight.FULL),
    DIR: (Sight.FULL, Sight.FULL),
    MAN: (Sight.FULL, Sight.BRIEF),
    ACC: (Sight.FULL, Sight.BRIEF),
    DESK: (Sight.NO_EUROS, Sight.NO_EUROS),
    ANA: (Sight.NO_PERSONS, Sight.NO_PERSONS),
    MAR: (Sight.BRIEF, Sight.BRIEF),
}
