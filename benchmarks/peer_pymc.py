"""The peer pymc-marketing 1.3.0, in its own environment: python peer_pymc.py SALES MODELS."""

from __future__ import annotations

import logging
import sys
import warnings

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from pymc_extras.prior import Prior
from pymc_marketing.clv import BetaGeoModel, GammaGammaModel, ParetoNBDModel, rfm_summary
from stopwatch import Stopwatch

MODELS = {"bg": BetaGeoModel, "pareto": ParetoNBDModel}
NAMES = {"bg": ("r", "alpha", "a", "b"), "pareto": ("r", "alpha", "s", "beta")}


def flat(names: tuple[str, ...]) -> dict[str, object]:
    """Flat priors: the maximum a posteriori is then the maximum likelihood."""
    return {name: Prior("HalfFlat") for name in names}


def point(model: object, names: tuple[str, ...]) -> list[float]:
    return [float(np.squeeze(model.fit_result[name].values)) for name in names]


def main() -> None:
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    sales, models = sys.argv[1], sys.argv[2].split(",")
    watch = Stopwatch()
    frame = pq.read_table(sales).to_pandas()
    frame["date"] = pd.to_datetime(frame["date"])
    frame["amount"] = frame["amount"].astype(float)
    with watch.step("history"):
        rfm = rfm_summary(frame, "customer", "date", "amount", time_unit="D", time_scaler=7)
    del frame
    watch.found["sums"] = [int(rfm.frequency.sum()), round((rfm["T"] * 7).sum()), len(rfm)]
    for name in models:
        # Compiling is not timed: a first fit on a few customers fills its caches.
        MODELS[name](model_config=flat(NAMES[name])).fit(
            rfm.head(500), method="map", progressbar=False
        )
        model = MODELS[name](model_config=flat(NAMES[name]))
        with watch.step(f"fit {name}"):
            model.fit(rfm, method="map", progressbar=False)
        watch.found[f"parameters {name}"] = point(model, NAMES[name])
    repeat = rfm[(rfm.frequency > 0) & (rfm.monetary_value > 0)]
    spend = GammaGammaModel(model_config=flat(("p", "q", "v")))
    with watch.step("spend"):
        spend.fit(repeat, method="map", progressbar=False)
    if models == ["bg"]:
        with watch.step("value"):
            model.expected_purchases(rfm, future_t=52)
            model.expected_probability_alive(rfm)
            clv = spend.expected_customer_lifetime_value(
                model, rfm, future_t=12, discount_rate=0.01, time_unit="W"
            )
        watch.found["mean_clv"] = float(clv.mean())
    watch.report()


main()
