"""Files that people send: no larger than may come in, kept apart under names of our own."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from kernklant.engine.ledger.formats.apart import UPLOAD

MOST = UPLOAD.size
MOST_READ = 20 * MOST  # of what is far too large the rest is not even awaited
TOO_LARGE = "kernklant.upload_too_large"  # in META of a request whose file was not kept
AN_HOUR = 3600.0


class Bounded(TemporaryFileUploadHandler):
    """Keeps a file on disk while it comes in, and stops once it is larger than may be."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Know beforehand what the browser says it will send."""
        self._announced = int(args[2])

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins; one announced as too large is not begun with."""
        self._come = 0
        if self._announced > MOST + (1 << 20):
            self._stop()
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """The next part of it."""
        self._come += len(raw_data)
        if self._come > MOST:
            self._stop()
        super().receive_data_chunk(raw_data, start)

    def _stop(self) -> None:
        if self.request is not None:
            self.request.META[TOO_LARGE] = "1"
        raise StopUpload(connection_reset=self._announced > MOST_READ)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that came in: its name here, its size and its SHA-256."""

    name: str
    size: int
    sha256: str


def too_large(request: HttpRequest) -> bool:
    """Whether a file of this request was too large and not kept."""
    return bool(request.POST is not None and request.META.get(TOO_LARGE))


def place_of(name: str) -> Path:
    """Where a kept file lies."""
    return _room() / Path(name).name


def keep(chunks: Iterable[bytes]) -> Kept:
    """Write a file under a random name, readable by this user alone."""
    _room().mkdir(parents=True, mode=0o700, exist_ok=True)
    name, told, size = secrets.token_hex(16), hashlib.sha256(), 0
    handle = os.open(place_of(name), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                told.update(chunk)
                size += file.write(chunk)
    except BaseException:
        forget(name)
        raise
    return Kept(name, size, told.hexdigest())


def beside(name: str) -> Path:
    """A folder for what is worked out from a kept file, which goes with it."""
    return _room() / f"{Path(name).name}.beside"


def forget(name: str) -> None:
    """Remove a kept file and what lies beside it, if they are there."""
    if name:
        place_of(name).unlink(missing_ok=True)
        shutil.rmtree(beside(name), ignore_errors=True)


def sweep(needed: set[str], *, older: float = AN_HOUR) -> None:
    """Remove kept files, and what lies beside them, that nobody needs and that are ``older``
    than so many seconds."""
    if not _room().is_dir():
        return
    for file in _room().iterdir():
        name = file.name.partition(".")[0]
        if name not in needed and _age(file) >= older:
            forget(name)


def _age(file: Path) -> float:
    """Seconds since it was written; less than none of what went with a file before it."""
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return -1.0


def _room() -> Path:
    return Path(settings.HOME) / "web" / "uploads"
