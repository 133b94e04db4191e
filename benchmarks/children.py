"""Child processes of the benchmark: ours, and the peers in environments it makes itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".tools" / "bin" / "uv"
BUILD = ROOT / ".build"


class LeftOut(Exception):
    """A peer cannot run on this machine; the message says why."""


def ours(*arguments: str) -> dict[str, Any]:
    """Run ``python -m benchmarks.ours`` and read its line of JSON."""
    return _run([sys.executable, "-m", "benchmarks.ours", *arguments])


def peer(name: str, *arguments: str) -> dict[str, Any]:
    """Run a peer's script in its own environment, made from its lock when absent."""
    script = ROOT / "benchmarks" / f"peer_{name}.py"
    return _run([str(_environment(name)), str(script), *arguments])


def _run(command: list[str]) -> dict[str, Any]:
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"{' '.join(command[:3])}: {result.stderr.strip()[-800:]}")
    found: dict[str, Any] = json.loads(result.stdout.strip().splitlines()[-1])
    return found


def _environment(name: str) -> Path:
    python = BUILD / f"bench-{name}" / "bin" / "python"
    if not python.exists():
        lock = {"lifetimes": "bench.txt", "pymc": "bench-pymc.txt"}[name]
        interpreter = _python312() if name == "pymc" else sys.executable
        _uv("venv", "--quiet", "--python", interpreter, str(python.parent.parent))
        requirements = str(ROOT / "requirements" / lock)
        _uv("pip", "install", "-q", "--python", str(python), "--require-hashes", "-r", requirements)
    return python


def _uv(*arguments: str) -> None:
    quiet = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    subprocess.run([str(UV), *arguments], check=True, env=quiet)


def _python312() -> str:
    """A Python 3.12: on the path, or one that pyenv keeps."""
    kept = sorted((Path.home() / ".pyenv" / "versions").glob("3.12.*/bin/python3.12"))
    for candidate in [*map(str, kept), shutil.which("python3.12")]:
        if (
            candidate
            and subprocess.run([candidate, "-V"], capture_output=True, check=False).returncode == 0
        ):
            return candidate
    raise LeftOut("pymc-marketing needs Python 3.12, which is not here")
