"""Sales lines in Parquet -> history -> fit -> lifetime value, beside the peers."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import children, home, simulate
from kernklant.engine.ledger.history import Purchases
from kernklant.engine.value.counts import compress
from kernklant.engine.value.likelihood import log_likelihood
from kernklant.engine.value.purchases import MODELS, Model

LAST_DAY = "2025-06-29"  # 78 weeks from simulate.FIRST_DAY
SAME_LIKELIHOOD = 1e-6
PARETO_PEERS_UP_TO = 100_000
STEPS = ("history", "fit bg", "spend", "value")
NOTE = (
    "CLVTools 0.12.1 (R, GPL-3) is not run here. Measured earlier on a machine of this kind: "
    "history 1.57 s and 20.5 s, BG/NBD 7.74 s and 64.5 s, Pareto/NBD 11.8 s and 94.6 s at 100k "
    "and 1M customers."
)


def compare(room: Path, customers: int, peers: list[str]) -> list[str]:
    """One size, ours beside the peers; returns what failed."""
    sales, own_home, timing = _prepared(room, customers)
    with_pareto = customers <= PARETO_PEERS_UP_TO
    found = {"kernklant": children.ours(str(own_home), "bg", LAST_DAY)}
    if with_pareto:
        found["kernklant pareto"] = children.ours(str(own_home), "pareto", LAST_DAY)
    failures: list[str] = []
    for name in peers:
        for model in ["bg", "pareto"] if with_pareto else ["bg"]:
            label = name if model == "bg" else f"{name} pareto"
            try:
                found[label] = children.peer(name, str(sales), model)
            except children.LeftOut as reason:
                print(f"left out: {label}: {reason}")
            except RuntimeError as error:
                failures.append(f"{label} at {customers}: {error}")
    failures += _same(found, timing, customers)
    _print(found, customers)
    shutil.rmtree(own_home)
    sales.unlink()
    return failures


def alone(room: Path, customers: int) -> list[str]:
    """Our own largest base, with the intervals timed apart."""
    sales, own_home, _timing = _prepared(room, customers)
    sales.unlink()
    for arguments in (["mbg"], ["pareto"], ["mbg", "lifetimes"]):
        title = " ".join(arguments)
        try:
            found = children.ours(str(own_home), arguments[0], LAST_DAY, *arguments[1:])
        except RuntimeError as error:
            return [f"own {title} at {customers}: {error}"]
        steps = found["steps"].items()
        print(
            f"\n## Ours alone, {customers:,} customers, {title}: peak {found['peak_mib']:,.0f} MiB"
        )
        for step, (wall, cpu) in steps:
            print(f"{step:24} {wall:8.2f} s {cpu:8.2f} s cpu")
        print(f"{'together':24} {sum(wall for _step, (wall, _cpu) in steps):8.2f} s")
    shutil.rmtree(own_home)
    return []


def _prepared(room: Path, customers: int) -> tuple[Path, Path, dict[str, np.ndarray]]:
    sales, own_home = room / f"{customers}.parquet", room / f"home-{customers}"
    log = simulate.simulate(customers)
    simulate.write(log, sales)
    timing = simulate.timing(log)
    print(f"\n{customers:,} customers, {len(log['day']):,} lines, seed 1")
    del log
    home.build(own_home, sales)
    return sales, own_home, timing


def _same(found: dict[str, Any], timing: dict[str, np.ndarray], customers: int) -> list[str]:
    """Everybody counted the same, and every optimum has the same likelihood (our yardstick)."""
    histories = compress(Purchases(timing["x"], timing["t_x"], timing["T"]))
    sums = [int(timing["x"].sum(dtype=np.int64)), int(timing["T"].sum(dtype=np.int64)), customers]
    failures, best = [], {}
    for label, outcome in found.items():
        if outcome["found"]["sums"] != sums:
            failures.append(f"{label}: counted {outcome['found']['sums']}, not {sums}")
        model: Model = "pareto" if "pareto" in label else "bg"
        at = np.log(outcome["found"][f"parameters {model}"])
        likelihood = log_likelihood(histories, MODELS[model].likelihood(histories))(at).value
        best.setdefault(model, likelihood)  # ours comes first
        gap = abs(likelihood - best[model]) / abs(best[model])
        print(f"{label:20} log-likelihood {likelihood:,.3f}  relative gap {gap:.1e}")
        if gap > SAME_LIKELIHOOD:
            failures.append(f"{label}: log-likelihood differs by {gap:.1e}")
    return failures


def _print(found: dict[str, Any], customers: int) -> None:
    print(f"\n## {customers:,} customers: wall seconds (cpu)")
    print(f"{'':20}" + "".join(f"{step:>20}" for step in (*STEPS, "together")) + f"{'MiB':>8}")
    together = {}
    for label, outcome in found.items():
        if "pareto" in label:
            continue
        steps = outcome["steps"]
        together[label] = sum(steps[step][0] for step in STEPS)
        cells = [f"{steps[step][0]:.3f} ({steps[step][1]:.2f})" for step in STEPS]
        cells.append(f"{together[label]:.3f}")
        print(f"{label:20}" + "".join(f"{c:>20}" for c in cells) + f"{outcome['peak_mib']:8.0f}")
    _ratio("BG/NBD, all steps", together)
    fits = {
        label.removesuffix(" pareto"): outcome["steps"]["fit pareto"][0]
        for label, outcome in found.items()
        if "pareto" in label
    }
    if fits:
        print("Pareto/NBD fit: " + ", ".join(f"{name} {time:.3f} s" for name, time in fits.items()))
        _ratio("Pareto/NBD fit", fits)
    values = {
        name: f"{o['found']['mean_clv']:.4f}"
        for name, o in found.items()
        if "mean_clv" in o["found"]
    }
    print(f"mean value of 12 months: {values}\n{NOTE}")


def _ratio(title: str, seconds: dict[str, float]) -> None:
    others = {name: time for name, time in seconds.items() if name != "kernklant"}
    if others:
        fastest = min(others, key=lambda name: others[name])
        ratio = others[fastest] / seconds["kernklant"]
        print(f"{title}: {ratio:.1f} x the fastest peer ({fastest})")
