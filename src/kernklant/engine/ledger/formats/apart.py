"""Files are opened in a process apart, with little memory and time: they come from anybody.

A file that crashes a library, swells, or never ends costs that process, and is refused here.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from kernklant.engine.errors import ImportRefused
from kernklant.engine.ledger.formats import Rows, Source, refused, wire

MEGABYTE = 1 << 20
SILENCE = 60  # seconds without a word from a reader, beyond the seconds it may work
START = "import sys; sys.path[:] = {path!r}; from {module} import main; main({handle})"
NURSERY = "kernklant.engine.ledger.formats.nursery"
# One thread, as a process with threads forks badly; memory from the system, as Arrow's own pool
# lays claim to more addresses than a reader may have.
ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading may cost: bytes of the file, bytes of memory, seconds of the processor."""

    size: int
    memory: int
    seconds: int


UPLOAD = Limits(size=50 * MEGABYTE, memory=1024 * MEGABYTE, seconds=60)


def own_limits(size: int) -> Limits:
    """For a file of one's own, of this many bytes: room that grows with it."""
    megabytes = size // MEGABYTE
    return Limits(
        size=64 * 1024 * MEGABYTE,
        memory=UPLOAD.memory + 16 * size,
        seconds=UPLOAD.seconds + 5 * megabytes,
    )


@contextmanager
def opened(
    path: Path, *, asked: str | None = None, sheet: str | None = None, limits: Limits | None = None
) -> Iterator[Source]:
    """The source that ``open_source`` finds, read in a process apart as long as this lasts.

    ImportRefused as there, and when reading goes beyond the limits or kills the reader.
    """
    size = _size(path)
    allowed = limits or own_limits(size)
    if size > allowed.size:
        raise _too_large(size, allowed.size)
    with _line(allowed) as line:
        question = {
            "open": str(path.absolute()),
            "format": asked,
            "sheet": sheet,
            "memory": allowed.memory,
            "seconds": allowed.seconds,
        }
        _ask(line, question, allowed)
        note, _ = _answer(line, allowed)
        sheets = [
            wire.sheet_of(found, _reader(line, place, allowed))
            for place, found in enumerate(note["sheets"])
        ]
        warnings = [wire.text_of(text) for text in note["warnings"]]
        yield Source(str(note["format"]), sheets, str(note["sha256"]), warnings)


def _reader(
    line: socket.socket, place: int, limits: Limits
) -> Callable[[int, int], Iterator[Rows]]:
    def read(header_row: int, width: int) -> Iterator[Rows]:
        _ask(line, {"sheet": place, "header_row": header_row, "width": width}, limits)
        while True:
            note, data = _answer(line, limits)
            if "end" in note:
                return
            try:
                yield wire.rows_of(note, data)
            except wire.Gone as error:
                raise _gave_up(limits) from error

    return read


def _ask(line: socket.socket, question: wire.Note, limits: Limits) -> None:
    try:
        wire.send(line, question)
    except wire.Gone as error:
        raise _gave_up(limits) from error


def _answer(line: socket.socket, limits: Limits) -> tuple[wire.Note, bytes]:
    try:
        note, rows = wire.receive(line)
    except wire.Gone as error:
        raise _gave_up(limits) from error
    if "refused" in note:
        raise wire.refusal_of(note)
    if "failed" in note:
        if note["failed"] == "memory":
            raise _gave_up(limits)
        failure = RuntimeError(str(note["failed"]))
        if note["ours"]:  # no file makes a name disappear: this is a fault of the program
            raise failure
        raise _damaged() from failure
    return note, rows


@contextmanager
def _line(limits: Limits) -> Iterator[socket.socket]:
    """A line to a new reader; closing it ends the reader."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            _nursery.hand_over(theirs)
        ours.settimeout(limits.seconds + SILENCE)
        yield ours


class _Nursery:
    """The process that forks readers; one for each process that asks, started when first asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._owner = 0

    def hand_over(self, line: socket.socket) -> None:
        """Give this end of a line to a new reader."""
        with self._lock:
            try:
                socket.send_fds(self._started(), [b"."], [line.fileno()])
            except OSError:  # it was killed: once more, with a new one
                self._line = None
                socket.send_fds(self._started(), [b"."], [line.fileno()])

    def _started(self) -> socket.socket:
        """The line to the nursery; a process forked from ours starts its own."""
        if self._line is not None and self._owner == os.getpid():
            return self._line
        self._line, theirs = socket.socketpair()
        with theirs:
            command = START.format(path=sys.path, module=NURSERY, handle=theirs.fileno())
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                [sys.executable, "-P", "-c", command],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | ALONE,
            )
        self._owner = os.getpid()
        return self._line


_nursery = _Nursery()


def _size(path: Path) -> int:
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise _unreadable(getattr(error, "strerror", None) or str(error)) from error
    if not S_ISREG(found.st_mode):  # a pipe or a device would never end
        raise _unreadable("geen gewoon bestand / no regular file")
    return found.st_size


def _unreadable(why: str) -> ImportRefused:
    return refused(
        f"Het bestand is niet te lezen: {why}.",
        f"The file cannot be read: {why}.",
        "Controleer de naam en de rechten.",
        "Check its name and permissions.",
    )


def _too_large(size: int, most: int) -> ImportRefused:
    found, allowed = size // MEGABYTE, most // MEGABYTE
    return refused(
        f"Het bestand is {found} MB; meer dan {allowed} MB kan hier niet.",
        f"The file has {found} MB; more than {allowed} MB cannot come in here.",
        "Deel het op, of lees het in met kernklant import.",
        "Split it, or bring it in with kernklant import.",
    )


def _gave_up(limits: Limits) -> ImportRefused:
    memory, seconds = limits.memory // MEGABYTE, limits.seconds
    return refused(
        f"Het lezen is gestopt: het vroeg meer dan {memory} MB geheugen of {seconds} seconden, "
        "of het bestand is beschadigd.",
        f"Reading was stopped: it took more than {memory} MB of memory or {seconds} seconds, "
        "or the file is damaged.",
        "Exporteer het opnieuw, het liefst als CSV en in delen.",
        "Export it again, best as CSV and in parts.",
    )


def _damaged() -> ImportRefused:
    return refused(
        "Het bestand is beschadigd: het is niet tot het einde te lezen.",
        "The file is damaged: it cannot be read to its end.",
        "Exporteer het opnieuw.",
        "Export it again.",
    )
