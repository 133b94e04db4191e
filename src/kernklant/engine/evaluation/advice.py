"""What would make the customers who cost money profitable, for the largest losses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa

from kernklant.engine.evaluation.knowing import Known
from kernklant.engine.ledger.service import service
from kernklant.engine.segments.policy import Policy
from kernklant.engine.store import Snapshot
from kernklant.engine.units import euros
from kernklant.engine.value.cost_to_serve import Rates
from kernklant.engine.value.remedies import Remedy, account_of, remedies

MOST = 100  # customers: who loses more than these is looked up with `kernklant show`
ADVICE = pa.schema(
    [
        ("customer", pa.int64()),
        ("lever", pa.string()),
        ("gain", pa.float64()),
        ("enough", pa.bool_()),
        ("text_nl", pa.string()),
        ("text_en", pa.string()),
    ]
)


def advice(
    facts: Snapshot, known: Known, policy: Policy, *, as_of: date, but: np.ndarray
) -> pa.Table:
    """Remedies, the smallest change first, of at most MOST customers of the largest loss.

    ``but`` (n,): of these none.
    """
    left = np.where(but, 0.0, np.nan_to_num(known.contribution, nan=0.0))
    order = np.lexsort((known.customer, left))[:MOST]
    worst = order[(left[order] < 0) & (known.service.cost[order] > 0)]
    if len(worst) == 0:
        return ADVICE.empty_table()
    table = service(facts, as_of=as_of, customers=known.customer[worst].tolist())
    past, rows = known.past.table, []
    revenue, whole = euros(past["revenue_12m"]), euros(past["revenue"])
    orders = past["orders"].to_numpy()
    for at in np.sort(worst):
        account = account_of(
            table,
            int(known.customer[at]),
            policy.rates,
            revenue=revenue[at],
            margin=known.margin[at],
            orders=_orders(revenue[at], whole[at], int(orders[at])),
        )
        rows += [_row(int(known.customer[at]), one) for one in remedies(account, policy.rates)]
    return pa.Table.from_pylist(rows, schema=ADVICE)


def advice_on(
    facts: Snapshot, customer: int, rates: Rates, *, as_of: date, row: Mapping[str, object]
) -> list[Remedy]:
    """The same for one customer of an answer, whatever he loses; ``row`` is his standing."""
    margin = row["margin_12m"]
    if margin is None or row["margin_assumed"]:
        return []
    revenue = float(str(row["revenue_12m"]))
    account = account_of(
        service(facts, as_of=as_of, customers=[customer]),
        customer,
        rates,
        revenue=revenue,
        margin=float(str(margin)),
        orders=_orders(revenue, float(str(row["revenue"])), int(str(row["orders"]))),
    )
    return remedies(account, rates)


def _orders(revenue: float, whole: float, orders: int) -> int:
    """Orders of twelve months: their revenue over what an order has brought on average."""
    return max(1, round(revenue * orders / whole)) if whole > 0 else max(1, orders)


def _row(customer: int, remedy: Remedy) -> dict[str, object]:
    return {
        "customer": customer,
        "lever": remedy.lever,
        "gain": round(remedy.gain, 2),
        "enough": remedy.enough,
        "text_nl": remedy.text.nl,
        "text_en": remedy.text.en,
    }
