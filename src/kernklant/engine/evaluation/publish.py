"""An answer becomes a run: a folder that is never changed and can be repeated."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from kernklant.engine.disk import whole
from kernklant.engine.errors import Lang, StoreDamaged, Text
from kernklant.engine.evaluation.before import policy_of, refuse_older, run_before
from kernklant.engine.evaluation.question import Question
from kernklant.engine.evaluation.run import Answer, Progress, evaluate
from kernklant.engine.ledger.facts import current_customers
from kernklant.engine.ledger.history import last_sales_day
from kernklant.engine.ledger.persons import objecting
from kernklant.engine.segments.flags import OBJECTED
from kernklant.engine.segments.migration import Stand
from kernklant.engine.segments.policy import Policy
from kernklant.engine.segments.write import on_yardstick_of, with_bounds_of
from kernklant.engine.store import Store
from kernklant.engine.store.runs import Run, RunContents, list_runs, publish, read
from kernklant.engine.store.turns import run_asked, turns

TOLD = ("ratings", "flags")  # what people can tell beside the store
QUIET: Progress = lambda _text: None  # noqa: E731 - a default, named for its meaning


def evaluate_home(
    store: Store,
    policy: Policy,
    *,
    as_of: date | None = None,
    own_policy: Path | None = None,
    progress: Progress = QUIET,
) -> dict[str, Any]:
    """Evaluate a home, publish the run, and return its summary with the run's number.

    The customers are compared with how the run before divided them; see ``run_before`` and
    ``answer_in_home``.
    """
    as_of = as_of or last_sales_day(store.snapshot())
    before = run_before(store, as_of=as_of)
    if own_policy is None and before.policy is not None:
        policy = on_yardstick_of(policy, before.policy)
    question = Question(
        policy,
        as_of=as_of,
        previous=before.stand(policy),
        damaged=before.damaged,
        told=objections(store),
    )
    return answer_in_home(store, question, own_policy=own_policy, progress=progress)


def objections(store: Store) -> dict[str, pa.Table]:
    """Who is not to be ranked, as flags; nothing where there is nobody."""
    rows = [{"customer": one, "flag": OBJECTED, "import_no": 0} for one in objecting(store)]
    names = ["customer", "flag", "import_no"]
    flags = pa.schema([store.schemas["flags"].field(name) for name in names])
    return {"flags": pa.Table.from_pylist(rows, schema=flags)} if rows else {}


def answer_in_home(
    store: Store,
    question: Question,
    *,
    own_policy: Path | None = None,
    progress: Progress = QUIET,
) -> dict[str, Any]:
    """Answer a question, publish the run, and return its summary with the run's number.

    Bounds that were "auto" are written into ``own_policy``, where the home keeps its policy, so
    that a later run measures with the same yardstick; not over what was edited since it was read.
    """
    policy = question.policy
    answer = evaluate(store, question, progress=progress)
    progress(Text("Vastleggen", "Writing down"))
    with ExitStack() as beside:
        # Written before, and put in place after, so that neither stands without the other.
        measured = answer.criteria != policy.criteria
        if own_policy is not None and measured and _stands(own_policy, policy):
            aside = beside.enter_context(whole(own_policy))
            aside.write_text(as_used(policy, answer), encoding="utf-8")
        run = publish(store, contents(question, answer))
    behind = run not in turns(store)
    return {"run": run, "looks_back": behind, **answer.summary, "seconds": answer.seconds}


def _stands(file: Path, policy: Policy) -> bool:
    """Whether the home's policy still is what was asked: people may have edited it meanwhile."""
    return not file.exists() or file.read_text(encoding="utf-8") == policy.text


def as_used(policy: Policy, answer: Answer) -> str:
    """The text of the policy with the bounds that the answer used."""
    if answer.criteria is None or answer.criteria == policy.criteria:
        return policy.text
    return with_bounds_of(policy, answer.criteria)


