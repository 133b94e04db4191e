"""What the store of a home looks like from outside: whole or damaged, and what lies about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
from deltalake.exceptions import DeltaError

from kernklant.engine.disk import dead
from kernklant.engine.errors import NotFound, StoreDamaged, Text
from kernklant.engine.store import delta, journal
from kernklant.engine.store.lock import holder
from kernklant.engine.store.runs import Run, cited, environment, manifest_of, numbers_of
from kernklant.engine.store.sums import damaged, name_of, recorded
from kernklant.engine.store.writer import OWN

Severity = Literal["ok", "note", "error"]
BACKUP = Text(
    "zet een back-up terug in een nieuwe map: kernklant restore BESTAND --home MAP",
    "restore a backup into a new folder: kernklant restore FILE --home FOLDER",
)
WAIT = Text("laat het uitlopen", "let it finish")
NEXT_IMPORT = Text("de volgende import ruimt het op", "the next import removes it")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at: what it is, how bad, and what to do about it."""

    severity: Severity
    what: Text
    remedy: Text | None = None


def examine(home: Path, schemas: Mapping[str, pa.Schema]) -> list[Finding]:
    """Read every file of a home once; the findings in the order they were made.

    Nothing is changed, and nothing waits for a writer.
    """
    try:
        rows = journal.read(home)
        head = journal.head(rows)
    except (DeltaError, OSError, ValueError, KeyError) as error:
        said = Text(f"het journaal is onleesbaar: {error}", f"the journal is unreadable: {error}")
        return [_error(said)]
    busy = holder(home / "lock")
    facts = [*_facts(home, [*schemas, *OWN], head, recorded(rows))]
    damage = any(finding.severity == "error" for finding in facts)
    return [
        *([Finding("note", busy.what, WAIT)] if busy else []),
        *facts,
        *_runs(home, list(schemas)),
        *([] if busy or damage else _leftovers(home, head)),
    ]


def _facts(
    home: Path, tables: Sequence[str], head: Mapping[str, int], known: Mapping[str, str]
) -> Iterator[Finding]:
    """Whether the tables are there, in the versions and with the content that were confirmed."""
    files: list[Path] = []
    rest_on = [*_cited(home)]
    for table in tables:
        if table not in head:
            continue
        earlier = {versions.get(table, head[table]) for versions in rest_on}
        try:
            files += delta.needed(journal.folder(home, table), head[table], earlier)
        except (delta.Missing, DeltaError, OSError) as error:
            said = f"{table}: {error}"
            yield _error(Text(f"onleesbare tabel {said}", f"unreadable table {said}"))
    wrong = damaged(files, known)
    for name in wrong:
        yield _error(
            Text(f"beschadigd of weg: tables/{name}", f"damaged or gone: tables/{name}"),
        )
    without = [file for file in files if name_of(file) not in known]
    if without:
        yield Finding(
            "note",
            Text(
                f"{len(without)} gegevensbestanden zonder controlegetal (van een oudere versie)",
                f"{len(without)} data files without a checksum (from an older version)",
            ),
            Text(
                "schade eraan blijft ongezien; lees ze zo mogelijk opnieuw in",
                "damage to them stays unseen; import them again if you can",
            ),
        )
    if not wrong and files:
        size = sum(file.stat().st_size for file in files if file.is_file())
        yield Finding(
            "ok",
            Text(
                f"{len(files) - len(without)} gegevensbestanden nagelezen, {size >> 20} MiB, heel",
                f"{len(files) - len(without)} data files checked, {size >> 20} MiB, whole",
            ),
        )


def _cited(home: Path) -> Iterator[dict[str, int]]:
    """The versions that the runs rest on; an unreadable run is told elsewhere."""
    for number in numbers_of(home / "runs"):
        try:
            yield cited(home / "runs", number)
        except (StoreDamaged, NotFound, OSError):
            continue


def _runs(home: Path, tables: Sequence[str]) -> Iterator[Finding]:
    """Whether every run is what was published, and can still be replayed."""
    whole: list[Run] = []
    for number in numbers_of(home / "runs"):
        try:
            whole.append(_checked(home, number))
        except (StoreDamaged, NotFound) as error:
            yield _damaged_run(number, error.what)
        except (OSError, ValueError, KeyError) as error:
            yield _damaged_run(number, Text(str(error), str(error)))
    yield Finding(
        "ok",
        Text(f"{len(whole)} evaluaties nagelezen, heel", f"{len(whole)} runs checked, whole"),
    )
    if lost := [run.number for run in whole if not _replayable(home, tables, run)]:
        yield Finding(
            "note",
            Text(
                f"evaluaties waarvan de gegevens niet meer zijn bewaard: {_listed(lost)}",
                f"runs whose facts are no longer kept: {_listed(lost)}",
            ),
            Text("ze zijn te lezen, niet na te rekenen", "they can be read, not replayed"),
        )
    here = environment()
    if other := [run.number for run in whole if run.manifest["environment"] != here]:
        yield Finding(
            "note",
            Text(
                f"evaluaties van een andere omgeving dan deze: {_listed(other)}",
                f"runs made with other versions than these: {_listed(other)}",
            ),
            Text(
                "narekenen geeft dezelfde segmenten; cijfers kunnen 1e-9 verschillen",
                "a replay gives the same segments; figures may differ by 1e-9",
            ),
        )


def _checked(home: Path, number: int) -> Run:
    """A run of which every file was read; StoreDamaged and others when it is not whole."""
    room = home / "runs"
    run = Run(number, room / f"{number:06}", manifest_of(room, number))
    for name in run.files:
        run.bytes(name)
    return run


def _replayable(home: Path, tables: Sequence[str], run: Run) -> bool:
    return all(_kept(home, table, run.versions.get(table, 0)) for table in tables)


def _damaged_run(number: int, said: Text) -> Finding:
    return Finding(
        "error",
        Text(f"evaluatie {number}: {said.nl}", f"run {number}: {said.en}"),
        Text(
            f"zet de map runs/{number:06} terug uit een back-up",
            f"put the folder runs/{number:06} back from a backup",
        ),
    )


def _kept(home: Path, table: str, version: int) -> bool:
    if version == 0:
        return True
    try:
        return all(file.is_file() for file in delta.files(journal.folder(home, table), version))
    except delta.Missing:
        return False


def _leftovers(home: Path, head: Mapping[str, int]) -> Iterator[Finding]:
    """What commands that were broken off left behind; it is in no figure."""
    staged = list((home / "staging").glob("*"))
    spilled = [
        spill for spill in (home / "spill").glob("*-*") if dead(spill.name.partition("-")[0])
    ]
    unnamed = [
        file
        for table, version in head.items()
        for file in delta.unnamed(journal.folder(home, table), version)
    ]
    if staged or spilled or unnamed or (home / "staging").exists():
        count = len(staged) + len(spilled) + len(unnamed)
        yield Finding(
            "note",
            Text(
                f"resten van een afgebroken import ({count} bestanden); ze tellen nergens mee",
                f"remains of a broken-off import ({count} files); they are in no figure",
            ),
            NEXT_IMPORT,
        )
    aside = list((home / "runs").glob(".aside-*"))
    if aside:
        yield Finding(
            "note",
            Text("resten van een afgebroken evaluatie", "remains of a broken-off run"),
            Text("de volgende evaluatie ruimt het op", "the next run removes them"),
        )


def _error(what: Text) -> Finding:
    return Finding("error", what, BACKUP)


def _listed(numbers: Sequence[int]) -> str:
    most = 10
    more = "" if len(numbers) <= most else f" … ({len(numbers)})"
    return ", ".join(map(str, numbers[:most])) + more
