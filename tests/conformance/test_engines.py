"""Two engines from the first mart: equal values on DuckDB 1.5.6, DuckDB 2 and Spark."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kernklant.engine.store import spark
from kernklant.engine.store.marts import SHARED
from tests.conformance.answers import answer, in_order
from tests.conformance.golden import golden
from tests.conformance.ledger import ledger
from tests.conformance.marts import CASES, GOLDEN, SEEDS, SOURCE
from tests.environments import DUCKDB_OLDEST, ROOT, SPARK_PYTHON, left_out

pytestmark = pytest.mark.xdist_group("engines")  # one child each, whatever the number of workers
QUESTIONS = [(name, seed) for name in CASES for seed in SEEDS]


def needs(piece: Path | str | None, what: str) -> None:
    """Without the piece: a failure in CI, elsewhere a test that is listed as left out."""
    if piece is None or not Path(piece).exists():
        left_out(f"{what} is not here: run python -m tests.environments")


def child(*command: str, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def oldest_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    needs(DUCKDB_OLDEST, "DuckDB 1.5.6")
    out = tmp_path_factory.mktemp("duckdb")
    said = child(
        *(sys.executable, "-m", "tests.conformance.duckdb_child", str(out)),
        PYTHONPATH=str(DUCKDB_OLDEST),
    )
    assert said.strip() == "1.5.6"
    return out


@pytest.fixture(scope="module")
def on_spark(tmp_path_factory: pytest.TempPathFactory) -> Path:
    needs(SPARK_PYTHON, "Spark")
    needs(shutil.which("java"), "Java 17")
    out = tmp_path_factory.mktemp("spark")
    for seed in SEEDS:
        for table, rows in ledger(seed).items():
            pq.write_table(rows, out / f"{table} {seed}.parquet")
    questions = [
        {
            "query": spark.translate(CASES[name].text()),
            "tables": {table: [str(out / f"{table} {seed}.parquet")] for table in ledger(seed)},
            "out": str(out / f"{name} {seed}"),
        }
        for name, seed in QUESTIONS
    ]
    job = out / "job.json"
    job.write_text(json.dumps({"module": spark.__file__, "questions": questions}))
    child(str(SPARK_PYTHON), "-m", "tests.conformance.spark_child", str(job))
    return out


@pytest.mark.parametrize(("name", "seed"), QUESTIONS)
def test_the_oldest_duckdb_gives_the_same_values(oldest_duckdb: Path, name: str, seed: int) -> None:
    assert_equal(pq.read_table(oldest_duckdb / f"{name} {seed}.parquet"), answer(CASES[name], seed))


@pytest.mark.spark
@pytest.mark.parametrize(("name", "seed"), QUESTIONS)
def test_spark_gives_the_same_values(on_spark: Path, name: str, seed: int) -> None:
    assert_equal(pq.read_table(on_spark / f"{name} {seed}"), answer(CASES[name], seed))


def test_the_cases_are_not_empty() -> None:
    rows = {name: answer(case, 1).num_rows for name, case in CASES.items()}
    assert {name for name, count in rows.items() if count == 0} == {
        "history before the first line",
        "orders before the first line",
        "service before the first line",
        "prices before the first line",
        "payments before the first line",
        "nps before the first line",
    }


def test_the_invented_ledger_has_every_odd_case() -> None:
    history = answer(CASES["history everything"], 1)
    odd = {
        "a customer without orders": 0 in history["orders"].to_pylist(),
        "a negative total": min(history["revenue"].to_pylist()) < 0,
        "no purchase until the cut": None in history["x_cal"].to_pylist(),
        "lines without cost": history["revenue"] != history["revenue_costed"],
        "a credit after the cut": answer_changes_when_credits_wait(),
    }
    assert [name for name, there in odd.items() if not there] == []


def answer_changes_when_credits_wait() -> bool:
    """Whether spend until the cut differs between what was known then and what is known now."""
    case = CASES["history everything"]
    now = answer(case, 1)
    return any(
        spend - held != known
        for spend, held, known in zip(
            *(now[name].to_pylist() for name in ("spend", "spend_holdout", "spend_cal")),
            strict=True,
        )
    )


@pytest.mark.parametrize("file", sorted(golden()), ids=lambda file: file.name)
def test_the_spark_sql_is_the_golden_one(file: Path) -> None:
    """After a wanted change: python -m tests.conformance.golden, and read the difference."""
    assert spark.translate(golden()[file].text()) == file.read_text(encoding="utf-8")


def test_every_sql_text_has_its_cases() -> None:
    every = set(SOURCE.rglob("*.sql"))
    shared = {name for text in every for name in SHARED.findall(text.read_text(encoding="utf-8"))}
    texts = {text for text in every if text.name not in shared}
    assert {case.sql for case in CASES.values()} == texts
    assert {file.name for file in GOLDEN.glob("*.sql")} == {text.name for text in texts}


def assert_equal(found: pa.Table, expected: pa.Table) -> None:
    found = in_order(found)
    assert [(field.name, field.type) for field in found.schema] == [
        (field.name, field.type) for field in expected.schema
    ]
    assert found.to_pylist() == expected.to_pylist()
