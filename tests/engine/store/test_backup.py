"""A home in one file and back: whole, the same, while it is written, and never over another."""

from __future__ import annotations

import json
import shutil
import threading
import zipfile
from pathlib import Path

import pytest

from kernklant.engine.errors import DiskFailed, NotFound, StoreDamaged, UserError
from kernklant.engine.store import (
    Store,
    back_up,
    backup,
    check_backup,
    delta,
    list_runs,
    publish,
    read,
    restore,
)
from tests.engine.store.cases import SCHEMAS, import_lines, open_store
from tests.engine.store.test_runs import contents

TABLES = list(SCHEMAS)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "home")


def rows(store: Store, versions: dict[str, int] | None = None) -> list[str]:
    snapshot = store.snapshot(versions)
    return sorted(repr(row) for row in snapshot.table("sales").to_pylist())


def filled(store: Store) -> Store:
    import_lines(store, [(1, "a", "10.00"), (2, "b", "20.00")])
    publish(store, contents(store.snapshot().versions))
    import_lines(store, [(2, "b", "20.00"), (3, "c", "30.00")])
    with store.writer() as writer:
        writer.undo(1)
    publish(store, contents(store.snapshot().versions))
    return store


def test_an_earlier_backup_in_the_home_is_not_kept_in_the_next(store: Store) -> None:
    import_lines(store, [(1, "a", "10.00")])
    (store.home / "mine.zip").write_bytes(b"no backup")
    first = back_up(store.home, TABLES, store.home / "first.zip")
    second = back_up(store.home, TABLES, store.home / "second.zip")
    assert "mine.zip" in second.files
    assert second.files.keys() - first.files.keys() == {"last-backup"}


def test_a_restored_home_has_the_same_facts_imports_and_runs(store: Store, tmp_path: Path) -> None:
    filled(store)
    (store.home / "policy.toml").write_text("version = 1\n", encoding="utf-8")
    file, again = tmp_path / "b.zip", tmp_path / "again"
    made = back_up(store.home, TABLES, file)
    assert check_backup(file) == made == restore(file, again)
    second = open_store(again)
    assert rows(second) == rows(store)
    assert second.imports() == store.imports()
    assert list_runs(second) == [1, 2] == made.runs
    for number in (1, 2):
        mine, theirs = read(store, number), read(second, number)
        assert all(mine.bytes(name) == theirs.bytes(name) for name in mine.files)
        assert rows(second, theirs.versions) == rows(store, mine.versions)
    assert (again / "policy.toml").read_text(encoding="utf-8") == "version = 1\n"
    assert not (again / "lock").exists()


def test_a_restored_home_goes_on_from_where_it_was(store: Store, tmp_path: Path) -> None:
    filled(store)
    back_up(store.home, TABLES, tmp_path / "b.zip")
    restore(tmp_path / "b.zip", tmp_path / "again")
    second = open_store(tmp_path / "again")
    for home in (store, second):
        import_lines(home, [(4, "d", "40.00")])
    assert rows(second) == rows(store)
    assert second.imports()["import_no"].to_pylist() == [1, 2, 3]


def test_a_backup_is_small_private_and_leaves_nothing_beside_it(
    store: Store, tmp_path: Path
) -> None:
    filled(store)
    file = tmp_path / "b.zip"
    back_up(store.home, TABLES, file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "home"]


def test_an_empty_home_can_be_backed_up(store: Store, tmp_path: Path) -> None:
    back_up(store.home, TABLES, tmp_path / "b.zip")
    restore(tmp_path / "b.zip", tmp_path / "again")
    assert rows(open_store(tmp_path / "again")) == []


def test_what_a_killed_writer_left_is_not_in_a_backup(store: Store, tmp_path: Path) -> None:
    filled(store)
    stray = store.home / "tables" / "sales" / "part-stray.parquet"
    stray.write_bytes(b"PAR1")
    (store.home / "staging").mkdir()
    made = back_up(store.home, TABLES, tmp_path / "b.zip")
    assert not any("stray" in name or "staging" in name for name in made.files)


def test_a_backup_made_while_others_write_is_one_of_the_moments(
    store: Store, tmp_path: Path
) -> None:
    import_lines(store, [(0, "k0", "1.00")])
    seen = {tuple(rows(store))}
    stop = threading.Event()

    def write() -> None:
        for number in range(1, 15):
            import_lines(store, [(number, f"k{number}", "1.00")])
            seen.add(tuple(rows(store)))
            publish(store, contents(store.snapshot().versions))
        stop.set()

    thread = threading.Thread(target=write)
    thread.start()
    made = 0
    while not stop.is_set() or made < 3:
        back_up(store.home, TABLES, tmp_path / "b.zip")
        shutil.rmtree(tmp_path / "again", ignore_errors=True)
        restore(tmp_path / "b.zip", tmp_path / "again")
        second = open_store(tmp_path / "again")
        found = tuple(rows(second))
        while not stop.is_set() and found not in seen:  # the writer looks a moment later
            stop.wait(0.01)
        assert found in seen
        for number in list_runs(second):
            rows(second, read(second, number).versions)
        made += 1
    thread.join()
    assert made >= 3


