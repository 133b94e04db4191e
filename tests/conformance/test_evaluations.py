"""A whole evaluation gives the same bytes on the oldest DuckDB, and on one thread or two."""

from __future__ import annotations

import json
import sys

import duckdb
import pytest

from tests.conformance.test_engines import child, needs
from tests.environments import DUCKDB_OLDEST

pytestmark = pytest.mark.xdist_group("evaluations")
EVALUATE = (sys.executable, "-m", "tests.conformance.evaluation_child")


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    """Here and now, with all that this machine has."""
    told = json.loads(child(*EVALUATE))
    assert told["duckdb"] == duckdb.__version__
    return dict(told["found"])


def test_the_oldest_duckdb_gives_the_same_evaluation(found: dict[str, str]) -> None:
    needs(DUCKDB_OLDEST, "DuckDB 1.5.6")
    told = json.loads(child(*EVALUATE, PYTHONPATH=str(DUCKDB_OLDEST)))
    assert told["duckdb"] == "1.5.6"
    assert told["found"] == found


def test_one_thread_gives_the_same_evaluation(found: dict[str, str]) -> None:
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    for threads in ("1", "2"):
        told = json.loads(child(*EVALUATE, threads, **dict.fromkeys(names, threads)))
        assert told["found"] == found
