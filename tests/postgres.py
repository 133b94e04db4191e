"""A PostgreSQL of the tests' own: ``python -m tests.postgres COMMAND …`` runs it on one.

A new cluster in a temporary folder, on a free port of this machine, gone when the command ends.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """The folder with initdb and pg_ctl of the newest version there is."""
    found = sorted(DEBIAN.glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if found:
        return found[-1]
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


@contextmanager
def cluster() -> Iterator[str]:
    """A running cluster; its address as DATABASE_URL wants it."""
    room = programs()
    if room is None:
        raise SystemExit("no PostgreSQL: python -m tests.environments installs it (as root)")
    folder = Path(tempfile.mkdtemp(prefix="kernklant-postgres-"))
    password, port = secrets.token_hex(16), _free_port()
    secret = folder / "password"
    secret.write_text(password)
    if os.geteuid() == 0:  # PostgreSQL does not run as root
        owner = pwd.getpwnam("postgres")
        for path in (folder, secret):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    data, log = folder / "data", folder / "log"
    quick = "-c fsync=off -c full_page_writes=off -c shared_buffers=256MB"
    try:
        _as_postgres(
            str(room / "initdb"), "--pgdata", str(data), "--username", "tests", "--encoding=UTF8",
            "--locale=C.UTF-8", "--auth=scram-sha-256", "--pwfile", str(secret),
        )  # fmt: skip
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} {quick}"
        _as_postgres(
            str(room / "pg_ctl"), "-D", str(data), "-l", str(log), "-w", "-o", options, "start"
        )
        try:
            yield f"postgres://tests:{password}@127.0.0.1:{port}/postgres"
        finally:
            _as_postgres(str(room / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_postgres(*command: str) -> None:
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*user, *command], capture_output=True, text=True, check=False, cwd=tempfile.gettempdir()
    )
    if done.returncode:
        raise SystemExit(f"{command[0]}: {done.stderr.strip()[-800:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(command: list[str]) -> int:
    """Run a command with DATABASE_URL set; its exit code. Without PostgreSQL it is left out,
    aloud, and in CI that is a failure."""
    if programs() is None:
        print(f"left out, for there is no PostgreSQL: {' '.join(command)}", flush=True)
        return int(os.environ.get("CI") == "true")
    with cluster() as address:
        return subprocess.run(
            command, env={**os.environ, "DATABASE_URL": address}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
