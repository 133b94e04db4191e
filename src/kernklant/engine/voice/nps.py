"""Who would recommend us: the newest answer of each person, per customer.

Source: Reichheld (2003), "The One Number You Need to Grow": promoters 9-10, passives 7-8,
detractors 0-6.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from kernklant.engine.store import Snapshot

HERE = Path(__file__).parent
PROMOTER, PASSIVE, DETRACTOR = 1, 0, -1


def answers(facts: Snapshot, *, as_of: date) -> pa.Table:
    """One row per customer who answered: ``answers``, their ``total``, promoters, detractors."""
    return facts.mart(HERE / "nps.sql", by_customer=True, as_of=as_of)


def satisfaction(table: pa.Table) -> np.ndarray:
    """The mean answer (n,) of a customer's persons, 0 to 10."""
    total = table["total"].cast(pa.float64()).to_numpy()
    return np.asarray(total / table["answers"].to_numpy())


def classes(mean: np.ndarray) -> np.ndarray:
    """Promoter (1), passive (0) or detractor (-1) by the mean answer (n,)."""
    return np.where(mean >= 9, PROMOTER, np.where(mean >= 7, PASSIVE, DETRACTOR)).astype(np.int8)


def score(of: np.ndarray, weights: np.ndarray | None = None) -> float | None:
    """NPS in points (-100 to 100) of classes (n,), each counted by its weight; None of nobody."""
    counts = np.ones(len(of)) if weights is None else np.maximum(weights, 0)
    whole = float(counts.sum())
    return None if whole <= 0 else 100 * float((of * counts).sum()) / whole
