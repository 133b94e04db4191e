"""Files that are written whole or not at all, and what a disk that fails is called."""

from __future__ import annotations

import errno
import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kernklant.engine.errors import DiskFailed, NoMemory, NotFound, Text, UserError

FULL = Text("De schijf is vol.", "The disk is full.")
TOO_LARGE = Text(
    "Een bestand wordt groter dan hier mag.", "A file grows larger than is allowed here."
)
CLOSED = Text("Lezen of schrijven mag hier niet.", "Reading or writing is not allowed here.")
NO_FOLDER = Text("Dit is geen map.", "This is not a folder.")
NO_FILE = Text("Dit is een map, geen bestand.", "This is a folder, not a file.")
TAKEN = Text("Hier staat al iets anders.", "Something else stands here already.")
FAILS = Text("De schijf geeft een fout.", "The disk reports an error.")
CROWDED = Text("Er zijn te veel bestanden open.", "Too many files are open.")
ROOM = Text(
    "Maak ruimte vrij en doe het opnieuw. Er is niets half gebleven.",
    "Make room and try again. Nothing was left half done.",
)
RIGHTS = Text(
    "Geef uzelf rechten op het bestand en zijn map, of kies andere. Er is niets veranderd.",
    "Give yourself rights to the file and its folder, or choose others. Nothing was changed.",
)
ELSEWHERE = Text(
    "Kies een andere plaats. Er is niets veranderd.",
    "Choose another place. Nothing was changed.",
)
LOOK = Text(
    "Controleer de schijf, en de gegevens met kernklant doctor. Er is niets half gebleven.",
    "Check the disk, and the data with kernklant doctor. Nothing was left half done.",
)
KNOWN: dict[int, tuple[Text, Text]] = {
    errno.ENOSPC: (FULL, ROOM),
    errno.EDQUOT: (FULL, ROOM),
    errno.EFBIG: (TOO_LARGE, ROOM),
    errno.EACCES: (CLOSED, RIGHTS),
    errno.EPERM: (CLOSED, RIGHTS),
    errno.EROFS: (CLOSED, RIGHTS),
    errno.ENOTDIR: (NO_FOLDER, ELSEWHERE),
    errno.EISDIR: (NO_FILE, ELSEWHERE),
    errno.EEXIST: (TAKEN, ELSEWHERE),
    errno.EIO: (FAILS, LOOK),
    errno.EMFILE: (CROWDED, LOOK),
    errno.ENFILE: (CROWDED, LOOK),
}
# Libraries in other languages tell the system's words, not its number.
WORDS = {os.strerror(number).lower(): number for number in KNOWN}
WORDS["database or disk is full"] = errno.ENOSPC  # SQLite
MEMORY = ("out of memory", "cannot allocate memory", "failed to allocate", "failed to map segment")


def failure_of(error: BaseException) -> UserError | None:
    """What a failing disk or memory is to a user; None when the error is something else."""
    if isinstance(error, UserError):
        return None
    text = str(error)
    if isinstance(error, MemoryError) or any(word in text.lower() for word in MEMORY):
        return _no_memory()
    number = error.errno if isinstance(error, OSError) else None
    if number not in KNOWN:
        number = next((found for words, found in WORDS.items() if words in text.lower()), None)
    if number is None:
        return None
    what, remedy = KNOWN[number]
    named = getattr(error, "filename", None)
    return DiskFailed(what, remedy, where=str(named) if named else "")


@contextmanager
def told() -> Iterator[None]:
    """What fails of disk and memory in here is raised as DiskFailed or NoMemory."""
    try:
        yield
    except Exception as error:
        found = failure_of(error)
        if found is None:
            raise
        raise found from error


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """A place beside ``file`` to write to; what stands there at the end takes its place at once.

    When writing fails, the old file stands as it was and nothing is left beside it. What is no
    file, such as a pipe, is written to as it is. NotFound when there is no such folder, UserError
    when it is a folder itself.
    """
    _refuse_no_place(file)
    if file.exists() and not file.is_file():
        yield file
        return
    for left in file.parent.glob(f".{glob.escape(file.name)}.*.aside"):  # of those killed here
        if dead(left.name.split(".")[-2]):
            left.unlink(missing_ok=True)
    aside = file.with_name(f".{file.name}.{os.getpid()}.aside")
    try:
        yield aside
        sync(aside)
        aside.replace(file)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    sync(file.parent)


def _refuse_no_place(file: Path) -> None:
    if not file.parent.is_dir():
        raise NotFound(
            Text("Deze map is er niet.", "There is no such folder."),
            Text("Maak haar eerst, of kies een andere.", "Make it first, or choose another."),
            where=str(file.parent),
        )
    if file.is_dir():
        raise UserError(
            NO_FILE,
            Text("Noem een bestand in die map.", "Name a file in that folder."),
            where=str(file),
        )


def dead(process: str) -> bool:
    """Whether a process of this number is no longer there."""
    try:
        os.kill(int(process), 0)  # signal 0 asks, and does nothing
    except (ProcessLookupError, ValueError, OverflowError):
        return True
    except PermissionError:  # it lives, under another user
        return False
    return False


def sync(path: Path) -> None:
    """Let what was written to a file, or renamed in a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _no_memory() -> NoMemory:
    return NoMemory(
        Text("Er is te weinig geheugen.", "There is too little memory."),
        Text(
            "Sluit andere programma's of neem een grotere machine. Er is niets half gebleven.",
            "Close other programs or take a larger machine. Nothing was left half done.",
        ),
    )
