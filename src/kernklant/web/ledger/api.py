"""Imports by the API: what came in, and whether it adds up."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from kernklant.web.base import store
from kernklant.web.base.bearer import Bearer, Strict, refuse_unknown
from kernklant.web.base.models import Member
from kernklant.web.base.scopes import Scope
from kernklant.web.ledger.history import who_asked

router = Router(tags=["imports"])
BIGGEST = 2**31 - 1


class DatasetOut(Schema):
    """What one table got of a file: rows and amounts in the file are the three others together."""

    dataset: str
    rows_file: int
    rows_accepted: int
    rows_known: int
    rows_rejected: int
    amount_file: Decimal | None
    amount_accepted: Decimal | None
    amount_known: Decimal | None
    amount_rejected: Decimal | None


class ImportOut(Schema):
    """A file that came in."""

    number: int
    file_name: str
    sha256: str
    format: str
    who: str
    imported_at: datetime
    undone_at: datetime | None
    datasets: list[DatasetOut]


class Imports(Schema):
    """A page, newest first; ``next`` is the value of ``before`` for the next one."""

    imports: list[ImportOut]
    next: int | None


class PageOf(Strict):
    """A page of them."""

    before: int = Field(BIGGEST, ge=1, le=BIGGEST, description="the next of the page before")
    limit: int = Field(50, ge=1, le=200)


@router.get("/imports", response=Imports, auth=Bearer(Scope.IMPORTS))
def list_imports(request: HttpRequest, asked: Query[PageOf]) -> dict[str, Any]:
    """Imports, newest first, undone ones too."""
    refuse_unknown(request, asked)
    found = [row for row in reversed(store.imports()) if row["import_no"] < asked.before]
    page, more = found[: asked.limit], len(found) > asked.limit
    who = who_asked(page)
    return {
        "imports": [_told(row, who.get(row["import_no"])) for row in page],
        "next": page[-1]["import_no"] if more else None,
    }


def _told(row: dict[str, Any], who: Member | None) -> dict[str, Any]:
    same = ("file_name", "sha256", "imported_at", "undone_at")
    return {
        "number": row["import_no"],
        **{name: row[name] for name in same},
        "format": row["format"] or "",
        "who": who.name if who else row["who"] or "",
        "datasets": [
            {"dataset": name, **told} for name, told in json.loads(row["datasets"]).items()
        ],
    }
