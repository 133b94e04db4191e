"""What a draft of the policy would change: answered as an evaluation, kept with the draft."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db.models import Max

from kernklant.engine.evaluation.run import Answer, evaluate
from kernklant.engine.evaluation.standing import IN_ANSWER
from kernklant.engine.segments.policy import read_policy
from kernklant.engine.value.criteria import Criterion
from kernklant.web.base import store
from kernklant.web.evaluation.progress import Steps
from kernklant.web.evaluation.told import question_now
from kernklant.web.ledger.models import Customer
from kernklant.web.segments.models import Override
from kernklant.web.value.in_force import POLICY_NAME, policy_in_force
from kernklant.web.value.models import Preview, Rating

AT_ONCE = 20_000  # customers; of more the worker makes the preview
POINTS = "points:"  # before the name of a criterion
KEPT = ("customer", "segment", "score", "p_a", "reason")
OF_DRAFT = (*KEPT, "clv", "contribution_12m", "service_hours_12m")


def small() -> bool:
    """Whether a preview can be made while its reader waits."""
    return Customer.objects.count() <= AT_ONCE


def basis_now() -> str:
    """What previews are compared with now: facts, policy in force, and what people told."""
    ratings = Rating.objects.aggregate(at=Max("at"), pk=Max("pk"))
    fixed = Override.objects.aggregate(at=Max("at"), ended=Max("ended_at"), pk=Max("pk"))
    told = [store.table_versions(), store.newest_run(), policy_in_force().text,
            *map(str, ratings.values()), *map(str, fixed.values())]  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def answered(job: Preview) -> dict[str, Any]:
    """The answer under the draft, and that under the policy in force unless it is there yet.

    Both are asked the very question that an evaluation would be asked after adoption.
    """
    found: dict[str, Any] = {}
    present = job.present
    half = 0.0 if present else 0.5
    if not present:
        under_present = _answer(job, job.asked["policy"], part=(0.0, half))
        found["present"] = _packed(_rows(under_present, KEPT))
    answer = _answer(job, job.text, part=(half, 1.0))
    rows = _rows(answer, OF_DRAFT)
    before = pc.fill_null(answer.customers["previous_segment"].cast(pa.string()), "")
    found["answer"] = _packed(rows.append_column("before", before))
    names = ("rule", "sensitivity", "as_of")
    found["summary"] = {name: answer.summary[name] for name in names}
    return found


def unpacked(kept: bytes | memoryview) -> pa.Table:
    """The rows of an answer that was kept."""
    return pq.read_table(io.BytesIO(bytes(kept)))


def _answer(job: Preview, text: str, *, part: tuple[float, float]) -> Answer:
    policy = read_policy(text, name=POLICY_NAME)
    steps = Steps(job, store.newest_run(), part=part)
    question = question_now(policy, asked=job.asked, as_of=None)
    return evaluate(store.store(), question, progress=steps.begin)


def _rows(answer: Answer, columns: tuple[str, ...]) -> pa.Table:
    """Some columns, words as text, and the points of each criterion; null what is not known."""
    rows = answer.customers.select(list(columns))
    for name in ("segment", "reason"):
        at = rows.column_names.index(name)
        rows = rows.set_column(at, name, rows[name].cast(pa.string()))
    counted = [one for one in answer.criteria or () if one.name in answer.points.column_names]
    for one in counted:
        points = answer.points[one.name]
        known = pc.is_valid(_measured(answer, one))
        points = pc.if_else(known, points, pa.scalar(None, points.type))
        rows = rows.append_column(f"{POINTS}{one.name}", points)
    return rows


def _measured(answer: Answer, criterion: Criterion) -> pa.ChunkedArray:
    if criterion.name in answer.values.column_names:
        return answer.values[criterion.name]
    return answer.customers[IN_ANSWER[criterion.source]]


def _packed(rows: pa.Table) -> bytes:
    kept = io.BytesIO()
    pq.write_table(rows, kept, compression="zstd")
    return kept.getvalue()
