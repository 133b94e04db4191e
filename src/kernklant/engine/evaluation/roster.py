"""How everybody stands in a run, in the columns that lists filter and sort on."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.evaluation.standing import money
from kernklant.engine.ledger.service import service
from kernklant.engine.segments.policy import read_policy
from kernklant.engine.store import Run, Snapshot, Store
from kernklant.engine.store.runs import read
from kernklant.engine.units import twelve_months_before
from kernklant.engine.value.cost_to_serve import Rates, serve
from kernklant.engine.voice import nps

TAKEN = (
    "customer", "segment", "previous_segment", "segment_since", "exit_proposed", "reason",
    "score", "score_low", "score_high", "evidence", "p_a", "p_becomes_a", "clv", "clv_low",
    "clv_high", "clv_after_service", "revenue_12m", "contribution_12m", "cost_to_serve_12m",
    "potential", "value_at_risk", "watch", "last_order_on",
)  # fmt: skip
EUROS = ("clv", "clv_low", "clv_high", "clv_after_service", "potential")
WORDS = ("segment", "previous_segment", "reason")


def roster(store: Store, number: int) -> pa.Table:
    """One row per customer and prospect of a run, by customer number.

    The columns TAKEN, and ``prospect``, ``hours_12m``, ``hours_before`` (the year before that),
    ``satisfaction`` (0 to 10) and ``nps_class``; null where it is not known. Euros in cents.
    """
    run = read(store, number)
    facts = store.seen(run.versions)
    taken = run.table("answer/customers.parquet", [*TAKEN, "service_hours_12m"])
    people = taken.rename_columns([*TAKEN, "hours_12m"])
    everybody = pa.concat_tables(
        [_plain(people, prospect=False), _prospects(run)], promote_options="default"
    ).sort_by("customer")
    policy = read_policy(run.bytes("asked/policy.toml").decode(), name="policy.toml")
    before = twelve_months_before(run.as_of)
    columns = {
        "hours_before": _hours(facts, everybody, policy.rates, as_of=before),
        **_answers(facts, everybody, as_of=run.as_of),
    }
    for name, values in columns.items():
        everybody = everybody.append_column(name, values)
    return everybody


def _plain(table: pa.Table, *, prospect: bool) -> pa.Table:
    """Words as text, estimated euros in cents."""
    for name in (*EUROS, *WORDS):
        if name in table.column_names:
            at = table.column_names.index(name)
            values = money(table[name]) if name in EUROS else table[name].cast(pa.string())
            table = table.set_column(at, name, values)
    return table.append_column("prospect", pa.array([prospect] * table.num_rows, pa.bool_()))


def _prospects(run: Run) -> pa.Table:
    """Who never bought: potential and fit, which stands where a customer has his score."""
    table = run.table("answer/prospects.parquet", ["customer", "potential", "fit", "evidence"])
    table = table.rename_columns(["customer", "potential", "score", "evidence"])
    return _plain(table, prospect=True)


def _hours(facts: Snapshot, everybody: pa.Table, rates: Rates, *, as_of: date) -> pa.Array:
    done = service(facts, as_of=as_of)
    served = serve(done, everybody["customer"].to_numpy(), rates)
    return pa.array(served.hours, from_pandas=True)


def _answers(facts: Snapshot, everybody: pa.Table, *, as_of: date) -> dict[str, pa.Array]:
    told = nps.answers(facts, as_of=as_of)
    mean = nps.satisfaction(told)
    place = pc.index_in(everybody["customer"], value_set=told["customer"])
    return {
        "satisfaction": pc.take(pa.array(mean, pa.float64()), place),
        "nps_class": pc.take(pa.array(nps.classes(mean), pa.int8()), place),
    }


def half_widths(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Half of each customer's range (n,), euros; 0 where there is none."""
    return np.asarray(np.nan_to_num(high - low) / 2)


def range_of(
    total: float, halves: np.ndarray, *, whole: float, whole_halves: np.ndarray, told: float
) -> tuple[float, float]:
    """Low and high of the sum of some customers' lifetime values.

    What is uncertain of each by himself adds up as squares; what is uncertain of all together
    (the parameters) is as large a share of every sum as of the ``whole``, of which the run told
    the half-width ``told``.
    """
    own_of_all = float(np.square(whole_halves).sum())
    common = np.sqrt(max(told**2 - own_of_all, 0.0)) / whole if whole else 0.0
    half = float(np.sqrt(np.square(halves).sum() + (common * total) ** 2))
    return total - half, total + half