def contents(question: Question, answer: Answer) -> RunContents:
    """What was asked and what was answered, as the files of a run folder."""
    before = question.previous
    asked: dict[str, bytes | pa.Table] = {
        "policy.toml": as_used(question.policy, answer).encode(),
        "question.json": as_bytes(
            {
                "as_of": answer.as_of.isoformat(),
                "policy_changed": before is not None and before.policy_changed,
                "damaged": list(question.damaged),
            }
        ),
    }
    asked |= {f"{name}.parquet": rows for name, rows in question.told.items()}
    if before is not None:
        asked |= {"standing.parquet": before.segments, "points.parquet": before.points}
    return RunContents(
        as_of=answer.as_of,
        asked=asked,
        answer={
            "customers.parquet": answer.customers,
            "points.parquet": answer.points,
            "values.parquet": answer.values,
            "groups.parquet": answer.groups,
            "prospects.parquet": answer.prospects,
            "advice.parquet": answer.advice,
            "moves.parquet": answer.moves,
            "summary.json": as_bytes(answer.summary),
        },
        versions=answer.versions,
        seconds=answer.seconds,
        key=question.key,
        imports=answer.imports,
        last_sale=answer.last_sale,
        asked_on=question.today,
    )


def as_bytes(value: Any) -> bytes:
    """JSON, the same bytes for the same value, keys in their order; NaN is an error."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    return (text + "\n").encode()


def question_of(run: Run) -> Question:
    """The question a run answered, on the facts it cites."""
    asked = json.loads(run.bytes("asked/question.json"))
    previous = None
    if "asked/standing.parquet" in run.files:
        segments, points = (run.table(f"asked/{name}.parquet") for name in ("standing", "points"))
        previous = Stand(segments, points, asked["policy_changed"])
    return Question(
        policy=policy_of(run),
        as_of=date.fromisoformat(asked["as_of"]),
        today=run.asked_on or date.max,
        previous=previous,
        damaged=tuple(asked.get("damaged", ())),
        versions=run.versions,
        told={
            name: run.table(file) for name in TOLD if (file := f"asked/{name}.parquet") in run.files
        },
    )


def replay_run(store: Store, number: int, *, progress: Progress = QUIET) -> dict[str, Any]:
    """Answer a run's question again and say which files differ, byte for byte."""
    run = read(store, number)
    question = question_of(run)
    again = contents(question, evaluate(store, question, progress=progress))
    different = [
        name
        for name, data in again.encoded(run.row_group)
        if name.startswith("answer/") and data != run.bytes(name)
    ]
    return {"run": number, "identical": not different, "different": different}


def published(store: Store) -> list[dict[str, Any]]:
    """One line per run, oldest first; of one that is damaged no more than that."""
    lines: list[dict[str, Any]] = []
    counted = turns(store)
    for number in list_runs(store):
        try:
            summary = json.loads(read(store, number).bytes("answer/summary.json"))
        except StoreDamaged:
            lines.append({"run": number, "damaged": True})
            continue
        lines.append(
            {
                "run": number,
                "as_of": summary["as_of"],
                "customers": summary["customers"],
                "a": summary["segments"]["A"]["customers"],
                "clv": summary["clv"]["total"],
                "accepted": summary["fit"]["accepted"],
                "looks_back": number not in counted,
            }
        )
    return lines


def answer_of(store: Store, number: int | None) -> tuple[int, Answer]:
    """A published answer and its number; None means the one by which customers stand now."""
    run = run_asked(store, number)
    refuse_older(run)
    summary = json.loads(run.bytes("answer/summary.json"))
    return run.number, Answer(
        as_of=date.fromisoformat(summary["as_of"]),
        customers=run.table("answer/customers.parquet"),
        points=run.table("answer/points.parquet"),
        values=run.table("answer/values.parquet"),
        groups=run.table("answer/groups.parquet"),
        prospects=run.table("answer/prospects.parquet"),
        advice=run.table("answer/advice.parquet"),
        moves=run.table("answer/moves.parquet"),
        summary={"run": run.number, **summary, "seconds": run.seconds},
        versions=run.versions,
        seconds=run.seconds,
    )


def report_of(store: Store, *, run: int | None, lang: Lang, kept: bool = True) -> str:
    """The report of a run as one HTML page; names are joined now, for runs hold none.

    ``kept`` False: the home will be gone, so the page cites no run to repeat.
    """
    from kernklant.engine.evaluation.report import render_report

    _number, answer = answer_of(store, run)
    if not kept:
        del answer.summary["run"]
    names = current_customers(store.snapshot()).select(["customer", "source_no", "name"])
    return render_report(answer, names, lang=lang)
