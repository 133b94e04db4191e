"""A small company in memory that has a bit of everything an evaluation looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.demo.company import policy_text
from kernklant.engine.evaluation.publish import contents
from kernklant.engine.evaluation.question import Question
from kernklant.engine.evaluation.run import Answer, evaluate
from kernklant.engine.ledger.facts import current_customers, schemas
from kernklant.engine.segments.policy import Policy, read_policy
from kernklant.engine.store import Store

AS_OF = date(2026, 9, 30)
DAYS = 3 * 365
BUYERS, PROSPECTS = 160, 12
COST_UNKNOWN = 7  # every so manieth buyer has lines without a cost price
SECTORS, REGIONS = ("43", "46", "47"), ("Overijssel", "Gelderland", "Utrecht")
FIT, IMPORTANT = "past bij ons", "ziet ons als belangrijk"

Row = dict[str, Any]
SCHEMAS = schemas()
NUMBERS = ("customer", "group_customer", "referred_by")  # columns that hold customer numbers


@dataclass(frozen=True)
class Tables:
    """The tables of a ledger, and the store they make."""

    tables: Mapping[str, pa.Table]

    def store(self) -> Store:
        return Store.in_memory(self.tables, schemas=SCHEMAS)

    def shuffled(self, seed: int) -> Tables:
        """The same with the rows of every table mixed."""
        draw = np.random.default_rng(seed)
        mixed = {name: rows.take(draw.permutation(len(rows))) for name, rows in self.tables.items()}
        return Tables(mixed)

    def put(self, table: str, *rows: Row) -> Tables:
        """The same with these rows more."""
        more = pa.Table.from_pylist([{"import_no": 2, **row} for row in rows], SCHEMAS[table])
        return Tables({**self.tables, table: pa.concat_tables([self.tables[table], more])})

    def about(self, customer: int, **told: Any) -> Tables:
        """The same, but this is told of a customer, or of who is new."""
        return self.put("customers", {"customer": customer, **told})

    def flag(self, customer: int, word: str, until: date | None = None) -> Tables:
        """The same with a decision on a customer, in force since yesterday."""
        decided = AS_OF - timedelta(days=1)
        return self.put(
            "flags", {"customer": customer, "flag": word, "until": until, "date": decided}
        )

    def times(self, many: int) -> Tables:
        """So many companies next to each other, each with customer numbers of its own."""
        made = {name: [_moved_up(rows, by=1000 * at) for at in range(many)]
                for name, rows in self.tables.items()}  # fmt: skip
        return Tables({name: pa.concat_tables(parts) for name, parts in made.items()})


def _moved_up(rows: pa.Table, *, by: int) -> pa.Table:
    for at, name in enumerate(rows.column_names):
        if name in NUMBERS:
            rows = rows.set_column(at, name, pc.add(rows[name], by))
    return rows


def demo_policy(**changes: str) -> Policy:
    """The demo's policy; ``changes``: lines of its text, old to new, by any name."""
    text = policy_text()
    for change in changes.values():
        old, new = change.split(" -> ")
        assert old in text
        text = text.replace(old, new)
    return read_policy(text, name="policy.toml")


def ask(tables: Tables, policy: Policy | None = None, **more: Any) -> Answer:
    """Evaluate on the last day, under the demo's policy unless told otherwise."""
    question = Question(**{"policy": policy or demo_policy(), "as_of": AS_OF, **more})
    return evaluate(tables.store(), question)


def written(answer: Answer, policy: Policy | None = None) -> dict[str, bytes]:
    """All that is published of an answer, as the bytes of its files."""
    question = Question(policy or demo_policy(), as_of=answer.as_of)
    files = contents(question, answer).encoded()
    return {name: data for name, data in files if name.startswith("answer/")}


def known_by_source(answer: Answer, store: Store) -> dict[str, Any]:
    """An answer whatever our own customer numbers are: rows in order of the source's numbers."""
    told = current_customers(store.snapshot())
    number_of = dict(zip(told["customer"].to_pylist(), told["source_no"].to_pylist(), strict=True))
    found: dict[str, Any] = {"summary": answer.summary}
    for name in ("customers", "points", "values", "prospects", "advice"):
        rows = getattr(answer, name).to_pylist()
        for row in rows:
            row["customer"] = number_of[row["customer"]]
            row["group"] = number_of.get(row.get("group"))
        found[name] = sorted(rows, key=lambda row: row["customer"])
    return found


def letters(answer: Answer, column: str = "segment") -> dict[int, str]:
    """A column of the answer by customer."""
    return dict(
        zip(
            answer.customers["customer"].to_pylist(),
            answer.customers[column].to_pylist(),
            strict=True,
        )
    )


