"""What would make a loss-making customer profitable: each lever apart, or together."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text
from kernklant.engine.value.cost_to_serve import MINUTES_PER_HOUR, Rates, charges
from kernklant.engine.value.remedy_words import (
    CENT,
    GONE,
    TINY,
    euros,
    listed,
    named,
    number,
    outcome,
    percent,
)

Lever = Literal["activity", "fault", "order_size", "price", "channel", "together"]

# How far a lever reaches before the customer goes or the work suffers: a judgement of ours.
# Half of an activity, all of our own faults, orders twice as large, a tenth on the price,
# every visit a call.
FURTHEST: dict[Lever, float] = {
    "activity": 0.5,
    "fault": 1.0,
    "order_size": 1.0,
    "price": 0.1,
    "channel": 1.0,
}
TOO_FAR = Text("Dat alleen gaat te ver.", "On its own that goes too far.")


@dataclass(frozen=True, slots=True)
class Done:
    """How often an activity was done in twelve months, at what euros, and what was our fault."""

    activity: str
    count: int
    cost: float
    fault_count: int
    fault: float


@dataclass(frozen=True, slots=True)
class Account:
    """One customer's twelve months: euros of revenue and margin, orders, what was done for him."""

    revenue: float
    margin: float
    orders: int
    done: tuple[Done, ...]

    @property
    def cost(self) -> float:
        """Euros it cost to serve him."""
        return math.fsum(one.cost for one in self.done)

    @property
    def fault(self) -> float:
        """The euros of it that our own errors caused."""
        return math.fsum(one.fault for one in self.done)

    @property
    def loss(self) -> float:
        """Cost to serve less margin, euros; NaN where the margin is not known."""
        return self.cost - self.margin


@dataclass(frozen=True, slots=True)
class Remedy:
    """A lever, the relative ``change`` it takes (0.1 = a tenth), and what is left to reach.

    ``figure``: what the sentence names, the count to fall to, visits to become calls, order size
    in euros, rise of the price as a share, or euros. ``gain``: euros a year it brings.
    ``enough``: the loss is gone without going too far.
    """

    lever: Lever
    change: float
    figure: float
    gain: float
    enough: bool
    text: Text


def account_of(
    table: pa.Table, customer: int, rates: Rates, *, revenue: float, margin: float, orders: int
) -> Account:
    """The account of one customer, from ledger/service.py's table and his twelve months."""
    of = charges(table.filter(pc.equal(table["customer"], customer)), rates)

    def total(values: np.ndarray, kind: int) -> float:
        return math.fsum(values[of.kind == kind].tolist())

    done = tuple(
        Done(
            activity=name,
            count=int(total(of.count, kind)),
            cost=total(of.cost, kind),
            fault_count=int(total(of.fault_count, kind)),
            fault=total(of.fault, kind),
        )
        for kind, name in enumerate(of.names)
    )
    return Account(revenue, margin, orders, done)


def remedies(account: Account, rates: Rates) -> list[Remedy]:
    """What would take away the loss of one customer, the smallest change first.

    Where no lever is enough on its own, what they bring together stands first. Empty without a
    loss of a cent, when the margin is not known, or when there is nothing to change.
    Source: Kaplan & Narayanan (2001), the levers on an unprofitable customer.
    """
    if not account.loss >= CENT:
        return []
    alone = [found for lever in LEVERS if (found := lever(account, rates)) is not None]
    alone.sort(key=lambda remedy: (not remedy.enough, remedy.change))
    if any(remedy.enough for remedy in alone):
        return alone
    return [*_together(account, rates), *alone]


def _activity(account: Account, _rates: Rates) -> Remedy | None:
    """To what count the most costly activity has to fall."""
    most = _dearest(account)
    if most is None:
        return None
    needed = account.loss / most.cost
    fewer = min(_needed(account.loss, most.cost / most.count), most.count)
    gain = most.cost * fewer / most.count
    name, spent, times = named(most.activity), euros(most.cost), number(most.count)
    to, left = number(most.count - fewer), outcome(account.loss - gain)
    at = Text(f"bij hoogstens {to.nl} keer", f"with {to.en} at most,")
    if fewer == most.count:
        at = Text("helemaal zonder", "without any,")
    return _remedy(
        "activity",
        Text(
            f"Aan {name.nl} gaat het meeste op, {spent.nl} voor {times.nl} keer; "
            f"{at.nl} {left.nl}.",
            f"Most goes to {name.en}, {spent.en} for {times.en}; {at.en} {left.en}.",
        ),
        change=fewer / most.count if needed <= 1 else needed,
        figure=most.count - fewer,
        gain=gain,
        covers=needed <= 1,
    )


