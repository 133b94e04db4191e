"""What is wrong with a request: the findings of pydantic in both languages, and statuses."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers

from kernklant.engine.errors import (
    DiskFailed,
    NoMemory,
    NotFound,
    StoreBusy,
    StoreDamaged,
    Text,
    UserError,
)
from kernklant.web.base.bearer import Problem
from kernklant.web.base.words import said


class DatabaseAway(UserError):
    """The database restarts, is too busy or cannot be reached."""


PREFIX = "api/v1/"
AWAY, RETRY = 503, {"Retry-After": "10"}  # seconds
STATUSES: dict[type[UserError], int] = {
    DatabaseAway: AWAY,
    StoreBusy: AWAY,
    StoreDamaged: AWAY,
    NoMemory: AWAY,
    DiskFailed: 507,
    NotFound: 404,
}
# By the kind of finding; {names} are in its context. A kind that stands not here is told in
# pydantic's own English.
FINDINGS: dict[str, Text] = {
    "missing": Text("Dit ontbreekt.", "This is missing."),
    "extra_forbidden": Text("Deze naam is niet bekend.", "This name is not known."),
    "json_invalid": Text("Dit is geen JSON.", "This is no JSON."),
    "int_parsing": Text("Dit is geen heel getal.", "This is no whole number."),
    "int_type": Text("Dit is geen heel getal.", "This is no whole number."),
    "int_from_float": Text("Dit is geen heel getal.", "This is no whole number."),
    "int_parsing_size": Text("Dit getal is te groot.", "This number is too large."),
    "string_type": Text("Dit is geen tekst.", "This is no text."),
    "string_too_short": Text(
        "Dit heeft minstens {min_length} teken nodig.",
        "This needs at least {min_length} character.",
    ),
    "string_too_long": Text(
        "Dit mag hoogstens {max_length} tekens hebben.",
        "This may have at most {max_length} characters.",
    ),
    "string_pattern_mismatch": Text(
        "Hier staan tekens in die niet kunnen, of niets.",
        "This holds characters that cannot be used, or nothing.",
    ),
    "greater_than_equal": Text("Dit moet minstens {ge} zijn.", "This must be at least {ge}."),
    "less_than_equal": Text("Dit mag hoogstens {le} zijn.", "This may be at most {le}."),
    "literal_error": Text("Dit moet een van {expected} zijn.", "This must be one of {expected}."),
    "too_long": Text("Dit zijn er te veel.", "These are too many."),
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        Text("Dit is geen dag; schrijf jjjj-mm-dd.", "This is no day; write yyyy-mm-dd."),
    ),
    **dict.fromkeys(
        ("model_type", "model_attributes_type", "dict_type"),
        Text("Dit moet een object zijn.", "This must be an object."),
    ),
    **dict.fromkeys(("list_type",), Text("Dit moet een lijst zijn.", "This must be a list.")),
}


def status_of(error: UserError, *, others: int) -> tuple[int, dict[str, str]]:
    """The status of what fails, and the headers that go with it; ``others``: of what is refused."""
    status = STATUSES.get(type(error), others)
    return status, RETRY if status == AWAY else {}


def answer(problem: Problem) -> HttpResponse:
    """A problem as the API tells it."""
    told = JsonResponse(
        problem.told(),
        status=problem.status,
        content_type="application/problem+json",
        headers=problem.headers,
    )
    patch_vary_headers(told, ["Accept-Language"])
    return told


def finding(error: dict[str, Any]) -> dict[str, Any]:
    """Where it is and what is wrong there."""
    text = FINDINGS.get(error["type"])
    what = said(text, **error.get("ctx", {})) if text else str(error["msg"])
    return {"where": [str(part) for part in error["loc"]], "what": what}
