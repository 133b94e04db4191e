"""From a file to facts: all of it or nothing, each row accounted for, the sums to the cent."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import ImportRefused, Text
from kernklant.engine.ledger.convert import Fault, convert
from kernklant.engine.ledger.currency import refuse_another
from kernklant.engine.ledger.doubts import Doubts
from kernklant.engine.ledger.forgotten import Forgotten
from kernklant.engine.ledger.formats import Rows, Source, refused
from kernklant.engine.ledger.formats.apart import opened
from kernklant.engine.ledger.intake import SHEET_SHIFT, Take, stage_people, warnings_of
from kernklant.engine.ledger.mapping import table_name
from kernklant.engine.ledger.people import People
from kernklant.engine.ledger.plan import Plan, make_plan, prove
from kernklant.engine.ledger.register import register_of
from kernklant.engine.ledger.rejects import (
    NoRejects,
    Rejects,
    file_in,
    file_of,
    forget,
    rejects_in,
    rejects_table,
)
from kernklant.engine.ledger.request import ImportRequest, Receipt
from kernklant.engine.ledger.twice import told_twice
from kernklant.engine.store import ImportRecord, Settled, Store, Writer

__all__ = [
    "ImportRequest",
    "Receipt",
    "import_asked_as",
    "import_file",
    "rejects_in",
    "rejects_table",
    "table_name",
    "undo_import",
    "would_lose",
    "would_undo",
]

Progress = Callable[[str, int, int | None], None]
QUIET: Progress = lambda _step, _done, _total: None  # noqa: E731 - a default, named for its meaning
ZERO = Decimal("0.00")
TWICE_HERE = Text(
    "eerder in dit bestand staat dezelfde regel met andere inhoud",
    "earlier in this file the same line stands with other content",
)


def import_file(
    store: Store,
    request: ImportRequest,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    aside: Path | None = None,
) -> list[Receipt]:
    """Import a file into a home; one receipt per table, all under one import number.

    A dry run does the same and writes nothing, but for the refused rows in a folder ``aside``,
    where one is named: ``rejects_in`` reads them. ImportRefused when the file as a whole cannot be
    taken in; StoreBusy when another process is writing.
    """
    before = _stamp(request.path)
    tell = progress or QUIET
    with opened(
        request.path, asked=request.format, sheet=request.sheet, limits=request.limits
    ) as source:
        plans = prove(make_plan(source, request), request, progress=tell)
        with store.writer() as writer:
            intake = _Intake(store, writer, request, dry_run=dry_run, aside=aside)
            for plan in plans:
                intake.read(plan, progress=tell)
            receipts = intake.receipts(plans, source)
            if not any(receipt.rows_file for receipt in receipts):
                raise _no_rows()
            if _stamp(request.path) != before:
                raise _changed_meanwhile()
            if not dry_run:
                writer.commit(_record(request, source, receipts))
    return receipts


def undo_import(store: Store, import_no: int) -> dict[str, Any]:
    """Take an import back: per table the rows deleted, and kept because another brought them too.

    NotFound when there is no such import, or it was undone before.
    """
    with store.writer() as writer:
        undone = writer.undo(import_no)
    if store.home is not None:
        forget(store.home, import_no)
    tables = undone.rows_deleted.keys() | undone.rows_kept.keys()
    return {
        "import": import_no,
        "tables": {
            name: {
                "deleted": undone.rows_deleted.get(name, 0),
                "kept": undone.rows_kept.get(name, 0),
            }
            for name in sorted(tables)
        },
    }


def would_undo(store: Store, import_no: int) -> dict[str, dict[str, int]]:
    """What undoing an import would delete and keep, per table; nothing is written."""
    with store.writer() as writer:
        undone = writer.would_undo(import_no)
    return {
        name: {"deleted": undone.rows_deleted[name], "kept": undone.rows_kept[name]}
        for name in sorted(undone.rows_deleted)
    }


def would_lose(store: Store, import_no: int) -> list[int]:
    """The customers of whom nothing would be known any more after undoing an import."""
    with store.writer() as writer:
        return writer.would_lose(import_no)


def import_asked_as(store: Store, key: str) -> int | None:
    """The import that was asked for with this key, undone or not; None when there is none."""
    rows = store.imports()
    found = rows.filter(pc.equal(rows["key"], key))["import_no"].to_pylist()
    return int(found[0]) if key and found else None


class _Intake:
    """Reads the planned sheets into the writer, and settles what became of them."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        request: ImportRequest,
        *,
        dry_run: bool,
        aside: Path | None,
    ) -> None:
        self._store = store
        self._writer = writer
        self._request = request
        self._dry_run = dry_run
        self._aside = aside
        self._people = People(request.source)
        self._forgotten = Forgotten(register_of(store), request.source)
        self._takes: dict[str, Take] = {}
        if not dry_run and store.home:
            forget(store.home, writer.import_no)  # of a killed import with the same number

    def read(self, plan: Plan, *, progress: Progress) -> None:
        """Convert and stage one sheet, a batch at a time."""
        if plan.fields.table.name == "sales":
            refuse_another(plan.currency, stored=self._writer.values_of("sales", "currency"))
        take = self._take(plan)
        rejects = self._rejects(plan)
        doubts, done = Doubts(), 0
        for rows in plan.rows():
            converted = convert(rows, plan.fields, reading=plan.reading)
            doubts.see(converted)
            take.add(converted, sheet=plan.place)
            rejects.add(rows, converted.faults)
            done += len(rows.numbers)
            progress(f"{self._request.called} 2/2", done, plan.sheet.rows)
        rejects.close()
        doubts.refuse(plan.fields)

    def receipts(self, plans: list[Plan], source: Source) -> list[Receipt]:
        """Settle every table, refuse what was changed, and account for it all."""
        stored = self._store.snapshot().table("customers", ["customer", "row_key"])
        own = self._takes["customers"].own_keys if "customers" in self._takes else []
        beside = stage_people(self._people, self._writer, but=own)
        settled = {name: self._writer.settle(name) for name in {*self._takes, "customers"}}
        for plan in plans:
            self._refuse_changed(plan, settled[plan.fields.table.name])
        new = self._new_customers(stored)
        said = [*source.warnings, *(text for plan in plans for text in plan.warnings)]
        said += self._forgotten.warnings()
        if "sales" in self._takes:
            alike = self._writer.look_alikes("sales")
            said += told_twice(alike, rows_new=settled["sales"].rows_new)
        beside_new = len(beside) - _count(pc.is_in(beside, value_set=stored["row_key"]))
        return [
            self._receipt(
                take,
                settled[name],
                plans=[plan for plan in plans if plan.fields.table.name == name],
                said=[*dict.fromkeys(said)],
                beside=(beside_new, len(beside)) if name == "customers" else (0, 0),
                source=source,
                new=new,
            )
            for name, take in self._takes.items()
        ]

    def _take(self, plan: Plan) -> Take:
        table = plan.fields.table
        if table.name not in self._takes:
            self._takes[table.name] = Take(
                table, source=self._request.source, sink=self._writer, people=self._people,
                forgotten=self._forgotten,
            )  # fmt: skip
        return self._takes[table.name]

    def _rejects(self, plan: Plan, *, changed: bool = False) -> Rejects:
        """Where a sheet's refused rows go; those that proved changed have their own file."""
        home, number = self._store.home, self._writer.import_no
        if self._dry_run and self._aside is not None:
            file = file_in(self._aside, number, plan.place, changed=changed)
            return Rejects(file, plan.fields, but=self._forgotten)
        if self._dry_run or home is None:
            return NoRejects(Path(), plan.fields, but=self._forgotten)
        file = file_of(home, number, plan.place, changed=changed)
        return Rejects(file, plan.fields, but=self._forgotten)

    def _refuse_changed(self, plan: Plan, settled: Settled) -> None:
        """A second look at the file for the rows whose key is stored with other content."""
        if (self._dry_run and self._aside is None) or not settled.rows_changed:
            return
        by_row = {
            row["file_row"] - (plan.place << SHEET_SHIFT): self._why_changed(row)
            for row in settled.changed.to_pylist()
            if row["file_row"] >> SHEET_SHIFT == plan.place
        }
        rejects = self._rejects(plan, changed=True)
        for rows in plan.rows():
            rejects.add(rows, _changed(rows, by_row))
        rejects.close()

    def _why_changed(self, row: dict[str, Any]) -> Text:
        if row["import_no"] == self._writer.import_no:
            return TWICE_HERE
        return _why_other(row["import_no"]) if row["other"] else _why_changed(row["import_no"])

    def _new_customers(self, stored: pa.Table) -> int:
        met = self._writer.customer_numbers(self._request.source, self._people.numbers())
        own = [take.customers() for take in self._takes.values()]
        everybody = pc.unique(pa.chunked_array([met, *own], pa.int64()))
        return len(everybody) - _count(pc.is_in(everybody, value_set=stored["customer"]))

    def _receipt(
        self,
        take: Take,
        settled: Settled,
        *,
        plans: list[Plan],
        said: list[Text],
        beside: tuple[int, int],
        source: Source,
        new: int,
    ) -> Receipt:
        tally, reading = take.tally, plans[0].reading
        beside_new, beside_all = beside
        money = take.table.has_amount
        reasons = tally.reasons.copy()
        reasons.update(map(self._why_changed, settled.changed.to_pylist()))
        receipt = Receipt(
            import_no=None if self._dry_run else self._writer.import_no,
            dataset=take.table.name,
            rows_file=tally.rows,
            rows_accepted=settled.rows_new - beside_new,
            rows_known=settled.rows_known - (beside_all - beside_new),
            rows_rejected=tally.refused + settled.rows_changed,
            amount_file=tally.amount if money else None,
            amount_accepted=settled.amount_new if money else None,
            amount_known=settled.amount_known if money else None,
            amount_rejected=tally.amount_refused + (settled.amount_changed or ZERO)
            if money
            else None,
            mapping=plans[0].fields.shown,
            warnings=[*said, *warnings_of(tally, repeated=take.seen.repeated)],
            reasons=reasons.most_common(),
            file_name=self._request.called,
            sha256=source.sha256,
            numbers=reading.numbers,
            dates=reading.dates,
            first_day=tally.first_day,
            last_day=tally.last_day,
            customers_new=new,
            problems=dict(tally.columns),
        )
        _balance(receipt)
        return receipt