def test_nothing_is_written_over(store: Store, tmp_path: Path) -> None:
    back_up(filled(store).home, TABLES, tmp_path / "b.zip")
    before = rows(store)
    with pytest.raises(UserError, match="stands in this place"):
        restore(tmp_path / "b.zip", store.home)
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="stands in this place"):
        restore(tmp_path / "b.zip", tmp_path / "file")
    assert rows(store) == before
    (tmp_path / "empty").mkdir()
    restore(tmp_path / "b.zip", tmp_path / "empty")
    assert rows(open_store(tmp_path / "empty")) == before


def test_a_damaged_table_is_not_backed_up_over_a_good_backup(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    back_up(filled(store).home, TABLES, file)
    good = file.read_bytes()
    data = delta.files(store.home / "tables" / "sales")[0]
    flip(data, at=-20)
    with pytest.raises(StoreDamaged, match="tables/sales"):
        back_up(store.home, TABLES, file)
    data.unlink()
    with pytest.raises(StoreDamaged, match="sales"):
        back_up(store.home, TABLES, file)
    assert file.read_bytes() == good


def test_a_damaged_run_is_not_backed_up(store: Store, tmp_path: Path) -> None:
    filled(store)
    (store.home / "runs" / "000002" / "answer" / "summary.json").write_text("[]")
    with pytest.raises(StoreDamaged, match="000002"):
        back_up(store.home, TABLES, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def test_every_flipped_byte_of_a_backup_is_noticed(store: Store, tmp_path: Path) -> None:
    """Or is none that matters: a byte of the zip's own that says when or by whom."""
    file = tmp_path / "b.zip"
    back_up(filled(store).home, TABLES, file)
    size = file.stat().st_size
    noticed = 0
    for at in range(0, size, max(size // 150, 1)):
        copy = tmp_path / "copy.zip"
        shutil.copy(file, copy)
        flip(copy, at=at)
        try:
            restore(copy, tmp_path / "again")
        except StoreDamaged:
            noticed += 1
        else:
            assert rows(open_store(tmp_path / "again")) == rows(store)
        assert not list(tmp_path.glob(".again*"))
        shutil.rmtree(tmp_path / "again", ignore_errors=True)
    assert noticed > 100


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_backup_that_was_cut_off_is_refused(store: Store, tmp_path: Path, share: float) -> None:
    file = tmp_path / "b.zip"
    back_up(filled(store).home, TABLES, file)
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])
    for act in (lambda: check_backup(file), lambda: restore(file, tmp_path / "again")):
        with pytest.raises(StoreDamaged, match="not whole"):
            act()
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("name", ["../out", "/out", "runs/../../out", "a\\..\\out", "c:out", "./x"])
def test_a_backup_never_writes_outside_its_folder(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        evil = {name: [4, "9" * 64]}
        archive.writestr(name, b"evil")
        told = {"format": 1, "made_at": "", "imports": 0, "runs": [], "versions": {}}
        archive.writestr(backup.LIST, json.dumps({**told, "environment": {}, "files": evil}))
    with pytest.raises(StoreDamaged):
        restore(tmp_path / "evil.zip", tmp_path / "deep" / "again")
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "deep" / "out").exists()


def test_a_file_that_claims_to_be_small_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("policy.toml", b"\0" * 50_000_000)
        told = {"format": 1, "made_at": "", "imports": 0, "runs": [], "versions": {}}
        files = {"policy.toml": [10, "9" * 64]}
        archive.writestr(backup.LIST, json.dumps({**told, "environment": {}, "files": files}))
    with pytest.raises(StoreDamaged, match=r"policy\.toml"):
        restore(tmp_path / "bomb.zip", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_backup_of_a_newer_version_says_so(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "new.zip", "w") as archive:
        archive.writestr(backup.LIST, json.dumps({"format": 2}))
    with pytest.raises(UserError, match="newer version"):
        restore(tmp_path / "new.zip", tmp_path / "again")


def test_a_backup_that_does_not_fit_is_refused_before_it_is_unpacked(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(filled(store).home, TABLES, tmp_path / "b.zip")
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(DiskFailed, match="MiB"):
        restore(tmp_path / "b.zip", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_no_backup_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        restore(tmp_path / "none.zip", tmp_path / "again")


def test_what_a_killed_restore_left_goes_at_the_next(store: Store, tmp_path: Path) -> None:
    back_up(filled(store).home, TABLES, tmp_path / "b.zip")
    (tmp_path / ".again.999999999.aside" / "tables").mkdir(parents=True)
    restore(tmp_path / "b.zip", tmp_path / "again")
    assert not list(tmp_path.glob(".*"))


def flip(file: Path, *, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 0x10
    file.write_bytes(data)
