"""Tables of an answer that leave the product, with names and numbers; safe to open in Excel."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kernklant.engine.disk import told, whole
from kernklant.engine.errors import Lang, Text, UserError
from kernklant.engine.evaluation.movement_words import in_words
from kernklant.engine.evaluation.publish import answer_of
from kernklant.engine.evaluation.reasons import reasons
from kernklant.engine.evaluation.run import Answer
from kernklant.engine.evaluation.standing import money
from kernklant.engine.ledger.facts import current_customers
from kernklant.engine.store import Store

# A cell that starts with one of these could act as a formula (OWASP ASVS 5.0, 1.2.10).
ACTING = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
EXCEL_ROWS = 1_048_576
FIRST = ("manager", "segment", "reasons", "exit_proposed", "previous_segment")
# Euros that are estimated as floats, and leave in cents.
EUROS = ("clv", "clv_low", "clv_high", "clv_after_service", "potential", "wallet", "expected_spend")


def table_of(store: Store, what: str, *, run: int | None = None, lang: Lang = "nl") -> pa.Table:
    """One of TABLES of a run, None meaning the newest."""
    _number, answer = answer_of(store, run)
    return TABLES[what](answer, names_of(store), lang)


def named_customers(answer: Answer, names: pa.Table, lang: Lang) -> pa.Table:
    """Every customer with number, name, segment and the reasons for it, and all that is known.

    The mother of his group goes by the number of the source too; his manager is who it is now.
    """
    why = reasons(answer.customers, answer.points, answer.summary, lang=lang)
    rows = _managed(_in_cents(answer.customers.append_column("reasons", why)), names)
    rows = rows.select([*FIRST, *(name for name in rows.column_names if name not in FIRST)])
    group = _of_source(rows["group"], names)
    return _named(rows.set_column(rows.column_names.index("group"), "group", group), names)


def _named_moves(answer: Answer, names: pa.Table, lang: Lang) -> pa.Table:
    moves = answer.moves
    why = [in_words(row).to(lang) for row in moves.to_pylist()]
    return _named(moves.append_column("why", pa.array(why, pa.string())), names)


def _named_points(answer: Answer, names: pa.Table, _lang: Lang) -> pa.Table:
    return _named(answer.points.append_column("score", answer.customers["score"]), names)


def _named_groups(answer: Answer, names: pa.Table, _lang: Lang) -> pa.Table:
    columns = ["customer" if name == "group" else name for name in answer.groups.column_names]
    return _named(answer.groups.rename_columns(columns), names)


def _named_prospects(answer: Answer, names: pa.Table, _lang: Lang) -> pa.Table:
    return _named(_in_cents(answer.prospects), names)


def _named_remedies(answer: Answer, names: pa.Table, lang: Lang) -> pa.Table:
    columns = ["customer", "lever", "gain", "enough", f"text_{lang}"]
    rows = answer.advice.select(columns).rename_columns([*columns[:-1], "text"])
    at = columns.index("gain")
    return _named(rows.set_column(at, "gain", money(rows["gain"])), names)


# What can be exported, and how it is made.
TABLES: dict[str, Callable[[Answer, pa.Table, Lang], pa.Table]] = {
    "customers": named_customers,
    "points": _named_points,
    "groups": _named_groups,
    "prospects": _named_prospects,
    "remedies": _named_remedies,
    "moves": _named_moves,
}


def _named(table: pa.Table, names: pa.Table) -> pa.Table:
    """Number and name first, instead of our own number."""
    rest = [name for name in table.column_names if name != "customer"]
    return with_names(table, names).select(["customer_id", "name", *rest])


def _in_cents(table: pa.Table) -> pa.Table:
    for name in EUROS:
        if name in table.column_names:
            at = table.column_names.index(name)
            table = table.set_column(at, name, money(table[name]))
    return table


def names_of(store: Store) -> pa.Table:
    """Number, source's number, name and manager of every customer, as they are now."""
    return current_customers(store.snapshot()).select(["customer", "source_no", "name", "manager"])


def with_names(table: pa.Table, names: pa.Table) -> pa.Table:
    """Add ``customer_id`` (the source's number) and ``name`` by our own customer number."""
    place = pc.index_in(table["customer"], value_set=names["customer"])
    told = {"customer_id": "source_no", "name": "name"}
    for column, name in told.items():
        table = table.append_column(column, pc.take(names[name], place))
    return table


def _managed(table: pa.Table, names: pa.Table) -> pa.Table:
    place = pc.index_in(table["customer"], value_set=names["customer"])
    return table.append_column("manager", pc.take(names["manager"], place))


def _of_source(customer: pa.ChunkedArray, names: pa.Table) -> pa.ChunkedArray:
    """The source's numbers of customers by our own number."""
    return pc.take(names["source_no"], pc.index_in(customer, value_set=names["customer"]))


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
    with told(), whole(file) as aside:
        writer(table, aside)
    return int(table.num_rows)


def safe_text(value: Any) -> Any:
    """The value, with a quote in front of a text that a spreadsheet would run.

    Of a text that has such quotes itself, one more; an import takes one away.
    """
    if isinstance(value, str) and value.lstrip("'").startswith(ACTING):
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
