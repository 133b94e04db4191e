"""Ways to fail: the n-th write, a file that may not grow, a kill, too little memory."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.commands import (
    ONCE,
    TOLD,
    Command,
    Done,
    copy,
    environment,
    facts,
    leftovers,
    run,
    state,
)

WRITES = "write,pwrite64,writev,pwritev"
SYNCS = "fsync,fdatasync"
RENAMES = "rename,renameat,renameat2,link,linkat"


Hurt = Callable[[Command, Path], Done]


@dataclass
class Proof:
    """What was seen over many faults."""

    command: str
    faults: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Trial:
    """One command on copies of one home; what it leaves is laid beside before and after."""

    def __init__(self, command: Command, base: Path, work: Path) -> None:
        self.command = command
        self._base = base
        self._work = work
        self.proof = Proof(command.name)
        self.before = state(base)
        whole = copy(base, work)
        done = run(command, whole)
        assert done.code == 0, done.said
        self.after, self.facts = state(whole), facts(whole)
        assert self.before != self.after

    def fault(self, name: str, hurt: Hurt, *, in_words: bool = True) -> None:
        """Run the command while something fails, and judge what it left.

        ``in_words``: a failure has to be told as a sentence of ours.
        """
        folder = copy(self._base, self._work)
        done = hurt(self.command, folder)
        found = state(folder)
        self.proof.faults += 1
        self.proof.ended[self._end(done, found)] += 1
        self.proof.wrong += [f"{name}: {why}" for why in self._wrong(done, found, folder)]
        if in_words:
            self.proof.wrong += [f"{name}: {why}" for why in _untold(done)]

    def _end(self, done: Done, found: str) -> str:
        where = "after" if found == self.after else "before" if found == self.before else "MIXED"
        how = "done" if done.code == 0 else "killed" if done.code < 0 else "refused"
        return f"{how}, {where}"

    def _wrong(self, done: Done, found: str, folder: Path) -> Iterable[str]:
        if found not in (self.before, self.after):
            yield "a mixed state"
        if done.code == 0 and found != self.after:
            yield "said to be done, but was not"
        again = run(self.command, folder)
        once = {ONCE.get(self.command.name, 0)} if found == self.after else set()
        if again.code not in {0} | once:
            yield f"afterwards it does not work: {again.said[-300:]}"
        if facts(folder) != self.facts:
            yield "once more does not lead to where it should"
        left = leftovers(folder)
        if left:
            yield f"left behind: {left[:3]}"


def _untold(done: Done) -> Iterable[str]:
    if "Traceback" in done.said or (done.code > 0 and not done.said.strip()):
        yield f"not told in words: {done.said[-600:]}"


def full_disk(pages: int) -> Hurt:
    """A disk with so many free pages of 4 KiB: the write that needs one more, fails."""

    def hurt(command: Command, folder: Path) -> Done:
        with disk(folder) as place:
            used = int(subprocess.check_output(["du", "-sk", place]).split()[0])
            remount(place, f"size={used + 4 * pages}k")
            return run(command, place)

    return hurt


def read_only(command: Command, folder: Path) -> Done:
    """A disk that may not be written."""
    with disk(folder) as place:
        remount(place, "ro")
        return run(command, place)


@contextmanager
def disk(folder: Path) -> Iterator[Path]:
    """A disk of its own, in memory, with what is in the folder; that is there again at the end."""
    place = folder.with_name("disk")
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", place], check=True)
    try:
        shutil.copytree(folder, place, dirs_exist_ok=True)
        yield place
        remount(place, "rw,size=1g")
        shutil.rmtree(folder)
        shutil.copytree(place, folder)
    finally:
        subprocess.run(["umount", place], check=True)


def remount(place: Path, options: str) -> None:
    """Change a mounted disk."""
    subprocess.run(["mount", "-o", f"remount,{options}", place], check=True)


def nth_call(calls: str, error: str, n: int, *, path: str | None = None) -> Hurt:
    """The n-th of these system calls fails; strace counts them per thread.

    Not ``write``: a write to a queue between threads cannot fail in earnest, and would hang.
    """
    inject = f"inject={calls}:error={error}:when={n}"
    return lambda command, folder: run(
        command, folder, before=strace(calls, inject, folder / path if path else None)
    )


def killed_at(calls: str, n: int) -> Hurt:
    """The process is killed at the n-th of these system calls."""
    inject = f"inject={calls}:signal=SIGKILL:when={n}"
    return lambda command, folder: run(command, folder, before=strace(calls, inject, None))


def strace(calls: str, inject: str, path: Path | None) -> Sequence[str]:
    """The command line of strace that injects this, in one file or folder if named."""
    where = ["-P", str(path)] if path else []
    return ["strace", "-f", "-qq", "-o", os.devnull, *where, "-e", f"trace={calls}", "-e", inject]


def another_clock(shift: str) -> Hurt:
    """The clock stands elsewhere: ``-2h``, ``+10y``."""
    return lambda command, folder: run(command, folder, before=["faketime", "-f", shift])


def no_larger_than(size: int) -> Hurt:
    """No file may grow beyond so many bytes: the write that would, fails."""
    return lambda command, folder: run(command, folder, before=["prlimit", f"--fsize={size}"])


def no_more_memory_than(size: int) -> Hurt:
    """So many bytes of data. Libraries may then crash, or wait for ever and are killed."""
    return lambda command, folder: run(
        command, folder, before=["prlimit", f"--data={size}"], patience=20
    )


def killed_after(seconds: float) -> Hurt:
    """Kill -9 after so long, if it still runs."""

    def hurt(command: Command, folder: Path) -> Done:
        process = subprocess.Popen(
            [sys.executable, "-c", TOLD, *command.words],
            cwd=folder,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        time.sleep(seconds)
        process.kill()
        said = process.communicate()[1]
        return Done(process.returncode, said)

    return hurt


def moments(command: Command, folder: Path, kills: int, *, seed: int) -> list[float]:
    """Moments to kill at, spread over the time that the command takes once it is loaded.

    And beyond it: among others that work, it takes longer than alone.
    """
    start = time.monotonic()
    run(command, folder)
    whole = time.monotonic() - start
    chance = random.Random(seed)
    return [chance.uniform(0.3 * whole, 1.6 * whole) for _ in range(kills)]
