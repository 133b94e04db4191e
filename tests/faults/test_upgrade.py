"""An upgrade that is killed half-way is finished by starting again."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
MIGRATE = (
    "import kernklant.web.project.ready; from django.core.management import call_command; "
    "print('now', flush=True); call_command('migrate', verbosity=0, interactive=False)"
)
KILLS = 12


def migrate(home: Path, *how: str) -> subprocess.Popen[str]:
    """In ``home``, by :data:`MIGRATE` or in another way."""
    (home / "web").mkdir(parents=True, exist_ok=True)
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    env |= {"KERNKLANT_HOME": str(home)}
    return subprocess.Popen(
        [sys.executable, *(how or ("-c", MIGRATE))], env=env, stdout=subprocess.PIPE, text=True
    )


def schema(home: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(home / "web" / "kernklant.sqlite3")) as line:
        assert line.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        made = line.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
        done = line.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return made.fetchall() + done.fetchall()


def test_a_killed_upgrade_is_finished_by_the_next_start(tmp_path: Path) -> None:
    start = time.monotonic()
    whole = migrate(tmp_path / "whole")
    assert whole.wait() == 0
    wanted, draw = schema(tmp_path / "whole"), random.Random(20261129)
    longest, killed = time.monotonic() - start, 0
    home = tmp_path / "killed"
    for _ in range(KILLS):
        child = migrate(home)
        assert child.stdout is not None
        assert child.stdout.readline() == "now\n"  # the program has begun, not only Python
        time.sleep(draw.random() * longest / 3)
        child.send_signal(signal.SIGKILL)
        killed += child.wait() == -signal.SIGKILL
    assert killed, "every upgrade ended before it was killed"
    assert migrate(home).wait() == 0
    assert schema(home) == wanted


def test_a_step_and_its_note_are_one(tmp_path: Path) -> None:
    """Killed between a step and the note of it, at every step."""
    assert migrate(tmp_path / "whole").wait() == 0
    wanted = schema(tmp_path / "whole")
    steps = sum(len(row) == 2 for row in wanted)
    every = migrate(tmp_path / "killed", "-m", "tests.faults.killed_upgrades")
    told, _ = every.communicate()
    assert every.returncode == 0
    assert int(told) == steps - 1
    assert schema(tmp_path / "killed") == wanted
