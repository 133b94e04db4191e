"""What people decided about moves still holds after the next evaluation."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from kernklant.web.base import jobs, store
from kernklant.web.evaluation.actions import perform_evaluation, request_evaluation
from kernklant.web.segments.actions import Decision, decide_moves
from kernklant.web.segments.copying import refresh
from kernklant.web.segments.models import SegmentMove, Standing
from kernklant.web.value.models import Evaluation

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_home(demo_home: Path, tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A copy of De Vries Techniek to evaluate again."""
    settings.HOME = tmp_path / "home"
    shutil.copytree(demo_home, settings.HOME)
    for kept in (store.store, store.run, store.summary):
        kept.cache_clear()
    yield settings.HOME
    for kept in (store.store, store.run, store.summary):
        kept.cache_clear()


def test_signed_exits_and_refusals_outlive_the_next_run(
    own_home: Path, cast: SimpleNamespace
) -> None:
    refresh()
    waits = SegmentMove.objects.filter(decision="")
    signed, spared = waits.filter(to_segment="exit").order_by("pk")[:2]
    held, moved = waits.exclude(to_segment="exit").order_by("pk")[:2]
    day = timezone.localdate() + timedelta(days=90)
    for moves, decision in (
        ([signed], Decision("accepted", "kost te veel", day)),
        ([spared, held], Decision("refused", "eerst bellen", day, looked_at=2)),
        ([moved], Decision("accepted", "klopt")),
    ):
        pks = [one.pk for one in moves]
        decide_moves(by=cast.director, moves=pks, decision=decision)
    request_evaluation(by=cast.director, as_of=None, key="next")
    job = jobs.claim(Evaluation)
    assert job is not None
    perform_evaluation(job)
    refresh()
    now = {row.pk: row.segment for row in Standing.objects.all()}
    assert now[signed.customer] == "exit"
    assert now[held.customer] == held.from_segment
    assert now[moved.customer] == moved.to_segment
    assert now[spared.customer] in {"A", "B", "C"}
    asked_again = set(waits.values_list("customer", flat=True))
    assert not asked_again & {one.customer for one in (signed, held, moved, spared)}
    assert asked_again  # the other proposals wait again
