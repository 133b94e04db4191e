"""One customer of a run, and what is said of who is none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from benchmarks.truth import taken_in

from kernklant.demo.company import write_company
from kernklant.engine.errors import NotFound
from kernklant.engine.evaluation.one import one_customer
from kernklant.engine.evaluation.publish import answer_of, evaluate_home
from kernklant.engine.evaluation.tables import names_of, with_names
from kernklant.engine.store import Run, Store
from tests.engine.evaluation.companies import AS_OF, demo_policy


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder: Path = tmp_path_factory.mktemp("one")
    store = taken_in(write_company(folder / "files", customers=200), folder / "home")
    evaluate_home(store, demo_policy(), as_of=AS_OF)
    return store


def test_the_points_of_every_customer_add_up_and_he_is_told_why(store: Store) -> None:
    _, answer = answer_of(store, None)
    numbers = with_names(answer.customers, names_of(store))["customer_id"].to_pylist()
    for number in numbers[::20]:
        found = one_customer(store, number)
        assert sum(part["points"] or 0 for part in found["points"]) == found["score"]
        assert found["reasons"]["nl"]
        assert found["reasons"]["en"]
        assert len(found["would_change"]) <= 3


def test_a_prospect_is_told_apart_from_nobody(store: Store) -> None:
    _, answer = answer_of(store, None)
    prospect = with_names(answer.prospects, names_of(store)).to_pylist()[0]
    with pytest.raises(NotFound) as refused:
        one_customer(store, prospect["customer_id"])
    assert "is a prospect" in refused.value.what.en
    assert f"Fits {prospect['fit']} of 100" in refused.value.what.en
    with pytest.raises(NotFound, match="Not found: 999999"):
        one_customer(store, "999999")


def test_one_customer_is_read_without_the_others(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, answer = answer_of(store, None)
    number = with_names(answer.customers, names_of(store))["customer_id"][0].as_py()
    read = Run.table

    def but_groups(run: Run, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        assert name == "answer/groups.parquet"
        return read(run, name, columns)

    monkeypatch.setattr(Run, "table", but_groups)
    assert one_customer(store, number)["customer_id"] == number


def test_no_criterion_gives_more_than_it_can(store: Store) -> None:
    _, answer = answer_of(store, None)
    for number in with_names(answer.customers, names_of(store))["customer_id"].to_pylist()[::4]:
        for part in one_customer(store, number)["points"]:
            assert part["points"] is None or part["points"] <= part["most"], number
