"""One writer at a time per home: a file lock that names who holds it."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from kernklant.engine.errors import StoreBusy, Text


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Hold the lock, or raise StoreBusy at once with the holder's name, number and time.

    The system frees the lock of a killed process, so it can never stay behind.
    """
    with file.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(handle) from None
        _sign(handle)
        yield


def holder(file: Path) -> StoreBusy | None:
    """Who is writing at this moment, as the error that another writer would get."""
    try:
        handle = file.open()
    except OSError:  # nobody ever wrote here, or this home cannot be read
        return None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _busy(handle)
    return None


@contextmanager
def waiting(file: Path) -> Iterator[None]:
    """Hold the lock, after waiting for whoever has it; for work of a moment."""
    with file.open("a+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _sign(handle: IO[str]) -> None:
    holder = {
        "process": os.getpid(),
        "name": Path(sys.argv[0]).name or "python",
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    handle.truncate(0)
    handle.write(json.dumps(holder))
    handle.flush()


def _busy(handle: IO[str]) -> StoreBusy:
    handle.seek(0)
    try:
        holder = json.loads(handle.read())
    except json.JSONDecodeError:  # it took the lock a moment ago and has not signed yet
        holder = {"name": "?", "process": "?", "since": "?"}
    name, process, since = holder["name"], holder["process"], holder["since"]
    return StoreBusy(
        Text(
            f"{name} (proces {process}) schrijft sinds {since} in deze gegevensmap.",
            f"{name} (process {process}) has been writing in this home since {since}.",
        ),
        Text(
            "Wacht tot het klaar is en probeer het dan opnieuw.",
            "Wait until it is done, then try again.",
        ),
    )
