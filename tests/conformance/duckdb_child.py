"""Runs with the oldest DuckDB first on the path: answers every case with our own Snapshot."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from tests.conformance.answers import answer
from tests.conformance.marts import CASES, SEEDS


def main(out: str) -> None:
    print(duckdb.__version__)
    for seed in SEEDS:
        for name, case in CASES.items():
            pq.write_table(answer(case, seed), Path(out) / f"{name} {seed}.parquet")


if __name__ == "__main__":
    main(sys.argv[1])
