"""What customers could spend: their known wallet, else what the best of their look-alikes spend."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from kernklant.engine.ledger.judged import WHOM_SAID
from tests.reference.facts import LONG_AGO, Facts, Row
from tests.reference.statistics import clip, quantile, solve, variance

OUTER = (0.005, 0.995)
FEW = 10
RIDGE = 2.0
WIDTHS = (1.0, 0.3, 0.1, 0.05)
NUMBERS, GROUPS = ("employees", "revenue_known"), ("sector", "region", "kind")

Known = dict[str, float | str | None]
Slots = list[tuple[str, float]]


@dataclass(frozen=True)
class Could:
    """Euros a year; None where it is not known."""

    wallet: float | None
    headroom: float | None
    source: str


def potentials(
    facts: Facts, about: Mapping[int, Row], spend: Mapping[int, float | None], q: float
) -> dict[int, Could]:
    """Of each customer and prospect ``about`` whom something may be told, by number."""
    alike = look_alikes({one: _known(row) for one, row in about.items()}, spend, q)
    told, found = wallets(facts), {}
    for one in about:
        own = max(spend[one] or 0.0, 0.0)
        wallet, source = None if one not in alike else max(math.exp(alike[one]), own), "look_alikes"
        if one in told:
            total, ours = told[one]
            wallet, source = max(total + (0.0 if ours else own), own), "wallet"
        headroom = None if wallet is None else wallet - own
        found[one] = Could(wallet, headroom, "none" if wallet is None else source)
    return found


def wallets(facts: Facts) -> dict[int, tuple[float, float]]:
    """What each customer was told to spend in all, and with us."""
    newest: dict[tuple[int, str, str], tuple[tuple, Decimal]] = {}
    for row in facts.until_now("wallets"):
        offering = (row["offering"] or "").strip().casefold()
        key = (row["customer"], offering, WHOM_SAID[row["whom"].strip().casefold()])
        age = (row["date"] or LONG_AGO, row["import_no"])
        before = newest.get(key, ((LONG_AGO, -1), Decimal()))
        if age > before[0]:
            newest[key] = (age, row["spend"])
        elif age == before[0]:
            newest[key] = (age, before[1] + row["spend"])
    found: dict[int, list[Decimal]] = defaultdict(lambda: [Decimal(), Decimal()])
    for (customer, _, whom), (_, euros) in newest.items():
        found[customer][0] += euros
        found[customer][1] += euros if whom == "ours" else 0
    return {one: (float(total), float(ours)) for one, (total, ours) in found.items()}


def _known(row: Row) -> Known:
    workers, revenue = row["employees"], row["revenue_known"]
    return {
        "employees": None if workers is None or workers < 0 else math.log(max(workers, 1)),
        "revenue_known": math.log(float(revenue)) if revenue is not None and revenue > 0 else None,
        "sector": _trade(row["sector"]),
        "region": _plain(row["region"]),
        "kind": _plain(row["kind"]),
    }


def _plain(text: str | None) -> str | None:
    return (text or "").strip().casefold() or None


def _trade(text: str | None) -> str | None:
    plain = _plain(text)
    start = (plain or "")[:2]
    return start if len(start) == 2 and start.isdigit() else plain


def look_alikes(
    about: Mapping[int, Known], spend: Mapping[int, float | None], q: float
) -> dict[int, float]:
    """ln of what the best look-alikes spend, of whom enough is known."""
    buyers = [one for one in about if (spend[one] or 0) > 0]
    names = [
        name
        for name in (*NUMBERS, *GROUPS)
        if sum(about[one][name] is not None for one in buyers) >= FEW
    ]
    telling = [name for name in names if name != "kind"]
    known = [one for one in about if any(about[one][name] is not None for name in telling)]
    learn = [one for one in known if one in set(buyers)]
    if len(learn) < max(40, round(4 / min(q, 1 - q))):
        return {}
    learn.sort(key=lambda one: _in_order(about[one], names, math.log(spend[one])))
    y = [math.log(spend[one]) for one in learn]
    features = _Features([about[one] for one in learn], names)
    x = [features.slots(about[one]) for one in learn]
    better = features.widths and _helps(x, y, features.columns(), q)
    line = _solve(x, y, features.columns(), q) if better else {"one": quantile(y, q)}
    low, high = (quantile(y, outer) for outer in OUTER)
    return {one: clip(_at(line, features.slots(about[one])), low, high) for one in known}


def _in_order(row: Known, names: Sequence[str], y: float) -> list[object]:
    """Groups weigh before numbers, the last of each first; numbers not known come last."""
    groups = [row[name] or "" for name in reversed(GROUPS) if name in names]
    numbers = [row[name] for name in reversed(NUMBERS) if name in names]
    return [*groups, *((value is None, value or 0.0) for value in numbers), y]


class _Features:
    """What rows differ in, as columns by name; each row has at most one value of each feature."""

    def __init__(self, rows: Sequence[Known], names: Sequence[str]) -> None:
        self.numbers: dict[str, tuple[float, float, float, float]] = {}
        self.common: dict[str, list[str]] = {}
        for name in names:
            values = [row[name] for row in rows]
            if name in NUMBERS:
                self._number(name, [value for value in values if value is not None])
            else:
                self._group(name, values)
        self.widths = [*self.numbers, *self.common]

    def _number(self, name: str, known: list[float]) -> None:
        if len(known) < FEW:
            return
        low, middle, high = (quantile(known, at) for at in (OUTER[0], 0.5, OUTER[1]))
        spread = math.sqrt(variance([clip(value, low, high) for value in known]))
        if spread > 1e-9:
            self.numbers[name] = (low, high, middle, spread)

    def _group(self, name: str, values: list[str | None]) -> None:
        counts = Counter(value for value in values if value is not None)
        common = [value for value, many in sorted(counts.items()) if many >= FEW]
        common = sorted(common, key=lambda value: -counts[value])[:50]
        places = {self._place(value, common) for value in values}
        if common and len(places) > 1:
            self.common[name] = common

    @staticmethod
    def _place(value: str | None, common: list[str]) -> str:
        return "unknown" if value is None else f"is {value}" if value in common else "other"

    def columns(self) -> list[str]:
        """All coefficients but the constant."""
        found = [f"{name} {part}" for name in self.numbers for part in ("value", "unknown")]
        for name, common in self.common.items():
            found += [
                f"{name} {part}" for part in (*(f"is {v}" for v in common), "other", "unknown")
            ]
        return found

    def slots(self, row: Known) -> Slots:
        """The columns in which this row is not 0, with its values."""
        found: Slots = [("one", 1.0)]
        for name, (low, high, middle, spread) in self.numbers.items():
            value = row[name]
            told = value is not None
            standard = (clip(value, low, high) - middle) / spread if told else 1.0
            found.append((f"{name} {'value' if told else 'unknown'}", standard))
        for name, common in self.common.items():
            found.append((f"{name} {self._place(row[name], common)}", 1.0))
        return found


def _at(line: Mapping[str, float], slots: Slots) -> float:
    return sum(line.get(name, 0.0) * value for name, value in slots)


def _helps(x: list[Slots], y: list[float], columns: list[str], q: float) -> bool:
    """Whether the line beats one number on fifths it did not learn from."""
    fold = (np.random.default_rng(0).permutation(len(y)) % 5).tolist()
    line, constant = 0.0, 0.0
    for one in range(5):
        kept = [at for at, of in enumerate(fold) if of != one]
        seen = [y[at] for at in kept]
        b = _solve([x[at] for at in kept], seen, columns, q)
        for at in (at for at, of in enumerate(fold) if of == one):
            line += _check(y[at] - _at(b, x[at]), q)
            constant += _check(y[at] - quantile(seen, q), q)
    return line < constant * (1 - 1e-6)


def _check(error: float, q: float) -> float:
    return max(q * error, (q - 1) * error)


def _solve(x: list[Slots], y: list[float], columns: list[str], q: float) -> dict[str, float]:
    """The quantile as a line. Source: Koenker & Bassett (1978), rounded off by a logistic."""
    names = ["one", *columns]
    b = dict.fromkeys(names, 0.0) | {"one": quantile(y, q)}
    for width in WIDTHS:
        b = _descend(x, y, b, names=names, q=q, h=width)
    b["one"] += quantile([value - _at(b, slots) for slots, value in zip(x, y, strict=True)], q)
    return b


def _descend(
    x: list[Slots], y: list[float], b: dict[str, float], *, names: list[str], q: float, h: float
) -> dict[str, float]:
    place = {name: at for at, name in enumerate(names)}
    for _ in range(200):
        slope = [0.0 if name == "one" else -RIDGE * b[name] for name in names]
        curve = [
            [RIDGE if i == j and i else 0.0 for j in range(len(names))] for i in range(len(names))
        ]
        curve[0][0] = 1e-9 * len(y)
        for slots, value in zip(x, y, strict=True):
            below = _logistic(-(value - _at(b, slots)) / h)
            for name, one in slots:
                slope[place[name]] += (q - below) * one
                for other, two in slots:
                    curve[place[name]][place[other]] += below * (1 - below) / h * one * two
        step, length = solve(curve, slope), 1.0
        gain = sum(s * t for s, t in zip(slope, step, strict=True))
        if gain < 1e-16 * len(y):
            return b
        before = _loss(x, y, b, q, h)
        while length > 1e-9:
            tried = {name: b[name] + length * by for name, by in zip(names, step, strict=True)}
            if _loss(x, y, tried, q, h) <= before:
                break
            length /= 2
        else:
            return b
        b = tried
    return b


def _loss(x: list[Slots], y: list[float], b: Mapping[str, float], q: float, h: float) -> float:
    total = RIDGE / 2 * sum(value**2 for name, value in b.items() if name != "one")
    for slots, value in zip(x, y, strict=True):
        error = value - _at(b, slots)
        far = -error / h
        total += q * error + h * (max(far, 0.0) + math.log1p(math.exp(-abs(far))))
    return total


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))
