"""One customer of a run, and what is said of who is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.truth import taken_in

from kernklant.demo.company import write_company
from kernklant.engine.errors import NotFound
from kernklant.engine.evaluation.one import one_customer
from kernklant.engine.evaluation.publish import answer_of, evaluate_home
from kernklant.engine.evaluation.tables import names_of, with_names
from kernklant.engine.store import Store
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
    with pytest.raises(NotFound, match="is not in run 1"):
        one_customer(store, "999999")
