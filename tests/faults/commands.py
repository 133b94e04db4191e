"""Commands on a home under faults: what they are, and what a home may look like afterwards.

A command either did what it says or nothing: whatever fails, the home is as before or as after,
and the same command once more brings it to where it should be.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kernklant.engine.ledger.facts import open_home, schemas
from kernklant.engine.ledger.imports import ImportRequest, import_file
from kernklant.engine.store import (
    Finding,
    Store,
    back_up,
    check_backup,
    delta,
    examine,
    journal,
    list_runs,
    read,
)
from tests.environments import ROOT

TOLD = "from kernklant.cli import main; main()"
AS_OF = "2025-01-31"
State = str


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended; a signal is a negative code."""

    code: int
    said: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command by name, as it is typed after ``kernklant`` in the folder of the home."""

    name: str
    words: tuple[str, ...]


IMPORT = Command("import", ("import", "more.csv", "--home", "home", "--numbers", "en"))
UNDO = Command("undo", ("undo", "1", "--home", "home"))
EVALUATE = Command("evaluate", ("evaluate", "--home", "home", "--as-of", AS_OF))
EXPORT = Command("export", ("export", "customers", "--home", "home", "--out", "out.csv"))
BACKUP = Command("backup", ("backup", "b.zip", "--home", "home"))
RESTORE = Command("restore", ("restore", "b.zip", "--home", "again"))
COMMANDS = (IMPORT, UNDO, EVALUATE, EXPORT, BACKUP, RESTORE)
# What says so when it is asked to do once more what it has done.
ONCE = {"undo": 8, "restore": 2}


def prepare(folder: Path, *, lines: int = 400) -> None:
    """A folder with a home of two imports and a run, and a file of so many lines to import.

    Beside it lie a backup of the first import and an exported file.
    """
    folder.mkdir()
    for name, first, count in (("a.csv", 0, 400), ("b.csv", 300, 400), ("more.csv", 600, lines)):
        rows = "".join(_line(first + n) for n in range(count))
        text = "customer;date;invoice;line;amount;city\n" + rows
        (folder / name).write_text(text, encoding="utf-8")
    store = open_home(folder / "home", create=True)
    for name in ("a.csv", "b.csv"):
        import_file(store, ImportRequest(folder / name, numbers="en"))
        if name == "a.csv":
            back_up(folder / "home", list(store.schemas), folder / "b.zip")
    (folder / "out.csv").write_text("as it was\n", encoding="utf-8")
    done = run(EVALUATE, folder)
    assert done.code == 0, done.said


def _line(n: int) -> str:
    day = f"{2023 + n % 2}-{1 + n % 12:02}-{1 + n % 28:02}"
    return f"k{n % 60};{day};F{n};1;{(n * 37) % 900 + 10}.{n % 100:02};Plaats {n % 60}\n"


def run(command: Command, folder: Path, *, before: Sequence[str] = (), patience: int = 120) -> Done:
    """Run a command in a folder, under another program if asked."""
    try:
        done = subprocess.run(
            [*before, sys.executable, "-c", TOLD, *command.words],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=patience,
        )
    except subprocess.TimeoutExpired:
        return Done(-9, f"killed: not done in {patience} seconds")
    return Done(done.returncode, done.stderr[-4000:])


def environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "KERNKLANT_LANG": "en", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}


def copy(base: Path, to: Path) -> Path:
    """A folder of one's own to break."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(base, to, symlinks=True)
    return to


def state(folder: Path) -> State:
    """Everything that a reader of the home can see, and the exported file, as one digest."""
    store = Store.open(folder / "home", schemas=schemas())
    backup = check_backup(folder / "b.zip")
    seen = {
        "tables": facts(folder),
        "imports": [
            (row["import_no"], row["datasets"], row["undone_at"] is None)
            for row in store.imports().to_pylist()
        ],
        "runs": {number: _run(store, number) for number in list_runs(store)},
        "out": (folder / "out.csv").read_text(encoding="utf-8"),
        "backup": [backup.imports, backup.runs, backup.versions],
        "restored": [finding.severity for finding in look(folder / "again")],
    }
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def look(home: Path) -> list[Finding]:
    """What is wrong or right with a home; nothing of one that is not there."""
    return examine(home, schemas()) if home.exists() else []


def facts(folder: Path) -> dict[str, list[str]]:
    """The rows of every table of each home, sorted."""
    homes = [folder / name for name in ("home", "again") if (folder / name).exists()]
    return {
        f"{home.name}/{name}": _rows(Store.open(home, schemas=schemas()), name)
        for home in homes
        for name in schemas()
    }


def _rows(store: Store, name: str) -> list[str]:
    return sorted(map(repr, store.snapshot().table(name).to_pylist()))


def _run(store: Store, number: int) -> dict[str, str]:
    """The files of a run, each read and checked; the day it was published may differ."""
    found = read(store, number)
    return {name: hashlib.sha256(found.bytes(name)).hexdigest() for name in found.files}


def leftovers(folder: Path) -> list[str]:
    """What a killed or failed command left that nothing will ever name."""
    home = folder / "home"
    store = Store.open(home, schemas=schemas())
    head = journal.head(journal.read(home))
    found = [str(path) for path in (home / "staging").glob("*")]
    found += [str(path) for path in (home / "runs").glob(".aside-*")]
    found += [str(path) for path in folder.glob("**/.*.aside")]
    live = {row["import_no"] for row in store.imports().to_pylist()}
    found += [str(path) for path in (home / "rejects").glob("*") if int(path.name[:6]) not in live]
    for name in [*store.schemas, "claims", "numbers"]:
        place = journal.folder(home, name)
        found += [str(file) for file in delta.unnamed(place, head.get(name, 0))]
    return found
