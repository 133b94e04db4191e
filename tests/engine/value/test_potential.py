"""Potential: look-alikes at a high quantile, known wallets first, else nothing is told."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.stats import spearmanr

from kernklant.engine.errors import UserError
from kernklant.engine.ledger.tables import TABLES, schema
from kernklant.engine.value.potential import (
    SOURCES_OF_POTENTIAL,
    Potential,
    potential,
    shares_of_wallet,
)
from kernklant.engine.value.quantile import Attributes, fit, in_order, pinball

AS_OF = date(2026, 9, 30)
TRADES = (
    "4322 Installateurs",
    "41.20 Bouw",
    "6820",
    "Scholen",
    "85",
    "8710",
    "47",
    "F",
    "28",
    "10",
)
NOT_KNOWN = float("nan")
NONE, WALLET, LOOK_ALIKES = range(3)
KINDS = {
    "kind": pa.string(),
    "sector": pa.string(),
    "employees": pa.int64(),
    "revenue_known": pa.decimal128(18, 2),
    "region": pa.string(),
}


def customers(n: int, **columns: Any) -> pa.Table:
    """Rows of the ledger with only what is told."""
    told = {name: columns.get(name, [None] * n) for name in KINDS}
    return pa.table(
        {
            "customer": pa.array(np.arange(n) + 1, pa.int64()),
            **{name: pa.array(values, KINDS[name]) for name, values in told.items()},
        }
    )


def wallets(*rows: tuple[Any, ...]) -> pa.Table:
    """(customer, offering, spend, whom, date, import); the last two may be left out."""
    of = schema(TABLES["wallets"])
    full = [(*row, *(None, 1)[len(row) - 4 :]) for row in rows]
    names = ("customer", "offering", "spend", "whom", "date", "import_no")
    return pa.table(
        {
            name: pa.array([row[i] for row in full], of.field(name).type)
            for i, name in enumerate(names)
        }
    )


def found(
    known: pa.Table, spend: np.ndarray, told: pa.Table | None = None, q: float = 0.9
) -> Potential:
    return potential(known, spend, wallets() if told is None else told, quantile=q, as_of=AS_OF)


def company(seed: int, n: int = 1500) -> tuple[pa.Table, np.ndarray, np.ndarray]:
    """A log-normal wallet that size and trade tell to within 35 %, and a Beta(1.2, 1.8) of it."""
    rng = np.random.default_rng(seed)
    size = np.log(10) + 1.2 * rng.standard_normal(n)
    trade = rng.integers(0, len(TRADES), n)
    worth = 0.5 * rng.standard_normal(len(TRADES))[trade]
    wallet = np.exp(8 + 0.9 * size + worth + 0.35 * rng.standard_normal(n))
    employees = np.maximum(1, np.exp(size).round()).astype(np.int64)
    table = customers(n, employees=employees, sector=np.array(TRADES)[trade])
    return table, wallet * rng.beta(1.2, 1.8, n), wallet


@pytest.mark.parametrize(
    ("q", "told", "rank"), [(0.8, 0.72, 0.63), (0.9, 0.88, 0.74), (0.95, 1.05, 0.79)]
)
def test_the_simulated_wallet_is_found_back_as_far_as_the_quantile_reaches(
    q: float, told: float, rank: float
) -> None:
    ratio, agreement, coverage = [], [], []
    for seed in range(3):
        known, spend, wallet = company(seed)
        answer = found(known, spend, q=q)
        ratio.append(np.median(answer.wallet / wallet))
        agreement.append(spearmanr(answer.headroom, wallet - spend)[0])
        coverage.append(answer.figures["coverage"])
    assert np.mean(ratio) == pytest.approx(told, abs=0.05)
    assert np.mean(agreement) == pytest.approx(rank, abs=0.06)
    assert np.mean(coverage) == pytest.approx(q, abs=0.015)


def test_the_line_is_that_of_a_linear_programme() -> None:
    rng = np.random.default_rng(4)
    n, q = 800, 0.9
    size, trade = rng.standard_normal(n), rng.integers(0, 3, n)
    y = 1 + 0.8 * size + np.array([0.0, 0.7, -0.4])[trade] + rng.standard_normal(n)
    known = Attributes({"size": size}, {"trade": trade})
    order = in_order(known, y)
    line = fit(known.take(order), y[order], q=q).at(known)
    x = np.column_stack([np.eye(3)[trade], np.clip(size, *np.quantile(size, (0.005, 0.995)))])
    costs = np.concatenate([np.zeros(4), np.full(n, q), np.full(n, 1 - q)])
    equal = np.hstack([x, np.eye(n), -np.eye(n)])
    bounds = [(None, None)] * 4 + [(0, None)] * (2 * n)
    exact = linprog(costs, A_eq=equal, b_eq=y, bounds=bounds, method="highs")
    assert np.abs(line - x @ exact.x[:4]).max() < 0.12
    assert pinball(y - line, q) < 1.003 * exact.fun / n
    assert (y <= line).mean() == pytest.approx(q, abs=2 / n)


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), n=st.integers(40, 300))
def test_no_order_of_rows_and_no_numbering_changes_a_bit(seed: int, n: int) -> None:
    known, spend, _ = company(seed, n)
    spend = np.where(np.arange(n) % 7 == 0, 1000.0, spend.round(-2))
    order = np.random.default_rng(seed).permutation(n)
    shuffled = known.take(order).set_column(0, "customer", known["customer"])
    one, other = found(known, spend), found(shuffled, spend[order])
    assert one.wallet[order].tobytes() == other.wallet.tobytes()
    assert one.headroom[order].tobytes() == other.headroom.tobytes()
    assert one.figures == other.figures
    assert one.warnings == other.warnings


def test_a_sample_of_many_does_not_depend_on_their_order_either() -> None:
    known, spend, wallet = company(1, 45_000)
    order = np.random.default_rng(0).permutation(len(spend))
    one, other = found(known, spend), found(known.take(order), spend[order])
    assert one.wallet[order].tobytes() == other.wallet.tobytes()
    assert one.figures["customers"] == 20_000
    assert np.median(one.wallet / wallet) == pytest.approx(0.88, abs=0.05)
    assert (spend < one.wallet).mean() == pytest.approx(0.9, abs=0.005)


def test_threads_change_nothing() -> None:
    code = (
        "import numpy as np; from kernklant.engine.value.quantile import Attributes, fit;"
        "rng = np.random.default_rng(0); size, y = rng.standard_normal((2, 20_000));"
        "known = Attributes({'size': size}, {'trade': rng.integers(0, 90, 20_000)});"
        "print(fit(known, y, q=0.9).coefficients.tobytes().hex())"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
            capture_output=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    }
    assert len(answers) == 1


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), n=st.integers(60, 300))
def test_a_hundred_times_the_spend_is_a_hundred_times_the_wallet(seed: int, n: int) -> None:
    known, spend, _ = company(seed, n)
    one, hundred = found(known, spend), found(known, 100 * spend)
    assert hundred.wallet == pytest.approx(100 * one.wallet, rel=1e-6)
    assert hundred.source.tolist() == one.source.tolist()


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000))
def test_a_higher_quantile_asks_more_on_average(seed: int) -> None:
    known, spend, _ = company(seed, 400)
    means = [np.log(found(known, spend, q=q).wallet).mean() for q in (0.5, 0.8, 0.9, 0.95)]
    assert means == sorted(means)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.sampled_from(["10", "20", " "])),
            st.one_of(st.none(), st.integers(-1, 300)),
            st.one_of(st.just(NOT_KNOWN), st.sampled_from([-5.0, 0.0, 0.01, 250.0, 1e9])),
        ),
        max_size=160,
    )
)
def test_whatever_is_delivered_the_wallet_holds_own_spend(rows: list[tuple[Any, ...]]) -> None:
    known = customers(len(rows), sector=[r[0] for r in rows], employees=[r[1] for r in rows])
    spend = np.array([row[2] for row in rows], dtype=float)
    answer = found(known, spend)
    told = ~np.isnan(answer.wallet)
    own = np.maximum(np.nan_to_num(spend), 0)
    assert np.all(answer.headroom[told] >= 0)
    assert np.all(answer.wallet[told] >= own[told])
    assert np.all((answer.source == NONE) == ~told)
    assert np.all(np.isnan(answer.headroom) == ~told)
    nothing = [(row[0] or " ").isspace() and (row[1] is None or row[1] < 0) for row in rows]
    assert not told[np.array(nothing, dtype=bool)].any()


def test_of_whom_nothing_is_known_nothing_is_told() -> None:
    known, spend, _ = company(0, 200)
    bare = customers(1).set_column(0, "customer", pa.array([201], pa.int64()))
    answer = found(pa.concat_tables([known, bare]), np.append(spend, 5000.0))
    assert np.isnan(answer.wallet[-1])
    assert SOURCES_OF_POTENTIAL[answer.source[-1]] == "none"
    assert answer.figures["sources"] == {"none": 1, "wallet": 0, "look_alikes": 200}


def test_to_be_a_business_like_all_others_is_not_enough() -> None:
    _, spend, _ = company(0, 200)
    answer = found(customers(200, kind=["business"] * 100 + ["consumer"] * 100), spend)
    assert np.isnan(answer.wallet).all()
    assert "no customer with revenue" in answer.warnings[0].en
    assert "geen klant met omzet" in answer.warnings[0].nl


@pytest.mark.parametrize(("buyers", "q", "enough"), [(39, 0.9, 0), (40, 0.9, 1), (79, 0.95, 0)])
def test_too_few_buyers_teach_nothing_and_we_say_so(buyers: int, q: float, enough: int) -> None:
    known, spend, _ = company(2, buyers + 10)
    spend[buyers:] = NOT_KNOWN
    told = wallets((1, "pompen", Decimal(10**9), "wij"))
    answer = found(known, spend, told, q)
    assert answer.source[0] == WALLET
    assert np.isnan(answer.wallet[1:]).all() == (not enough)
    assert any(f"{buyers} customers" in warning.en for warning in answer.warnings) != enough
    assert answer.figures["customers"] == buyers * enough


def test_prospects_are_judged_by_the_others_and_change_nobody() -> None:
    known, spend, wallet = company(5, 900)
    some = found(known.slice(0, 800), spend[:800])
    all_of_them = found(known, np.where(np.arange(900) < 800, spend, NOT_KNOWN))
    assert all_of_them.wallet[:800].tobytes() == some.wallet.tobytes()
    assert all_of_them.headroom[800:].tobytes() == all_of_them.wallet[800:].tobytes()
    assert np.median(all_of_them.wallet[800:] / wallet[800:]) == pytest.approx(0.88, abs=0.12)


def test_nobody_is_told_more_than_the_best_have_spent() -> None:
    known, spend, _ = company(6, 500)
    giant = customers(2, employees=[10**9, 0], sector=["4322", "never seen"])
    giant = giant.set_column(0, "customer", pa.array([501, 502], pa.int64()))
    answer = found(pa.concat_tables([known, giant]), np.append(spend, [NOT_KNOWN, 0.0]))
    assert answer.wallet[500] <= np.quantile(spend, 0.995) * (1 + 1e-9)
    assert np.quantile(spend, 0.005) <= answer.wallet[501] < answer.wallet[500]


def test_ten_small_trades_do_not_make_two_hundred_customers_certain() -> None:
    """Coverage on new customers of a company with 200 of them, ten trades."""
    above, better = [], []
    for seed in range(12):
        known, spend, _ = company(seed, 2200)
        answer = found(known, np.where(np.arange(2200) < 200, spend, NOT_KNOWN))
        error = np.log(spend[200:] / answer.wallet[200:])
        above.append((error <= 0).mean())
        constant = np.log(spend[200:] / np.quantile(spend[:200], 0.9))
        better.append(pinball(error, 0.9) / pinball(constant, 0.9))
    assert np.mean(above) == pytest.approx(0.9, abs=0.03)
    assert np.mean(better) < 0.65


def test_attributes_that_tell_nothing_are_not_used_and_we_say_so() -> None:
    rng = np.random.default_rng(7)
    known = customers(300, region=np.array(["N", "O", "Z", "W"])[rng.integers(0, 4, 300)])
    spend = rng.lognormal(9, 1, 300)
    answer = found(known, spend)
    line = np.exp(np.quantile(np.log(spend), 0.9))
    assert answer.wallet == pytest.approx(np.maximum(spend, line))
    assert answer.figures["features"] == []
    assert answer.figures["pinball"] == answer.figures["pinball_constant"]
    assert "the same for all customers" in answer.warnings[0].en


def test_codes_of_one_trade_and_words_in_any_case_are_one_group() -> None:
    known, spend, _ = company(8, 600)
    plain = found(known, spend)
    said = {"4322 Installateurs": "43", "41.20 Bouw": " 4110", "Scholen": "SCHOLEN ", "F": "f"}
    other = [said.get(text, text) for text in known["sector"].to_pylist()]
    again = found(known.set_column(2, "sector", pa.array(other)), spend)
    assert again.wallet.tobytes() == plain.wallet.tobytes()
    assert plain.figures["features"] == ["employees", "sector"]


def test_a_known_wallet_wins_and_the_look_alikes_are_held_against_it() -> None:
    known, spend, wallet = company(9, 1000)
    rows = [(i + 1, "alles", Decimal(round(wallet[i])), "onbekend") for i in range(50)]
    told = wallets(*rows, (2000, "alles", Decimal(5), "wij"))
    answer = found(known, spend, told)
    assert np.all(answer.source == np.where(np.arange(1000) < 50, WALLET, LOOK_ALIKES))
    assert answer.wallet[:50] == pytest.approx(wallet[:50].round() + spend[:50])
    free = found(known, spend)
    factor = np.median(free.wallet[:50] / answer.wallet[:50])
    assert answer.figures["known_wallets"] == {"factor": pytest.approx(factor), "customers": 50}
    assert free.figures["known_wallets"] is None
    assert answer.wallet[50:].tobytes() == free.wallet[50:].tobytes()


def test_look_alikes_far_from_the_known_wallets_are_told() -> None:
    known, spend, _ = company(10, 300)
    rich = [(i + 1, None, Decimal(10**7), "concurrent") for i in range(12)]
    assert "higher quantile" in found(known, spend, wallets(*rich)).warnings[0].en
    poor = [(i + 1, None, Decimal(1), "wij") for i in range(300)]
    assert "lower quantile" in found(known, spend, wallets(*poor)).warnings[0].en
    assert found(known, spend, wallets(*rich[:9])).warnings == []


def test_a_wallet_is_never_below_own_spend_and_counts_ours_once() -> None:
    known = customers(4)
    spend = np.array([500.0, 500.0, 500.0, NOT_KNOWN])
    told = wallets(
        (1, "a", Decimal(100), "wij"),
        (2, "a", Decimal(900), "concurrent"),
        (3, "a", Decimal(400), "us"),
        (3, "a", Decimal(900), "competitor"),
        (4, "a", Decimal(900), "zelf"),
    )
    answer = found(known, spend, told)
    assert answer.wallet.tolist() == [500.0, 1400.0, 1300.0, 900.0]
    assert answer.headroom.tolist() == [0.0, 900.0, 800.0, 900.0]


def test_of_each_offering_and_whom_the_newest_row_counts() -> None:
    shares = shares_of_wallet(
        wallets(
            (7, "Pompen", Decimal(100), "Wij", date(2025, 1, 1)),
            (7, "pompen ", Decimal("120.50"), "us", date(2026, 1, 1)),
            (7, "pompen", Decimal(999), "wij", date(2026, 10, 1)),
            (7, "pompen", Decimal(300), "CONCURRENT", None),
            (7, "pompen", Decimal(200), "concurrent", None),
            (7, None, Decimal(10), "zelf", None, 1),
            (7, None, Decimal(40), "own", None, 2),
            (7, "daken", Decimal(5), "niet", None),
            (7, "daken", Decimal(6), "onbekend", None),
            (3, "daken", Decimal(0), "none", None),
        ),
        as_of=AS_OF,
    ).to_pylist()
    assert shares[0]["customer"] == 3
    assert np.isnan(shares[0]["share"])
    assert shares[1] == {
        "customer": 7,
        "total": 671.5,
        "ours": 120.5,
        "competitor": 500.0,
        "own": 40.0,
        "none": 5.0,
        "unknown": 6.0,
        "share": pytest.approx(120.5 / 671.5),
    }


def test_an_unknown_word_for_whom_is_named_and_refused() -> None:
    with pytest.raises(UserError) as caught:
        shares_of_wallet(wallets((1, "a", Decimal(1), "Buurman")), as_of=AS_OF)
    assert "buurman" in caught.value.what.nl
    assert "wij, concurrent, zelf, niet of onbekend" in caught.value.remedy.nl


def test_nobody_spends_less_than_nothing() -> None:
    with pytest.raises(UserError, match="-5"):
        shares_of_wallet(wallets((1, "a", Decimal(-5), "wij")), as_of=AS_OF)


def test_of_no_customers_nothing_is_told() -> None:
    answer = found(customers(0), np.zeros(0))
    assert answer.wallet.tolist() == answer.source.tolist() == []
    assert shares_of_wallet(wallets(), as_of=AS_OF).num_rows == 0
    assert answer.figures["coverage"] is None


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        found(customers(1), np.ones(1), q=1.0)
    with pytest.raises(ValueError, match="one spend"):
        found(customers(2), np.ones(1))
