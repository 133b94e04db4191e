"""Frames in memory instead of files: the same reading and the same refusals."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from kernklant.engine.errors import ImportRefused, Text
from kernklant.engine.ledger.convert import convert
from kernklant.engine.ledger.doubts import Doubts
from kernklant.engine.ledger.facts import schemas
from kernklant.engine.ledger.forgotten import NOBODY
from kernklant.engine.ledger.formats import ROWS_A_BATCH, Source
from kernklant.engine.ledger.formats.parquet import arrow_sheet
from kernklant.engine.ledger.intake import Take, stage_people
from kernklant.engine.ledger.people import People
from kernklant.engine.ledger.plan import make_plan, prove
from kernklant.engine.ledger.request import ImportRequest
from kernklant.engine.store import Store

SOURCE = "frame"
REASONS_TOLD = 3
AGAIN = Text(
    "dezelfde regel staat er met andere inhoud", "the same line stands there with other content"
)


def from_frames(
    sales: Any, customers: Any = None, *, mapping: Mapping[str, str] | None = None, **others: Any
) -> Store:
    """A store in memory, to read from, of frames: pandas, polars, pyarrow, duckdb, or anything
    else with an Arrow interface.

    ``others``: every other table of the ledger. ``mapping``: field -> column, used for the
    frames that have that column. Every row must be good: ImportRefused names how many are
    not and why, so that nothing disappears unseen; filter the frame first where that is meant.
    """
    if strange := sorted(others.keys() - schemas().keys()):
        raise _no_table(strange)
    sink = _Memory()
    people = People(SOURCE)
    frames = {"customers": customers, "sales": sales, **others}
    own: list[pa.Array] = []
    for name, frame in frames.items():
        if frame is not None:
            take = _read(name, _table(frame), mapping or {}, sink=sink, people=people)
            own += take.own_keys
    stage_people(people, sink, but=own)
    return Store.in_memory(sink.tables(), schemas=schemas())


class _Memory:
    """Keeps staged rows, and gives customers their numbers in order of appearance."""

    def __init__(self) -> None:
        self._rows: dict[str, list[pa.Table]] = {}
        self._given: dict[str, int] = {}

    def customer_numbers(self, source: str, numbers: pa.Array) -> pa.Array:
        """Our own numbers of the frames' customer numbers; null stays null."""
        del source  # frames come from one place
        coded = numbers.dictionary_encode()
        given = [
            self._given.setdefault(number, len(self._given) + 1)
            for number in coded.dictionary.to_pylist()
        ]
        return pa.array(given, pa.int64()).take(coded.indices)

    def stage(self, table: str, batch: pa.Table) -> None:
        """Keep rows."""
        self._rows.setdefault(table, []).append(batch)

    def tables(self) -> dict[str, pa.Table]:
        """Every table with each row key once; ImportRefused when one stands for two contents."""
        return {name: _once(name, pa.concat_tables(parts)) for name, parts in self._rows.items()}


def _once(name: str, rows: pa.Table) -> pa.Table:
    keys = rows["row_key"].combine_chunks().dictionary_encode().indices.to_numpy()
    _, first = np.unique(keys, return_index=True)
    hashes = rows["row_hash"].to_numpy(zero_copy_only=False)
    changed = int((hashes != hashes[first][keys]).sum())
    if changed:
        raise _refusal(name, changed, [(AGAIN, changed)])
    kept = rows.take(pa.array(np.sort(first))).drop_columns(["file_row"])
    return kept.append_column("import_no", pa.array(np.ones(kept.num_rows, np.int32)))


def _read(
    name: str, table: pa.Table, mapping: Mapping[str, str], *, sink: _Memory, people: People
) -> Take:
    sheet = arrow_sheet(table.schema, lambda: table.to_batches(ROWS_A_BATCH), rows=table.num_rows)
    asked = {field: column for field, column in mapping.items() if column in table.column_names}
    request = ImportRequest(Path(name), dataset=name, mapping=asked, source=SOURCE)
    plans = make_plan(Source("frame", [sheet], "", []), request)
    (plan,) = prove(plans, request, progress=lambda _step, _done, _total: None)
    take = Take(plan.fields.table, source=SOURCE, sink=sink, people=people, forgotten=NOBODY)
    doubts = Doubts()
    for rows in plan.rows():
        converted = convert(rows, plan.fields, reading=plan.reading)
        doubts.see(converted)
        take.add(converted, sheet=0)
    doubts.refuse(plan.fields)
    if take.tally.refused:
        raise _refusal(name, take.tally.refused, take.tally.reasons.most_common(REASONS_TOLD))
    return take


def _table(frame: Any) -> pa.Table:
    """Whatever has an Arrow interface as an Arrow table."""
    if isinstance(frame, pa.Table):
        return frame
    if hasattr(frame, "__arrow_c_stream__") or isinstance(frame, pa.RecordBatchReader):
        return pa.table(frame) if not isinstance(frame, pa.RecordBatchReader) else frame.read_all()
    if hasattr(frame, "__arrow_c_array__"):
        return pa.Table.from_batches([pa.record_batch(frame)])
    raise ImportRefused(
        Text(
            f"Een {type(frame).__name__} heeft geen Arrow-interface.",
            f"A {type(frame).__name__} has no Arrow interface.",
        ),
        Text(
            "Geef een pandas-, polars- of pyarrow-tabel, of een DuckDB-relatie.",
            "Pass a pandas, polars or pyarrow table, or a DuckDB relation.",
        ),
    )


def _no_table(names: list[str]) -> ImportRefused:
    known = ", ".join(sorted(schemas()))
    return ImportRefused(
        Text(
            f"Het grootboek heeft geen tabel {', '.join(names)}.",
            f"The ledger has no table {', '.join(names)}.",
        ),
        Text(f"Kies uit {known}.", f"Choose from {known}."),
    )


def _refusal(name: str, count: int, reasons: list[tuple[Text, int]]) -> ImportRefused:
    nl = "; ".join(f"{rows} x {reason.nl}" for reason, rows in reasons)
    en = "; ".join(f"{rows} x {reason.en}" for reason, rows in reasons)
    return ImportRefused(
        Text(
            f"{count} regels van {name} zijn niet te lezen: {nl}.",
            f"{count} rows of {name} cannot be read: {en}.",
        ),
        Text(
            "Herstel ze, of laat ze zelf weg als dat de bedoeling is.",
            "Mend them, or leave them out yourself where that is meant.",
        ),
    )
