"""Kills at any moment, and every page, sync and rename of a disk that fails in its turn."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from tests.accept.evidence import Evidence
from tests.faults.commands import (
    BACKUP,
    COMMANDS,
    EVALUATE,
    IMPORT,
    RESTORE,
    UNDO,
    Command,
    copy,
    prepare,
)
from tests.faults.faults import (
    RENAMES,
    SYNCS,
    WRITES,
    Hurt,
    Proof,
    Trial,
    full_disk,
    killed_after,
    killed_at,
    moments,
    no_larger_than,
    no_more_memory_than,
    nth_call,
    read_only,
)

WORKERS = 2
KILLED = (IMPORT, UNDO, EVALUATE, BACKUP, RESTORE)
SEED = 4
LINES = 6_000  # of the file that comes in, so that it fills hundreds of pages


@dataclass(frozen=True, slots=True)
class Job:
    """Faults on one command, all of one kind; each worker takes every second one."""

    command: Command
    kind: str
    numbers: tuple[float, ...]
    in_words: bool = True


KINDS: dict[str, object] = {
    "kill after": killed_after,
    "kill at write": lambda n: killed_at(WRITES, int(n)),
    "free pages": lambda n: full_disk(int(n)),
    "sync": lambda n: nth_call(SYNCS, "EIO", int(n)),
    "rename": lambda n: nth_call(RENAMES, "EIO", int(n)),
    "largest file": lambda n: no_larger_than(int(n)),
    "memory": lambda n: no_more_memory_than(int(n)),
    "read only": lambda _: read_only,
}


def kills(number: int = 1000) -> list[Evidence]:
    """Kill -9 at moments spread over everything that writes."""
    with tempfile.TemporaryDirectory() as name:
        base = _base(Path(name))
        jobs = []
        for command in KILLED:
            timed = copy(base, Path(name) / "timed")
            at = moments(command, timed, number // len(KILLED), seed=SEED)
            jobs.append(Job(command, "kill after", tuple(at)))
        return [_evidence("kills at any moment", "0 mixed, lost or left", base, jobs)]


def disks(number: int = 500) -> list[Evidence]:
    """Every page, sync and rename that fails in its turn, and kills at every write."""
    everything = tuple(float(n) for n in range(1, number + 1))
    few = tuple(float(n) for n in range(1, 26))
    sizes = tuple(float(n) for n in range(0, 200_000, 5_000))
    memory = tuple(n * 1e6 for n in (100, 150, 200, 300, 400, 600, 1000))
    with tempfile.TemporaryDirectory() as name:
        base = _base(Path(name))
        return [
            _evidence(
                "disks with n free pages",
                "0 mixed or untold",
                base,
                [
                    Job(IMPORT, "free pages", everything),
                    *(Job(command, "free pages", few) for command in COMMANDS[1:]),
                    *(Job(command, "read only", (0,)) for command in COMMANDS),
                    *(Job(command, "largest file", sizes) for command in (IMPORT, EVALUATE)),
                ],
            ),
            _evidence(
                "the n-th sync or rename fails",
                "0 mixed or untold",
                base,
                [Job(command, kind, few) for command in COMMANDS for kind in ("sync", "rename")],
            ),
            _evidence(
                "kills at the n-th write",
                "0 mixed, lost or left",
                base,
                [Job(command, "kill at write", few) for command in COMMANDS],
            ),
            _evidence(
                "little memory",
                "0 mixed, lost or left",
                base,
                [Job(command, "memory", memory, in_words=False) for command in COMMANDS],
            ),
        ]


def _base(folder: Path) -> Path:
    prepare(folder / "base", lines=LINES)
    return folder / "base"


def _evidence(what: str, target: str, base: Path, jobs: Sequence[Job]) -> Evidence:
    start = time.monotonic()
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        parts = [pool.submit(_work, worker, base, jobs) for worker in range(WORKERS)]
        proofs = [proof for part in parts for proof in part.result()]
    wrong = [why for proof in proofs for why in proof.wrong]
    ended: Counter[str] = Counter()
    for proof in proofs:
        ended.update(proof.ended)
    for why in wrong:
        print(f"  {what}: {why}", flush=True)
    told = ", ".join(f"{count} {how}" for how, count in ended.most_common())
    return Evidence(
        what=f"{what} ({', '.join(sorted({job.command.name for job in jobs}))})",
        cases=sum(proof.faults for proof in proofs),
        target=target,
        figure=f"{len(wrong)} wrong: {told}",
        ok=not wrong,
        seed=SEED,
        seconds=time.monotonic() - start,
    )


def _work(worker: int, base: Path, jobs: Sequence[Job]) -> list[Proof]:
    """Every second fault of every job, on copies of one's own."""
    proofs = []
    with tempfile.TemporaryDirectory() as name:
        for job in jobs:
            trial = Trial(job.command, base, Path(name) / "work")
            for number in job.numbers[worker::WORKERS]:
                hurt: Hurt = KINDS[job.kind](number)  # type: ignore[operator]
                trial.fault(
                    f"{job.command.name}, {job.kind} {number:g}", hurt, in_words=job.in_words
                )
            proofs.append(trial.proof)
    return proofs
