"""What a file seems to be, before anything is written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kernklant.engine.ledger.facts import open_home, table_reach
from kernklant.engine.ledger.imports import (
    import_asked_as,
    import_file,
    rejects_in,
    undo_import,
    would_lose,
    would_undo,
)
from kernklant.engine.ledger.look import look_at
from kernklant.engine.ledger.request import ImportRequest

SALES = "klantnummer;factuurdatum;bedrag;opmerking\n"


def file(folder: Path, text: str, **asked: str) -> ImportRequest:
    path = folder / "regels.csv"
    path.write_text(text, encoding="utf-8")
    return ImportRequest(path, **asked)  # type: ignore[arg-type]


def test_each_column_is_shown_with_its_field_and_some_values(tmp_path: Path) -> None:
    seen = look_at(file(tmp_path, SALES + "1;13-04-2025;10,50;x\n2;14-04-2025;20,00;x\n"))
    (sheet,) = seen.sheets
    assert (seen.format, sheet.table, sheet.lacks, seen.undecided) == ("csv", "sales", [], {})
    assert [(column.field, column.samples) for column in sheet.columns] == [
        ("customer", ["1", "2"]),
        ("date", ["13-04-2025", "14-04-2025"]),
        ("amount", ["10,50", "20,00"]),
        (None, ["x"]),
    ]


def test_what_reads_two_ways_is_asked_with_both_readings(tmp_path: Path) -> None:
    seen = look_at(file(tmp_path, SALES + "1;03-04-2025;1.234;\n"))
    assert seen.undecided["numbers"].readings == {"nl": "1234", "en": "1.234"}
    assert seen.undecided["dates"].readings == {"dmy": "2025-04-03", "mdy": "2025-03-04"}
    assert seen.refused is None


def test_cells_that_contradict_each_other_are_shown_together(tmp_path: Path) -> None:
    seen = look_at(file(tmp_path, SALES + "1;13-04-2025;1,50;\n2;14-04-2025;1.50;\n"))
    assert seen.undecided["numbers"].examples == [("bedrag", "1,50"), ("bedrag", "1.50")]


def test_a_file_that_is_not_recognised_says_what_it_lacks(tmp_path: Path) -> None:
    (sheet,) = look_at(file(tmp_path, "a;b\n1;2\n")).sheets
    assert sheet.table is None
    assert sheet.lacks


def test_two_currencies_are_refused_whatever_is_chosen(tmp_path: Path) -> None:
    text = "klantnummer;factuurdatum;bedrag;valuta\n1;13-04-2025;1,50;EUR\n2;14-04-2025;2,50;USD\n"
    seen = look_at(file(tmp_path, text))
    assert seen.refused is not None
    assert "USD" in seen.refused[0].nl


def test_what_an_undo_would_touch_is_told_without_touching_it(tmp_path: Path) -> None:
    store = open_home(tmp_path / "home", create=True)
    import_file(store, file(tmp_path, SALES + "1;13-04-2025;1,50;\n2;14-04-2025;2,50;\n"))
    told = would_undo(store, 1)
    assert told["sales"] == {"deleted": 2, "kept": 0}
    assert store.snapshot().table("sales").num_rows == 2


def test_who_would_be_known_no_more_after_an_undo(tmp_path: Path) -> None:
    store = open_home(tmp_path / "home", create=True)
    import_file(store, file(tmp_path, SALES + "1;13-04-2025;1,50;\n2;14-04-2025;2,50;\n"))
    import_file(store, file(tmp_path, SALES + "2;15-04-2025;1,50;\n3;16-04-2025;2,50;\n"))
    assert [would_lose(store, number) for number in (1, 2)] == [[1], [3]]
    undo_import(store, 2)
    assert would_lose(store, 1) == [1, 2]


def test_the_rows_of_a_file_are_told_while_it_is_read(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    request = file(tmp_path, SALES + "1;13-04-2025;1,50;\n2;14-04-2025;2,50;\n")
    (sheet,) = look_at(request, progress=lambda before, rows: told.append((before, rows))).sheets
    assert (sheet.rows, told) == (2, [(0, 2)])


def test_an_import_is_found_by_the_key_it_was_asked_with_and_called_by_its_name(
    tmp_path: Path,
) -> None:
    store = open_home(tmp_path / "home", create=True)
    asked = file(tmp_path, SALES + "1;13-04-2025;1,50;\n", key="k", name="maart.csv")
    assert import_asked_as(store, "k") is None
    (receipt,) = import_file(store, asked)
    assert (import_asked_as(store, "k"), import_asked_as(store, "")) == (1, None)
    assert store.imports()["file_name"].to_pylist() == [receipt.file_name] == ["maart.csv"]


def test_how_far_each_table_reaches(tmp_path: Path) -> None:
    store = open_home(tmp_path / "home", create=True)
    import_file(store, file(tmp_path, SALES + "1;13-04-2025;1,50;\n2;14-04-2025;2,50;\n"))
    reach = table_reach(store.snapshot())
    sales, none = reach["sales"], reach["payments"]
    assert (sales.rows, sales.first_day, sales.last_day, sales.newest) == (
        2, date(2025, 4, 13), date(2025, 4, 14), 1,
    )  # fmt: skip
    assert (none.rows, none.last_day, none.newest) == (0, None, None)


def test_a_trial_puts_refused_rows_aside_and_writes_nothing_else(tmp_path: Path) -> None:
    store, aside = open_home(tmp_path / "home", create=True), tmp_path / "aside"
    import_file(store, file(tmp_path, SALES + "1;13-04-2025;1,50;x\n"))
    again = SALES + "1;13-04-2025;1,50;x\n2;14-04-2025;tien;y\n"
    (receipt,) = import_file(store, file(tmp_path, again), dry_run=True, aside=aside)
    assert (receipt.import_no, receipt.rows_known, receipt.rows_rejected) == (None, 1, 1)
    assert rejects_in(aside)["opmerking"].to_pylist() == ["y"]
    assert rejects_in(tmp_path / "nowhere").num_rows == 0
    assert store.snapshot().table("sales").num_rows == 1
    assert not (tmp_path / "home" / "rejects").exists()
