"""The peer lifetimes 0.11.3, in its own environment: python peer_lifetimes.py SALES MODEL."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from lifetimes import BetaGeoFitter, GammaGammaFitter, ParetoNBDFitter
from lifetimes.utils import summary_data_from_transaction_data
from stopwatch import Stopwatch

FITTERS = {"bg": BetaGeoFitter, "pareto": ParetoNBDFitter}
NAMES = {"bg": ["r", "alpha", "a", "b"], "pareto": ["r", "alpha", "s", "beta"]}


def read(sales: str) -> pd.DataFrame:
    """The lines as this library likes them: floats, and dates of pandas' own."""
    table = pq.read_table(sales)
    amount = table["amount"].cast(pa.float64())
    table = table.set_column(table.schema.get_field_index("amount"), "amount", amount)
    return table.to_pandas(date_as_object=False)


def log_likelihood(fitter: BetaGeoFitter | ParetoNBDFitter, rfm: pd.DataFrame, model: str) -> float:
    """Its own formula at its own optimum in weeks; what it keeps is of rescaled time."""
    at = fitter.params_[NAMES[model]].to_numpy()
    past = [rfm.frequency.to_numpy(), rfm.recency.to_numpy(), rfm["T"].to_numpy()]
    ones = np.ones(len(rfm))
    if model == "pareto":  # takes the parameters, gives the sum
        return float(-fitter._negative_log_likelihood(at, *past, ones, 0))
    # takes their logarithms, gives the mean
    return float(-fitter._negative_log_likelihood(np.log(at), *past, ones, 0) * len(rfm))


def main() -> None:
    sales, model = sys.argv[1:]
    watch = Stopwatch()
    with watch.step("history"):
        frame = read(sales)
        rfm = summary_data_from_transaction_data(
            frame, "customer", "date", monetary_value_col="amount", freq="D", freq_multiplier=7
        )
    del frame
    watch.found["sums"] = [int(rfm.frequency.sum()), round((rfm["T"] * 7).sum()), len(rfm)]
    fitter = FITTERS[model]()
    with watch.step("fit"):
        fitter.fit(rfm.frequency, rfm.recency, rfm["T"])
    watch.found["parameters"] = [float(fitter.params_[name]) for name in NAMES[model]]
    watch.found["log_likelihood"] = log_likelihood(fitter, rfm, model)
    if model == "bg":  # customer_lifetime_value fails with Pareto/NBD
        watch.found["mean_clv"] = value(watch, fitter, rfm)
    watch.report()


def value(watch: Stopwatch, fitter: BetaGeoFitter, rfm: pd.DataFrame) -> float:
    """Spend per purchase, then purchases, chance to be alive and value of 12 months."""
    repeat = rfm[(rfm.frequency > 0) & (rfm.monetary_value > 0)]
    spend = GammaGammaFitter()
    with watch.step("spend"):
        spend.fit(repeat.frequency, repeat.monetary_value)
    past = [rfm.frequency, rfm.recency, rfm["T"]]
    with watch.step("value"):
        fitter.predict(52, *past)
        fitter.conditional_probability_alive(*past)
        clv = spend.customer_lifetime_value(
            fitter, *past, rfm.monetary_value, time=12, discount_rate=0.01, freq="W"
        )
    return float(clv.mean())


main()
