"""Child processes of the benchmark: ours, and the peers in environments it makes itself."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.record import LeftOut

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".tools" / "bin" / "uv"
BUILD = ROOT / ".build"
MOST_SECONDS = 3600
# peer -> its lock, and the Python that the lock is for
ENVIRONMENTS = {"lifetimes": ("bench.txt", "3.11"), "pymc": ("bench-pymc.txt", "3.12")}


def ours(*arguments: str) -> dict[str, Any]:
    """Run ``python -m benchmarks.ours`` and read its line of JSON."""
    return _run([sys.executable, "-m", "benchmarks.ours", *arguments])


def prepare(customers: int, room: Path) -> dict[str, Any]:
    """Make a Parquet file and a home of simulated lines in a child, so that we stay small."""
    return _run([sys.executable, "-m", "benchmarks.home", str(customers), str(room)])


def peer(name: str, *arguments: str) -> dict[str, Any]:
    """Run a peer's script in its own environment, made from its lock when absent or changed."""
    script = ROOT / "benchmarks" / f"peer_{name}.py"
    return _run([str(_environment(name)), str(script), *arguments])


def _run(command: list[str]) -> dict[str, Any]:
    result = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=MOST_SECONDS
    )
    if result.returncode:
        raise RuntimeError(f"{' '.join(command[:3])}: {result.stderr.strip()[-800:]}")
    found: dict[str, Any] = json.loads(result.stdout.strip().splitlines()[-1])
    return found


def _environment(name: str) -> Path:
    lock, version = ENVIRONMENTS[name]
    requirements = ROOT / "requirements" / lock
    folder = BUILD / f"bench-{name}"
    python, stamp = folder / "bin" / "python", folder / "installed"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text(encoding="ascii") != wanted:
        interpreter = _interpreter(version)
        _uv("venv", "--quiet", "--clear", "--python", interpreter, str(folder))
        hashed = ["--require-hashes", "-r", str(requirements)]
        _uv("pip", "install", "--quiet", "--python", str(python), *hashed)
        stamp.write_text(wanted, encoding="ascii")  # last, so that half an environment is made anew
    return python


def _uv(*arguments: str) -> None:
    quiet = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    subprocess.run([str(UV), *arguments], check=True, env=quiet)


def _interpreter(version: str) -> str:
    """A Python of this version: our own, one that pyenv keeps, or one on the path."""
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        return sys.executable
    kept = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python{version}"))
    for candidate in [*map(str, kept), shutil.which(f"python{version}")]:
        if candidate and _runs(candidate):
            return candidate
    raise LeftOut(f"needs Python {version}, which is not here")


def _runs(python: str) -> bool:
    """A shim on the path may stand for a version that is not installed."""
    return subprocess.run([python, "-V"], capture_output=True, check=False).returncode == 0
