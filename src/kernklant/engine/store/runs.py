"""Runs: what was asked and what was answered, in a folder that is never changed."""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kernklant.engine.disk import sync, told
from kernklant.engine.errors import NotFound, StoreDamaged, Text
from kernklant.engine.store.lake import Store
from kernklant.engine.store.lock import waiting
from kernklant.engine.store.points import Seen, columns_of, rows_of, seen, sum_of

# Rows written at once, and read at once for the sake of one: of a million customers that takes
# 6 ms, against 13 at 1 << 14; smaller groups make reading all of them slower.
ROW_GROUP = 1 << 12
MANIFEST = "manifest.json"
NUMBERED = re.compile("[0-9]{6,}")  # not what a synchroniser names "000001 (kopie)"
BEFORE = 1 << 20  # in runs whose manifest does not say; replayed, they must give the same bytes
# What decides the last bit of a figure, besides our own code.
PACKAGES = ("duckdb", "deltalake", "pyarrow", "numpy", "scipy", "sqlglot")


@dataclass(frozen=True, slots=True)
class RunContents:
    """What a run folder will hold: files by name under ``asked`` and ``answer``.

    ``versions`` names the facts it rests on, ``imports`` those that were in them (None: not known)
    and ``last_sale`` their last day of sales; ``seconds`` how long each step took, ``asked_on`` the
    day it was asked. Of one ``key`` there is one run.
    """

    as_of: date
    asked: Mapping[str, bytes | pa.Table]
    answer: Mapping[str, bytes | pa.Table]
    versions: Mapping[str, int]
    seconds: Mapping[str, float]
    key: str = ""
    imports: tuple[int, ...] | None = None
    last_sale: date | None = None
    asked_on: date | None = None

    def encoded(self, row_group: int | None = None) -> Iterator[tuple[str, bytes]]:
        """Path in the folder and bytes of one file after another, so that none need be kept.

        Equal tables give equal bytes in equal row groups.
        """
        rooms = {"asked": self.asked, "answer": self.answer}
        for room, files in rooms.items():
            for name, content in sorted(files.items()):
                data = content if isinstance(content, bytes) else as_parquet(content, row_group)
                yield f"{room}/{name}", data

    def rows(self) -> dict[str, int]:
        """Rows of each table, by its path in the folder."""
        rooms = {"asked": self.asked, "answer": self.answer}
        return {
            f"{room}/{name}": content.num_rows
            for room, files in rooms.items()
            for name, content in sorted(files.items())
            if isinstance(content, pa.Table)
        }


