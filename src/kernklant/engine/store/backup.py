"""A home in one file, made while it is written, and back again.

Nothing waits: files of a committed version never change, so a backup copies those of the newest
one. What it holds is written in it last, with a SHA-256 of each file; a backup without that list
was broken off.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.disk import dead, sync, told, whole
from kernklant.engine.errors import DiskFailed, NotFound, StoreDamaged, Text, UserError
from kernklant.engine.store import delta, journal
from kernklant.engine.store.runs import cited, environment, files_of_run, numbers_of
from kernklant.engine.store.sums import name_of, recorded, refuse
from kernklant.engine.store.writer import OWN

LIST = "kernklant-backup.json"
LAST = "last-backup"  # in the home: when
FORMAT = 1
CHUNK = 1 << 20
OWNER_ONLY = 0o600  # it holds names and addresses
# What zipfile, zlib and json make of bytes that were changed.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,
    struct.error,
)
Progress = Callable[[str, int, int | None], None]
QUIET: Progress = lambda _step, _done, _total: None  # noqa: E731 - a default, named for its meaning


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds. ``files``: size in bytes and SHA-256 of each, by its path in the home.

    ``versions``: that of each table; ``environment``: what its runs can be replayed with.
    ``requests``: how many persons' requests were written down beside the home.
    """

    format: int
    made_at: str
    imports: int
    runs: list[int]
    versions: dict[str, int]
    environment: dict[str, str]
    files: dict[str, tuple[int, str]]
    requests: int = 0

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(size for size, _ in self.files.values())


def back_up(
    home: Path,
    tables: Sequence[str],
    to: Path,
    *,
    beside: Mapping[str, Path] | None = None,
    requests: int = 0,
    progress: Progress = QUIET,
) -> Backup:
    """Write what a home holds now to one file, whoever writes in it meanwhile.

    ``tables``: those of the ledger. ``beside``: files from elsewhere that belong to it, by the path
    they get. ``requests``: of persons, which stay outside it. StoreDamaged when a file is not what
    was imported or published: then an older backup stays as it was.
    """
    with told(), whole(to) as aside:
        aside.touch(mode=OWNER_ONLY)
        runs = numbers_of(home / "runs")  # before the tables: what a run cites must be in
        place = journal.folder(home, "imports")
        version = delta.version(place) if delta.exists(place) else -1
        rows = journal.read(home, version) if version >= 0 else journal.IMPORTS.empty_table()
        head = journal.head(rows) | {"imports": version}
        files = [
            *_data(home, tables, head=head, runs=runs),
            *_beside(home, rows, runs=runs),
        ]
        with zipfile.ZipFile(aside, "w", allowZip64=True) as archive:
            expected = _expected(home, rows, runs)
            named = {file.relative_to(home).as_posix(): file for file in files} | dict(beside or {})
            sums = _add_all(archive, named, expected=expected, progress=progress)
            made = Backup(
                format=FORMAT,
                made_at=datetime.now(UTC).isoformat(timespec="seconds"),
                imports=rows.num_rows,
                runs=runs,
                versions=head,
                environment=environment(),
                files=sums,
                requests=requests,
            )
            archive.writestr(_entry(LIST), json.dumps(asdict(made), indent=1))
    # The backup is made; a home that may not be written only forgets when.
    with suppress(DiskFailed), told(), whole(home / LAST) as aside:
        aside.write_text(made.made_at, encoding="utf-8")
    return made


