"""Sales lines in Parquet -> history -> fit -> lifetime value, beside the peers."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from benchmarks import children
from benchmarks.record import Record

PEERS = ("lifetimes", "pymc")
LAST_DAY = "2025-06-29"  # 78 weeks from simulate.FIRST_DAY
SAME_LIKELIHOOD = 1e-6
PARETO_UP_TO = 100_000
STEPS = ("history", "fit", "spend", "value")
WHOLE = "whole product"
# customers -> how many times the fastest peer we aim to be
AIM_ALL_STEPS = {1_000_000: 10.0}
AIM_PARETO_FIT = {100_000: 50.0}
MOST_OWN_SECONDS, MOST_OWN_MIB = 60.0, 6 * 1024.0
NOTE = (
    "CLVTools 0.12.1 (R, GPL-3) is not run. Measured before, on 2 cores of this kind, at 100k\n"
    "and 1M customers: history 1.57 and 20.5 s, BG/NBD 7.74 and 64.5 s, Pareto/NBD 11.8 and 94.6 s."
)
Outcomes = dict[str, dict[str, Any]]


def compare(record: Record, room: Path, customers: int, *, peers: list[str]) -> None:
    """One size, ours beside the peers, all on the same lines."""
    with record.part(f"{customers:,} customers"):
        made = children.prepare(customers, room)
        print(f"\n# {customers:,} customers, {made['lines']:,} lines, seed 1")
        _model(record, "bg", made, peers)
        if customers <= PARETO_UP_TO:
            _model(record, "pareto", made, peers)
        shutil.rmtree(made["home"])
        Path(made["sales"]).unlink()


def _model(record: Record, model: str, made: dict[str, Any], peers: list[str]) -> None:
    found = {"kernklant": children.ours(made["home"], model, LAST_DAY)}
    customers = made["sums"][-1]
    for name in peers:
        with record.part(f"{name}, {model}, {customers:,} customers"):
            found[name] = children.peer(name, made["sales"], model)
    whole = children.ours(made["home"], model, LAST_DAY, "whole")
    title = {"bg": "BG/NBD", "pareto": "Pareto/NBD"}[model]
    print(f"\n## {title}, {customers:,} customers: wall seconds (cpu)")
    _table({**found, WHOLE: whole})
    _same(record, found, f"{title}, {customers:,} customers", made["sums"])
    # lifetimes cannot value customers with Pareto/NBD, so there only the fits are compared.
    steps, aims = (STEPS, AIM_ALL_STEPS) if model == "bg" else (("fit",), AIM_PARETO_FIT)
    if ratio := _ratio(found, steps):
        what = f"{title}, {'all steps' if model == 'bg' else 'the fit'}, {customers:,} customers"
        print(f"{ratio:.1f} x the fastest peer")
        if customers in aims:
            record.at_least(what, ratio, aims[customers], "x the fastest peer")


def _table(found: Outcomes) -> None:
    heads = (*STEPS, "intervals", "together")
    print(f"{'':14}" + "".join(f"{head:>16}" for head in heads) + f"{'MiB':>8}{'mean CLV':>10}")
    for name, outcome in found.items():
        clv = outcome["found"].get("mean_clv")
        cells = [_cell(outcome["steps"].get(step)) for step in heads[:-1]]
        whole = outcome["steps"].keys() >= set(STEPS)
        cells.append(f"{_seconds(outcome, tuple(outcome['steps'])):.3f}" if whole else "–")
        line = f"{name:14}" + "".join(f"{cell:>16}" for cell in cells)
        print(line + f"{outcome['peak_mib']:8,.0f}" + (f"{clv:10.4f}" if clv else f"{'–':>10}"))


def _cell(step: tuple[float, float | None] | None) -> str:
    if step is None:
        return "–"
    wall, cpu = step
    return f"{wall:.3f}" if cpu is None else f"{wall:.3f} ({cpu:.2f})"


def _same(record: Record, found: Outcomes, what: str, sums: list[int]) -> None:
    """Everybody counted what was simulated, and tells the same likelihood by his own formula."""
    ours = found["kernklant"]["found"]["log_likelihood"]
    for name, outcome in found.items():
        if outcome["found"]["sums"] != sums:
            record.failures.append(f"{what}: {name} counted {outcome['found']['sums']}, not {sums}")
        likelihood = outcome["found"]["log_likelihood"]
        gap = abs(likelihood / ours - 1)
        parameters = " ".join(f"{value:.5f}" for value in outcome["found"]["parameters"])
        print(f"{name:14}log-likelihood {likelihood:,.3f}, relative gap {gap:.0e}, at {parameters}")
        if not gap <= SAME_LIKELIHOOD:
            record.failures.append(f"{what}: log-likelihood of {name} differs by {gap:.1e}")


def _ratio(found: Outcomes, steps: tuple[str, ...]) -> float | None:
    others = [
        _seconds(outcome, steps)
        for name, outcome in found.items()
        if name != "kernklant" and outcome["steps"].keys() >= set(steps)
    ]
    return min(others) / _seconds(found["kernklant"], steps) if others else None


def _seconds(outcome: dict[str, Any], steps: tuple[str, ...]) -> float:
    return sum(outcome["steps"][step][0] for step in steps)


def alone(record: Record, room: Path, customers: int) -> None:
    """Our own largest base; the last run is what the product does, intervals timed apart."""
    with record.part(f"ours alone, {customers:,} customers"):
        made = children.prepare(customers, room)
        Path(made["sales"]).unlink()
        print(f"\n# Ours alone, {customers:,} customers, {made['lines']:,} lines")
        for arguments in (["mbg"], ["pareto"], ["mbg", "whole"]):
            title = " ".join(arguments)
            with record.part(f"ours alone, {title}"):
                found = children.ours(made["home"], arguments[0], LAST_DAY, *arguments[1:])
                _own(record, title, found)
        shutil.rmtree(made["home"])


def _own(record: Record, title: str, found: dict[str, Any]) -> None:
    print(f"\n## {title}: peak {found['peak_mib']:,.0f} MiB")
    for step, (wall, cpu) in found["steps"].items():
        print(f"{step:12} {wall:8.2f} s" + (f" {cpu:8.2f} s cpu" if cpu is not None else ""))
    wall = sum(seconds for step, (seconds, _cpu) in found["steps"].items() if step != "intervals")
    print(f"{'together':12} {wall:8.2f} s, intervals apart")
    record.at_most(f"ours alone, {title}", wall, MOST_OWN_SECONDS, "s")
    record.at_most(f"ours alone, {title}", found["peak_mib"], MOST_OWN_MIB, "MiB")
