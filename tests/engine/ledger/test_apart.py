"""Files are read in a process apart: whatever they do, they cost a second and leave nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kernklant.engine.errors import ImportRefused
from kernklant.engine.ledger.formats import Source, apart, wire
from kernklant.engine.ledger.formats.apart import MEGABYTE, UPLOAD, Limits, opened
from kernklant.engine.ledger.imports import ImportRequest, import_file
from tests.engine.ledger.bombs import BOMBS
from tests.engine.ledger.files import amounts, csv_file, home, take, take_text
from tests.environments import ROOT

# A refusal has to come by itself within these: going beyond them says that reading was stopped.
LITTLE = Limits(size=50 * MEGABYTE, memory=64 * MEGABYTE, seconds=1)
STOPPED = "Reading was stopped"


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_in_a_second_and_64_megabytes(
    tmp_path: Path, bomb: Callable[[Path], Path]
) -> None:
    path = bomb(tmp_path)
    store = home(tmp_path)
    with pytest.raises(ImportRefused) as refusal:
        import_file(store, ImportRequest(path, limits=LITTLE))
    assert STOPPED not in refusal.value.what.en
    assert refusal.value.remedy.nl
    assert store.imports().num_rows == 0


def many_rows(folder: Path, rows: int) -> Path:
    text = "klantnummer;factuurdatum;bedrag\n" + "1;2025-01-31;1,50\n" * rows
    return csv_file(folder, text)


def read_often(source: Source) -> None:
    for _ in range(50):
        for _rows in source.sheets[0].read(1, 3):
            pass


def children() -> set[int]:
    """The readers that run now."""
    found = set()
    nursery = apart._nursery._process
    assert nursery is not None
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == nursery.pid:
            found.add(int(status.parent.name))
    return found


def test_too_much_memory_stops_the_reader_and_nothing_else(tmp_path: Path) -> None:
    text = (
        "klantnummer;factuurdatum;bedrag;artikel\n" + f"1;2025-01-31;1,50;{'x' * 4000}\n" * 30_000
    )
    path, store = csv_file(tmp_path, text), home(tmp_path)
    small = Limits(size=path.stat().st_size, memory=64 * MEGABYTE, seconds=60)
    with pytest.raises(ImportRefused, match=STOPPED):
        import_file(store, ImportRequest(path, limits=small))
    assert store.imports().num_rows == 0
    assert take(store, path).rows_accepted == 30_000


def test_too_much_time_stops_the_reader(tmp_path: Path) -> None:
    path = many_rows(tmp_path, 2_500_000)
    brief = Limits(size=path.stat().st_size, memory=1 << 30, seconds=1)
    with opened(path, limits=brief) as source, pytest.raises(ImportRefused, match=STOPPED):
        read_often(source)


def test_an_upload_has_a_size(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    with path.open("wb") as handle:
        handle.truncate(UPLOAD.size + 1)
    with pytest.raises(ImportRefused, match="more than 50 MB"):
        import_file(home(tmp_path), ImportRequest(path, limits=UPLOAD))


def test_a_reader_that_is_killed_refuses_the_file(tmp_path: Path) -> None:
    path = many_rows(tmp_path, 200_000)
    with opened(path) as source:
        next(source.sheets[0].read(1, 3))
        for reader in children():
            os.kill(reader, signal.SIGKILL)
        with pytest.raises(ImportRefused, match=STOPPED):
            read_often(source)


def test_the_next_file_is_read_after_all_readers_were_killed(tmp_path: Path) -> None:
    store, _ = take_text(tmp_path, amounts("1,50"))
    nursery = apart._nursery._process
    assert nursery is not None
    nursery.kill()
    nursery.wait()
    assert take(store, csv_file(tmp_path, amounts("2,50"))).rows_accepted == 1


def test_readers_end_with_their_file(tmp_path: Path) -> None:
    path = many_rows(tmp_path, 100_000)
    with opened(path) as source:
        next(iter(source.sheets[0].read(1, 3)))
        assert children()
    until = time.monotonic() + 10
    while children() and time.monotonic() < until:
        time.sleep(0.05)
    assert not children()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "f.csv")
    with pytest.raises(ImportRefused, match="no regular file"):
        import_file(home(tmp_path), ImportRequest(tmp_path / "f.csv"))


def test_a_reader_outlives_nobody(tmp_path: Path) -> None:
    path = many_rows(tmp_path, 2_000_000)
    told = "from kernklant.cli import main; main()"
    command = [sys.executable, "-c", told, "import", str(path), "--home", str(tmp_path / "h")]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True)
    until = time.monotonic() + 30
    while len(family(process.pid)) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    assert len(family(process.pid)) >= 3
    process.kill()
    process.wait()
    until = time.monotonic() + 10
    while family(process.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not family(process.pid)


def family(session: int) -> list[int]:
    """The processes of a session."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(status.parent.name))
    return found


@pytest.mark.parametrize(("ours", "error"), [(True, RuntimeError), (False, ImportRefused)])
def test_a_fault_of_the_program_is_not_blamed_on_the_file(
    ours: bool, error: type[Exception]
) -> None:
    mine, theirs = socket.socketpair()
    with mine, theirs:
        wire.send(theirs, {"failed": "NameError: x", "ours": ours})
        with pytest.raises(error):
            apart._answer(mine, UPLOAD)
