"""What is installed and what lies in the home; needs no library to say that one is missing."""

from __future__ import annotations

import json
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

from kernklant.cli.words import language, t

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
    yield Finding("ok", str(home))
    if not (home / "tables").is_dir() and not (home / "runs").is_dir():
        yield Finding(
            "note",
            t("hier zijn nog geen gegevens", "there are no data here yet"),
            t(
                "lees een bestand in: kernklant import BESTAND",
                "import a file: kernklant import FILE",
            ),
        )
        return
    try:
        from kernklant.engine.ledger.health import look
    except ImportError as error:
        yield Finding(
            "error",
            t(f"de gegevens zijn niet nagekeken: {error}", f"the data were not examined: {error}"),
            t("draai make setup opnieuw", "run make setup again"),
        )
        return
    for finding in look(home, today=datetime.now().astimezone().date()):
        remedy = finding.remedy.to(language()) if finding.remedy else ""
        yield Finding(finding.severity, finding.what.to(language()), remedy)


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
