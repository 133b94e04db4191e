"""`make accept`: does the division find the customers who will be worth most?

Companies are invented whose future is known. Each is imported and evaluated as anybody's own,
under the policy it came with, and only then laid beside what its customers really brought. See
docs/explanation/de-vries-techniek.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kernklant.demo.company import LAST_DAY, Company, policy_text, write_company
from kernklant.engine.evaluation.question import Question
from kernklant.engine.evaluation.run import Answer, evaluate
from kernklant.engine.ledger.facts import current_customers, open_home
from kernklant.engine.ledger.imports import ImportRequest, import_file
from kernklant.engine.segments.policy import read_policy
from kernklant.engine.store import Store

COMPANIES = 20
BINS = 10
SEGMENTS = ("A", "B", "C")
LEAST_POINTS, MOST_ERROR = 5.0, 0.05
# Other lists of the same length, by a column of the answer; the first is the one to beat.
RIVALS = ("revenue_12m", "revenue", "clv", "contribution_12m")


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far chances lie from what came: ``error`` by bin, ``bias`` over all, ``brier``."""

    error: float
    bias: float
    brier: float


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer beside the truth, row for row.

    ``true_a`` counts all customers of the true top, also those the answer does not know;
    ``bought`` holds the numbers of all with a sales line.
    """

    answer: Answer
    truth: pa.Table
    insolvent: np.ndarray
    bought: np.ndarray
    true_a: int

    def column(self, name: str) -> np.ndarray:
        """A column of the answer as floats, NaN where not known."""
        return np.asarray(pc.cast(self.answer.customers[name], pa.float64()).to_numpy())

    @property
    def segment(self) -> np.ndarray:
        """The segments given."""
        return np.asarray(self.answer.customers["segment"].to_numpy(zero_copy_only=False))

    @property
    def is_true(self) -> np.ndarray:
        """Who belongs to the top by what he will bring."""
        return np.asarray(self.truth["true_segment_top15"].to_numpy())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one company shows; shares are of its true A's, from 0 to 1.

    ``calibration`` is None while nobody's chance is known. ``rules``: whether each holds; None
    when it could not be tested.
    """

    seed: int
    chosen: int
    found: float
    rivals: dict[str, float]
    calibration: Calibration | None
    rules: dict[str, bool | None]
    seconds: dict[str, float]

    @property
    def gain(self) -> float:
        """Points by which our list finds more than the one to beat."""
        return 100 * (self.found - self.rivals[RIVALS[0]])


def one_company(seed: int, folder: Path) -> Outcome:
    """Invent a company in ``folder``, import and evaluate it, and only then read the truth."""
    moments = [time.perf_counter()]
    company = write_company(folder / "files", seed=seed)
    moments.append(time.perf_counter())
    store = taken_in(company, folder / "home")
    moments.append(time.perf_counter())
    policy = read_policy(policy_text(), name="policy.toml")
    answer = evaluate(store, Question(policy, as_of=LAST_DAY))
    moments.append(time.perf_counter())
    seconds = dict(zip(("invent", "import", "evaluate"), np.diff(moments).tolist(), strict=True))
    return measured(seed, beside_truth(answer, store, company), seconds=seconds)


def taken_in(company: Company, home: Path) -> Store:
    """The company's files in a home, in the order of delivery."""
    store = open_home(home, create=True)
    for file in company.files:
        import_file(store, ImportRequest(file.path, file.dataset, mapping=file.mapping or {}))
    return store


def beside_truth(answer: Answer, store: Store, company: Company) -> Judged:
    """The truth's rows in the order of the answer's."""
    facts = store.snapshot()
    known = current_customers(facts)
    truth = pq.read_table(company.truth / "truth.parquet")
    place = pc.index_in(answer.customers["customer"], value_set=known["customer"])
    number = pc.take(known["source_no"], place)
    broke = pc.fill_null(pc.less_equal(known["insolvent_on"], pa.scalar(answer.as_of)), False)
    return Judged(
        answer,
        truth.take(pc.index_in(number, value_set=truth["klantnummer"])),
        insolvent=pc.take(broke, place).to_numpy(),
        bought=np.unique(facts.table("sales", ["customer"])["customer"].to_numpy()),
        true_a=int(pc.sum(truth["true_segment_top15"]).as_py()),
    )


def measured(seed: int, judged: Judged, *, seconds: dict[str, float]) -> Outcome:
    """Everything that is measured of one company."""
    true, ours = judged.is_true, np.flatnonzero(judged.segment == "A")
    lists = {name: top(judged.column(name), len(ours)) for name in RIVALS}
    return Outcome(
        seed=seed,
        chosen=len(ours),
        found=float(true[ours].sum()) / judged.true_a,
        rivals={name: float(true[who].sum()) / judged.true_a for name, who in lists.items()},
        calibration=calibration(judged.column("p_a"), true),
        rules={name: rule(judged) for name, rule in RULES.items()},
        seconds=seconds,
    )


def top(worth: np.ndarray, size: int) -> np.ndarray:
    """Places of the ``size`` largest values; not known comes last, earlier rows win a tie."""
    return np.argsort(np.where(np.isnan(worth), np.inf, -worth), kind="stable")[:size]


def calibration(chance: np.ndarray, came: np.ndarray) -> Calibration | None:
    """Chances beside what came, over those whose chance is known; None when nobody's is.

    ``error``: mean gap between chance and frequency over ten bins of equal counts by chance.
    ``bias``: that gap over all at once. ``brier``: mean squared gap per customer.
    Source: Naeini, Cooper & Hauskrecht (2015); Brier (1950).
    """
    known = ~np.isnan(chance)
    if not known.any():
        return None
    order = np.argsort(chance[known], kind="stable")
    gap = (chance[known] - came[known])[order]
    bins = [abs(float(part.sum())) for part in np.array_split(gap, BINS)]
    return Calibration(sum(bins) / len(gap), abs(float(gap.mean())), float((gap**2).mean()))