@dataclass(frozen=True, slots=True)
class Run:
    """A published run; every file is checked against the manifest before it is read."""

    number: int
    folder: Path
    manifest: dict[str, Any]

    @property
    def files(self) -> dict[str, str]:
        """Path in the folder -> sha256."""
        return dict(self.manifest["files"])

    @property
    def versions(self) -> dict[str, int]:
        """The table versions it rests on."""
        return dict(self.manifest["versions"])

    @property
    def imports(self) -> list[int] | None:
        """The imports it saw; None of a run from before that was written down."""
        return self.manifest.get("imports")

    @property
    def asked_on(self) -> date | None:
        """The day it was asked; None of a run from before that was written down."""
        told = self.manifest.get("asked_on")
        return date.fromisoformat(told) if told else None

    @property
    def seconds(self) -> dict[str, float]:
        """How long each step took."""
        return dict(self.manifest["seconds"])

    @property
    def as_of(self) -> date:
        """The day it looks back from."""
        return date.fromisoformat(self.manifest["as_of"])

    @property
    def row_group(self) -> int:
        """Rows of each table that were written at once."""
        return int(self.manifest.get("row_group", BEFORE))

    @property
    def key(self) -> str:
        """Under which it was published; empty when nobody gave one."""
        return str(self.manifest.get("key", ""))

    def bytes(self, name: str) -> bytes:
        """One file; StoreDamaged when it is not what was published."""
        file = self.folder / name
        data = file.read_bytes() if file.is_file() else b""
        if hashlib.sha256(data).hexdigest() != self.files[name]:
            raise _damaged(self.number, name)
        return data

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """One Parquet file as a table, or some of its columns; StoreDamaged as ``bytes``."""
        file = self._checked(name)
        return pq.read_table(file.path, columns=columns, partitioning=None)

    def rows(self, name: str, customer: int, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of one customer number in a Parquet file; StoreDamaged as ``bytes``."""
        return rows_of(self._checked(name), customer, columns)

    def columns(self, name: str) -> list[str]:
        """The columns of a Parquet file, values unread; StoreDamaged as ``bytes``."""
        return columns_of(self._checked(name))

    def _checked(self, name: str) -> Seen:
        """The file, hashed unless this process did so since it was last changed."""
        file = self.folder / name
        found = seen(file) if file.is_file() else None
        if found is None or sum_of(found) != self.files[name]:
            raise _damaged(self.number, name)
        return found


def publish(store: Store, contents: RunContents) -> int:
    """Write a run aside and give it its place in one rename; returns its number.

    A kill leaves nothing but a hidden folder, which the next publication removes. Whoever
    publishes under a key that has a run already gets that one.
    """
    room = _room(store)
    with told():
        room.mkdir(exist_ok=True)
        with waiting(room / ".lock"):
            forget_leftovers(room)
            published = run_of(store, contents.key)
            if published is not None:
                return published
            number = max(numbers_of(room), default=0) + 1
            aside = room / f".aside-{number}"
            try:
                _fill(aside, contents)
                aside.rename(room / f"{number:06}")
            except BaseException:
                shutil.rmtree(aside, ignore_errors=True)
                raise
            sync(room)
    return number


def forget_leftovers(room: Path) -> None:
    """Remove what killed publications left; only while holding the lock."""
    for leftover in room.glob(".aside-*"):
        shutil.rmtree(leftover)


def _fill(aside: Path, contents: RunContents) -> None:
    files, start = {}, time.perf_counter()
    for name, data in contents.encoded():
        _write(aside / name, data)
        files[name] = hashlib.sha256(data).hexdigest()
    seconds = {**contents.seconds, "publish": round(time.perf_counter() - start, 3)}
    _write(aside / MANIFEST, _manifest(contents, files, seconds))


def read(store: Store, number: int) -> Run:
    """One run; NotFound when there is none, StoreDamaged when its manifest is not whole."""
    room = _room(store)
    return Run(number, room / f"{number:06}", manifest_of(room, number))


def manifest_file(store: Store, number: int) -> Path:
    """The file that tells what is in a run; NotFound when there is none."""
    file = _room(store) / f"{number:06}" / MANIFEST
    if not file.is_file():
        raise _no_run(number)
    return file


def manifest_of(room: Path, number: int) -> dict[str, Any]:
    """What a run says of itself; NotFound when there is none, StoreDamaged when it is not whole."""
    file = room / f"{number:06}" / MANIFEST
    if not file.is_file():
        raise _no_run(number)
    try:
        told = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise _damaged(number, MANIFEST) from error
    if not isinstance(told, dict) or not told.keys() >= {"files", "versions", "as_of"}:
        raise _damaged(number, MANIFEST)
    return told


def run_of(store: Store, key: str) -> int | None:
    """The run that was published under a key; None when there is none, or no key."""
    if not key:
        return None
    newest_first = reversed(whole_runs(store)[0])
    return next((run.number for run in newest_first if run.key == key), None)


def whole_runs(store: Store) -> tuple[list[Run], list[int]]:
    """The runs that can be opened, oldest first, and the numbers of those that cannot."""
    whole, damaged = [], []
    for number in list_runs(store):
        try:
            whole.append(read(store, number))
        except (StoreDamaged, NotFound):
            damaged.append(number)
    return whole, damaged


def list_runs(store: Store) -> list[int]:
    """The numbers of the published runs, oldest first."""
    return numbers_of(_room(store))


def as_parquet(table: pa.Table, row_group: int | None = None) -> bytes:
    """A table as Parquet; the same bytes for the same rows, however they were chunked."""
    many = row_group or ROW_GROUP
    table, buffer = table.replace_schema_metadata(None), io.BytesIO()
    with pq.ParquetWriter(buffer, table.schema, compression="zstd") as writer:
        for start in range(0, max(table.num_rows, 1), many):
            writer.write_table(table.slice(start, many).combine_chunks())
    return buffer.getvalue()


def environment() -> dict[str, str]:
    """The versions a byte-identical replay needs."""
    known = {name: found for name in PACKAGES if (found := _version(name))}
    return {"python": platform.python_version(), "machine": platform.machine(), **known}


def _manifest(
    contents: RunContents, files: Mapping[str, str], seconds: Mapping[str, float]
) -> bytes:
    made_with = environment()
    lock = hashlib.sha256(json.dumps(made_with, sort_keys=True).encode()).hexdigest()
    manifest = {
        "as_of": contents.as_of.isoformat(),
        "published_at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "code": _version("kernklant"),
        "lock": lock,
        "environment": made_with,
        "versions": dict(contents.versions),
        "imports": contents.imports,
        "last_sale": contents.last_sale.isoformat() if contents.last_sale else None,
        "asked_on": contents.asked_on.isoformat() if contents.asked_on else None,
        "files": dict(files),
        "rows": contents.rows(),
        "row_group": ROW_GROUP,
        "seconds": dict(seconds),
        **({"key": contents.key} if contents.key else {}),
    }
    return json.dumps(manifest, indent=1, allow_nan=False).encode()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _room(store: Store) -> Path:
    if store.home is None:
        raise ValueError("a store in memory keeps no runs")
    return store.home / "runs"


def numbers_of(room: Path) -> list[int]:
    """The numbers of the published runs in a folder, oldest first."""
    names = [run.name for run in room.iterdir()] if room.is_dir() else []
    return sorted(int(name) for name in names if NUMBERED.fullmatch(name))


def cited(room: Path, number: int) -> dict[str, int]:
    """The table versions that a run rests on."""
    return dict(manifest_of(room, number)["versions"])


def files_of_run(room: Path, number: int) -> list[Path]:
    """The files of one run, its manifest included."""
    folder = room / f"{number:06}"
    listed = manifest_of(room, number)["files"]
    return [folder / name for name in (*sorted(listed), MANIFEST)]


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def _no_run(number: int) -> NotFound:
    if number == 0:
        return NotFound(
            Text("Er is nog geen evaluatie.", "There is no run yet."),
            Text("Draai eerst: kernklant evaluate.", "First run: kernklant evaluate."),
        )
    return NotFound(
        Text(f"Evaluatie {number} bestaat niet.", f"Run {number} does not exist."),
        Text("kernklant runs laat zien welke er zijn.", "kernklant runs shows which there are."),
    )


def _damaged(number: int, name: str) -> StoreDamaged:
    return StoreDamaged(
        Text(
            f"Evaluatie {number} is beschadigd: {name} is niet wat er is gepubliceerd.",
            f"Run {number} is damaged: {name} is not what was published.",
        ),
        Text(
            "Zet de map terug uit een back-up, of draai een nieuwe evaluatie.",
            "Restore the folder from a backup, or run a new evaluation.",
        ),
    )
