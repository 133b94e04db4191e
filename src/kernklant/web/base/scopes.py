"""What a token of the API may be used for: a part of what its member may do."""

from __future__ import annotations

from enum import StrEnum

from kernklant.engine.errors import Text
from kernklant.web.base.rights import Right


class Scope(StrEnum):
    """One part of the API."""

    CUSTOMERS = "customers"
    CONTACTS = "contacts"
    NOTES = "notes"
    RATINGS = "ratings"
    EVALUATIONS = "evaluations"
    EVALUATE = "evaluate"
    IMPORTS = "imports"


# The right that the member must have as well, and what the scope is for.
SCOPES: dict[Scope, tuple[Right, Text]] = {
    Scope.CUSTOMERS: (
        Right.CUSTOMERS,
        Text("klanten lezen: waarde, segment, redenen", "read customers: value, segment, reasons"),
    ),
    Scope.CONTACTS: (
        Right.CUSTOMERS,
        Text("contactpersonen lezen en vastleggen", "read and keep contact persons"),
    ),
    Scope.NOTES: (Right.CUSTOMERS, Text("notities lezen en schrijven", "read and write notes")),
    Scope.RATINGS: (Right.RATE, Text("klanten beoordelen", "rate customers")),
    Scope.EVALUATIONS: (Right.EVALUATIONS, Text("evaluaties lezen", "read evaluations")),
    Scope.EVALUATE: (Right.EVALUATE, Text("een evaluatie starten", "start an evaluation")),
    Scope.IMPORTS: (Right.IMPORT, Text("lezen wat is ingelezen", "read what was imported")),
}