def _one_segment(judged: Judged) -> bool:
    numbers = judged.answer.customers["customer"].to_numpy()
    once = len(np.unique(numbers)) == len(numbers)
    everybody = bool(np.isin(judged.bought, numbers).all())
    return once and everybody and bool(np.isin(judged.segment, SEGMENTS).all())


def _insolvent(judged: Judged) -> bool | None:
    who = judged.segment[judged.insolvent]
    return bool((who != "A").all()) if len(who) else None


def _large_prospect(judged: Judged) -> bool | None:
    told = pc.equal(judged.truth["story"], "large_prospect").to_numpy(zero_copy_only=False)
    who = judged.segment[told]
    return bool((who != "C").all()) if len(who) else None


def _parts(judged: Judged) -> bool | None:
    points = getattr(judged.answer, "points", None)
    score = judged.column("score")
    if points is None or np.isnan(score).all():
        return None
    place = pc.index_in(judged.answer.customers["customer"], value_set=points["customer"])
    parts = [points[name].take(place) for name in points.column_names if name != "customer"]
    whole = not place.null_count and all(pa.types.is_integer(part.type) for part in parts)
    sums = np.sum([pc.fill_null(part, 0).to_numpy() for part in parts], axis=0)
    return whole and bool((sums == np.nan_to_num(score)).all())


RULES = {
    "every customer in one segment": _one_segment,
    "an insolvent customer never A": _insolvent,
    "the large prospect not C": _large_prospect,
    "the parts of every score add up": _parts,
}


def mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    """The mean over companies and its standard error (NaN for a single one)."""
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")
    return float(np.mean(values)), spread / len(values) ** 0.5


HEADS = ("seed", "A's", "ours", *RIVALS, "points", "error", "bias", "Brier", "seconds")
LINE = "{:>4} {:>5} {:>6} {:>12} {:>8} {:>6} {:>17} {:>7} {:>6} {:>6} {:>6} {:>8}"


def line(out: Outcome) -> str:
    """One company: shares of the true A's in hundreds, points over the first rival, P(A)."""
    shares = [f"{100 * share:.1f}" for share in (out.found, *out.rivals.values())]
    sure = out.calibration
    chance = [f"{x:.3f}" for x in (sure.error, sure.bias, sure.brier)] if sure else ["–"] * 3
    seconds = f"{sum(out.seconds.values()):.1f}"
    return LINE.format(out.seed, out.chosen, *shares, f"{out.gain:+.1f}", *chance, seconds)


def means(outcomes: Sequence[Outcome]) -> str:
    """The share each list finds, over all companies."""
    ways = {"ours": [out.found for out in outcomes]}
    ways |= {f"by {name}": [out.rivals[name] for out in outcomes] for name in RIVALS}
    told = ["share of the true A's found, mean over companies (standard error):"]
    for way, values in ways.items():
        mean, error = mean_and_error(values)
        told.append(f"  {way:20} {100 * mean:5.1f} % ({100 * error:.1f})")
    return "\n".join(told)


def targets(outcomes: Sequence[Outcome]) -> dict[str, bool | None]:
    """What was promised, with its figure, and whether it holds; None when not measured."""
    gain, error = mean_and_error([out.gain for out in outcomes])
    points = f"points above {RIVALS[0]}: {gain:+.1f} ({error:.1f}) of at least {LEAST_POINTS:g}"
    told = [(points, gain >= LEAST_POINTS), _calibrated(outcomes)]
    return dict(told + [_rule(name, outcomes) for name in RULES])


def _calibrated(outcomes: Sequence[Outcome]) -> tuple[str, bool | None]:
    """The mean error over companies, which is never below that of all taken together."""
    errors = [out.calibration.error for out in outcomes if out.calibration is not None]
    if len(errors) < len(outcomes):
        return f"calibration error of P(A): known of {len(errors)} of {len(outcomes)} seeds", None
    mean, error = mean_and_error(errors)
    told = f"{mean:.3f} ({error:.3f}) of at most {MOST_ERROR:g}, worst {max(errors):.3f}"
    return f"calibration error of P(A): {told}", mean <= MOST_ERROR


def _rule(name: str, outcomes: Sequence[Outcome]) -> tuple[str, bool | None]:
    """A rule holds when it does in every company."""
    broken = [out.seed for out in outcomes if out.rules[name] is False]
    untested = [out.seed for out in outcomes if out.rules[name] is None]
    if broken:
        return f"{name}: not with seed {', '.join(map(str, broken))}", False
    return (f"{name}: not known with {len(untested)} seeds", None) if untested else (name, True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a company, the means and the targets; 1 unless every target is reached."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.truth", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="*", default=[*range(1, COMPANIES + 1)])
    print(LINE.format(*HEADS))
    outcomes = []
    for seed in parser.parse_args(arguments).seeds:
        with tempfile.TemporaryDirectory(prefix="kernklant-truth-") as folder:
            outcomes.append(one_company(seed, Path(folder)))
        print(line(outcomes[-1]), flush=True)
    print("\n" + means(outcomes) + "\n")
    found = targets(outcomes)
    words = {True: "reached", False: "MISSED", None: "NOT MEASURED"}
    print("\n".join(f"{words[holds]:12}  {told}" for told, holds in found.items()))
    return 0 if all(found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
