"""Before anything is read in: which sheets are which tables, and how their cells are to be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import PurePath

from kernklant.engine.errors import ImportRefused, Text
from kernklant.engine.ledger.cells import Reading
from kernklant.engine.ledger.currency import EURO
from kernklant.engine.ledger.formats import Rows, Sheet, Source, refused
from kernklant.engine.ledger.mapping import (
    Fields,
    brief,
    find_fields,
    missing,
    nearest,
)
from kernklant.engine.ledger.proof import Proof
from kernklant.engine.ledger.request import ImportRequest
from kernklant.engine.ledger.tables import TABLES
from kernklant.engine.ledger.words import includes_vat, shorten

MOST_COLUMNS_NAMED = 30
_DATA = re.compile(r"\s*[-+€(]*[0-9][0-9.,/: -]*\)?\s*")


@dataclass(frozen=True, slots=True)
class Plan:
    """One sheet: its place in the file, its fields, how its cells are read, and its currency."""

    place: int
    sheet: Sheet
    fields: Fields
    reading: Reading
    warnings: list[Text] = field(default_factory=list)
    currency: str = EURO

    def rows(self) -> Iterator[Rows]:
        """The rows below the header, in batches."""
        return self.sheet.read(self.fields.header_row, len(self.fields.header))


def make_plan(source: Source, request: ImportRequest) -> list[Plan]:
    """Say of each sheet what it is.

    ImportRefused when no sheet can be used: with the columns found, and what is missing.
    """
    table = TABLES[request.dataset] if request.dataset else None
    today = datetime.now(UTC).date()
    plans, others = [], []
    for place, sheet in enumerate(source.sheets):
        hint = sheet.name or PurePath(request.called).stem
        fields = find_fields(sheet.head, table=table, asked=request.mapping, hint=hint)
        if fields is None:
            others.append(sheet)
            continue
        reading = Reading(request.numbers, request.dates, sheet.day_zero, today)
        plans.append(Plan(place, sheet, fields, reading, _remarks(sheet, fields)))
    if not plans:
        raise _unrecognised(source, request)
    said = [_left_out(sheet) for sheet in others if sheet.head]
    plans[0].warnings.extend(said)
    return plans


def prove(
    plans: list[Plan], request: ImportRequest, *, progress: Callable[[str, int, int | None], None]
) -> list[Plan]:
    """Read the whole file once for the notation of its numbers, dates and currency.

    One notation holds for all numbers of a file, one order for all its dates. ImportRefused
    when the cells leave it open or contradict each other, and nothing was declared.
    """
    proof = Proof()
    for plan in plans if _open_questions(plans, request) else []:
        done = 0
        for rows in plan.rows():
            proof.look_at(rows, plan.fields)
            done += len(rows.numbers)
            progress(f"{request.called} 1/2", done, plan.sheet.rows)
    numbers, dates, warnings = proof.verdict(request.numbers, request.dates)
    return [
        replace(
            plan,
            reading=replace(plan.reading, numbers=numbers, dates=dates),
            warnings=[*plan.warnings, *warnings],
            currency=proof.currency(),
        )
        for plan in plans
    ]


def _open_questions(plans: list[Plan], request: ImportRequest) -> bool:
    declared = request.numbers is not None and request.dates is not None
    return not declared or any("currency" in plan.fields.own for plan in plans)


def _remarks(sheet: Sheet, fields: Fields) -> list[Text]:
    said = list(fields.warnings)
    above = sum(number < fields.header_row for number, _ in sheet.head)
    if above:
        said.append(
            Text(
                f"De kop staat op regel {fields.header_row}; wat erboven staat is overgeslagen.",
                f"The header stands in row {fields.header_row}; what is above it was left out.",
            )
        )
    return said


def _left_out(sheet: Sheet) -> Text:
    return Text(
        f"Het blad {sheet.name} is niet herkend en overgeslagen.",
        f"The sheet {sheet.name} was not recognised and left out.",
    )


def _unrecognised(source: Source, request: ImportRequest) -> ImportRefused:
    """What was found, what is missing for the asked (or likeliest) table, and how to say it."""
    heads = [sheet.head for sheet in source.sheets if sheet.head]
    if not heads:
        return refused(
            "Het bestand heeft geen regels.",
            "The file has no rows.",
            "Exporteer het opnieuw, met een kop en de gegevens.",
            "Export it again, with a header and the data.",
        )
    table = TABLES[request.dataset] if request.dataset else None
    best = max(
        (nearest(head, table=table, asked=request.mapping) for head in heads),
        key=lambda fields: len(fields.own),
    )
    if not best.own and _looks_like_data(best.header):
        return _no_header(best)
    return _missing(best)


def _looks_like_data(cells: list[str]) -> bool:
    return any(_DATA.fullmatch(cell) for cell in cells)


def _no_header(fields: Fields) -> ImportRefused:
    shown = ", ".join(shorten(cell) for cell in fields.header[:MOST_COLUMNS_NAMED])
    return refused(
        f"Het bestand heeft geen kop; de eerste regel is: {shown}.",
        f"The file has no header; its first row is: {shown}.",
        "Zet een regel met de namen van de kolommen bovenaan.",
        "Put a row with the names of the columns on top.",
    )


def _shown(fields: Fields) -> str:
    names = [shorten(cell) for cell in fields.header if cell]
    return ", ".join(names[:MOST_COLUMNS_NAMED]) + (" …" if names[MOST_COLUMNS_NAMED:] else "")


def _no_table(fields: Fields) -> ImportRefused:
    """Nothing required is missing, but a customer number alone does not say what a file is."""
    tables = [table.dutch for table in TABLES.values()], list(TABLES)
    nl, en = (", ".join(names) for names in tables)
    return refused(
        f"Niet herkend: van welke tabel dit bestand is. De kolommen zijn: {_shown(fields)}.",
        f"Not recognised: which table this file is of. The columns are: {_shown(fields)}.",
        f"Zeg met --as welke het is ({nl}), en met --map welke kolom wat is.",
        f"Say with --as which it is ({en}), and with --map which column is what.",
    )


def _missing(fields: Fields) -> ImportRefused:
    lacking, shown = missing(fields), _shown(fields)
    if not lacking:
        return _no_table(fields)
    with_vat = next((cell for cell in fields.header if includes_vat(cell)), None)
    example = with_vat if with_vat and lacking[-1].name == "amount" else "…"
    return ImportRefused(
        Text(
            f"Niet herkend als {fields.table.dutch}: er ontbreekt "
            f"{', '.join(brief(column).nl for column in lacking)}. "
            f"De kolommen zijn: {shown}.",
            f"Not recognised as {fields.table.name}: "
            f"{', '.join(brief(column).en for column in lacking)} is missing. "
            f"The columns are: {shown}.",
        ),
        Text(
            "Wijs de kolommen aan, of zeg met --as welke tabel het is: "
            + " ".join(f"--map {column.name}='{example}'" for column in lacking),
            "Name the columns, or say with --as which table it is: "
            + " ".join(f"--map {column.name}='{example}'" for column in lacking),
        ),
    )
