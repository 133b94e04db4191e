"""Home and database in one backup, taken while people work, and back again."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlparse

import pytest

ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
pytestmark = pytest.mark.slow
MADE = """
import kernklant.web.project.ready
from django.core.management import call_command
from kernklant.web.base.models import Member, Role
from django.contrib.sessions.backends.db import SessionStore
call_command("migrate", verbosity=0, interactive=False)
Member.objects.create_user("dirk@voorbeeld.invalid", name="Dirk", role=Role.DIRECTOR)
session = SessionStore(); session["who"] = 1; session.create()
"""
ASKED = """
import kernklant.web.project.ready
from kernklant.web.base.models import Member, LogEntry
from django.contrib.sessions.models import Session
print(Member.objects.get().name, Session.objects.count(), LogEntry.objects.all().first_broken())
"""


def run(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "KERNKLANT_HOME": str(home), "KERNKLANT_LANG": "en", **more}
    return subprocess.run(words, env=env, capture_output=True, text=True, check=False)


def python(home: Path, code: str, **more: str) -> str:
    (home / "web").mkdir(parents=True, exist_ok=True)
    done = run(home, sys.executable, "-c", code, **more)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def kernklant(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return run(home, sys.executable, "-m", "kernklant", *words, **more)


@contextmanager
def writing(database: Path) -> Iterator[None]:
    """Somebody who writes all the time."""
    stop = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as line:
            line.execute("CREATE TABLE busy (n INTEGER PRIMARY KEY, twice INTEGER)")
            at = 0
            while not stop.is_set():
                at += 1
                line.execute("BEGIN IMMEDIATE")
                line.execute("INSERT INTO busy VALUES (?, 0)", [at])
                line.execute("UPDATE busy SET twice = 2 * n WHERE n = ?", [at])
                line.execute("COMMIT")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        stop.set()
        writer.join()


@pytest.fixture
def home(demo_home: Path, tmp_path: Path) -> Path:
    import shutil

    shutil.copytree(demo_home, tmp_path / "home")
    return tmp_path / "home"


@pytest.mark.skipif(ON_POSTGRES, reason="of SQLite; the run without DATABASE_URL has it")
def test_home_and_database_come_back_as_they_were_while_somebody_wrote(
    home: Path, tmp_path: Path
) -> None:
    python(home, MADE)
    file, again = tmp_path / "backup.zip", tmp_path / "again"
    with writing(home / "web" / "kernklant.sqlite3"):
        for _ in range(3):
            made = kernklant(home, "backup", str(file))
            assert made.returncode == 0, made.stderr
    assert kernklant(again, "restore", str(file), "--check").returncode == 0
    assert not again.exists()
    back = kernklant(again, "restore", str(file))
    assert back.returncode == 0, back.stderr
    assert python(again, ASKED) == "Dirk 0 None"
    with closing(sqlite3.connect(again / "web" / "kernklant.sqlite3")) as line:
        assert line.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert line.execute("SELECT count(*) FROM busy WHERE twice <> 2 * n").fetchone() == (0,)
    assert (again / "web" / "kernklant.sqlite3").stat().st_mode & 0o077 == 0
    assert (again / "web" / "secret-key").read_text() == (home / "web" / "secret-key").read_text()
    assert [one.name for one in tmp_path.glob(".kernklant-*")] == []
    replay = kernklant(again, "replay", "2")
    assert replay.returncode == 0, replay.stderr


@pytest.mark.skipif(ON_POSTGRES, reason="of SQLite; the run without DATABASE_URL has it")
def test_a_backup_of_sqlite_is_not_put_beside_postgresql(home: Path, tmp_path: Path) -> None:
    python(home, MADE)
    file, again = tmp_path / "backup.zip", tmp_path / "again"
    assert kernklant(home, "backup", str(file)).returncode == 0
    refused = kernklant(again, "restore", str(file), DATABASE_URL="postgres://a:b@127.0.0.1:1/c")
    assert refused.returncode == 2
    assert "DATABASE_URL" in refused.stderr
    assert not again.exists()


@pytest.mark.skipif(not ON_POSTGRES, reason="of PostgreSQL: python -m tests.postgres runs it")
def test_home_and_postgresql_come_back_into_an_empty_database(home: Path, tmp_path: Path) -> None:
    address = os.environ["DATABASE_URL"]
    first, second = f"{address}_first", f"{address}_second"
    for made in (first, second):
        name = urlparse(made).path[1:]
        for asked in (f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}"):
            subprocess.run(["psql", address, "-c", asked], check=True, capture_output=True)
    python(home, MADE, DATABASE_URL=first)
    file, again = tmp_path / "backup.zip", tmp_path / "again"
    made = kernklant(home, "backup", str(file), DATABASE_URL=first)
    assert made.returncode == 0, made.stderr
    for refused in ({"DATABASE_URL": first}, {"DATABASE_URL": ""}):
        done = kernklant(again, "restore", str(file), **refused)
        assert done.returncode == 2, done.stderr
        assert not again.exists()
    back = kernklant(again, "restore", str(file), DATABASE_URL=second)
    assert back.returncode == 0, back.stderr
    assert python(again, ASKED, DATABASE_URL=second) == "Dirk 0 None"
    assert not (again / "web" / "database.pgdump").exists()
