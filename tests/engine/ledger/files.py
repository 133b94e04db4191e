"""Small files and imports for the tests of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from kernklant.engine.ledger.facts import open_home
from kernklant.engine.ledger.imports import ImportRequest, Receipt, import_file
from kernklant.engine.store import Store

HEADER = "klantnummer;factuurdatum;bedrag"


def lines(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def amounts(*cells: str) -> str:
    return lines(*(f"{row};2025-01-31;{cell}" for row, cell in enumerate(cells)))


def csv_file(folder: Path, content: str | bytes, name: str = "f.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def xlsx_file(folder: Path, rows: Sequence[Sequence[Any]], name: str = "f.xlsx") -> Path:
    book = openpyxl.Workbook()
    for at, row in enumerate(rows, start=1):
        book.active.append(list(row))
        for cell in book.active[at]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # else a text such as =0 is written as a formula
    book.save(folder / name)
    return folder / name


def home(folder: Path) -> Store:
    return open_home(folder / "home", create=True)


def take(store: Store, path: Path, **asked: Any) -> Receipt:
    (receipt,) = import_file(store, ImportRequest(path, **asked))
    return receipt


def take_text(folder: Path, content: str | bytes, **asked: Any) -> tuple[Store, Receipt]:
    store = home(folder)
    return store, take(store, csv_file(folder, content), **asked)


def stored(store: Store, *columns: str, table: str = "sales") -> list[tuple[Any, ...]]:
    """The rows of a table, in the order of these columns' values."""
    found = store.snapshot().table(table, columns)
    return sorted(zip(*(found[name].to_pylist() for name in columns), strict=True), key=repr)


def contents(store: Store, table: str = "sales") -> list[Any]:
    """What is stored of a table, whatever import brought it and whatever our numbers are."""
    found = store.snapshot().table(table)
    return sorted(zip(*(found[name].to_pylist() for name in ("row_key", "row_hash")), strict=True))


def numbers_of(store: Store) -> list[str]:
    """The source's numbers of all customers."""
    found = store.snapshot().table("customers", ["source_no"])
    return sorted(set(found["source_no"].to_pylist()))


def reasons(receipt: Receipt) -> list[str]:
    return sorted(text.en for text, _ in receipt.reasons)


def told(receipt: Receipt) -> str:
    return " ".join(text.en for text in receipt.warnings)
