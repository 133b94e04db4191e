"""What has no peer: starting the terminal, and importing a large CSV with validation."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.children import ROOT

RUNS = 7
EMPTY = """
import typer
app = typer.Typer()
@app.command()
def one() -> None: ...
@app.command()
def two() -> None: ...
app()
"""
MOST_START_RATIO = 3.0
MOST_IMPORT_SECONDS, MOST_IMPORT_MIB = 60.0, 1024.0


def start_of_the_terminal() -> list[str]:
    """`kernklant --help` against an empty typer program, whole processes in turn."""
    ours = [sys.executable, "-m", "kernklant", "--help"]
    empty = [sys.executable, "-c", EMPTY, "--help"]
    pairs = [(_measured(ours)[0], _measured(empty)[0]) for _ in range(RUNS + 1)][1:]
    ratio = statistics.median(a / b for a, b in pairs)
    mine, theirs = (statistics.median(pair[place] for pair in pairs) for place in (0, 1))
    print(f"\n## Start: --help {mine:.3f} s, empty typer {theirs:.3f} s, ratio {ratio:.2f}")
    return [] if ratio <= MOST_START_RATIO else [f"--help takes {ratio:.1f} x an empty program"]


def import_csv(room: Path, lines: int) -> list[str]:
    """Import a CSV of Dutch invoice lines, and then once more: everything is known."""
    file = room / "factuurregels.csv"
    _write(file, lines)
    print(f"\n## Import of a CSV of {lines:,} lines ({file.stat().st_size >> 20} MiB)")
    failures: list[str] = []
    for word in ("first", "again"):
        command = [
            sys.executable,
            "-m",
            "kernklant",
            "import",
            str(file),
            "--json",
            "--as",
            "sales",
        ]
        seconds, peak = _measured([*command, "--home", str(room / "import-home")])
        print(f"{word:8} {seconds:6.1f} s, peak {peak:,.0f} MiB")
        if seconds > MOST_IMPORT_SECONDS or peak > MOST_IMPORT_MIB:
            failures.append(f"import {word}: {seconds:.0f} s, {peak:.0f} MiB")
    return failures


def _measured(command: list[str]) -> tuple[float, float]:
    """Wall seconds, and peak memory in MiB, of one child that must succeed."""
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as child:
        _pid, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command[1:5])} ended in {child.returncode}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def _write(file: Path, lines: int) -> None:
    rng = np.random.default_rng(1)
    customer = rng.integers(1, lines // 5 + 2, lines)
    day = np.datetime64("2023-01-01") + rng.integers(0, 1000, lines)
    quantity = rng.integers(1, 20, lines)
    cents = rng.integers(50, 100_000, lines)
    with file.open("w", encoding="utf-8") as handle:
        handle.write(
            "factuurnummer;regel;factuurdatum;klantnummer;artikel;aantal;bedrag excl;kostprijs\n"
        )
        for n in range(lines):
            y, m, d = str(day[n]).split("-")
            euros, rest = divmod(int(cents[n]), 100)
            cost = int(cents[n]) * 7 // 10
            handle.write(
                f"F{n // 4:08d};{n % 4 + 1};{d}-{m}-{y};K{customer[n]:07d};A{n % 997};"
                f"{quantity[n]};{euros},{rest:02d};{cost // 100},{cost % 100:02d}\n"
            )
