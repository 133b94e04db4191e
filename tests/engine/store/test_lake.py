"""What an import, an undo and a reader may count on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable

from kernklant.engine.errors import NotFound, StoreBusy, StoreDamaged, UserError
from kernklant.engine.store import Snapshot, Store, delta, journal
from tests.engine.store.cases import (
    SCHEMAS,
    import_lines,
    open_store,
    record,
    rows,
    take_in,
)

A, B, C = (1, "a", "10.00"), (2, "b", "5.50"), (3, "c", "-1.25")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "mijn klanten & zo's #1")


def keys(snapshot: Snapshot) -> list[tuple[int, Decimal]]:
    table = snapshot.table("sales", ["customer", "amount"])
    return sorted(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))


def amounts(*lines: tuple[int, str, str]) -> list[tuple[int, Decimal]]:
    return sorted((customer, Decimal(amount)) for customer, _, amount in lines)


def vacuum(store: Store, table: str) -> None:
    DeltaTable(journal.folder(store.home, table)).vacuum(
        retention_hours=0, dry_run=False, enforce_retention_duration=False
    )


def test_a_home_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Store.open(tmp_path / "nowhere", schemas=SCHEMAS)


def test_a_home_with_a_name_that_delta_mangles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot hold"):
        open_store(tmp_path / "100%20")


def test_a_new_home_is_empty(store: Store) -> None:
    snapshot = store.snapshot()
    assert snapshot.table("sales").schema == SCHEMAS["sales"]
    assert (snapshot.table("sales").num_rows, store.imports().num_rows) == (0, 0)


def test_what_was_imported_can_be_read(store: Store) -> None:
    import_lines(store, [A, B])
    table = store.snapshot().table("sales")
    assert table.schema == SCHEMAS["sales"]
    assert keys(store.snapshot()) == amounts(A, B)
    assert table["import_no"].to_pylist() == [1, 1]


def test_the_journal_tells_what_an_import_was(store: Store) -> None:
    import_lines(store, [A])
    [row] = store.imports().to_pylist()
    assert row["mapping"] == record().mapping
    assert (row["import_no"], row["undone_at"], row["imported_at"]) == (1, None, record().when)
    assert json.loads(row["versions"])["sales"] == 1


def test_rows_lie_by_customer_and_date(store: Store) -> None:
    import_lines(store, [C, A, B])
    assert store.snapshot().table("sales")["customer"].to_pylist() == [1, 2, 3]


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    import_lines(store, [A, B])
    with store.writer() as writer:
        settled = take_in(writer, [A, B])
    assert (settled.rows_new, settled.rows_known, settled.rows_changed) == (0, 2, 0)
    assert (settled.amount_new, settled.amount_known) == (Decimal("0.00"), Decimal("15.50"))
    assert keys(store.snapshot()) == amounts(A, B)


def test_a_changed_row_under_a_known_key_is_refused_and_named(store: Store) -> None:
    import_lines(store, [A])
    with store.writer() as writer:
        settled = take_in(writer, [B, (1, "a", "10.01")])
    assert settled.changed.to_pylist() == [{"file_row": 3, "import_no": 1, "other": False}]
    assert settled.amount_changed == Decimal("10.01")
    assert keys(store.snapshot()) == amounts(A, B)


def test_a_row_twice_in_one_file_is_stored_once(store: Store) -> None:
    with store.writer() as writer:
        settled = take_in(writer, [A, B, A, (2, "b", "9.00")])
    assert (settled.rows_new, settled.rows_known, settled.rows_changed) == (2, 1, 1)
    assert settled.changed.to_pylist() == [{"file_row": 5, "import_no": 1, "other": False}]
    assert keys(store.snapshot()) == amounts(A, B)


def test_a_table_without_amounts_settles_without_them(store: Store) -> None:
    with store.writer() as writer:
        writer.stage("customers", rows([A], "customers"))
        settled = writer.settle("customers")
    assert (settled.rows_new, settled.amount_new) == (1, None)


def test_a_table_of_which_nothing_came_settles_to_nothing(store: Store) -> None:
    with store.writer() as writer:
        assert writer.settle("sales").rows_new == 0


def test_a_commit_wants_every_table_settled(store: Store) -> None:
    with store.writer() as writer:
        writer.stage("sales", rows([A]))
        with pytest.raises(ValueError, match="settle"):
            writer.commit(record())


def test_leaving_without_a_commit_leaves_nothing(store: Store) -> None:
    with store.writer() as writer:
        writer.stage("sales", rows([A]))
        writer.settle("sales")
    assert keys(store.snapshot()) == []
    assert not (store.home / "staging").exists()


def test_an_error_half_way_a_commit_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_lines(store, [A])
    before = {file.name for file in journal.folder(store.home, "sales").glob("*.parquet")}

    def full(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(delta, "overwrite", full)
        with pytest.raises(OSError, match="disk full"):
            import_lines(store, [B])
    after = {file.name for file in journal.folder(store.home, "sales").glob("*.parquet")}
    assert (keys(store.snapshot()), after) == (amounts(A), before)
    assert import_lines(store, [B]) == 2
    assert keys(store.snapshot()) == amounts(A, B)


def test_undo_takes_an_import_back(store: Store) -> None:
    import_lines(store, [A])
    import_lines(store, [B, C])
    with store.writer() as writer:
        undone = writer.undo(2)
    assert (undone.rows_deleted, undone.rows_kept) == ({"sales": 2}, {"sales": 0})
    assert keys(store.snapshot()) == amounts(A)
    assert [row is not None for row in store.imports()["undone_at"].to_pylist()] == [False, True]


def test_a_row_stays_while_another_import_claims_it(store: Store) -> None:
    import_lines(store, [A, B])
    import_lines(store, [B, C])
    import_lines(store, [B])
    with store.writer() as writer:
        assert writer.undo(1).rows_kept == {"sales": 1}
    assert keys(store.snapshot()) == amounts(B, C)
    with store.writer() as writer:
        assert writer.undo(2).rows_kept == {"sales": 1}
    assert keys(store.snapshot()) == amounts(B)
    with store.writer() as writer:
        assert writer.undo(3).rows_kept == {"sales": 0}
    assert keys(store.snapshot()) == []


def test_a_file_can_be_imported_again_after_its_undo(store: Store) -> None:
    import_lines(store, [A])
    with store.writer() as writer:
        writer.undo(1)
    assert import_lines(store, [A]) == 2
    assert keys(store.snapshot()) == amounts(A)


@pytest.mark.parametrize("import_no", [1, 7])
def test_only_a_live_import_can_be_undone(store: Store, import_no: int) -> None:
    import_lines(store, [A])
    with store.writer() as writer:
        writer.undo(1)
    with store.writer() as writer, pytest.raises(NotFound):
        writer.undo(import_no)


def test_customer_numbers_are_given_once_and_for_ever(store: Store) -> None:
    with store.writer() as writer:
        first = writer.customer_numbers("erp", pa.array(["K1", None, "K2", "K1"]))
        other = writer.customer_numbers("shop", pa.chunked_array([["K1"], ["K3"]]))
        take_in(writer, [A])
    assert (first.to_pylist(), other.to_pylist()) == ([1, None, 2, 1], [3, 4])
    with store.writer() as writer:
        writer.undo(1)
    with store.writer() as writer:
        again = writer.customer_numbers("erp", pa.array(["K9", "K2", "K1"]))
    assert again.to_pylist() == [5, 2, 1]


def test_sources_do_not_run_into_each_other(store: Store) -> None:
    with store.writer() as writer:
        one = writer.customer_numbers("a", pa.array(["b:c"]))
        two = writer.customer_numbers("a:b", pa.array(["c"]))
    assert one != two


def test_a_second_writer_hears_who_is_busy(store: Store) -> None:
    with store.writer(), pytest.raises(StoreBusy) as busy, store.writer():
        pass
    assert "process" in busy.value.what.en
    assert "since 20" in busy.value.what.en


def test_a_snapshot_does_not_see_what_is_written_later(store: Store) -> None:
    import_lines(store, [A])
    before = store.snapshot()
    import_lines(store, [B])
    assert keys(before) == amounts(A)


def test_an_open_store_sees_what_others_write_and_undo(store: Store) -> None:
    assert (store.table_versions(), store.imports().num_rows) == ({}, 0)
    other = open_store(store.home)
    for number in (1, 2):
        import_lines(other, [(number, str(number), "1.00")])
        assert store.imports().num_rows == number
        assert store.table_versions() == other.snapshot().versions
    with other.writer() as writer:
        writer.undo(1)
    assert store.imports()["undone_at"].to_pylist()[0] is not None


def test_an_open_store_sees_that_its_home_was_replaced(store: Store, tmp_path: Path) -> None:
    import_lines(store, [A])
    assert store.imports()["file_name"].to_pylist() == ["sales.csv"]
    other = open_store(tmp_path / "other")
    with other.writer() as writer:
        writer.stage("sales", rows([B]))
        writer.settle("sales")
        writer.commit(record("other.csv"))
    shutil.rmtree(store.home / "tables")
    (other.home / "tables").rename(store.home / "tables")
    assert store.imports()["file_name"].to_pylist() == ["other.csv"]


def test_a_group_of_rows_tells_which_customers_are_not_in_it(store: Store) -> None:
    import_lines(store, [A, B])
    (file,) = delta.files(journal.folder(store.home, "sales"))
    told = duckdb.sql(f"FROM parquet_metadata('{str(file).replace(chr(39), chr(39) * 2)}')")
    filtered = told.filter("bloom_filter_offset IS NOT NULL").project("path_in_schema").fetchall()
    assert filtered == [("customer",)]


def test_readers_do_not_see_what_a_killed_writer_left(store: Store) -> None:
    import_lines(store, [A])
    delta.append(journal.folder(store.home, "sales"), store.snapshot().table("sales"))
    (store.home / "staging").mkdir()
    assert keys(store.snapshot()) == amounts(A)
    import_lines(store, [B])
    assert keys(store.snapshot()) == amounts(A, B)


def test_what_a_killed_process_spilled_goes_and_a_living_one_keeps_its_own(store: Store) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for process in (dead.pid, os.getpid()):
        (store.home / "spill" / f"{process}-0a").mkdir()
    with store.writer():
        pass
    assert [spill.name for spill in (store.home / "spill").iterdir()] == [f"{os.getpid()}-0a"]


def test_old_versions_can_be_read_as_long_as_they_are_kept(store: Store) -> None:
    import_lines(store, [A])
    versions = store.snapshot().versions
    with store.writer() as writer:
        writer.undo(1)
    assert keys(store.snapshot(versions)) == amounts(A)
    vacuum(store, "sales")
    with pytest.raises(NotFound, match="no longer kept"):
        store.snapshot(versions)


def test_versions_that_never_were_are_not_found(store: Store) -> None:
    import_lines(store, [A])
    with pytest.raises(NotFound):
        store.snapshot({"sales": 99})


def test_a_reader_whose_file_was_vacuumed_plans_once_more(store: Store) -> None:
    import_lines(store, [A])
    import_lines(store, [B])
    reader = store.snapshot()
    with store.writer() as writer:
        writer.undo(1)
    vacuum(store, "sales")
    assert keys(reader) == amounts(B)


def test_two_moments_are_never_mixed_in_one_snapshot(store: Store) -> None:
    import_lines(store, [A])
    reader = store.snapshot()
    assert keys(reader) == amounts(A)
    with store.writer() as writer:
        writer.undo(1)
    vacuum(store, "sales")
    with pytest.raises(StoreDamaged, match="cleaned up"):
        keys(reader)


def test_the_log_holds_no_names(store: Store) -> None:
    """Delta writes the lowest and highest value of a column in its log, as plain text."""
    with store.writer() as writer:
        batch = rows([A], "customers")
        place = batch.schema.get_field_index("name")
        writer.stage("customers", batch.set_column(place, "name", pa.array(["Canary BV"])))
        writer.settle("customers")
        writer.commit(record())
    logs = journal.folder(store.home, "customers").rglob("*.json")
    assert not any("Canary" in log.read_text() for log in logs)


def test_the_log_is_never_shortened(store: Store) -> None:
    import_lines(store, [A])
    table = DeltaTable(journal.folder(store.home, "sales"))
    assert table.metadata().configuration["delta.enableExpiredLogCleanup"] == "false"


def test_tables_in_memory_read_the_same(store: Store) -> None:
    import_lines(store, [A, B])
    stored = store.snapshot().table("sales")
    memory = Store.in_memory({"sales": stored.drop(["corrects", "row_key"])}, schemas=SCHEMAS)
    assert keys(memory.snapshot()) == amounts(A, B)
    assert memory.snapshot().table("customers").num_rows == 0
    with pytest.raises(ValueError, match="read only"):
        memory.writer()


def test_a_mart_cannot_reach_other_files(store: Store, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    query = tmp_path / "query.sql"
    query.write_text(f"FROM read_csv('{secret}')")
    with pytest.raises(Exception, match="disabled by configuration"):
        store.snapshot().mart(query)


def test_a_mart_names_the_parameter_that_is_not_given(store: Store, tmp_path: Path) -> None:
    query = tmp_path / "query.sql"
    query.write_text("SELECT $day")
    with pytest.raises(KeyError, match="day"):
        store.snapshot().mart(query)