def _fault(account: Account, _rates: Rates) -> Remedy | None:
    """What is left when we make no errors of our own."""
    if account.fault < CENT:
        return None
    needed = account.loss / account.fault
    spent, left = euros(account.fault), outcome(account.loss - account.fault)
    return _remedy(
        "fault",
        Text(
            f"Onze eigen fouten kostten {spent.nl}; zonder die fouten {left.nl}.",
            f"Our own errors cost {spent.en}; without them, {left.en}.",
        ),
        change=needed,
        figure=account.fault,
        gain=account.fault,
        covers=needed <= 1,
    )


def _order_size(account: Account, _rates: Rates) -> Remedy | None:
    """From which size an order carries what it costs to serve the customer."""
    if not (account.margin >= CENT and account.revenue >= CENT and account.orders > 0):
        return None
    share = account.margin / account.revenue
    each, now = account.cost / account.orders, account.revenue / account.orders
    costs, brings, mean = euros(each), percent(share), euros(now)
    size = euros(each / share, up=True)
    return _remedy(
        "order_size",
        Text(
            f"Een order kost {costs.nl} aan service en brengt {brings.nl} marge op: hij loont "
            f"vanaf {size.nl}, nu is een order gemiddeld {mean.nl}.",
            f"An order costs {costs.en} to serve and brings a margin of {brings.en}: it pays from "
            f"{size.en}, now an order is {mean.en} on average.",
        ),
        change=each / share / now - 1,
        figure=each / share,
        gain=account.loss,
    )


def _price(account: Account, _rates: Rates) -> Remedy | None:
    """How much dearer he has to buy the same."""
    if account.revenue < CENT:
        return None
    rise = account.loss / account.revenue
    more = percent(rise, up=True)
    return _remedy(
        "price",
        Text(
            f"Met prijzen die {more.nl} hoger zijn {GONE.nl}, als hij evenveel blijft kopen.",
            f"With prices {more.en} higher {GONE.en}, if he goes on buying as much.",
        ),
        change=rise,
        figure=rise,
        gain=account.loss,
    )


def _channel(account: Account, rates: Rates) -> Remedy | None:
    """How many visits have to become calls."""
    visits, saving = _visits(account, rates)
    if visits is None:
        return None
    all_ = saving * visits.count
    needed = account.loss / all_
    fewer = min(_needed(account.loss, saving), visits.count)
    left = outcome(account.loss - saving * fewer)
    calls, times, minutes = map(number, (fewer, visits.count, rates.minutes["call"]))
    return _remedy(
        "channel",
        Text(
            f"Bellen in plaats van bezoeken, {calls.nl} van de {times.nl} keer en {minutes.nl} "
            f"minuten per gesprek: dan {left.nl}.",
            f"Calling instead of visiting, {calls.en} of {times.en} times and {minutes.en} "
            f"minutes a call: then {left.en}.",
        ),
        change=fewer / visits.count if needed <= 1 else needed,
        figure=fewer,
        gain=saving * fewer,
        covers=needed <= 1,
    )


LEVERS = (_fault, _channel, _activity, _price, _order_size)


def _remedy(
    lever: Lever, text: Text, *, change: float, figure: float, gain: float, covers: bool = True
) -> Remedy:
    enough = covers and change <= FURTHEST[lever] + TINY
    if covers and not enough:
        text = Text(f"{text.nl} {TOO_FAR.nl}", f"{text.en} {TOO_FAR.en}")
    return Remedy(lever, change, figure, gain, enough, text)


@dataclass(frozen=True, slots=True)
class Step:
    """One lever pulled no further than it reaches, and the account after it."""

    text: Text
    change: float
    gain: float
    after: Account


