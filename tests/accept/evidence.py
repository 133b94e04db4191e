"""What a proof found: a figure beside its target, kept as JSON and shown on one page."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from tests.environments import BUILD, ROOT

FOUND = BUILD / "accept"
PAGE = ROOT / "docs" / "reference" / "evidence.md"
PACKAGES = ("duckdb", "deltalake", "pyarrow", "numpy", "scipy", "pyxaf", "python-calamine")
PARTS = ("kills", "faults", "jobs", "cells", "reference", "locks")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One figure: what was counted, over how many cases, what it should be, what it was."""

    what: str
    cases: int
    target: str
    figure: str
    ok: bool
    seed: int
    seconds: float
    note: str = ""


def keep(part: str, found: list[Evidence]) -> None:
    """Keep what a part found, with the versions and the commit it was found on."""
    FOUND.mkdir(parents=True, exist_ok=True)
    told = {
        "when": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "packages": {name: version(name) for name in PACKAGES},
        "found": [asdict(one) for one in found],
    }
    (FOUND / f"{part}.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


def page() -> str:
    """Everything that was kept, as one page."""
    parts = [
        json.loads((FOUND / f"{part}.json").read_text(encoding="utf-8"))
        for part in PARTS
        if (FOUND / f"{part}.json").is_file()
    ]
    lines = [
        "# Evidence",
        "What `make accept` found when it was last run; each part is run by itself too"
        " (`python -m tests.accept kills`).",
        "Figures hold for the machine and the commit named under the table.",
        "",
        "| What | Cases | Target | Found | | Seed | Minutes |",
        "|---|---:|---|---|---|---:|---:|",
    ]
    for part in parts:
        for one in part["found"]:
            mark = "✓" if one["ok"] else "✗"
            lines.append(
                f"| {one['what']} | {one['cases']:,} | {one['target']} | {one['figure']} | {mark} "
                f"| {one['seed']} | {one['seconds'] / 60:.1f} |"
            )
    notes = [one["note"] for part in parts for one in part["found"] if one["note"]]
    lines += ["", *(f"- {note}" for note in notes), ""] if notes else [""]
    lines += sorted({_made_with(part) for part in parts})
    return "\n".join(lines) + "\n"


def _made_with(part: dict[str, object]) -> str:
    packages = part["packages"]
    assert isinstance(packages, dict)
    names = ", ".join(f"{name} {number}" for name, number in packages.items())
    return (
        f"{part['when']}, commit {part['commit']}, Python {part['python']}, "
        f"{part['processors']} processors: {names}."
    )


def _commit() -> str:
    told = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip() or "?"
