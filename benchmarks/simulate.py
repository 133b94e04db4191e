"""An invented shop of any size, for timing: BG/NBD purchases with gamma-gamma amounts.

Customers are acquired evenly over the first 52 of 78 weeks; a purchase falls on a whole day.
``python -m benchmarks.simulate 1000000 sales.parquet`` writes the log.
"""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

WEEKS, INTAKE_WEEKS = 78, 52
R, ALPHA, A, B = 0.55, 4.0, 0.6, 3.0
P, Q, GAMMA = 6.25, 3.74, 15.44
FIRST_DAY = date(2024, 1, 1)
AT_ONCE = 1_000_000


def simulate(customers: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Sales lines sorted by day: customer int64, day int32 since FIRST_DAY, cents int64."""
    parts = [
        _lines(
            min(AT_ONCE, customers - start), first=start, rng=np.random.default_rng([seed, part])
        )
        for part, start in enumerate(range(0, customers, AT_ONCE))
    ]
    log = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(log["day"], kind="stable")
    return {name: values[order] for name, values in log.items()}


def _lines(customers: int, *, first: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    customer, time = _purchases(customers, rng=rng)
    scale = rng.gamma(Q, 1 / GAMMA, customers)
    euros = rng.gamma(P, 1.0, len(customer)) / scale[customer]
    return {
        "customer": customer + first + 1,
        "day": np.floor(time * 7).astype(np.int32),
        "cents": np.maximum(np.round(euros * 100), 1).astype(np.int64),
    }


def _purchases(customers: int, *, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Customer and week of every purchase: who stays draws a next one, until the log ends."""
    rate = rng.gamma(R, 1 / ALPHA, customers)
    leaves = rng.beta(A, B, customers)
    who = np.arange(customers)
    when = rng.uniform(0, INTAKE_WEEKS, customers)
    found = [(who, when)]
    while len(who):
        when = when + rng.exponential(1.0, len(who)) / rate[who]
        before = when < WEEKS
        who, when = who[before], when[before]
        found.append((who, when))
        stays = rng.random(len(who)) >= leaves[who]
        who, when = who[stays], when[stays]
    return np.concatenate([who for who, _ in found]), np.concatenate([when for _, when in found])


def timing(log: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """x, t_x and T in days for every customer of a log, as the ledger's history has them."""
    end = WEEKS * 7 - 1
    days = np.unique(log["customer"] * (WEEKS * 7) + log["day"])
    customer, day = np.divmod(days, WEEKS * 7)
    starts = np.flatnonzero(np.append(True, customer[1:] != customer[:-1]))
    purchases = np.diff(np.append(starts, len(days)))
    first, last = day[starts], day[starts + purchases - 1]
    return {
        name: values.astype(np.int32)
        for name, values in (("x", purchases - 1), ("t_x", last - first), ("T", end - first))
    }


def write(log: dict[str, np.ndarray], path: Path) -> None:
    """The log as Parquet with real dates and amounts in euros (DECIMAL(18,2))."""
    since = np.datetime64(FIRST_DAY, "D") + log["day"].astype("timedelta64[D]")
    cents = pa.array(log["cents"]).cast(pa.decimal128(19, 0))
    amount = pc.multiply(cents, pa.scalar(Decimal("0.01"))).cast(pa.decimal128(18, 2))
    table = pa.table({"customer": log["customer"], "date": pa.array(since), "amount": amount})
    pq.write_table(table, path, compression="zstd")


if __name__ == "__main__":
    write(simulate(int(sys.argv[1])), Path(sys.argv[2]))