def _balance(receipt: Receipt) -> None:
    """Every row and every cent of the file is somewhere, or the import stops."""
    rows = receipt.rows_accepted + receipt.rows_known + receipt.rows_rejected
    parts = (receipt.amount_accepted, receipt.amount_known, receipt.amount_rejected)
    amounts = sum((part for part in parts if part is not None), ZERO)
    if rows != receipt.rows_file or amounts != (receipt.amount_file or ZERO):
        raise ArithmeticError(f"control totals differ: {receipt.totals()}")


def _changed(rows: Rows, by_row: dict[int, Text]) -> dict[int, list[Fault]]:
    return {
        place: [Fault("", "", by_row[number])]
        for place, number in enumerate(rows.numbers.to_pylist())
        if number in by_row
    }


def _why_changed(stored_in: int) -> Text:
    return Text(
        f"deze regel is in import {stored_in} met andere inhoud ingelezen; "
        f"maak import {stored_in} ongedaan en lees het bestand opnieuw in",
        f"import {stored_in} has this line with other content; "
        f"undo import {stored_in} and import the file again",
    )


def _why_other(stored_in: int) -> Text:
    return Text(
        f"import {stored_in} heeft onder dit factuur- en regelnummer een regel van een ander jaar "
        "of een andere klant; begint de nummering per jaar of vestiging opnieuw, zet dan jaar of "
        f"vestiging in het factuurnummer, maak anders import {stored_in} ongedaan en lees het "
        "bestand opnieuw in",
        f"import {stored_in} has a line of another year or customer under this invoice and line "
        "number; if numbers start anew each year or branch, put the year or branch in the invoice "
        f"number, else undo import {stored_in} and import the file again",
    )


def _record(request: ImportRequest, source: Source, receipts: list[Receipt]) -> ImportRecord:
    return ImportRecord(
        file_name=request.called,
        sha256=source.sha256,
        format=source.format,
        mapping=json.dumps({receipt.dataset: receipt.mapping for receipt in receipts}),
        numbers=receipts[0].numbers,
        dates=receipts[0].dates,
        datasets=json.dumps({receipt.dataset: receipt.totals() for receipt in receipts}),
        who=request.who,
        key=request.key,
        when=datetime.now(UTC),
    )


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Size, time and place of a file, to notice that it was replaced while being read."""
    if not path.exists():
        return None
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def _no_rows() -> ImportRefused:
    return refused(
        "Onder de kop staan geen regels.",
        "There are no rows below the header.",
        "Exporteer het bestand opnieuw, met de gegevens.",
        "Export the file again, with the data.",
    )


def _changed_meanwhile() -> ImportRefused:
    return refused(
        "Het bestand is veranderd terwijl het werd ingelezen.",
        "The file changed while it was being read.",
        "Lees het opnieuw in.",
        "Import it again.",
    )


def _count(mask: pa.Array) -> int:
    return pc.sum(mask).as_py() or 0
