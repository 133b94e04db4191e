"""What can be exported of an answer: by the number of the source, in the reader's language."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from kernklant.cli import look
from kernklant.engine.errors import Lang
from kernklant.engine.evaluation.reasons import reasons
from kernklant.engine.evaluation.run import Answer
from kernklant.engine.evaluation.tables import EUROS, TABLES, names_of
from tests.engine.evaluation.companies import ask, company

COMPANY = company()
NAMES = names_of(COMPANY.store())


@pytest.fixture(scope="module")
def answer() -> Answer:
    return ask(COMPANY)


def exported(answer: Answer, what: str, lang: Lang = "nl") -> list[dict[str, object]]:
    rows: list[dict[str, object]] = TABLES[what](answer, NAMES, lang).to_pylist()
    return rows


def test_the_terminal_offers_every_table() -> None:
    assert list(look.TABLES) == list(TABLES)


@pytest.mark.parametrize("what", [name for name in TABLES if name != "moves"])
def test_every_row_begins_with_number_and_name(answer: Answer, what: str) -> None:
    rows = exported(answer, what)
    assert rows
    for row in rows:
        assert [*row][:2] == ["customer_id", "name"]
        assert row["name"] == f"Klant {int(str(row['customer_id'])[1:])}"


def test_points_add_up_to_the_score(answer: Answer) -> None:
    for row in exported(answer, "points"):
        points = [value for name, value in row.items() if name not in ("customer_id", "name")]
        score = points.pop()
        assert sum(points) == (score or 0)  # type: ignore[arg-type]


def test_daughters_name_their_mother_by_the_number_of_the_source(answer: Answer) -> None:
    mothers = {row["customer_id"]: row["group"] for row in exported(answer, "customers")}
    assert (mothers["D0002"], mothers["D0003"], mothers["D0005"]) == ("D0001", "D0001", None)


def test_each_customer_is_told_with_his_manager(answer: Answer) -> None:
    at = NAMES.column_names.index("manager")
    managers = [f"M{number % 3}" if number else None for number in range(len(NAMES))]
    names = NAMES.set_column(at, "manager", pa.array(managers, pa.string()))
    of = dict(zip(NAMES["source_no"].to_pylist(), managers, strict=True))
    rows = TABLES["customers"](answer, names, "nl").to_pylist()
    assert [row["manager"] for row in rows] == [of[row["customer_id"]] for row in rows]
    assert len({row["manager"] for row in rows}) > 2


def test_estimates_in_euros_leave_in_cents(answer: Answer) -> None:
    table = TABLES["customers"](answer, NAMES, "nl")
    assert {table.schema.field(name).type for name in EUROS} == {pa.decimal128(18, 2)}


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_remedies_speak_the_language_of_the_reader(answer: Answer, lang: Lang) -> None:
    said = [row["text"] for row in exported(answer, "remedies", lang)]
    assert said == answer.advice[f"text_{lang}"].to_pylist()


@pytest.mark.parametrize(
    ("chance", "told"),
    [
        (0.0, " 0% "),
        (0.004, "less than 1% "),
        (0.2, " 20% "),
        (0.2992, " 29% "),  # a B has at least 30 %
        (0.29, " 29% "),
        (0.996, "more than 99% "),
        (1.0, " 100% "),
    ],
)
def test_what_is_no_certainty_is_not_told_as_one(answer: Answer, chance: float, told: str) -> None:
    at = answer.customers.column_names.index("p_becomes_a")
    every = pa.chunked_array([pa.array([chance] * len(answer.customers))])
    rows = answer.customers.set_column(at, "p_becomes_a", every)
    said = reasons(rows, answer.points, answer.summary, lang="en")
    of_c = pc.filter(said, pc.equal(pc.cast(rows["reason"], pa.string()), "C"))
    assert len(of_c)
    assert all(told in text for text in of_c.to_pylist())


def test_the_reference_names_every_column(answer: Answer) -> None:
    page = Path("docs/reference/exports.md").read_text(encoding="utf-8")
    own = {criterion.name for criterion in answer.criteria or ()}
    for what in ("customers", "points", "prospects", "remedies", "moves"):
        columns = set(TABLES[what](answer, NAMES, "nl").column_names) - own
        assert not [column for column in columns if f"`{column}`" not in page], what
