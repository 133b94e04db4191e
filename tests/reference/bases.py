"""Small bases at random, with all the odd things a ledger may hold, and policies to match."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pyarrow as pa

from kernklant.engine.ledger.facts import schemas
from kernklant.engine.segments.migration import MOVES, Stand
from kernklant.engine.segments.policy import Policy
from kernklant.engine.units import to_cents
from tests.reference.compare import Case
from tests.reference.facts import Row
from tests.reference.policies import CRITERIA, policy_of

AS_OF = date(2026, 9, 30)
SCHEMAS = schemas()
SECTORS = ("43", "4322", "46.1", "47 winkels", " Bouw ", "bouw", "", None)
REGIONS = ("Overijssel", "gelderland", "Utrecht", None)
ACTIVITIES = ("visit", "call", "Ticket", "delivery", "order-line", "return", "feestje")
FLAGS = ("A", "b", "C", "exit", "Uitfaseren", "kwetsbaar", "vulnerable")
FEW, SOME, MANY = (1, 9), (10, 34), (40, 70)  # customers of a base


def case_of(seed: int) -> Case:
    """The base, policy and past of this number: always the same."""
    dice = Random(seed)
    made = Base(dice)
    rows = made.rows()
    as_of = dice.choice(
        (AS_OF, AS_OF, AS_OF - timedelta(days=dice.randrange(200)), date(2024, 2, 29))
    )
    if not any(row["date"] <= as_of for row in rows["sales"]):
        as_of = max(row["date"] for row in rows["sales"])
    policy = policy_of(dice)
    numbers = [row["customer"] for row in rows["customers"]]
    before = _before(dice, numbers, policy, as_of) if dice.random() < 0.5 else None
    tables = {name: _table(dice, name, found) for name, found in rows.items()}
    return Case(tables, policy, as_of, before)


def _table(dice: Random, name: str, rows: list[Row]) -> pa.Table:
    dice.shuffle(rows)
    keyed = [
        {"import_no": 1 + dice.randrange(2), **row, "row_key": at.to_bytes(16, "big")}
        for at, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(keyed, SCHEMAS[name])


class Base:
    """The rows of one ledger."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        low, high = dice.choices((FEW, SOME, MANY), (3, 5, 1))[0]
        self.buyers = dice.randint(low, high)
        self.prospects = dice.choice((0, 0, 1, 3))
        self.first = dice.choice((1, 1, 1000))  # customer numbers need not begin at 1
        self.days = dice.choice((1, 40, 200, 400, 1100, 1100, 1100, 2000))
        self.pace = dice.lognormvariate(-3.8, 1.0)
        self.leaving = dice.choice((0.0, 0.05, 0.15, 0.5))
        self.costs = dice.choice((0.0, 0.7, 1.0))
        self.whole = dice.random() < 0.2  # whole tens of euros, so that many are alike

    def rows(self) -> dict[str, list[Row]]:
        """All tables; each but customers and sales may be empty."""
        numbers = range(self.first, self.first + self.buyers + self.prospects)
        sales = [line for one in numbers[: self.buyers] for line in self._sales(one)]
        if not sales:
            sales = [self._line(numbers[0], AS_OF - timedelta(days=9), Decimal("10.00"), "F1")]
        return {
            "customers": [row for one in numbers for row in self._about(one, numbers)],
            "sales": sales,
            "activities": self._some(numbers, self._activity),
            "payments": [row for line in sales for row in self._invoices(line)] * self._has(),
            "ratings": self._some(numbers, self._rating),
            "wallets": self._some(numbers, self._wallet),
            "flags": self._once(numbers, self._flag) + self._objections(numbers),
        }

    def _has(self) -> bool:
        return self.dice.random() < 0.7

    def _maybe(self, value: Any, chance: float = 0.7) -> Any:
        return value if self.dice.random() < chance else None

    def _day(self, before: int = 600, after: int = 20) -> date:
        return AS_OF + timedelta(days=self.dice.randint(-before, after))

    def _some(self, numbers: range, make: Any) -> list[Row]:
        if not self._has():
            return []
        return [
            make(self.dice.choice(numbers)) for _ in range(self.dice.randrange(4 * len(numbers)))
        ]

    def _once(self, numbers: range, make: Any) -> list[Row]:
        """At most one row a customer: of two decisions of one day neither is the newest."""
        return [make(one) for one in numbers if self.dice.random() < 0.15]

    def _objections(self, numbers: range) -> list[Row]:
        """Who is not to be ranked, in some bases; drawn apart, so that the others stay."""
        dice = Random(f"{self.first} {self.buyers} {self.days} {self.pace}")
        if dice.random() < 0.6:
            return []
        word = dice.choice(("bezwaar", "objected"))
        return [
            {"customer": one, "flag": word, "date": None, "until": None}
            for one in numbers
            if dice.random() < 0.1
        ]

    def _money(self, middle: float, spread: float = 1.0) -> Decimal:
        drawn = self.dice.lognormvariate(middle, spread)
        return Decimal(round(drawn, -1) if self.whole else drawn).quantize(Decimal("0.01"))

    def _about(self, one: int, numbers: range) -> list[Row]:
        dice = self.dice
        if dice.random() < 0.05 and one in numbers[: self.buyers]:
            return []  # sold to, but nowhere in the customer file
        row = {
            "customer": one,
            "source": "test",
            "source_no": f"K{one}",
            "name": f"Klant {one}",
            "kind": self._maybe(dice.choice(("bedrijf", "consument"))),
            "sector": dice.choice(SECTORS),
            "region": dice.choice(REGIONS),
            "employees": self._maybe(dice.choice((0, 1, 5, 40, dice.randrange(500)))),
            "revenue_known": self._maybe(self._money(12), 0.3),
            "group_customer": self._maybe(dice.choice(numbers), 0.2),
            "referred_by": self._maybe(dice.choice(numbers), 0.15),
            "insolvent_on": self._maybe(self._day(60, 60), 0.05),
        }
        again = {"customer": one, "sector": dice.choice(SECTORS), "source": "test",
                 "source_no": f"K{one}", "valid_from": self._maybe(self._day())}  # fmt: skip
        return [row, again] if dice.random() < 0.2 else [row]

    def _line(self, one: int, day: date, amount: Decimal, document: str) -> Row:
        dice = self.dice
        share = Decimal(round(dice.uniform(0.3, 1.1), 3))
        return {
            "customer": one,
            "date": day,
            "document": document,
            "amount": amount,
            "cost": self._maybe((amount * share).quantize(Decimal("0.01")), self.costs),
            "list_price": self._maybe(abs(amount) + 1, 0.3),
            "quantity": self._maybe(Decimal(1), 0.8),
        }

    def _sales(self, one: int) -> list[Row]:
        dice, found = self.dice, []
        on, middle = dice.randrange(self.days), dice.gauss(6, 1)
        pace = self.pace * dice.lognormvariate(0, 0.7)
        while on < self.days + 15 and len(found) < 40:
            day = AS_OF - timedelta(days=self.days - 1 - on)
            amount = dice.choice(
                (self._money(middle, 0.5), self._money(middle, 0.5), Decimal("0.00"))
            )
            found.append(self._line(one, day, amount, f"F{one}-{len(found) // 2}"))
            if dice.random() < 0.1:
                found.append(self._credit(one, day, found[-1]))
            if dice.random() < self.leaving:
                break
            on += int(dice.expovariate(pace))
        return found

    def _credit(self, one: int, day: date, of: Row) -> Row:
        back = of["amount"] if self.dice.random() < 0.5 else to_cents(of["amount"] / 3)
        row = self._line(one, day + timedelta(days=self.dice.randrange(90)), -back, f"C{one}")
        return row | {"corrects": self._maybe(of["document"])}

    def _invoices(self, line: Row) -> list[Row]:
        dice, day = self.dice, line["date"]
        paid = day + timedelta(days=dice.randrange(200))
        row = {
            "customer": line["customer"],
            "document": line["document"],
            "invoice_date": day,
            "due_date": self._maybe(day + timedelta(days=dice.choice((-3, 0, 14, 30, 60))), 0.9),
            "paid_date": self._maybe(paid, 0.8),
            "amount": line["amount"],
            "import_no": 1,
        }
        again = row | {"paid_date": self._maybe(paid), "import_no": 2}
        return [row, again] if dice.random() < 0.1 else [row]

    def _activity(self, one: int) -> Row:
        dice = self.dice
        return {
            "customer": one,
            "date": self._day(),
            "activity": dice.choice(ACTIVITIES),
            "count": self._maybe(dice.choice((-1, 0, 1, 1, 3))),
            "minutes": self._maybe(Decimal(dice.choice((-5, 0, 10, 45, 300))), 0.4),
            "cost": self._maybe(Decimal(dice.choice(("-20.00", "0.00", "35.10", "900.00"))), 0.2),
            "our_fault": self._maybe(dice.random() < 0.5, 0.3),
        }

    def _rating(self, one: int) -> Row:
        dice = self.dice
        return {
            "customer": one,
            "criterion": dice.choice(CRITERIA),
            "rater": self._maybe(dice.choice(("Anna", "Bram", "Cor"))),
            "mark": Decimal(dice.choice(("0", "1", "2.5", "3", "4"))),
            "date": self._maybe(self._day()),
        }

    def _wallet(self, one: int) -> Row:
        dice = self.dice
        return {
            "customer": one,
            "offering": self._maybe(dice.choice(("alles", "Alles ", "service"))),
            "spend": self._money(8),
            "whom": dice.choice(("wij", "concurrent", "Own", "none", "onbekend")),
            "date": self._maybe(self._day()),
        }

    def _flag(self, one: int) -> Row:
        return {
            "customer": one,
            "flag": self.dice.choice(FLAGS),
            "date": self._maybe(self._day(90, 20)),
            "until": self._maybe(self._day(30, 90), 0.4),
        }


def _before(dice: Random, numbers: list[int], policy: Policy, as_of: date) -> Stand:
    """How some of these customers and a few others stood, at random."""
    known = sorted({one for one in numbers if dice.random() < 0.8} | {7777})
    segments = [
        {
            "customer": one,
            "segment": dice.choice(("A", "B", "C", "C", "exit")),
            "segment_since": as_of - timedelta(days=dice.randrange(1, 500)),
            "orders": dice.randrange(6),
            "reason": "C",
        }
        for one in known
    ]
    names = [one.name for one in policy.criteria if dice.random() < 0.8]
    points = [{"customer": one, **{name: dice.randrange(20) for name in names}} for one in known]
    kinds = pa.schema([("customer", pa.int64()), ("segment", pa.string()),
                       ("segment_since", pa.date32()), ("orders", pa.int32()),
                       ("reason", pa.string())])  # fmt: skip
    scored = pa.schema([MOVES.field("customer"), *((name, pa.int32()) for name in names)])
    return Stand(pa.Table.from_pylist(segments, kinds), pa.Table.from_pylist(points, scored),
                 policy_changed=dice.random() < 0.3)  # fmt: skip
