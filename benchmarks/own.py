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
from benchmarks.record import Record

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


def start_of_the_terminal(record: Record) -> None:
    """`kernklant --help` against an empty typer program, whole processes in turn."""
    with record.part("start of the terminal"):
        ours = [sys.executable, "-m", "kernklant", "--help"]
        empty = [sys.executable, "-c", EMPTY, "--help"]
        pairs = [(measured(ours)[0], measured(empty)[0]) for _ in range(RUNS + 1)][1:]
        ratio = statistics.median(a / b for a, b in pairs)
        mine, theirs = (statistics.median(pair[place] for pair in pairs) for place in (0, 1))
        print("\n# Start, median of", RUNS)
        print(f"kernklant --help {mine:.3f} s, empty typer program {theirs:.3f} s, {ratio:.2f} x")
        record.at_most("kernklant --help", ratio, MOST_START_RATIO, "x an empty typer program")


def import_csv(record: Record, room: Path, lines: int) -> None:
    """Import a CSV of Dutch invoice lines, and then once more: everything is known."""
    with record.part("import of a CSV"):
        file = room / "factuurregels.csv"
        _write(file, lines)
        print(f"\n# Import of a CSV, {lines:,} lines, {file.stat().st_size >> 20} MiB")
        words = ["import", str(file), "--as", "sales", "--json", "--home", str(room / "home")]
        for turn in ("first", "again"):
            seconds, peak = measured([sys.executable, "-m", "kernklant", *words])
            print(f"{turn:8} {seconds:6.1f} s, peak {peak:,.0f} MiB")
            record.at_most(f"import of a CSV, {turn}", seconds, MOST_IMPORT_SECONDS, "s")
            record.at_most(f"import of a CSV, {turn}", peak, MOST_IMPORT_MIB, "MiB")


def measured(command: list[str]) -> tuple[float, float]:
    """Wall seconds, and peak memory in MiB, of one child that must succeed."""
    start = time.perf_counter()
    devnull = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, stdout=devnull, stderr=devnull) as child:
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
