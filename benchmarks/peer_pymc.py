"""The peer pymc-marketing 1.3.0, in its own environment: python peer_pymc.py SALES MODEL."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pymc_extras.prior import Prior
from pymc_marketing.clv import BetaGeoModel, GammaGammaModel, ParetoNBDModel, rfm_summary
from stopwatch import Stopwatch

MODELS = {"bg": BetaGeoModel, "pareto": ParetoNBDModel}
NAMES = {"bg": ["r", "alpha", "a", "b"], "pareto": ["r", "alpha", "s", "beta"]}


def read(sales: str) -> pd.DataFrame:
    """The lines as this library likes them: floats, and dates of pandas' own."""
    table = pq.read_table(sales)
    amount = table["amount"].cast(pa.float64())
    table = table.set_column(table.schema.get_field_index("amount"), "amount", amount)
    return table.to_pandas(date_as_object=False)


def flat(names: list[str]) -> dict[str, object]:
    """Flat priors: the maximum a posteriori is then the maximum likelihood."""
    return {name: Prior("HalfFlat") for name in names}


def fit(model: Any, data: pd.DataFrame) -> Any:
    model.fit(data, method="map", progressbar=False)
    return model


def log_likelihood(model: Any, at: dict[str, float]) -> float:
    """Its own log density at its own optimum; a flat prior adds nothing."""
    inner = model.model
    logs = {var.name: np.log(at[var.name.removesuffix("_log__")]) for var in inner.value_vars}
    return float(inner.compile_logp(jacobian=False)(logs))


def main() -> None:
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    sales, name = sys.argv[1:]
    watch = Stopwatch()
    with watch.step("history"):
        frame = read(sales)
        rfm = rfm_summary(frame, "customer", "date", "amount", time_unit="D", time_scaler=7)
    del frame
    watch.found["sums"] = [int(rfm.frequency.sum()), round((rfm["T"] * 7).sum()), len(rfm)]
    kind, names = MODELS[name], NAMES[name]
    # Compiling is not timed: a first fit on a few customers fills its caches.
    fit(kind(model_config=flat(names)), rfm.head(500))
    model = kind(model_config=flat(names))
    with watch.step("fit"):
        fit(model, rfm)
    at = {parameter: float(np.squeeze(model.fit_result[parameter].values)) for parameter in names}
    watch.found["parameters"] = list(at.values())
    watch.found["log_likelihood"] = log_likelihood(model, at)
    if name == "bg":
        watch.found["mean_clv"] = value(watch, model, rfm)
    watch.report()


def value(watch: Stopwatch, model: Any, rfm: pd.DataFrame) -> float:
    """Spend per purchase, then purchases, chance to be alive and value of 12 months."""
    repeat = rfm[(rfm.frequency > 0) & (rfm.monetary_value > 0)]
    fit(GammaGammaModel(model_config=flat(["p", "q", "v"])), repeat.head(500))
    spend = GammaGammaModel(model_config=flat(["p", "q", "v"]))
    with watch.step("spend"):
        fit(spend, repeat)
    with watch.step("value"):
        model.expected_purchases(rfm, future_t=52)
        model.expected_probability_alive(rfm)
        clv = spend.expected_customer_lifetime_value(
            model, rfm, future_t=12, discount_rate=0.01, time_unit="W"
        )
    return float(clv.mean())


main()
