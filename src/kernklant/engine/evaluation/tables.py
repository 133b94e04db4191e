"""Tables that leave the product: customers, moves, refused rows; safe to open in Excel."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kernklant.engine.errors import Lang, Text, UserError
from kernklant.engine.evaluation.movement_words import in_words
from kernklant.engine.evaluation.publish import answer_of
from kernklant.engine.evaluation.reasons import reasons
from kernklant.engine.evaluation.run import Answer
from kernklant.engine.ledger.facts import current_customers
from kernklant.engine.store import Store

# A cell that starts with one of these could act as a formula (OWASP ASVS 5.0, 1.2.10).
ACTING = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
EXCEL_ROWS = 1_048_576
FIRST = ("customer_id", "name", "segment", "reasons", "exit_proposed", "previous_segment")


def customers_table(store: Store, *, run: int | None = None, lang: Lang = "nl") -> pa.Table:
    """The customers of a run with the number of their source, their name and the reasons."""
    _number, answer = answer_of(store, run)
    return named_customers(answer, names_of(store), lang=lang)


def named_customers(answer: Answer, names: pa.Table, *, lang: Lang) -> pa.Table:
    """The columns of the export in their order, by customer number."""
    why = reasons(answer.customers, answer.points, answer.summary, lang=lang)
    named = with_names(answer.customers.append_column("reasons", why), names)
    rest = [name for name in named.column_names if name not in (*FIRST, "customer")]
    return named.select([*FIRST, *rest])


def moves_table(store: Store, *, run: int | None = None) -> pa.Table:
    """Who moved since the run before, with number and name."""
    _number, answer = answer_of(store, run)
    words = [in_words(row) for row in answer.moves.to_pylist()]
    moves = answer.moves
    for lang in ("nl", "en"):
        moves = moves.append_column(
            f"why_{lang}", pa.array([w.to(lang) for w in words], pa.string())
        )
    named = with_names(moves, names_of(store))
    rest = [name for name in named.column_names if name not in ("customer_id", "name", "customer")]
    return named.select(["customer_id", "name", *rest])


def names_of(store: Store) -> pa.Table:
    """Number, source's number and name of every customer, as they are now."""
    return current_customers(store.snapshot()).select(["customer", "source_no", "name"])


def with_names(table: pa.Table, names: pa.Table) -> pa.Table:
    """Add ``customer_id`` (the source's number) and ``name`` by our own customer number."""
    place = pc.index_in(table["customer"], value_set=names["customer"])
    return table.append_column("customer_id", pc.take(names["source_no"], place)).append_column(
        "name", pc.take(names["name"], place)
    )


def write_table(table: pa.Table, file: Path) -> int:
    """Write a table as .csv (RFC 4180, UTF-8), .xlsx or .parquet; the number of rows.

    In CSV and Excel a text cell that could act as a formula gets a single quote in front.
    """
    writers = {".csv": _write_csv, ".xlsx": _write_excel, ".parquet": _write_parquet}
    writer = writers.get(file.suffix.lower())
    if writer is None:
        raise UserError(
            Text(f"Onbekende soort bestand: {file.name}", f"Unknown kind of file: {file.name}"),
            Text("Eindig op .csv, .xlsx of .parquet.", "End it in .csv, .xlsx or .parquet."),
        )
    writer(table, file)
    return int(table.num_rows)


def safe_text(value: Any) -> Any:
    """The value, with a quote in front of a text that a spreadsheet would run."""
    if isinstance(value, str) and value.startswith(ACTING):
        return "'" + value
    return value


def _rows(table: pa.Table) -> Iterator[list[Any]]:
    for batch in table.to_batches(max_chunksize=50_000):
        columns = [column.to_pylist() for column in batch.columns]
        for row in zip(*columns, strict=True):
            yield [safe_text(value) for value in row]


def _write_csv(table: pa.Table, file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(map(safe_text, table.column_names))
        writer.writerows(_rows(table))


def _write_excel(table: pa.Table, file: Path) -> None:
    from openpyxl import Workbook

    if table.num_rows >= EXCEL_ROWS:
        raise UserError(
            Text(
                f"{table.num_rows} regels passen niet in één werkblad.",
                f"{table.num_rows} rows do not fit in one sheet.",
            ),
            Text("Neem .csv of .parquet.", "Take .csv or .parquet."),
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("kernklant")
    sheet.append([safe_text(name) for name in table.column_names])
    for row in _rows(table):
        sheet.append([_printable(value) for value in row])
    book.save(file)


def _printable(value: Any) -> Any:
    """Control characters, which a workbook cannot hold, become a visible mark."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return ILLEGAL_CHARACTERS_RE.sub("\ufffd", value) if isinstance(value, str) else value


def _write_parquet(table: pa.Table, file: Path) -> None:
    pq.write_table(table, file)
