"""The chance of A, against what happens when every customer's future is drawn together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from benchmarks.truth import taken_in

from kernklant.demo.company import write_company
from kernklant.engine.evaluation.knowing import Known, learn
from kernklant.engine.evaluation.measuring import weigh
from kernklant.engine.evaluation.question import Question
from kernklant.engine.evaluation.run import evaluate
from kernklant.engine.evaluation.weighing import measured
from kernklant.engine.ledger.history import history, order_days
from kernklant.engine.segments.units import units
from kernklant.engine.value.chances import Measure
from kernklant.engine.value.lifetime import lifetimes
from tests.engine.evaluation.companies import AS_OF, demo_policy

DRAWS = 20_000
POLICY = demo_policy()


@dataclass(frozen=True)
class Company:
    """What is known of a company, what it is divided on, and what the evaluation answers."""

    known: Known
    measure: Measure
    p_a: np.ndarray
    of_a: int


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """De Vries Techniek, evaluated, and once more as far as the measure."""
    folder = tmp_path_factory.mktemp("company")
    store = taken_in(write_company(folder / "files"), folder / "home")
    answer = evaluate(store, Question(POLICY, as_of=AS_OF))
    facts = store.snapshot()
    past = history(facts, as_of=AS_OF)
    worth = lifetimes(past, POLICY.lifetime, order_days=lambda: order_days(facts, as_of=AS_OF))
    known = learn(facts, past, worth, POLICY, as_of=AS_OF)
    each = units(known.customer, known.top, worth.table["clv"].to_numpy(), decide_on="customer")
    values = measured(POLICY.criteria, known, facts, as_of=AS_OF)
    measure = weigh(known, values, POLICY, each).measure
    by_rule = answer.customers["by_rule"].to_pylist()
    return Company(known, measure, answer.customers["p_a"].to_numpy(), by_rule.count("A"))


def drawn(company: Company, draw: np.random.Generator) -> np.ndarray:
    """A lifetime value (n,) of every customer, all in one possible world."""
    worth = company.known.worth
    outlook = worth.outlooks[draw.choice(len(worth.outlooks), p=[o.weight for o in worth.outlooks])]
    alive = np.where(outlook.alive > 0, outlook.alive, np.inf)
    chance = draw.random(len(alive)) / alive
    there = (chance < 1) & np.isfinite(alive)
    value = np.zeros(len(company.measure.now))
    value[worth.buyers] = np.where(
        there, outlook.mean * outlook.tables.exceeded_with(np.minimum(chance, 1)), 0.0
    )
    return value


def test_the_chance_of_a_is_how_often_he_is_a_when_all_futures_are_drawn(company: Company) -> None:
    draw, rows = np.random.default_rng(20260930), np.arange(len(company.measure.now))
    barred = company.known.solvency.insolvent
    times = np.zeros(len(rows))
    for _ in range(DRAWS):
        turned = np.where(barred, -np.inf, company.measure.turned(drawn(company, draw), rows))
        times[np.argpartition(-turned, company.of_a)[: company.of_a]] += 1
    apart = np.abs(times / DRAWS - company.p_a)
    noise = np.sqrt(company.p_a * (1 - company.p_a) / DRAWS)
    assert (apart <= 0.01 + 4 * noise).all()
    assert apart.mean() <= 0.003
    assert ((company.p_a > 0.01) & (company.p_a < 0.99)).mean() > 0.2  # or there was nothing to see
