"""What a file seems to be, before anything is asked or written: for who is about to import it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import PurePath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import ImportRefused, Text
from kernklant.engine.ledger.cells import Reading, tidy
from kernklant.engine.ledger.formats import Sheet
from kernklant.engine.ledger.formats.apart import opened
from kernklant.engine.ledger.mapping import Fields, find_fields, missing, nearest
from kernklant.engine.ledger.plan import Plan
from kernklant.engine.ledger.proof import Choice, Proof, Undecided
from kernklant.engine.ledger.request import ImportRequest
from kernklant.engine.ledger.tables import TABLES

SAMPLES = 3
Progress = Callable[[int, int], None]  # rows of the sheets before, rows of this one
QUIET: Progress = lambda _before, _rows: None  # noqa: E731 - a default, named for its meaning


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A column of a file: its header, some of what stands below it, the field it would fill."""

    header: str
    samples: list[str]
    field: str | None


@dataclass(frozen=True, slots=True)
class SheetSeen:
    """A sheet: the table it would fill (None: not recognised), what it lacks, its rows."""

    name: str
    table: str | None
    header_row: int
    columns: list[ColumnSeen]
    lacks: list[str]
    warnings: list[Text]
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was found. ``undecided``: notations that only a person can tell."""

    format: str
    sha256: str
    sheets: list[SheetSeen]
    undecided: dict[Choice, Undecided] = field(default_factory=dict)
    refused: tuple[Text, Text] | None = None

    def as_json(self) -> dict[str, Any]:
        """The same as JSON-ready values; sentences as {nl, en}."""
        return {
            "format": self.format,
            "sha256": self.sha256,
            "sheets": [_sheet_json(sheet) for sheet in self.sheets],
            "undecided": {name: one.as_json() for name, one in self.undecided.items()},
            "refused": [_both(text) for text in self.refused] if self.refused else None,
        }


def look_at(request: ImportRequest, *, progress: Progress | None = None) -> Seen:
    """Read a file through once and say what it seems to be; nothing is written.

    ImportRefused when it is no file that can be read at all.
    """
    proof, sheets, done = Proof(), [], 0
    tell = progress or QUIET
    with opened(
        request.path, asked=request.format, sheet=request.sheet, limits=request.limits
    ) as source:
        for place, sheet in enumerate(source.sheets):
            fields, known = _recognised(sheet, request)
            if fields is not None:
                plan = Plan(place, sheet, fields, _reading(sheet, request))
                samples, rows = _read(plan, proof, progress=partial(tell, done))
                sheets.append(_seen(sheet, fields, samples, known=known, rows=rows))
                done += rows
    if sheets and source.warnings:
        sheets[0].warnings.extend(source.warnings)
    undecided, refused = _undecided(proof, request)
    return Seen(source.format, source.sha256, sheets, undecided, refused)


def _recognised(sheet: Sheet, request: ImportRequest) -> tuple[Fields | None, bool]:
    """The fields of a sheet, and whether it can be taken in as it is."""
    table = TABLES[request.dataset] if request.dataset else None
    if not sheet.head:
        return None, False
    hint = sheet.name or PurePath(request.called).stem
    fields = find_fields(sheet.head, table=table, asked=request.mapping, hint=hint)
    if fields is not None:
        return fields, True
    return nearest(sheet.head, table=table, asked=request.mapping), False


def _reading(sheet: Sheet, request: ImportRequest) -> Reading:
    return Reading(request.numbers, request.dates, sheet.day_zero, datetime.now(UTC).date())


def _read(
    plan: Plan, proof: Proof, *, progress: Callable[[int], None]
) -> tuple[list[list[str]], int]:
    """Let the proof look at every row; per column the first few different values, and the rows."""
    done = 0
    samples: list[list[str]] = [[] for _ in plan.fields.header]
    for number, rows in enumerate(plan.rows()):
        proof.look_at(rows, plan.fields)
        if number == 0:
            samples = [_first(tidy(cells)) for cells in rows.columns]
        done += len(rows.numbers)
        progress(done)
    return samples, done


def _seen(
    sheet: Sheet, fields: Fields, samples: list[list[str]], *, known: bool, rows: int
) -> SheetSeen:
    places = {at: column.name for column, at in fields.columns()}
    columns = [
        ColumnSeen(header, samples[at], places.get(at))
        for at, header in enumerate(fields.header)
        if header
    ]
    lacks = [column.name for column in missing(fields)]
    table = fields.table.name if known else None
    warnings = list(fields.warnings)
    return SheetSeen(sheet.name, table, fields.header_row, columns, lacks, warnings, rows)


def _first(cells: pa.Array) -> list[str]:
    distinct: Sequence[str] = pc.drop_null(pc.unique(cells.slice(0, 2000))).to_pylist()
    return list(distinct[:SAMPLES])


def _undecided(
    proof: Proof, request: ImportRequest
) -> tuple[dict[Choice, Undecided], tuple[Text, Text] | None]:
    """What the cells leave open; and what no choice would mend, such as two currencies."""
    open_to = proof.undecided(request.numbers, request.dates)
    try:
        # With the open choices made, what is still refused is something else.
        proof.verdict(
            request.numbers or ("nl" if "numbers" in open_to else None),
            request.dates or ("dmy" if "dates" in open_to else None),
        )
    except ImportRefused as error:
        return open_to, (error.what, error.remedy)
    return open_to, None


def _sheet_json(sheet: SheetSeen) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "table": sheet.table,
        "header_row": sheet.header_row,
        "columns": [
            {"header": column.header, "samples": column.samples, "field": column.field}
            for column in sheet.columns
        ],
        "lacks": sheet.lacks,
        "warnings": [_both(text) for text in sheet.warnings],
        "rows": sheet.rows,
    }


def _both(text: Text) -> dict[str, str]:
    return {"nl": text.nl, "en": text.en}
