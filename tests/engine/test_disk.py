"""A file is written whole or not at all, and a failing disk has a name and a remedy."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from kernklant.engine.disk import KNOWN, failure_of, told, whole
from kernklant.engine.errors import DiskFailed, NoMemory, NotFound, Text, UserError


def test_a_file_is_replaced_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "f.txt"
    for text in ("one", "two"):
        with whole(file) as aside:
            aside.write_text(text)
        assert file.read_text() == text
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_stands_as_it_was_when_writing_fails(tmp_path: Path) -> None:
    file = tmp_path / "f.txt"
    file.write_text("one")
    with pytest.raises(OSError, match="full"), whole(file) as aside:  # noqa: PT012
        aside.write_text("tw")
        raise OSError(errno.ENOSPC, "full")
    assert file.read_text() == "one"
    assert list(tmp_path.iterdir()) == [file]


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    with whole(Path(os.devnull)) as aside:
        aside.write_text("gone")
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("number", KNOWN)
def test_every_known_failure_has_its_words_and_remedy(number: int) -> None:
    for error in (
        OSError(number, os.strerror(number), "f.parquet"),
        RuntimeError(f"IO Error: could not write: {os.strerror(number)} (os error {number})"),
    ):
        found = failure_of(error)
        assert isinstance(found, DiskFailed)
        assert found.exit_code == 9
        assert (found.what, found.remedy) == KNOWN[number]
    assert failure_of(OSError(number, "x", "f.parquet")).where == "f.parquet"


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("Out of Memory Error: failed to allocate 2 GiB")]
)
def test_too_little_memory_is_told(error: Exception) -> None:
    assert isinstance(failure_of(error), NoMemory)


@pytest.mark.parametrize(
    "error", [ValueError("x"), OSError(errno.EPIPE, "x"), NotFound(Text("", ""), Text("", ""))]
)
def test_other_errors_stay_what_they_are(error: Exception) -> None:
    assert failure_of(error) is None
    with pytest.raises(type(error)), told():
        raise error


@pytest.mark.parametrize("place", ["none/f.csv", "folder"])
def test_where_no_file_can_come_is_said_with_a_remedy(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError, match="folder"), whole(tmp_path / place):
        pass
    assert list(tmp_path.iterdir()) == [tmp_path / "folder"]
