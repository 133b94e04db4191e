"""Whatever fails while a command works, it did what it says or nothing, and says which."""

from __future__ import annotations

import os
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests.faults.commands import (
    BACKUP,
    COMMANDS,
    EVALUATE,
    IMPORT,
    RESTORE,
    UNDO,
    Command,
    copy,
    facts,
    leftovers,
    prepare,
    run,
)
from tests.faults.faults import (
    RENAMES,
    SYNCS,
    WRITES,
    Trial,
    another_clock,
    disk,
    full_disk,
    killed_after,
    killed_at,
    moments,
    no_larger_than,
    no_more_memory_than,
    nth_call,
    read_only,
)

KILLS, FAILING = 20, 30
ids = [command.name for command in COMMANDS]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faults") / "base"
    prepare(folder)
    return folder


@pytest.fixture
def trial(request: pytest.FixtureRequest, base: Path, tmp_path: Path) -> Trial:
    command: Command = request.param
    return Trial(command, base, tmp_path / "work")


@pytest.fixture(scope="module")
def disks(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Some containers let nobody mount a disk, and no setting of ours can change that.

    There the same promise rests on files that may not grow, and on ``make accept`` elsewhere;
    pytest lists what was left out, with this reason.
    """
    folder = tmp_path_factory.mktemp("may") / "mount"
    folder.mkdir()
    try:
        with disk(folder):
            pass
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(
            f"this machine lets nobody mount a disk, files of limited size stand in: {error}"
        )


@pytest.fixture(scope="module")
def traced() -> None:
    """Some containers let nobody trace a process; kills at moments stand in for kills at writes."""
    if subprocess.run(["strace", "-o", os.devnull, "true"], check=False).returncode:
        pytest.skip("this machine lets nobody trace a process, kills at moments stand in")


def each(*commands: Command) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "trial", commands, indirect=True, ids=[command.name for command in commands]
    )


@each(IMPORT, UNDO, EVALUATE, BACKUP, RESTORE)
def test_kills_leave_all_or_nothing(trial: Trial, base: Path, tmp_path: Path) -> None:
    timed = copy(base, tmp_path / "timed")
    for moment in moments(trial.command, timed, KILLS // 4, seed=1):
        trial.fault(f"kill after {moment:.2f} s", killed_after(moment))
    assert trial.proof.wrong == []


@pytest.mark.usefixtures("disks")
@each(*COMMANDS)
def test_a_full_disk_changes_nothing(trial: Trial) -> None:
    """The n-th page does not fit; the space comes back, and the same command does it."""
    chance = random.Random(1)
    for pages in (0, *sorted(chance.sample(range(1, 60), FAILING // len(COMMANDS) - 1))):
        trial.fault(f"{pages} free pages", full_disk(pages))
    assert trial.proof.wrong == []
    assert "refused, before" in trial.proof.ended


@pytest.mark.usefixtures("traced")
@each(*COMMANDS)
def test_a_sync_or_rename_that_fails_changes_nothing(trial: Trial) -> None:
    for calls in (SYNCS, RENAMES):
        for n in (1, 2):
            trial.fault(f"{calls} {n}", nth_call(calls, "EIO", n))
    assert trial.proof.wrong == []


@pytest.mark.usefixtures("traced")
@each(IMPORT, UNDO, EVALUATE)
def test_a_kill_at_a_write_leaves_all_or_nothing(trial: Trial) -> None:
    for n in (3, 9, 20):
        trial.fault(f"kill at write {n}", killed_at(WRITES, n))
    assert trial.proof.wrong == []


@pytest.mark.usefixtures("disks")
@each(*COMMANDS)
def test_a_disk_without_rights_changes_nothing_and_says_so(trial: Trial) -> None:
    trial.fault("read only", read_only)
    assert trial.proof.wrong == []
    assert trial.proof.ended == {"refused, before": 1}


@each(IMPORT, EVALUATE)
def test_a_file_that_may_not_grow_changes_nothing(trial: Trial) -> None:
    for size in (0, 3_000):
        trial.fault(f"files of {size} bytes", no_larger_than(size))
    assert trial.proof.wrong == []


@each(IMPORT, EVALUATE)
def test_too_little_memory_changes_nothing(trial: Trial) -> None:
    for megabytes in (150, 300):
        memory = no_more_memory_than(megabytes * 10**6)
        trial.fault(f"{megabytes} MB", memory, in_words=False)
    assert trial.proof.wrong == []
    assert "done, after" not in trial.proof.ended


@each(*COMMANDS)
def test_another_clock_changes_nothing_else(trial: Trial) -> None:
    for shift in ("-2h", "+1y"):
        trial.fault(shift, another_clock(shift))
    assert trial.proof.wrong == []
    assert trial.proof.ended == {"done, after": 2}


def test_of_two_that_write_at_once_one_waits_its_turn(base: Path, tmp_path: Path) -> None:
    alone = copy(base, tmp_path / "alone")
    assert run(IMPORT, alone).code == 0
    for _ in range(3):
        folder = copy(base, tmp_path / "both")
        with ThreadPoolExecutor(2) as pool:
            codes = [done.code for done in pool.map(partial(run, IMPORT), [folder] * 2)]
        assert sorted(codes) in ([0, 0], [0, 6])
        assert facts(folder) == facts(alone)
        assert leftovers(folder) == []
