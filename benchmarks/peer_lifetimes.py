"""The peer lifetimes 0.11.3, in its own environment: python peer_lifetimes.py SALES MODELS."""

from __future__ import annotations

import sys

import pandas as pd
import pyarrow.parquet as pq
from lifetimes import BetaGeoFitter, GammaGammaFitter, ParetoNBDFitter
from lifetimes.utils import summary_data_from_transaction_data
from stopwatch import Stopwatch

FITTERS = {"bg": BetaGeoFitter, "pareto": ParetoNBDFitter}
NAMES = {"bg": ("r", "alpha", "a", "b"), "pareto": ("r", "alpha", "s", "beta")}


def main() -> None:
    sales, models = sys.argv[1], sys.argv[2].split(",")
    watch = Stopwatch()
    frame = pq.read_table(sales).to_pandas()
    frame["date"] = pd.to_datetime(frame["date"])
    frame["amount"] = frame["amount"].astype(float)
    with watch.step("history"):
        rfm = summary_data_from_transaction_data(
            frame, "customer", "date", monetary_value_col="amount", freq="D", freq_multiplier=7
        )
    del frame
    watch.found["sums"] = [int(rfm.frequency.sum()), round((rfm["T"] * 7).sum()), len(rfm)]
    for model in models:
        fitter = FITTERS[model]()
        with watch.step(f"fit {model}"):
            fitter.fit(rfm.frequency, rfm.recency, rfm["T"])
        parameters = [float(fitter.params_[name]) for name in NAMES[model]]
        watch.found[f"parameters {model}"] = parameters
    repeat = rfm[(rfm.frequency > 0) & (rfm.monetary_value > 0)]
    spend = GammaGammaFitter()
    with watch.step("spend"):
        spend.fit(repeat.frequency, repeat.monetary_value)
    if models == ["bg"]:
        with watch.step("value"):
            fitter.predict(52, rfm.frequency, rfm.recency, rfm["T"])
            fitter.conditional_probability_alive(rfm.frequency, rfm.recency, rfm["T"])
            clv = spend.customer_lifetime_value(
                fitter,
                rfm.frequency,
                rfm.recency,
                rfm["T"],
                rfm.monetary_value,
                time=12,
                discount_rate=0.01,
                freq="W",
            )
        watch.found["mean_clv"] = float(clv.mean())
    watch.report()


main()
