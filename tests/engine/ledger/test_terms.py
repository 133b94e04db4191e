"""What is past its term goes, also from earlier versions, and takes nothing else with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kernklant.engine.errors import StoreBusy
from kernklant.engine.ledger import terms
from kernklant.engine.ledger.imports import ImportRequest, import_file
from kernklant.engine.store import Store
from tests.engine.ledger.files import csv_file, home, lines

TODAY = date(2026, 11, 29)
OLD, YOUNG = "F1;K1;13-05-2015;10,00", "F2;K1;13-05-2025;20,00"
MORE = "F3;K1;14-05-2015;30,00"


def imported(store: Store, folder: Path, *rows: str) -> None:
    text = lines(*rows, header="factuurnummer;klantnummer;factuurdatum;bedrag")
    file = csv_file(folder, text, name=f"{len(rows)}.csv")
    import_file(store, ImportRequest(file, dataset="sales"))


def test_what_is_past_its_term_goes_from_every_file(tmp_path: Path) -> None:
    store = home(tmp_path)
    imported(store, tmp_path, OLD, YOUNG)
    assert terms.tidy(store, today=TODAY) == {"sales": 1}
    assert store.snapshot().table("sales")["document"].to_pylist() == ["F2"]
    assert terms.past_term(store, today=TODAY) == []
    assert len([*(tmp_path / "home" / "tables" / "sales").glob("*.parquet")]) == 1


def test_nobody_imports_while_old_files_are_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that an import is adding is named by no version yet: it would be swept too."""
    store, sweep = home(tmp_path), terms.sweep_before
    imported(store, tmp_path, OLD, YOUNG)

    def import_first(*asked: object, **how: object) -> int:
        with pytest.raises(StoreBusy):
            imported(store, tmp_path, MORE)
        return sweep(*asked, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(terms, "sweep_before", import_first)
    assert terms.tidy(store, today=TODAY) == {"sales": 1}