def last_backup(home: Path) -> datetime | None:
    """When a backup of this home was last made; None when never, or the home could not note it."""
    try:
        return datetime.fromisoformat((home / LAST).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def check_backup(file: Path, *, progress: Progress = QUIET) -> Backup:
    """Read a whole backup; StoreDamaged when anything in it is not what was put there."""
    with told(), _opened(file) as archive:
        made = _list(archive)
        for done, name in enumerate(made.files):
            progress(file.name, done, len(made.files))
            _copy_checked(archive, name, made, None)
    return made


def contents(file: Path) -> Backup:
    """What a backup says that it holds, without reading it all."""
    with told(), _opened(file) as archive:
        return _list(archive)


def restore(file: Path, home: Path, *, progress: Progress = QUIET) -> Backup:
    """Make a home of a backup: all of it, or nothing.

    UserError when something stands where the home should come, DiskFailed when there is too
    little room, StoreDamaged when the backup is not whole.
    """
    home = home.resolve()
    with told(), _opened(file) as archive:
        made = _list(archive)
        _refuse_occupied(home)
        home.parent.mkdir(parents=True, exist_ok=True)
        _refuse_too_large(made.size, home.parent)
        _forget_aside(home)
        aside = home.with_name(f".{home.name}.{os.getpid()}.aside")
        try:
            for done, name in enumerate(made.files):
                progress(file.name, done, len(made.files))
                _copy_checked(archive, name, made, aside / name)
            for room in ("tables", "spill"):
                (aside / room).mkdir(parents=True, exist_ok=True)
            for folder, _, _ in os.walk(aside):
                sync(Path(folder))
            aside.replace(home)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        sync(home.parent)
    return made


def _data(
    home: Path, tables: Sequence[str], *, head: Mapping[str, int], runs: Sequence[int]
) -> Iterator[Path]:
    """The logs of the tables up to the head, and the data files that it or a run needs."""
    rest_on = [cited(home / "runs", number) for number in runs]
    for table in [*tables, *OWN, "imports"]:
        place = journal.folder(home, table)
        if delta.exists(place):
            newest = max(head.get(table, 0), 0)
            yield from (delta.log_file(place, number) for number in range(newest + 1))
            # A run whose facts were erased says so; what stands now must be there.
            earlier = {versions.get(table, newest) for versions in rest_on}
            yield from delta.needed(place, newest, () if table == "imports" else earlier)


def _manifest(home: Path, number: int) -> dict[str, Any]:
    text = (home / "runs" / f"{number:06}" / "manifest.json").read_text("utf-8")
    manifest: dict[str, Any] = json.loads(text)
    return manifest


def _beside(home: Path, rows: pa.Table, *, runs: Sequence[int]) -> Iterator[Path]:
    """The runs, the refused rows of the imports that stand, and loose files such as a policy."""
    for number in runs:
        yield from files_of_run(home / "runs", number)
    live = rows.filter(pc.is_null(rows["undone_at"]))["import_no"].to_pylist()
    for number in live:
        yield from sorted((home / "rejects").glob(f"{number:06d}-*.parquet"))
    for file in sorted(home.iterdir()):
        passing = file.name == "lock" or file.name.endswith(".aside")
        if file.is_file() and not passing and not _is_backup(file):
            yield file


def _is_backup(file: Path) -> bool:
    """Whether it is one of ours: with the older ones in it, each would be twice the last."""
    try:
        with zipfile.ZipFile(file) as archive:
            return LIST in archive.namelist()
    except BROKEN:
        return False


def _expected(home: Path, rows: pa.Table, runs: Sequence[int]) -> dict[str, str]:
    """What was written down of files before, by their path in the home."""
    known = {f"tables/{name}": found for name, found in recorded(rows).items()}
    for number in runs:
        listed = _manifest(home, number)["files"]
        known |= {f"runs/{number:06}/{name}": found for name, found in listed.items()}
    return known


def _add_all(
    archive: zipfile.ZipFile,
    files: Mapping[str, Path],
    *,
    expected: Mapping[str, str],
    progress: Progress,
) -> dict[str, tuple[int, str]]:
    sums: dict[str, tuple[int, str]] = {}
    for done, (name, file) in enumerate(files.items()):
        progress(name.split("/")[0], done, len(files))
        try:
            source = file.open("rb")
        except FileNotFoundError:
            if name.startswith("rejects/"):  # its import was undone a moment ago
                continue
            refuse([name_of(file)])
            raise
        with source, archive.open(_entry(name), "w", force_zip64=True) as entry:
            sums[name] = _copy(source, entry)
        if sums[name][1] != expected.get(name, sums[name][1]):
            refuse([name])
    return sums


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = OWNER_ONLY << 16
    packed = name.endswith(".parquet")
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    return entry


def _copy(source: IO[bytes], to: IO[bytes] | None) -> tuple[int, str]:
    """Copy to the end; the size and the sum of what was read."""
    size, digest = 0, hashlib.sha256()
    while chunk := source.read(CHUNK):
        size += len(chunk)
        digest.update(chunk)
        if to is not None:
            to.write(chunk)
    return size, digest.hexdigest()


def _copy_checked(archive: zipfile.ZipFile, name: str, made: Backup, to: Path | None) -> None:
    """Unpack one file, or only read it; StoreDamaged when it is not what was put there."""
    try:
        declared = archive.getinfo(name).file_size
        if declared != made.files[name][0]:  # before it is unpacked: it might be a bomb
            raise _broken(name)
        with archive.open(name) as source:
            if to is None:
                found = _copy(source, None)
            else:
                to.parent.mkdir(parents=True, exist_ok=True)
                with open(to, "xb", opener=_owner_only) as handle:
                    found = _copy(source, handle)
                    handle.flush()
                    os.fsync(handle.fileno())
    except BROKEN as error:
        raise _broken(name) from error
    if found != made.files[name]:
        raise _broken(name)


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, OWNER_ONLY)


