"""Evaluate in a process of its own: ``python -m tests.conformance.evaluation_child [THREADS]``.

Prints the version of DuckDB and a digest of all that would be published of each case.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys

import duckdb
import pyarrow as pa

from kernklant.engine.evaluation.publish import contents
from kernklant.engine.evaluation.question import Question
from kernklant.engine.evaluation.run import evaluate
from kernklant.engine.ledger.facts import schemas
from kernklant.engine.store import Store
from tests.engine.evaluation.companies import ask, company, written
from tests.reference.bases import case_of

CASES = 20


def digests() -> dict[str, str]:
    """The SHA-256 of each answer by name."""
    found = {"company": _digest(list(written(ask(company())).values()))}
    for seed in range(CASES):
        case = case_of(seed)
        store = Store.in_memory(case.tables, schemas=schemas())
        question = Question(case.policy, as_of=case.as_of, previous=case.before)
        files = contents(question, evaluate(store, question)).encoded()
        answers = [data for name, data in files if name.startswith("answer/")]
        found[f"case {seed}"] = _digest(answers)
    return found


def _digest(files: list[bytes]) -> str:
    told = hashlib.sha256()
    for data in files:
        told.update(data)
    return told.hexdigest()


if __name__ == "__main__":
    if sys.argv[1:]:
        many = int(sys.argv[1])
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:many])
        pa.set_cpu_count(many)
    print(json.dumps({"duckdb": duckdb.__version__, "found": digests()}))
