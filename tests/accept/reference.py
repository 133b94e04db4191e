"""The engine against an evaluation in plain Python, on thousands of bases at random."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from tests.accept.evidence import Evidence
from tests.reference.bases import case_of
from tests.reference.compare import Case, Theirs, compared

BASES, FIRST, TOGETHER = 10_000, 1_000_000, 50


def reference() -> list[Evidence]:
    """Every base that differs is named with its seed; those of the tests are other ones."""
    start, wrong, kinds = time.perf_counter(), [], Counter[str]()
    # Started anew, for Arrow's threads do not live on in a fork.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        parts = [
            pool.submit(_some, first, first + TOGETHER)
            for first in range(FIRST, FIRST + BASES, TOGETHER)
        ]
        for at, part in enumerate(as_completed(parts), start=1):
            found, seen = part.result()
            wrong += found
            kinds += seen
            told = "".join(f"\n  {one}" for one in found)
            print(f"reference {at * TOGETHER:,} of {BASES:,}, {len(wrong)} wrong{told}", flush=True)
    return [
        Evidence(
            what="evaluations that differ from one in plain Python",
            cases=BASES,
            target="0",
            figure=f"{len(wrong)} differ",
            ok=not wrong,
            seed=FIRST,
            seconds=time.perf_counter() - start,
            note="Random bases under random policies: " + _said(kinds),
        )
    ]


def _some(first: int, last: int) -> tuple[list[str], Counter[str]]:
    wrong, kinds = [], Counter[str]()
    for seed in range(first, last):
        case = case_of(seed)
        theirs = Theirs(case)
        kinds += _kinds(case, theirs)
        wrong += [f"base {seed}: {one}" for one in compared(case, theirs, seed=seed)[:3]]
    return wrong, kinds


def _kinds(case: Case, theirs: Theirs) -> Counter[str]:
    """What a base is of, so that the page tells what was tried."""
    rules, methods = case.policy.segments, theirs.worth.methods
    by = next((name.split("+")[0] for name in methods if name != "none"), "nothing bought")
    told = {
        f"valued by {by}": True,
        "with a run before": case.before is not None,
        "divided by group": rules.decide_on == "group",
        "chosen by loss": rules.losses is not None,
        f"on {rules.segment_on}": True,
    }
    return Counter({name: 1 for name, holds in told.items() if holds})


def _said(kinds: Counter[str]) -> str:
    return ", ".join(f"{name} {many:,}" for name, many in sorted(kinds.items())) + "."
