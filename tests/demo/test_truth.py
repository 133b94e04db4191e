"""The truth is the same process carried on, and the files do not give it away."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from scipy.stats import spearmanr

from kernklant.demo.assumptions import ACTIVITY_MINUTES, NUMBERS, as_markdown
from kernklant.demo.company import World, invent
from kernklant.demo.orders import _renewals
from kernklant.demo.rng import stream
from kernklant.demo.service import KINDS
from tests.demo.conftest import LAST_DAY, YEAR_AGO, Delivered

pytestmark = pytest.mark.xdist_group("demo")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "de-vries-techniek.md"


@pytest.fixture(scope="module")
def world() -> World:
    return invent(1, customers=1200, last_day=LAST_DAY)


def contribution(world: World, place: int, *, after: date, until: date) -> float:
    """Euros of one customer, added up one by one."""
    low, high = world.span.day(after), world.span.day(until)
    lines, served = world.lines, world.served
    cents = sum(
        int(lines.amount[row] - lines.cost[row])
        for row in np.flatnonzero(lines.customer == place)
        if low < lines.day[row] <= high
    )
    euros = cents / 100
    for row in np.flatnonzero(served.customer == place):
        if low < served.day[row] <= high:
            minutes = served.minutes[row]
            if minutes < 0:
                minutes = ACTIVITY_MINUTES[KINDS[served.kind[row]]]
            euros -= served.cost[row] / 100 if served.cost[row] >= 0 else minutes * 65 / 60
    return euros


def test_the_future_is_what_the_same_process_brings_in_24_months(
    delivered: Delivered, world: World
) -> None:
    end = date(2028, 9, 30)
    assert world.span.date(world.span.end) == end
    for place in range(0, 1200, 40):
        told = delivered.truth[world.who.number[place]]
        future = contribution(world, place, after=LAST_DAY, until=end)
        assert told["future_contribution_24m"] == pytest.approx(future, abs=0.011)
        past = contribution(world, place, after=LAST_DAY - timedelta(days=365), until=LAST_DAY)
        assert told["past_contribution_12m"] == pytest.approx(past, abs=0.011)


def test_the_top_is_fifteen_in_a_hundred_by_future_contribution(delivered: Delivered) -> None:
    truth = list(delivered.truth.values())
    chosen = [row["future_contribution_24m"] for row in truth if row["true_segment_top15"]]
    others = [row["future_contribution_24m"] for row in truth if not row["true_segment_top15"]]
    assert len(chosen) == math.ceil(0.15 * 1200)
    assert min(chosen) >= max(others)


def test_the_bankrupt_and_the_one_offs_bring_nothing_any_more(delivered: Delivered) -> None:
    for number, row in delivered.truth.items():
        if row["story"] == "bankrupt" or row["true_type"] in {"one_off", "unknown"}:
            assert row["future_orders_24m"] == 0, number
            assert not row["true_alive"]


def test_the_wallet_is_larger_than_what_is_spent_here(delivered: Delivered, world: World) -> None:
    assert (world.base.wallet > world.base.spend)[~world.base.prospect].all()
    assert all(row["true_wallet"] > 0 for row in delivered.truth.values())


def test_the_past_tells_much_of_the_future_but_not_all(delivered: Delivered) -> None:
    pairs = [
        (row["past_contribution_12m"], row["future_contribution_24m"])
        for row in delivered.truth.values()
        if row["true_type"] != "unknown"
    ]
    correlation = spearmanr(*zip(*pairs, strict=True)).statistic
    assert 0.5 < correlation < 0.9
    past_top = sorted(delivered.truth.values(), key=lambda row: -row["past_contribution_12m"])[:180]
    assert 90 < sum(row["true_segment_top15"] for row in past_top) < 160


def test_no_imported_file_names_a_true_type_or_a_story(delivered: Delivered) -> None:
    secret = {row["true_type"] for row in delivered.truth.values()}
    secret |= {row["story"] for row in delivered.truth.values()} - {""}
    words = [word.encode() for word in secret]
    for file in delivered.company.files:
        if file.path.suffix == ".csv":
            raw = file.path.read_bytes()
            assert not [word for word in words if word in raw]
        if file.path.suffix == ".xlsx":
            with ZipFile(file.path) as book:
                raw = b"".join(book.read(name) for name in book.namelist())
            assert not [word for word in words if word in raw]
    strings = {value for row in delivered.activities for value in row.values() if value}
    assert secret.isdisjoint(str(value) for value in strings)


def test_no_imported_column_follows_the_truth(delivered: Delivered) -> None:
    """Neither numbers nor their order: what is known at entry says little of what comes."""
    numbers = sorted(delivered.customers)
    future = [delivered.truth[number]["future_contribution_24m"] for number in numbers]
    for column in (
        [int(number) for number in numbers],
        [int(delivered.customers[number]["KvK-nummer"]) for number in numbers],
        [int(delivered.customers[number]["Medewerkers"]) for number in numbers],
    ):
        assert abs(spearmanr(column, future).statistic) < 0.5


def test_the_truth_comes_with_its_assumptions(delivered: Delivered) -> None:
    told = json.loads((delivered.company.truth / "assumptions.json").read_text(encoding="utf-8"))
    assert told["numbers"] == asdict(NUMBERS)
    assert sum(kind["share"] for kind in told["types"]) == pytest.approx(1)
    assert sum(sector["share"] for sector in told["sectors"]) == pytest.approx(1)
    for sector in told["sectors"]:
        assert sum(sector["groups"]) == pytest.approx(1)


def figures(delivered: Delivered) -> list[tuple[str, str]]:
    """What came out, as the page tells it."""
    truth = delivered.truth.values()
    amount = sum(row["Bedrag excl. btw"] for row in delivered.lines)
    cost = sum(row["Inkoopwaarde"] for row in delivered.lines)
    last = delivered.revenue(YEAR_AGO, LAST_DAY)
    ranked = sorted((cents for cents in last.values() if cents > 0), reverse=True)
    top = sum(ranked[: math.ceil(len(ranked) / 5)]) / sum(ranked)
    margin = sum(
        row["Bedrag excl. btw"] - row["Inkoopwaarde"]
        for row in delivered.lines
        if row["dag"] > YEAR_AGO
    )
    brings = sorted((row["past_contribution_12m"] for row in truth), reverse=True)
    peak = max(np.cumsum(brings)) / sum(brings)
    future = sum(row["future_contribution_24m"] for row in truth)
    return [
        ("invoice and credit lines", f"{len(delivered.lines):,}"),
        ("activities", f"{len(delivered.activities):,}"),
        ("revenue in three years", f"€ {amount / 100:,.2f}"),
        ("gross margin", f"{1 - cost / amount:.1%}"),
        ("customers with revenue in the last 12 months", str(len(ranked))),
        ("share of the top 20 % of those", f"{top:.1%}"),
        ("cost to serve, last 12 months, of the margin", f"{1 - sum(brings) * 100 / margin:.1%}"),
        ("customers who cost more than they brought", str(sum(euros < 0 for euros in brings))),
        ("peak of the whale curve", f"{peak:.1%}"),
        ("contribution in the 24 months after (truth)", f"€ {future:,.2f}"),
    ]


def test_the_page_tells_what_came_out(delivered: Delivered) -> None:
    told = "\n".join(f"| {figure} | {value} |" for figure, value in figures(delivered))
    assert told in PAGE.read_text(encoding="utf-8")


def test_the_page_lists_every_assumption_with_its_number() -> None:
    assert as_markdown() in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("shape", [1, 5])
def test_gaps_between_orders_are_erlang(shape: int) -> None:
    """With even days: mean gap 1 / rate, coefficient of variation 1 / sqrt(k)."""
    until = np.cumsum(np.full((400, 3000), 0.05), axis=1)
    customer, day = _renewals(stream(5, "test"), until, np.full(400, shape))
    assert len(day) == pytest.approx(400 * 3000 * 0.05, rel=0.02)
    gaps = np.diff(day)[np.diff(customer) == 0]
    assert gaps.mean() == pytest.approx(20, rel=0.02)
    assert gaps.std() / gaps.mean() == pytest.approx(1 / math.sqrt(shape), rel=0.03)
