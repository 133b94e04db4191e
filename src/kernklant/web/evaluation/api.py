"""Evaluations by the API: which there are, one, and starting one."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Field, Path, Query, Router, Schema, Status
from pydantic import BeforeValidator

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.headlines import headlines
from kernklant.engine.segments.migration import SEGMENTS
from kernklant.web.base import store
from kernklant.web.base.access import sees_all
from kernklant.web.base.bearer import Bearer, Problem, Strict, asker, refuse_unknown
from kernklant.web.base.models.jobs import new_key
from kernklant.web.base.rights import Right
from kernklant.web.base.scopes import Scope
from kernklant.web.base.words import said
from kernklant.web.evaluation.actions import KeyTaken, request_evaluation
from kernklant.web.evaluation.forms import refusal
from kernklant.web.value.models import Evaluation

router = Router(tags=["evaluations"])
BIGGEST = 2**63 - 1


def _written(day: object) -> str:
    """A day as it is written: pydantic would take a number for seconds since 1970."""
    if not isinstance(day, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
        raise ValueError("YYYY-MM-DD")
    return day


Day = Annotated[date, BeforeValidator(_written)]
Number = Annotated[int, Path(ge=1, le=BIGGEST, description="number of the request")]


class EvaluationOut(Schema):
    """An evaluation that was asked for; ``run`` is its number once it is done."""

    id: int
    state: Literal["asked", "running", "done", "failed", "cancelled"]
    as_of: date | None = Field(description="null: the last day of sales")
    run: int | None
    looks_back: bool | None = Field(
        description="true: of an earlier day, so it left how customers stand now as it was"
    )
    asked_by: str | None
    asked_at: datetime
    ended_at: datetime | None
    done_share: float
    step: str
    error: str


class Evaluations(Schema):
    """A page, newest first; ``next`` is the value of ``before`` for the next one."""

    evaluations: list[EvaluationOut]
    next: int | None


class SegmentOut(Schema):
    """How many customers a segment has by what was worked out."""

    segment: Literal["A", "B", "C", "exit"]
    customers: int


class OneEvaluation(EvaluationOut):
    """One with what it found, for who sees all customers."""

    headlines: list[str]
    segments: list[SegmentOut]


class PageOf(Strict):
    """A page of them."""

    before: int = Field(BIGGEST, ge=1, le=BIGGEST, description="the ``next`` of the page before")
    limit: int = Field(25, ge=1, le=100)


class AskIn(Strict):
    """As of which day; of one key there is one evaluation, however often it is asked."""

    as_of: Day | None = None
    key: str = Field(
        default_factory=new_key, pattern=r"^[0-9a-f]{32}$", description="32 hexadecimal digits"
    )


@router.get("/evaluations", response=Evaluations, auth=Bearer(Scope.EVALUATIONS))
def list_evaluations(request: HttpRequest, asked: Query[PageOf]) -> dict[str, Any]:
    """Evaluations, newest first."""
    refuse_unknown(request, asked)
    rows = Evaluation.objects.filter(pk__lt=asked.before).order_by("-pk")
    found = list(rows.select_related("asked_by")[: asked.limit + 1])
    page, more = found[: asked.limit], len(found) > asked.limit
    return {"evaluations": [_told(row) for row in page], "next": page[-1].pk if more else None}


@router.get("/evaluations/{number}", response=OneEvaluation, auth=Bearer(Scope.EVALUATIONS))
def one_evaluation(request: HttpRequest, number: Number) -> dict[str, Any]:
    """One evaluation: where it stands, and what it found."""
    row = Evaluation.objects.select_related("asked_by").filter(pk=number).first()
    if row is None:
        raise Http404
    found: dict[str, Any] = {"headlines": [], "segments": []}
    if row.run is not None and sees_all(asker(request), Right.EVALUATIONS):
        summary = store.summary(row.run)
        found["headlines"] = [said(text) for text in headlines(summary)]
        found["segments"] = [
            {"segment": letter, "customers": summary["segments"][letter]["customers"]}
            for letter in SEGMENTS
        ]
    return {**_told(row), **found}


@router.post(
    "/evaluations",
    response={202: EvaluationOut},
    auth=Bearer(Scope.EVALUATE),
    openapi_extra={"responses": {409: {"description": "the key is of another question"}}},
)
def start_evaluation(request: HttpRequest, asked: AskIn) -> Status[dict[str, Any]]:
    """Ask for an evaluation; a worker does it. Look at it by its id until it is done."""
    why = refusal(asked.as_of)
    if why is not None:
        raise Problem(422, NOT_ASKED, why)
    try:
        row = request_evaluation(by=asker(request), as_of=asked.as_of, key=asked.key)
    except KeyTaken as taken:
        raise Problem(409, NOT_THIS_KEY, taken.what) from taken
    return Status(202, _told(row))


def _told(row: Evaluation) -> dict[str, Any]:
    same = ("state", "as_of", "run", "asked_at", "ended_at", "done_share", "step")
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in same},
        "looks_back": store.looks_back(row.run) if row.run is not None else None,
        "asked_by": row.asked_by.name if row.asked_by else None,
        "error": row.error,
    }


NOT_THIS_KEY = Text("Deze sleutel is al gebruikt", "This key was used before")
NOT_ASKED = Text("Deze peildatum kan niet", "This as-of date cannot be")
