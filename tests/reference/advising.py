"""What would take a customer's loss away: each lever apart, or all of them a little."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tests.reference.evaluation import Reference
from tests.reference.facts import Row
from tests.reference.paying import Service, serve, tidy
from tests.reference.tables import cents

CENT, TINY = 0.01, 1e-9


@dataclass(frozen=True)
class Done:
    """How often, at what euros, and what of it was our fault."""

    count: int = 0
    cost: float = 0.0
    faults: int = 0
    fault: float = 0.0


@dataclass(frozen=True)
class Account:
    """Twelve months of one customer; ``call`` euros of a call, None where no time is known."""

    revenue: float
    margin: float
    orders: int
    done: dict[str, Done]
    call: float | None

    @property
    def cost(self) -> float:
        return math.fsum(one.cost for one in self.done.values())

    @property
    def fault(self) -> float:
        return math.fsum(one.fault for one in self.done.values())

    @property
    def loss(self) -> float:
        return self.cost - self.margin


@dataclass(frozen=True)
class Lever:
    """What it brings, how far it is pulled, and whether that is enough."""

    name: str
    change: float
    gain: float
    enough: bool


def advised(asked: Reference) -> list[Row]:
    """The levers of each customer who costs money, the smallest change first."""
    left = {
        one: 0.0 if asked.flags[one].objected else value
        for one, value in asked.contribution.items()
    }
    worst = sorted(asked.customers, key=lambda one: (left[one] or 0.0, one))[:100]
    found = []
    for one in sorted(worst):
        if (left[one] or 0.0) < 0 and (asked.service[one].cost or 0.0) > 0:
            found += [
                {
                    "customer": one,
                    "lever": lever.name,
                    "gain": cents(lever.gain),
                    "enough": lever.enough,
                }
                for lever in levers(account(asked, one))
            ]
    return found


def account(asked: Reference, one: int) -> Account:
    """His twelve months, by activity."""
    rates, history = asked.policy.rates, asked.histories[one]
    minutes = {tidy(name): value for name, value in rates.minutes.items()}
    done: dict[str, Done] = {}
    for row in asked.facts.last_year("activities"):
        if row["customer"] == one:
            spent, times = Service(), 1 if row["count"] is None else max(row["count"], 0)
            serve(spent, row, minutes, rates.hour)
            so_far = done.get(tidy(row["activity"]), Done())
            done[tidy(row["activity"])] = Done(
                so_far.count + times,
                so_far.cost + (spent.cost or 0.0),
                so_far.faults + (times if row["our_fault"] else 0),
                so_far.fault + (spent.fault or 0.0),
            )
    whole, revenue, orders = float(history["revenue"]), asked.revenue[one], history["orders"]
    orders = max(1, round(revenue * orders / whole) if whole > 0 else orders)
    call = rates.minutes.get("call")
    each = None if call is None else call / 60 * rates.hour
    return Account(revenue, asked.margin[one] or 0.0, orders, dict(sorted(done.items())), each)


def levers(of: Account) -> list[Lever]:
    """Source: Kaplan & Narayanan (2001)."""
    if of.loss < CENT:
        return []
    alone = [lever for pull in (_fault, _channel, _activity, _price, _size) for lever in pull(of)]
    alone.sort(key=lambda lever: (not lever.enough, lever.change))
    return alone if any(lever.enough for lever in alone) else [*_together(of), *alone]


def _fault(of: Account) -> list[Lever]:
    if of.fault < CENT:
        return []
    change = of.loss / of.fault
    return [Lever("fault", change, of.fault, change <= 1)]


def _channel(of: Account) -> list[Lever]:
    saving, count = _by_phone(of)
    return [_counted("channel", of.loss, saving, count, furthest=1.0)] if saving else []


def _activity(of: Account) -> list[Lever]:
    most = _dearest(of)
    if most is None:
        return []
    one = of.done[most]
    return [_counted("activity", of.loss, one.cost / one.count, one.count, furthest=0.5)]


def _counted(name: str, loss: float, each: float, count: int, *, furthest: float) -> Lever:
    fewer, needed = min(_times(loss, each), count), loss / (each * count)
    change = fewer / count if needed <= 1 else needed
    return Lever(name, change, each * fewer, needed <= 1 and change <= furthest + TINY)


def _price(of: Account) -> list[Lever]:
    rise = of.loss / of.revenue if of.revenue >= CENT else 0.0
    return [Lever("price", rise, of.loss, rise <= 0.1 + TINY)] if rise else []


def _size(of: Account) -> list[Lever]:
    if of.margin < CENT or of.revenue < CENT:
        return []
    change = of.cost / of.margin - 1
    return [Lever("order_size", change, of.loss, change <= 1 + TINY)]


def _together(of: Account) -> list[Lever]:
    now, gains = of, []
    pulls: Sequence[Callable[[Account], Account]] = (_no_faults, _phone, _less, _dearer)
    for pull in pulls:
        after = pull(now) if now.loss >= CENT else now
        if after is not now:
            gains.append(now.loss - after.loss)
            now = after
    gain = math.fsum(gains)
    return [Lever("together", 0.0, gain, of.loss - gain < CENT)] if gains else []


def _no_faults(of: Account) -> Account:
    if of.fault < CENT:
        return of
    done = {
        name: Done(one.count - one.faults, one.cost - one.fault) for name, one in of.done.items()
    }
    return replace(of, done=done)


def _phone(of: Account) -> Account:
    saving, count = _by_phone(of)
    if not saving or of.call is None:
        return of
    visits, fewer = of.done["visit"], min(_times(of.loss, saving), count)
    calls = of.done.get("call", Done())
    rest = Done(count - fewer, visits.cost * (1 - fewer / count))
    # Calls that were visits are a row of their own: nobody makes fewer of those again.
    more = {"call (was visit)": Done(fewer, fewer * of.call)}
    return replace(of, done={**of.done, "call": calls, "visit": rest, **more})


def _less(of: Account) -> Account:
    most = _dearest(of)
    reach = math.floor(of.done[most].count * 0.5) if most else 0
    if most is None or reach == 0:
        return of
    one = of.done[most]
    fewer = min(_times(of.loss, one.cost / one.count), reach)
    less = replace(one, count=one.count - fewer, cost=one.cost * (1 - fewer / one.count))
    return replace(of, done={**of.done, most: less})


def _dearer(of: Account) -> Account:
    if of.revenue < CENT:
        return of
    return replace(of, margin=of.margin + min(of.loss, 0.1 * of.revenue))


def _by_phone(of: Account) -> tuple[float, int]:
    """Euros that a visit costs more than a call, and how many visits; 0 where it saves nothing."""
    visits = of.done.get("visit", Done())
    if not visits.count or of.call is None:
        return 0.0, 0
    saving = visits.cost / visits.count - of.call
    return (saving, visits.count) if saving * visits.count >= CENT else (0.0, 0)


def _dearest(of: Account) -> str | None:
    able = [name for name, one in of.done.items() if one.count > 0 and one.cost >= CENT]
    return min(able, key=lambda name: (-of.done[name].cost, name), default=None)


def _times(loss: float, each: float) -> int:
    return math.ceil(loss / each - TINY)
