"""Who moved since the run before and why; and who is in the top whatever the weights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.reference.facts import Row

SEED, DRAWS, MILDLY = 20_040_501, 1000, 50


@dataclass(frozen=True)
class Before:
    """How customers stood at the run before, and their points; whether the policy changed."""

    segments: Mapping[int, Row]
    points: Mapping[int, Mapping[str, int]]
    policy_changed: bool


def moves(
    before: Before | None, now: Mapping[int, Row], points: Mapping[int, Mapping[str, int]]
) -> list[Row]:
    """Everybody whose segment differs, by number."""
    if before is None:
        return []
    found = []
    for one in sorted({*before.segments, *now}):
        old, new = before.segments.get(one), now.get(one)
        left, entered = old and old["segment"], new and new["segment"]
        if left == entered:
            continue
        row = {"customer": one, "from_segment": left, "to_segment": entered}
        if old and new:
            row |= {"kind": "moved", **_cause(before, old, new, points)}
        else:
            row |= {"kind": "gone" if old else "new", "cause": None}
        found.append({"criterion": None, "points": None, **row})
    return found


def _cause(before: Before, old: Row, new: Row, points: Mapping[int, Mapping[str, int]]) -> Row:
    one = new["customer"]
    if new["reason"] in ("insolvent", "decided", "leaving"):
        return {"cause": new["reason"]}
    if before.policy_changed:
        return {"cause": "policy"}
    then, now = before.points.get(one, {}), points[one]
    both = [name for name in now if name in next(iter(before.points.values()), {})]
    change = {name: now[name] - then.get(name, 0) for name in both}
    ladder = ("exit", "C", "B", "A")
    way = 1 if ladder.index(new["segment"]) > ladder.index(old["segment"]) else -1
    if sum(change.values()) * way <= 0:
        return {"cause": "rule"}
    most = max(both, key=lambda name: change[name] * way)
    cause = "time" if old["orders"] == new["orders"] else "bought"
    return {"cause": cause, "criterion": most, "points": change[most]}


def in_the_top(
    shares: Sequence[Sequence[float | None]], weights: Sequence[int], many: int
) -> list[float | None]:
    """How often each is among so many when weights move; those alike share what they get.

    The dice are those of the engine. Source: Lahdelma, Hokkanen & Salminen (1998).
    """
    shares = [[None if one is None else round(one, 9) for one in row] for row in shares]
    rows = [at for at, row in enumerate(shares) if any(share is not None for share in row)]
    rows.sort(key=lambda at: [(share is None, share or 0.0) for share in reversed(shares[at])])
    dice = np.random.default_rng(SEED)
    moved = _moved(dice, weights)
    missing = [[at for at in rows if shares[at][k] is None] for k in range(len(weights))]
    pools = [
        [shares[at][k] for at in rows if shares[at][k] is not None] for k in range(len(weights))
    ]
    filled = [
        dice.integers(0, len(pool), (DRAWS, len(absent))).tolist() if absent else []
        for pool, absent in zip(pools, missing, strict=True)
    ]
    inside = dict.fromkeys(rows, 0)
    for draw in range(DRAWS):
        value = dict.fromkeys(rows, 0.0)
        for k, weight in enumerate(moved[draw]):
            picked = dict(zip(missing[k], filled[k][draw] if missing[k] else [], strict=True))
            for at in rows:
                share = pools[k][picked[at]] if at in picked else shares[at][k]
                value[at] += weight * share
        for at in sorted(rows, key=lambda at: -value[at])[:many]:
            inside[at] += 1
    alike = defaultdict(list)
    for at in rows:
        alike[tuple(shares[at])].append(inside[at] / DRAWS)
    return [
        sum(alike[tuple(row)]) / len(alike[tuple(row)]) if at in inside else None
        for at, row in enumerate(shares)
    ]


def _moved(dice: np.random.Generator, weights: Sequence[int]) -> list[list[float]]:
    some = [weight for weight in weights if weight > 0]
    drawn = dice.dirichlet([MILDLY * weight / sum(weights) for weight in some], DRAWS).tolist()
    found = []
    for row in drawn:
        values = iter(row)
        found.append([next(values) if weight > 0 else 0.0 for weight in weights])
    return found