def _opened(file: Path) -> zipfile.ZipFile:
    if not file.is_file():
        raise NotFound(
            Text("Deze back-up bestaat niet.", "There is no such backup."),
            Text("Wijs het bestand aan.", "Name the file."),
            where=str(file),
        )
    try:
        return zipfile.ZipFile(file)
    except BROKEN as error:
        raise StoreDamaged(
            Text(
                "Dit is geen back-up, of niet de hele.",
                "This is no backup, or not all of one: it is not whole.",
            ),
            Text("Neem een andere back-up.", "Take another backup."),
            where=str(file),
        ) from error


def _list(archive: zipfile.ZipFile) -> Backup:
    """What a backup says that it holds; StoreDamaged when that is not what lies in it."""
    try:
        told_of: dict[str, Any] = json.loads(archive.read(LIST))
        if told_of["format"] > FORMAT:
            raise _too_new()
        told_of["files"] = {
            str(name): (int(size), str(found)) for name, (size, found) in told_of["files"].items()
        }
        made = Backup(**told_of)
    except BROKEN as error:
        raise _broken(LIST) from error
    names = archive.namelist()
    if sorted(names) != sorted([*made.files, LIST]) or not all(map(_inside, made.files)):
        raise _broken(LIST)
    return made


def _inside(name: str) -> bool:
    """Whether a path stays inside the folder where it is unpacked."""
    parts = PurePosixPath(name).parts
    return (
        bool(parts)
        and not name.startswith("/")
        and ".." not in parts
        and not any(character in name for character in "\\\0:")
        and name == PurePosixPath(name).as_posix()
    )


def _refuse_occupied(home: Path) -> None:
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise UserError(
            Text("Op deze plaats staat al iets.", "Something stands in this place already."),
            Text(
                "Kies met --home een nieuwe map; wat er staat wordt nooit overschreven.",
                "Choose a new folder with --home; what stands there is never overwritten.",
            ),
            where=str(home),
        )


def _refuse_too_large(size: int, place: Path) -> None:
    free = shutil.disk_usage(place).free
    if size > free:
        raise DiskFailed(
            Text(
                f"Er is {size >> 20} MiB nodig en {free >> 20} MiB vrij.",
                f"This needs {size >> 20} MiB, and {free >> 20} MiB is free.",
            ),
            Text("Maak ruimte, of kies een andere schijf.", "Make room, or take another disk."),
            where=str(place),
        )


def _forget_aside(home: Path) -> None:
    """Remove what restores that were killed left beside this place."""
    for left in home.parent.glob(f".{home.name}.*.aside"):
        if dead(left.name.split(".")[-2]):
            shutil.rmtree(left, ignore_errors=True)


def _broken(name: str) -> StoreDamaged:
    return StoreDamaged(
        Text(
            f"Deze back-up is niet heel: {name} is niet wat erin is gelegd.",
            f"This backup is not whole: {name} is not what was put in it.",
        ),
        Text("Neem een andere back-up.", "Take another backup."),
    )


def _too_new() -> UserError:
    return UserError(
        Text(
            "Deze back-up is door een nieuwere versie van Kernklant gemaakt.",
            "A newer version of Kernklant made this backup.",
        ),
        Text("Werk Kernklant eerst bij.", "Update Kernklant first."),
    )
