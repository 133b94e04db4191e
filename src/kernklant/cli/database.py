"""The database beside a home in a backup of both: made while people type on, and put back.

The database is taken first. What is published after that has a run in the home that the
database finds by itself; the reverse would leave it citing a run that is not there.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import unquote, urlparse

from kernklant.engine.errors import NotFound, Text, UserError

SQLITE, DUMP, KEY = "web/kernklant.sqlite3", "web/database.pgdump", "web/secret-key"
SESSIONS = "django_session"  # who was signed in then is not signed in again


@contextmanager
def kept(home: Path, beside: Path) -> Iterator[dict[str, Path]]:
    """Files of the database as it is now, by their path in the home; gone at the end.

    ``beside``: a folder on the disk that the backup goes to, for there is room.
    """
    address = os.environ.get("DATABASE_URL")
    if not beside.is_dir():  # the backup itself says so in better words
        yield {}
        return
    with tempfile.TemporaryDirectory(dir=beside, prefix=".kernklant-") as folder:
        found = {KEY: home / KEY} if (home / KEY).is_file() else {}
        if address:
            found[DUMP] = Path(folder) / "database.pgdump"
            _dumped(address, found[DUMP])
        elif (home / SQLITE).is_file():
            found[SQLITE] = Path(folder) / "kernklant.sqlite3"
            _copied(home / SQLITE, found[SQLITE])
        yield found


def refuse_another_kind(files: set[str]) -> None:
    """Before anything is written: a backup goes back to the kind of database it came from."""
    address = os.environ.get("DATABASE_URL")
    if DUMP in files and not address:
        raise UserError(
            Text("Deze back-up hoort bij PostgreSQL.", "This backup belongs to PostgreSQL."),
            Text(
                "Zet DATABASE_URL op een lege database en probeer het opnieuw.",
                "Set DATABASE_URL to an empty database and try again.",
            ),
        )
    if SQLITE in files and address:
        raise UserError(
            Text("Deze back-up heeft een database van SQLite.", "This backup holds SQLite."),
            Text("Haal DATABASE_URL weg.", "Take DATABASE_URL away."),
        )
    if DUMP in files and address and _tables(address):
        raise UserError(
            Text("De database is niet leeg.", "The database is not empty."),
            Text(
                "Maak een lege database; wat er staat wordt nooit overschreven.",
                "Make an empty database; what stands there is never overwritten.",
            ),
        )


def put_back(home: Path) -> None:
    """The dump of a home that was restored into the database; the home goes when that fails."""
    dump, address = home / DUMP, os.environ.get("DATABASE_URL")
    if not dump.is_file() or not address:
        return
    try:
        _run("pg_restore", address, "--single-transaction", "--exit-on-error", "--no-owner",
             "--no-acl", str(dump))  # fmt: skip
    except UserError:
        shutil.rmtree(home)
        raise
    dump.unlink()


def _copied(database: Path, to: Path) -> None:
    to.touch(mode=0o600)
    with closing(sqlite3.connect(database, timeout=60)) as source:
        source.execute("VACUUM INTO ?", [str(to)])
    with closing(sqlite3.connect(to, isolation_level=None)) as copy:
        if copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [SESSIONS]).fetchone():
            copy.execute(f"DELETE FROM {SESSIONS}")  # noqa: S608 - a name of ours


def _dumped(address: str, to: Path) -> None:
    to.touch(mode=0o600)
    _run("pg_dump", address, "--format=custom", f"--exclude-table-data={SESSIONS}", "--no-owner",
         "--no-acl", f"--file={to}")  # fmt: skip


def _run(program: str, address: str, *words: str) -> str:
    """A program of PostgreSQL on this database; its password travels in the environment."""
    found = urlparse(address)
    place = shutil.which(program)
    if place is None:
        raise NotFound(
            Text(f"{program} is er niet.", f"There is no {program} here."),
            Text("Installeer postgresql-client.", "Install postgresql-client."),
        )
    where = [
        f"--host={found.hostname}", f"--port={found.port or 5432}",
        f"--username={unquote(found.username or '')}", f"--dbname={unquote(found.path[1:])}",
    ]  # fmt: skip
    secret = {**os.environ, "PGPASSWORD": unquote(found.password or "")}
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL, with words of ours
        [place, *where, "--no-password", *words],
        env=secret, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        told = done.stderr.strip().splitlines() or [f"{done.returncode}"]
        raise UserError(
            Text(f"{program} weigerde: {told[-1]}", f"{program} refused: {told[-1]}"),
            Text(
                "Kijk of DATABASE_URL klopt en of de versies bij elkaar passen.",
                "See whether DATABASE_URL is right and the versions fit together.",
            ),
        )
    return done.stdout


def _tables(address: str) -> int:
    asked = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
    return int(_run("psql", address, "--tuples-only", "--no-align", f"--command={asked}"))
