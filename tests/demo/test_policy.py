"""The demo company's own policy, and its files, which need no mapping."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from kernklant.cli.demo import build
from kernklant.demo.cdnow import delivered as cdnow
from kernklant.demo.company import policy_text
from kernklant.engine.ledger.facts import open_home
from kernklant.engine.ledger.mapping import find_fields
from kernklant.engine.ledger.tables import TABLES
from kernklant.engine.segments.policy import default_policy, read_policy
from kernklant.engine.store.runs import read
from tests.demo.conftest import Delivered

pytestmark = pytest.mark.xdist_group("demo")


def test_the_policy_is_the_shipped_one_but_for_bounds_profile_and_names() -> None:
    own, shipped = read_policy(policy_text(), name="policy.toml"), default_policy()
    assert replace(own, criteria=(), text="") == replace(shipped, criteria=(), text="")
    for mine, theirs in zip(own.criteria, shipped.criteria, strict=True):
        assert (mine.name, mine.source, mine.weight, mine.steps, mine.anchors) == (
            theirs.name,
            theirs.source,
            theirs.weight,
            theirs.steps,
            theirs.anchors,
        )


def test_its_bounds_and_profile_are_those_written_down_beforehand() -> None:
    criteria = {one.name: one for one in read_policy(policy_text(), name="policy.toml").criteria}
    bounds = {name: (one.low, one.high) for name, one in criteria.items() if one.low is not None}
    assert bounds == {
        "lifetime_value": (0, 100_000),
        "contribution": (0, 30_000),
        "potential": (0, 50_000),
    }
    assert criteria["fit"].profile == {
        "sector": ("43", "46"),
        "employees": (10, 250),
        "region": ("Overijssel", "Gelderland"),
    }


def test_it_asks_for_ratings_by_the_names_of_the_file(delivered: Delivered) -> None:
    asked = {one.rated_as for one in read_policy(policy_text(), name="policy.toml").criteria}
    with (delivered.company.folder / "beoordelingen.csv").open(encoding="utf-8") as handle:
        there = {row["Criterium"] for row in csv.DictReader(handle, delimiter=";")}
    assert asked - {None} == {"ziet ons als belangrijk", "past bij ons"}
    assert asked - {None} <= there


def test_a_demo_home_keeps_its_policy_and_is_evaluated_under_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    build(home, "CDNOW", cdnow(), policy=policy_text())
    assert (home / "policy.toml").read_text(encoding="utf-8") == policy_text()
    asked = read(open_home(home), 1).bytes("asked/policy.toml").decode()
    assert asked == policy_text()


@pytest.mark.parametrize(
    ("name", "encoding", "field", "header"),
    [
        ("klanten.csv", "cp1252", "sector", "Branche (SBI)"),
        ("factuurregels-2024.csv", "utf-8", "corrects", "Gecrediteerde factuur"),
    ],
)
def test_the_files_need_no_mapping(
    delivered: Delivered, name: str, encoding: str, field: str, header: str
) -> None:
    with (delivered.company.folder / name).open(encoding=encoding, newline="") as handle:
        head = next(csv.reader(handle, delimiter=";"))
    fields = find_fields([(1, head)], table=None, asked={})
    assert fields is not None
    assert fields.table is TABLES["customers" if name == "klanten.csv" else "sales"]
    assert fields.shown[field] == header