def _together(account: Account, rates: Rates) -> list[Remedy]:
    """All levers after each other, each as far as needed and no further than it reaches."""
    steps: list[Step] = []
    for pull in (_without_faults, _by_phone, _less_often, _dearer):
        now = steps[-1].after if steps else account
        step = pull(now, rates) if now.loss >= CENT else None
        steps += [step] if step else []
    if not steps:
        return []
    gain = math.fsum(step.gain for step in steps)
    left, pulled = outcome(account.loss - gain), listed([step.text for step in steps])
    text = Text(
        f"Niets is alleen genoeg. Wat kan: {pulled.nl}; dan {left.nl}.",
        f"Nothing is enough on its own. What can be done: {pulled.en}; then {left.en}.",
    )
    change = max(step.change for step in steps)
    return [Remedy("together", change, gain, gain, account.loss - gain < CENT, text)]


def _without_faults(account: Account, _rates: Rates) -> Step | None:
    gain = account.fault
    if gain < CENT:
        return None
    done = tuple(
        Done(one.activity, one.count - one.fault_count, one.cost - one.fault, 0, 0.0)
        for one in account.done
    )
    spent = euros(gain)
    text = Text(f"geen fouten van onszelf ({spent.nl})", f"no errors of ours ({spent.en})")
    return Step(text, 1.0, gain, replace(account, done=done))


def _by_phone(account: Account, rates: Rates) -> Step | None:
    visits, saving = _visits(account, rates)
    if visits is None:
        return None
    fewer = min(_needed(account.loss, saving), visits.count)
    kept = 1 - fewer / visits.count
    calls = Done("call", fewer, fewer * (visits.cost / visits.count - saving), 0, 0.0)
    rest = Done("visit", visits.count - fewer, visits.cost * kept, 0, 0.0)
    others = tuple(one for one in account.done if one is not visits)
    times, spent = number(fewer), euros(saving * fewer)
    text = Text(
        f"{times.nl} keer bellen in plaats van bezoeken ({spent.nl})",
        f"calling {times.en} times instead of visiting ({spent.en})",
    )
    after = replace(account, done=(*others, rest, calls))
    return Step(text, 1 - kept, saving * fewer, after)


def _less_often(account: Account, _rates: Rates) -> Step | None:
    most = _dearest(account)
    reach = math.floor(most.count * FURTHEST["activity"]) if most else 0
    if most is None or reach == 0:
        return None
    fewer = min(_needed(account.loss, most.cost / most.count), reach)
    gain = most.cost * fewer / most.count
    less = replace(most, count=most.count - fewer, cost=most.cost - gain)
    done = tuple(less if one is most else one for one in account.done)
    name, times, spent = named(most.activity), number(fewer), euros(gain)
    text = Text(
        f"{times.nl} {name.nl} minder ({spent.nl})", f"{times.en} fewer {name.en} ({spent.en})"
    )
    return Step(text, fewer / most.count, gain, replace(account, done=done))


def _dearer(account: Account, _rates: Rates) -> Step | None:
    if account.revenue < CENT:
        return None
    rise = min(account.loss / account.revenue, FURTHEST["price"])
    gain = rise * account.revenue
    more, spent = percent(rise, up=True), euros(gain)
    text = Text(f"prijzen {more.nl} hoger ({spent.nl})", f"prices {more.en} higher ({spent.en})")
    return Step(text, rise, gain, replace(account, margin=account.margin + gain))


def _dearest(account: Account) -> Done | None:
    """The activity that costs most; by name among equals."""
    able = [one for one in account.done if one.count > 0 and one.cost >= CENT]
    return min(able, key=lambda one: (-one.cost, one.activity), default=None)


def _visits(account: Account, rates: Rates) -> tuple[Done | None, float]:
    """The visits, and the euros saved by one that becomes a call; none where that saves nothing."""
    visits = next((one for one in account.done if one.activity == "visit" and one.count), None)
    minutes = rates.minutes.get("call")
    if visits is None or minutes is None:
        return None, 0.0
    saving = visits.cost / visits.count - minutes / MINUTES_PER_HOUR * rates.hour
    return (visits, saving) if saving * visits.count >= CENT else (None, 0.0)


def _needed(loss: float, each: float) -> int:
    """How many of so many euros each take the loss away."""
    return math.ceil(loss / each - TINY)
