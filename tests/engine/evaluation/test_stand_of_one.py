"""One customer read alone is the same as that customer among the others."""

from __future__ import annotations

import pytest

from kernklant.engine.evaluation.one import one_customer
from kernklant.engine.evaluation.publish import evaluate_home
from kernklant.engine.evaluation.stand_of_one import past_of, prospect_of, stand_of
from kernklant.engine.evaluation.tables import names_of
from kernklant.engine.ledger.facts import open_home
from kernklant.engine.ledger.imports import ImportRequest, import_file
from kernklant.engine.segments.policy import default_policy, read_policy
from kernklant.engine.store import Store, list_runs, read

SALE = "K{who},2025-{month:02d}-0{who},{amount},{cost}\n"
FILES = {
    "customers": "klantnummer,naam,moeder\nK1,Alfa,\nK2,Beta,K1\nK3,Gamma,\nK4,Delta,\nP1,Nul,\n",
    "sales": "klantnummer,datum,bedrag,kostprijs\n"
    + "".join(
        SALE.format(
            who=who,
            month=month,
            amount=100 * who * month,
            cost=(60 * who + 200 * (who // 4)) * month,
        )
        for who in range(1, 5)
        for month in range(1, 13)
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("one")
    store = open_home(folder / "home", create=True)
    for dataset, text in FILES.items():
        (folder / f"{dataset}.csv").write_text(text)
        import_file(store, ImportRequest(path=folder / f"{dataset}.csv", dataset=dataset))
    evaluate_home(store, default_policy())
    other = default_policy().text.replace("discount_per_year = 0.10", "discount_per_year = 0.12")
    evaluate_home(store, read_policy(other, name="other"))
    return store


def test_alone_he_is_as_among_the_others(store: Store) -> None:
    names = names_of(store)
    for number, source_no in zip(
        names["customer"].to_pylist(), names["source_no"].to_pylist(), strict=True
    ):
        run = read(store, list_runs(store)[-1])
        found = stand_of(run, number)
        if found is None:
            assert source_no == "P1"
            assert prospect_of(run, number) is not None
            continue
        told = one_customer(store, source_no)
        assert {
            key: found.row[key] for key in found.row if key != "customer"
        }.items() <= told.items()
        assert found.because.nl == told["reasons"]["nl"]
        assert [(one.points, one.most) for one in found.earned] == [
            (one["points"], one["most"]) for one in told["points"]
        ]
        assert [one.en for one in found.would_change] == [one["en"] for one in told["would_change"]]
        assert sum(one.points or 0 for one in found.earned) == (found.row["score"] or 0)


def test_his_past_is_one_line_a_run_and_tells_other_rules_apart(store: Store) -> None:
    runs = [read(store, number) for number in list_runs(store)]
    number = names_of(store)["customer"].to_pylist()[0]
    past = past_of(runs, number)
    assert [one.run for one in past] == [1, 2]
    assert past[0].policy != past[1].policy
    assert past[0].row["clv"] > past[1].row["clv"]  # later euros count for less
    assert past_of(runs, 10**9) == []


def test_who_is_not_there_has_no_stand(store: Store) -> None:
    assert stand_of(read(store, list_runs(store)[-1]), 10**9) is None
    assert prospect_of(read(store, list_runs(store)[-1]), 10**9) is None
