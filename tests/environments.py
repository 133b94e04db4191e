"""Prepare what the tests need beside .venv: ``python -m tests.environments``.

The oldest DuckDB we promise to work with, Spark in an environment of its own, Java 17, and from
the system Chromium, PostgreSQL and what makes things fail.
What cannot be had is listed; under CI=true it is a failure.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from tests.postgres import programs

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
DUCKDB_OLDEST = BUILD / "duckdb-1.5.6"
SPARK = BUILD / "spark"
SPARK_PYTHON = SPARK / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
UV = ROOT / ".tools" / "bin" / "uv"
JAVA = "openjdk-17-jre-headless"
# Programs that make things fail, and the Debian packages they are in.
FAULTS = {"strace": "strace", "faketime": "faketime", "prlimit": "util-linux", "mount": "mount"}


class LeftOut(Exception):
    """A piece that cannot be had here, and why."""


def duckdb_oldest(lock: Path) -> None:
    """DuckDB 1.5.6 in a folder that a child process puts first on its path."""
    shutil.rmtree(DUCKDB_OLDEST, ignore_errors=True)
    install(lock, "--python", sys.executable, "--target", str(DUCKDB_OLDEST), "--no-deps")


def spark(lock: Path) -> None:
    """Spark with pandas and pyarrow; sqlglot stays with us, which writes the SQL."""
    shutil.rmtree(SPARK, ignore_errors=True)
    run(str(UV), "venv", "--quiet", "--python", sys.executable, str(SPARK))
    install(lock, "--python", str(SPARK_PYTHON))


def debian(*packages: str, why: str) -> None:
    """Packages of the system, where we may install them."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise LeftOut(f"{why}, and only root may install {', '.join(packages)}")
    run("apt-get", "update", "-qq")
    run("apt-get", "install", "-qq", "--yes", "--no-install-recommends", *packages)


def java() -> None:
    """Java 17, for Spark."""
    if not shutil.which("java"):
        debian(JAVA, why="no java")


def faults() -> None:
    """strace, faketime and the like."""
    lacking = sorted({package for tool, package in FAULTS.items() if not shutil.which(tool)})
    if lacking:
        debian(*lacking, why="not all of strace, faketime, prlimit, mount")


def chromium() -> None:
    """The browser that walks through the pages."""
    if not shutil.which("chromium"):
        debian("chromium", why="no chromium")


def postgres() -> None:
    """PostgreSQL, of which each run of the tests starts a cluster of its own."""
    if programs() is None:
        debian("postgresql", why="no PostgreSQL")


def left_out(reason: str) -> NoReturn:
    """For a test whose piece is not here: a failure in CI, elsewhere listed with the reason."""
    import pytest

    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def install(lock: Path, *where: str) -> None:
    run(str(UV), "pip", "install", "--quiet", "--require-hashes", "-r", str(lock), *where)


def run(*command: str) -> None:
    """A child process whose words are shown only when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LeftOut(f"{' '.join(command[:3])}: {done.stderr.strip()[-500:]}")


def once(make: Callable[[Path], None], lock: Path) -> None:
    """Make an environment unless it was made from this very lock with this Python."""
    stamp = BUILD / f".{make.__name__}"
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    BUILD.mkdir(exist_ok=True)
    stamp.unlink(missing_ok=True)
    make(lock)
    stamp.write_text(wanted)


def main() -> int:
    """Prepare all; the number of pieces left out, where that is a failure."""
    pieces: dict[str, Callable[[], None]] = {
        "DuckDB 1.5.6": lambda: once(duckdb_oldest, REQUIREMENTS / "duckdb-oldest.txt"),
        "Spark": lambda: once(spark, REQUIREMENTS / "spark.txt"),
        "Java 17": java,
        "strace and faketime": faults,
        "Chromium": chromium,
        "PostgreSQL": postgres,
    }
    left_out = {}
    for name, prepare in pieces.items():
        print(f"test environment: {name} …", flush=True)
        try:
            prepare()
        except LeftOut as reason:
            left_out[name] = reason
    for name, reason in left_out.items():
        print(f"test environment: {name} is left out: {reason}", flush=True)
    return len(left_out) if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
