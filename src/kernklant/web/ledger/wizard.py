"""A file as its page tells it: what it seems to be, what must be chosen, what a trial gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.forms import BoundField

from kernklant.engine.errors import Text
from kernklant.web.base import store
from kernklant.web.ledger.forms import Look, meaning, table_words
from kernklant.web.ledger.models import Import

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
STEPS = (
    Text("Bestand", "File"),
    Text("Herkend als", "Recognised as"),
    Text("Kolommen", "Columns"),
    Text("Proef", "Trial"),
    Text("Inlezen", "Import"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its first values, the field it fills, and how many rows go wrong by it."""

    header: str
    samples: list[str]
    field: BoundField
    problems: int
    tried: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial gave of one table."""

    words: Text
    told: dict[str, Any]
    reasons: list[tuple[Text, int]]
    warnings: list[Text]


def told_of(row: Import, form: Look) -> dict[str, Any]:
    """Everything the page of a file shows."""
    findings = row.findings
    sheets = findings["sheets"]
    known = [sheet for sheet in sheets if sheet["table"]]
    return {
        "row": row,
        "form": form,
        "format": findings["format"],
        "tables": [(table_words(one["table"]), one) for one in known],
        "lacks": [meaning(name, form.table) for name in _lacks(form)] if form.table else [],
        "columns": columns(row, form),
        "untold": form.one["columns"] if form.one and not form.table else [],
        "undecided": findings["undecided"],
        "refused": [Text(**one) for one in findings["refused"] or []],
        "trials": trials(row),
        "step": step_of(row),
        "before": landed_before(row),
        "no_workbook": findings["format"] == "csv" and row.file_name.lower().endswith(WORKBOOKS),
    }


def _lacks(form: Look) -> list[str]:
    return list(form.one["lacks"]) if form.one else []


def step_of(row: Import) -> int:
    """At which of STEPS it is, from 1."""
    if not row.findings:
        return 1
    if not any(sheet["table"] for sheet in row.findings["sheets"]):
        return 3 if row.settings.get("dataset") else 2
    if row.findings["undecided"]:
        return 2
    return 4 if row.receipts else 3


def steps(row: Import) -> list[tuple[int, Text, str]]:
    """The steps with where each stands: done, now or later."""
    at = step_of(row)
    return [
        (number, words, "now" if number == at else "done" if number < at else "later")
        for number, words in enumerate(STEPS, start=1)
    ]


def columns(row: Import, form: Look) -> list[Column]:
    """The columns of the sheet that can be named."""
    problems: dict[str, int] = {}
    for receipt in row.receipts:
        problems |= receipt["problems"]
    return [
        Column(
            header=column["header"],
            samples=column["samples"],
            field=form[name],
            problems=problems.get(column["header"], 0),
            tried=bool(row.receipts) and bool(column["field"]),
        )
        for name, column in form.columns
    ]


def trials(row: Import) -> list[Trial]:
    """What the trial gave, by table."""
    return [
        Trial(
            words=table_words(one["dataset"]),
            told=one,
            reasons=[(Text(why["nl"], why["en"]), why["rows"]) for why in one["reasons"]],
            warnings=[Text(**text) for text in one["warnings"]],
        )
        for one in row.receipts
    ]


def landed_before(row: Import) -> dict[str, Any] | None:
    """The import that brought this very file, where there is one that was not undone."""
    same = (
        one
        for one in reversed(store.imports())
        if one["sha256"] == row.sha256 and one["undone_at"] is None
    )
    return next(same, None)
