"""What is installed and what lies in the home; standard library only, so that it always runs."""

from __future__ import annotations

import json
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from kernklant.cli.words import t

NEEDED = ("duckdb", "deltalake", "pyarrow", "numpy", "scipy", "sqlglot", "python-calamine")
LOWEST_FREE = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination; ``severity`` is ok, note or error."""

    severity: str
    what: str
    remedy: str = ""


def examine(home: Path) -> list[Finding]:
    """All findings about this installation and this home, the worst first."""
    findings = [*_python(), *_packages(), *_home(home), *_space(home)]
    order = {"error": 0, "note": 1, "ok": 2}
    return sorted(findings, key=lambda finding: order[finding.severity])


def show_findings(findings: list[Finding], *, json_: bool) -> None:
    """Print the findings, a line each."""
    if json_:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
        return
    marks = {"ok": "✓", "note": "·", "error": "✗"}
    for finding in findings:
        remedy = f" → {finding.remedy}" if finding.remedy else ""
        print(f"{marks[finding.severity]} {finding.what}{remedy}")


def _python() -> Iterator[Finding]:
    version = platform.python_version()
    if sys.version_info[:2] >= (3, 11) and sys.version_info[:2] < (3, 14):
        yield Finding("ok", f"Python {version}")
    else:
        yield Finding(
            "error",
            f"Python {version}",
            t("neem Python 3.11, 3.12 of 3.13", "take Python 3.11, 3.12 or 3.13"),
        )


def _packages() -> Iterator[Finding]:
    for name in NEEDED:
        try:
            yield Finding("ok", f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            yield Finding(
                "error",
                t(f"{name} ontbreekt", f"{name} is missing"),
                t("draai make setup opnieuw", "run make setup again"),
            )


def _home(home: Path) -> Iterator[Finding]:
    if not home.is_dir():
        yield Finding(
            "note",
            t(f"geen map {home}", f"no folder {home}"),
            t(
                "lees een bestand in: kernklant import BESTAND",
                "import a file: kernklant import FILE",
            ),
        )
        return
    tables = sorted(folder.parent.name for folder in home.glob("tables/*/_delta_log"))
    yield Finding("ok", f"{home}: " + (", ".join(tables) or t("leeg", "empty")))
    yield from _runs(home / "runs")
    yield from _leftovers(home / "staging")


def _runs(folder: Path) -> Iterator[Finding]:
    manifests = sorted(folder.glob("*/manifest.json"))
    yield Finding("ok", t(f"{len(manifests)} evaluaties", f"{len(manifests)} runs"))
    for manifest in manifests:
        try:
            json.loads(manifest.read_text(encoding="utf-8"))
        except ValueError:
            yield Finding(
                "error",
                t(f"{manifest.parent.name}: onleesbaar", f"{manifest.parent.name}: unreadable"),
                t("zet de map terug uit een back-up", "restore the folder from a backup"),
            )


def _leftovers(staging: Path) -> Iterator[Finding]:
    left = list(staging.iterdir()) if staging.is_dir() else []
    if left:
        yield Finding(
            "note",
            t(
                f"{len(left)} resten van een afgebroken import",
                f"{len(left)} remains of a broken-off import",
            ),
            t("de volgende import ruimt ze op", "the next import removes them"),
        )


def _space(home: Path) -> Iterator[Finding]:
    place = home if home.exists() else Path.cwd()
    free = shutil.disk_usage(place).free
    if free < LOWEST_FREE:
        yield Finding(
            "error",
            t(f"nog {free >> 20} MiB vrij", f"{free >> 20} MiB left"),
            t("maak ruimte op de schijf", "make room on the disk"),
        )
    else:
        yield Finding("ok", t(f"{free >> 30} GiB vrij", f"{free >> 30} GiB free"))