def cents(amount: float) -> Decimal:
    return Decimal(round(amount * 100)) / 100


def company(seed: int = 1, *, buyers: int = BUYERS, prospects: int = PROSPECTS) -> Tables:
    """Customers 1..buyers who bought for three years, and prospects numbered after them."""
    draw = np.random.default_rng(seed)
    rows = {
        "customers": [_customer(draw, number) for number in range(1, buyers + prospects + 1)],
        "sales": [],
        "activities": [],
        "payments": [],
        "ratings": [],
        "wallets": [],
        "flags": [],
    }
    for number in range(1, buyers + 1):
        sold = _sales(draw, number)
        rows["sales"] += sold
        rows["payments"] += [_payment(draw, line) for line in sold]
        rows["activities"] += _activities(draw, number, many=len(sold))
    for number in range(1, buyers + prospects + 1, 3):
        rows["ratings"] += [_rating(draw, number, criterion) for criterion in (FIT, IMPORTANT)]
    for number in range(2, buyers + prospects + 1, 9):
        rows["wallets"].append(_wallet(draw, number))
    first = {name: [{"import_no": 1, **row} for row in table] for name, table in rows.items()}
    return Tables({name: pa.Table.from_pylist(first[name], SCHEMAS[name]) for name in first})


def _customer(draw: np.random.Generator, number: int) -> Row:
    return {
        "customer": number,
        "source": "test",
        "source_no": f"D{number:04}",
        "name": f"Klant {number}",
        "sector": SECTORS[draw.integers(3)],
        "employees": int(draw.integers(1, 300)),
        "region": REGIONS[draw.integers(3)],
        "legal_form": "BV",
        "group_customer": number - number % 20 + 1 if number % 20 in (2, 3) else None,
        "referred_by": int(draw.integers(1, number)) if number % 6 == 5 else None,
        "insolvent_on": AS_OF - timedelta(days=9) if number % 40 == 17 else None,
    }


def _sales(draw: np.random.Generator, number: int) -> list[Row]:
    """Purchases from some day on, in a pace and of a size of his own, until he leaves."""
    size, pace = float(draw.lognormal(6.3, 1.2)), float(draw.lognormal(-3.6, 0.8))
    on, lines = int(draw.integers(0, DAYS - 30)), []
    while on <= DAYS and len(lines) < 60:
        amount = float(size * draw.lognormal(0, 0.4)) + 1
        known = number % COST_UNKNOWN != 0
        lines.append(
            {
                "customer": number,
                "date": AS_OF - timedelta(days=DAYS - on),
                "document": f"F{number:04}-{len(lines):03}",
                "line": "1",
                "amount": cents(amount),
                "cost": cents(amount * draw.uniform(0.5, 0.9)) if known else None,
            }
        )
        if draw.random() < 0.08:
            break
        on += 1 + int(draw.exponential(1 / pace))
    return lines


def _payment(draw: np.random.Generator, line: Row) -> Row:
    paid = line["date"] + timedelta(days=int(draw.integers(5, 80)))
    return {
        "customer": line["customer"],
        "document": line["document"],
        "invoice_date": line["date"],
        "due_date": line["date"] + timedelta(days=30),
        "paid_date": paid if paid <= AS_OF else None,
        "amount": line["amount"],
    }


def _activities(draw: np.random.Generator, number: int, *, many: int) -> list[Row]:
    kinds = ("visit", "call", "ticket", "delivery", "return")
    return [
        {
            "customer": number,
            "date": AS_OF - timedelta(days=int(draw.integers(0, 500))),
            "activity": kinds[draw.integers(len(kinds))],
            "count": 1,
            "minutes": Decimal(int(draw.integers(5, 90))) if draw.random() < 0.5 else None,
            "our_fault": bool(draw.random() < 0.1),
            "reference": f"a{number}-{at}",
        }
        for at in range(many)
    ]


def _rating(draw: np.random.Generator, number: int, criterion: str) -> Row:
    return {
        "customer": number,
        "criterion": criterion,
        "rater": ("Anna", "Bram")[number % 2],
        "mark": Decimal(int(draw.integers(0, 5))),
        "date": AS_OF - timedelta(days=30),
    }


def _wallet(draw: np.random.Generator, number: int) -> Row:
    return {
        "customer": number,
        "offering": "alles",
        "spend": cents(draw.lognormal(9, 1)),
        "whom": "competitor",
        "date": AS_OF - timedelta(days=60),
    }
