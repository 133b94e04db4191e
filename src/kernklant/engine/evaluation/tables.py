"""Tables that leave the product: customers, moves, refused rows; safe to open in Excel."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kernklant.engine.errors import NotFound, Text, UserError
from kernklant.engine.evaluation.publish import answer_of
from kernklant.engine.ledger.facts import current_customers
from kernklant.engine.store import Store

# A cell that starts with one of these could act as a formula (OWASP ASVS 5.0, 1.2.10).
ACTING = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
EXCEL_ROWS = 1_048_576
FIRST = ("customer_id", "name", "segment", "exit_proposed", "previous_segment")


def customers_table(store: Store, *, run: int | None = None) -> pa.Table:
    """The customers of a run with the number of their source and their name."""
    _number, answer = answer_of(store, run)
    return named_customers(answer.customers, names_of(store))


def named_customers(customers: pa.Table, names: pa.Table) -> pa.Table:
    """The columns of the export in their order, by customer number."""
    named = with_names(customers, names)
    rest = [name for name in named.column_names if name not in (*FIRST, "customer")]
    return named.select([*FIRST, *rest])


def moves_table(store: Store, *, run: int | None = None) -> pa.Table:
    """Who moved since the run before, with number and name."""
    _number, answer = answer_of(store, run)
    named = with_names(answer.moves, names_of(store))
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


def one_customer(store: Store, number: str, *, run: int | None = None) -> dict[str, Any]:
    """One customer of a run by the source's number; NotFound when there is none."""
    number_of_run, answer = answer_of(store, run)
    names = names_of(store)
    who = names.filter(pc.equal(names["source_no"], number.strip()))
    rows = answer.customers.filter(pc.is_in(answer.customers["customer"], who["customer"]))
    if rows.num_rows == 0:
        raise NotFound(
            Text(
                f"Klant {number!r} komt niet voor in evaluatie {number_of_run}.",
                f"Customer {number!r} is not in run {number_of_run}.",
            ),
            Text(
                "Neem het nummer uit uw bronbestand; kernklant export customers geeft ze alle.",
                "Take the number of your source file; kernklant export customers lists them all.",
            ),
        )
    found: dict[str, Any] = with_names(rows, names).to_pylist()[0]
    del found["customer"]
    return {"run": number_of_run, "as_of": answer.as_of, **found}


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
