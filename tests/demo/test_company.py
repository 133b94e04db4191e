"""What De Vries Techniek promises: its size, its books, its stories. Assumptions: 050."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from datetime import date, timedelta
from statistics import mean

import pytest

from kernklant.demo.assumptions import HOLIDAYS, SECTORS
from tests.demo.conftest import FIRST_DAY, LAST_DAY, YEAR_AGO, Delivered, cents, day, rows

pytestmark = pytest.mark.xdist_group("demo")

BEFORE = FIRST_DAY - timedelta(days=1)
YEARS = [(date(2022 + n, 9, 30), date(2023 + n, 9, 30)) for n in (1, 2, 3)]


def top_share(amounts: dict[str, int], share: float) -> float:
    ranked = sorted((cents for cents in amounts.values() if cents > 0), reverse=True)
    return sum(ranked[: math.ceil(share * len(ranked))]) / sum(ranked)


def places(amounts: dict[str, int]) -> dict[str, int]:
    """The rank of each customer, the largest first = 1."""
    ranked = sorted(amounts, key=lambda number: -amounts[number])
    return {number: place for place, number in enumerate(ranked, start=1)}


def test_the_company_has_a_plausible_size(delivered: Delivered) -> None:
    assert len(delivered.customers) == 1200
    assert 60_000 <= len(delivered.lines) <= 120_000
    for after, until in YEARS:
        euros = sum(delivered.revenue(after, until).values()) / 100
        assert 25_000_000 <= euros <= 40_000_000


def test_gross_margin_and_concentration_are_those_of_a_wholesaler(delivered: Delivered) -> None:
    amount = sum(row["Bedrag excl. btw"] for row in delivered.lines)
    cost = sum(row["Inkoopwaarde"] for row in delivered.lines)
    assert 0.24 <= 1 - cost / amount <= 0.30
    assert 0.70 <= top_share(delivered.revenue(YEAR_AGO, LAST_DAY), 0.2) <= 0.90


def test_margin_differs_by_product_group(delivered: Delivered) -> None:
    amount: Counter[str] = Counter()
    cost: Counter[str] = Counter()
    for row in delivered.lines:
        amount[row["Artikelgroep"]] += row["Bedrag excl. btw"]
        cost[row["Artikelgroep"]] += row["Inkoopwaarde"]
    margins = {group: 1 - cost[group] / amount[group] for group in amount}
    assert len(margins) == 6
    assert margins["Leidingwerk"] - margins["Cv-ketels"] > 0.10


def test_the_invoice_year_has_its_seasons_and_closed_days(delivered: Delivered) -> None:
    months: Counter[int] = Counter()
    for row in delivered.lines:
        months[row["dag"].month] += row["Bedrag excl. btw"]
        assert row["dag"].weekday() < 6
        assert (row["dag"].month, row["dag"].day) not in HOLIDAYS
    assert sum(months[m] for m in (11, 12, 1)) > 1.2 * sum(months[m] for m in (6, 7, 8))
    assert min(row["dag"] for row in delivered.lines) >= FIRST_DAY
    assert max(row["dag"] for row in delivered.lines) == LAST_DAY


def test_a_line_adds_up_and_is_never_above_list(delivered: Delivered) -> None:
    for row in delivered.lines:
        assert row["Bedrag excl. btw"] == row["Aantal"] * row["Stukprijs"]
        assert row["Stukprijs"] <= row["Catalogusprijs"]


def test_line_numbers_run_from_one_and_invoices_keep_to_one_customer(delivered: Delivered) -> None:
    by_document = defaultdict(list)
    for row in delivered.lines:
        by_document[row["Factuurnummer"]].append(row)
    for lines in by_document.values():
        assert [int(row["Regel"]) for row in lines] == list(range(1, len(lines) + 1))
        assert len({(row["Klantnummer"], row["dag"]) for row in lines}) == 1


def test_credits_are_negative_and_some_name_their_invoice(delivered: Delivered) -> None:
    sold = {row["Factuurnummer"]: row for row in delivered.lines if row["Bedrag excl. btw"] > 0}
    credits = [row for row in delivered.lines if row["Factuurnummer"].startswith("C")]
    assert all(row["Bedrag excl. btw"] < 0 for row in credits)
    assert {row["Factuurnummer"] for row in credits}.isdisjoint(sold)
    named = [row for row in credits if row["Gecrediteerde factuur"]]
    assert 0.6 < len(named) / len(credits) < 0.8
    for row in named:
        invoice = sold[row["Gecrediteerde factuur"]]
        assert invoice["Klantnummer"] == row["Klantnummer"]
        assert invoice["dag"] < row["dag"]
    lowered = [row for row in credits if row["Inkoopwaarde"] == 0]
    assert 0.1 < len(lowered) / len(credits) < 0.3


def test_every_document_is_on_the_debtors_list_with_vat(delivered: Delivered) -> None:
    sums: Counter[str] = Counter()
    for row in delivered.lines:
        sums[row["Factuurnummer"]] += row["Bedrag excl. btw"]
    assert {row["Factuurnummer"] for row in delivered.payments} == set(sums)
    for row in delivered.payments:
        excl = sums[row["Factuurnummer"]]
        assert row["Bedrag"] == math.copysign((abs(excl) * 121 + 50) // 100, excl)
        assert row["Vervaldatum"] == row["Factuurdatum"] + timedelta(days=30)
        assert row["Betaaldatum"] is None or row["Factuurdatum"] < row["Betaaldatum"] <= LAST_DAY


def test_some_customers_pay_late_and_some_items_stay_open(delivered: Delivered) -> None:
    late = defaultdict(list)
    for row in delivered.payments:
        if row["Bedrag"] > 0 and row["Betaaldatum"]:
            late[row["Klantnummer"]].append((row["Betaaldatum"] - row["Vervaldatum"]).days)
    means = [mean(days) for days in late.values() if len(days) >= 5]
    assert 0.04 < sum(days > 18 for days in means) / len(means) < 0.15
    old = [row for row in delivered.payments if row["Vervaldatum"] < date(2026, 6, 1)]
    assert 20 <= sum(row["Betaaldatum"] is None for row in old) <= 400


def test_sixty_prospects_never_ordered(delivered: Delivered) -> None:
    prospects = {n for n, row in delivered.customers.items() if row["Prospect"] == "ja"}
    assert len(prospects) == 60
    assert prospects.isdisjoint(row["Klantnummer"] for row in delivered.lines)
    assert any(row["klantnummer"] in prospects for row in delivered.activities)


def test_families_have_a_mother_and_one_to_six_daughters(delivered: Delivered) -> None:
    mothers = Counter(row["Moeder"] for row in delivered.customers.values() if row["Moeder"])
    assert len(mothers) >= 25
    assert set(mothers.values()) == {1, 2, 3, 4, 5, 6}
    for number in mothers:
        assert delivered.customers[number]["Moeder"] == ""
        assert " Groep" in delivered.customers[number]["Naam"]


def test_customers_differ_in_trade_region_size_and_manager(delivered: Delivered) -> None:
    found = delivered.customers.values()
    assert {row["Branche (SBI)"].split(" ", 1)[1] for row in found} == {s.name for s in SECTORS}
    assert {"Overijssel", "Gelderland", "Drenthe", "Utrecht", "Noord-Brabant"} <= {
        row["Provincie"] for row in found
    }
    assert len({row["Accountmanager"] for row in found}) == 6
    sizes = sorted(int(row["Medewerkers"]) for row in found)
    assert sizes[0] == 1
    assert sizes[600] < 30
    assert sizes[-1] > 400


def test_who_was_brought_came_after_who_brought_him(delivered: Delivered) -> None:
    brought = [row for row in delivered.customers.values() if row["Aangebracht door"]]
    assert len(brought) >= 40
    for row in brought:
        referrer = delivered.customers[row["Aangebracht door"]]
        assert day(referrer["Klant sinds"]) < day(row["Klant sinds"])


def test_numbers_have_leading_zeros_and_follow_the_day_of_arrival(delivered: Delivered) -> None:
    numbers = list(delivered.customers)
    assert all(len(number) == 6 and number.startswith("00") for number in numbers)
    since = [day(delivered.customers[number]["Klant sinds"]) for number in sorted(numbers)]
    assert since == sorted(since)


def test_two_former_top_customers_went_bankrupt_after_paying_later_and_later(
    delivered: Delivered,
) -> None:
    failed = {n: row for n, row in delivered.customers.items() if row["Faillissementsdatum"]}
    assert sorted(failed) == sorted(delivered.in_story("bankrupt"))
    rank = places(delivered.revenue(*YEARS[0]))
    for number, row in failed.items():
        assert rank[number] <= 10
        own = [p for p in delivered.payments if p["Klantnummer"] == number and p["Bedrag"] > 0]
        assert max(p["Factuurdatum"] for p in own) < day(row["Faillissementsdatum"])
        delays = [(p["Betaaldatum"] - p["Vervaldatum"]).days for p in own if p["Betaaldatum"]]
        third = len(delays) // 3
        assert mean(delays[:third]) < 10
        assert mean(delays[-8:]) > 30
        assert sum(p["Bedrag"] for p in own if p["Betaaldatum"] is None) > 500_000


def test_a_large_prospect_placed_one_small_order(delivered: Delivered) -> None:
    (number,) = delivered.in_story("large_prospect")
    row = delivered.customers[number]
    assert row["Naam"].startswith("Woningcorporatie ")
    assert int(row["Medewerkers"]) >= 800
    own = [line for line in delivered.lines if line["Klantnummer"] == number]
    assert len({line["Factuurnummer"] for line in own}) == 1
    assert 10_000 < sum(line["Bedrag excl. btw"] for line in own) < 60_000
    assert delivered.truth[number]["true_segment_top15"]


def test_top_customers_decline_and_small_ones_grow(delivered: Delivered) -> None:
    first, last = delivered.revenue(*YEARS[0]), delivered.revenue(*YEARS[2])
    rank = places(first)
    declining, growing = delivered.in_story("declining"), delivered.in_story("growing")
    assert (len(declining), len(growing)) == (5, 12)
    for number in declining:
        assert rank[number] <= 40
        assert last[number] < 0.7 * first[number]
    assert sum(last[n] for n in growing) > 3 * sum(first[n] for n in growing)
    assert all(first[n] < 4_000_000 for n in growing)


def test_some_large_customers_cost_more_than_they_bring(delivered: Delivered) -> None:
    rank = places(delivered.revenue(YEAR_AGO, LAST_DAY))
    squeezed = delivered.in_story("unprofitable")
    assert len(squeezed) == 6
    assert all(rank[number] <= 60 for number in squeezed)
    assert sum(delivered.truth[n]["past_contribution_12m"] < 0 for n in squeezed) >= 5


def test_cost_to_serve_is_very_uneven(delivered: Delivered) -> None:
    contributions = [row["past_contribution_12m"] for row in delivered.truth.values()]
    assert sum(euros < 0 for euros in contributions) >= 80
    counts = Counter(row["klantnummer"] for row in delivered.activities)
    ranked = sorted(counts.values(), reverse=True)
    assert sum(ranked[:120]) / sum(ranked) > 0.35


def test_there_are_projects_of_few_large_orders(delivered: Delivered) -> None:
    projects: Counter[str] = Counter()
    invoices = defaultdict(set)
    for row in delivered.lines:
        if row["Project"] and row["Bedrag excl. btw"] > 0:
            projects[row["Project"]] += row["Bedrag excl. btw"]
            invoices[row["Project"]].add(row["Factuurnummer"])
    assert 100 <= len(projects) <= 600
    assert max(len(numbers) for numbers in invoices.values()) == 4
    assert mean(projects.values()) > 1_000_000


def test_every_activity_and_who_did_it_is_there(delivered: Delivered) -> None:
    kinds = Counter(row["activiteit"] for row in delivered.activities)
    assert min(kinds.values()) > 300
    assert set(kinds) == {
        "visit", "call", "mail", "ticket", "quote", "delivery", "return", "complaint",
    }  # fmt: skip
    assert all(row["datum"].weekday() < 5 for row in delivered.activities)
    faults = [row for row in delivered.activities if row["onze fout"]]
    assert {row["activiteit"] for row in faults} == {"complaint", "return", "ticket"}
    assert all((row["kosten"] is not None) == (row["activiteit"] == "delivery")
               for row in delivered.activities)  # fmt: skip
    assert all(row["minuten"] for row in delivered.activities if row["activiteit"] == "visit")
    assert len({row["kenmerk"] for row in delivered.activities}) == len(delivered.activities)


def test_some_contracts_were_cancelled_for_a_reason(delivered: Delivered) -> None:
    contracts = rows(delivered.company.folder / "contracten.csv")
    cancelled = [row for row in contracts if row["Opgezegd op"]]
    assert 150 <= len(contracts) <= 350
    assert 0.1 < len(cancelled) / len(contracts) < 0.5
    assert all(row["Reden"] and row["Einddatum"] and not row["Verlengdatum"] for row in cancelled)
    assert all(cents(row["Bedrag per periode"]) > 0 for row in contracts)
    assert {row["Periode"] for row in contracts} == {"month", "quarter", "year"}
    for row in contracts:
        since = day(delivered.customers[row["Klantnummer"]]["Klant sinds"])
        assert since <= day(row["Begindatum"]) <= LAST_DAY
