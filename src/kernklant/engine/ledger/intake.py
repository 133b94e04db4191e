"""One import under way: batches of rows are counted, keyed and staged, table by table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text
from kernklant.engine.ledger.columns import Table
from kernklant.engine.ledger.convert import HEADER_AGAIN, Converted
from kernklant.engine.ledger.forgotten import Forgotten
from kernklant.engine.ledger.keys import Occurrences, keys
from kernklant.engine.ledger.kinds import Strange
from kernklant.engine.ledger.people import REFERENCES, People, Sink, customer_rows, shaped
from kernklant.engine.ledger.questions import unasked

ZERO = Decimal("0.00")
SHEET_SHIFT = 32
FILLED_IN = {"amount", "cost", "question"}  # from other columns, where the file has none
_TWICE_ENCODED = r"Ã[\x{80}-\x{BF}]|â[\x{80}-\x{9F}\x{201A}\x{20AC}]"


@dataclass(slots=True)
class Tally:
    """What was counted of one table's rows; amounts to the cent, of cells that could be read."""

    rows: int = 0
    refused: int = 0
    amount: Decimal = ZERO
    amount_refused: Decimal = ZERO
    unread: int = 0
    rounded: int = 0
    rounding: Decimal = Decimal(0)
    refined: int = 0
    twice_encoded: int = 0
    unasked: int = 0
    first_day: date | None = None
    last_day: date | None = None
    reasons: Counter[Text] = field(default_factory=Counter)
    columns: Counter[str] = field(default_factory=Counter)  # header -> cells refused
    kinds: Strange = field(default_factory=Strange)


class Take:
    """The rows of one table in an import, from one sheet or several."""

    def __init__(
        self, table: Table, *, source: str, sink: Sink, people: People, forgotten: Forgotten
    ) -> None:
        self.table = table
        self.tally = Tally()
        self.seen = Occurrences()
        self.own_keys: list[pa.Array] = []
        self._own_customers = pa.array([], pa.int64())
        self._source = source
        self._sink = sink
        self._people = people
        self._forgotten = forgotten

    def add(self, done: Converted, *, sheet: int) -> None:
        """Count a batch and stage its good rows."""
        good = done.good()
        self._count(done, good)
        values = {name: column.filter(good) for name, column in done.values.items()}
        numbers = pc.add(done.rows.numbers.filter(good), sheet << SHEET_SHIFT)
        if len(numbers):
            rows = self._rows(values, set(done.fields.own) | FILLED_IN)
            at = rows.schema.get_field_index("file_row")
            self._sink.stage(self.table.name, rows.set_column(at, "file_row", numbers))

    def customers(self) -> pa.Array:
        """Our numbers of the customers that have rows of their own here."""
        return self._own_customers

    def _rows(self, values: dict[str, pa.Array], own: set[str]) -> pa.Table:
        """The rows as stored but for ``import_no`` and ``file_row``; customers are noted."""
        stored = {name: values[name] for name in values if name in own and self._keeps(name)}
        for name in (*REFERENCES, "customer"):
            if name in values and (self.table.name != "customers" or name != "customer"):
                self._people.meet(self._forgotten.numbers(values[name]))
        if self.table.name == "customers":
            stored = self._forgotten.customers(stored)
            rows = customer_rows(stored, source=self._source, sink=self._sink)
            self.own_keys.append(rows["row_key"].combine_chunks())
            both = pa.chunked_array([self._own_customers, *rows["customer"].chunks])
            self._own_customers = pc.unique(both)
            return rows
        self._hear(values, own)
        row_key, row_hash = keys(self.table, stored, source=self._source, seen=self.seen)
        # After the keys, so that a row that was there before is known again.
        stored = self._forgotten.facts(self.table.name, stored)
        numbers = self._sink.customer_numbers(self._source, stored["customer"])
        stored |= {"customer": numbers, "row_key": row_key, "row_hash": row_hash}
        return shaped(self.table.name, stored, len(row_key))

    def _hear(self, values: dict[str, pa.Array], own: set[str]) -> None:
        told = {name: column for name, column in values.items() if name not in own}
        if told:
            customers, told = self._forgotten.attributes(values["customer"], told)
            self._people.hear(customers, told, self._days(values))

    def _keeps(self, name: str) -> bool:
        return any(column.name == name for column in self.table.columns) and name != "margin"

    def _days(self, values: dict[str, pa.Array]) -> pa.Array:
        """The day that each row counts from; null where the file has none."""
        day = next(column.name for column in self.table.columns if column.kind == "date")
        return values[day] if day in values else pa.nulls(len(values["customer"]), pa.date32())

    def _count(self, done: Converted, good: pa.Array) -> None:
        tally = self.tally
        tally.rows += len(good)
        tally.refused += len(done.faults)
        tally.rounded += done.rounded
        tally.rounding += done.rounding
        tally.refined += done.refined
        for faults in done.faults.values():
            tally.reasons.update({fault.reason for fault in faults})
            tally.columns.update({fault.column for fault in faults if fault.column})
        if "amount" in done.values:
            self._count_amounts(done, good)
        if "kind" in done.values:
            tally.kinds.hear(done.values["kind"].filter(good))
        self._count_days(done, good)
        tally.unasked += _count(pc.and_(unasked(done), good))
        tally.twice_encoded += sum(
            _count(pc.match_substring_regex(cells, _TWICE_ENCODED))
            for cells in done.cells.values()
            if not pc.all(pc.string_is_ascii(cells)).as_py()
        )

    def _count_amounts(self, done: Converted, good: pa.Array) -> None:
        amounts = done.values["amount"]
        self.tally.amount += pc.sum(amounts).as_py() or ZERO
        self.tally.amount_refused += pc.sum(amounts.filter(pc.invert(good))).as_py() or ZERO
        heads = sum(faults[0].reason is HEADER_AGAIN for faults in done.faults.values())
        self.tally.unread += amounts.null_count - heads

    def _count_days(self, done: Converted, good: pa.Array) -> None:
        if self.table.name == "customers":
            return
        span = pc.min_max(self._days(done.values).filter(good))
        days = [day for day in (span["min"].as_py(), span["max"].as_py()) if day]
        first, last = self.tally.first_day, self.tally.last_day
        self.tally.first_day = min([*days, *([first] if first else [])], default=None)
        self.tally.last_day = max([*days, *([last] if last else [])], default=None)


def stage_people(people: People, sink: Sink, *, but: list[pa.Array]) -> pa.Array:
    """Stage the customers met, except rows that the file itself brings; returns their keys."""
    own = pa.chunked_array(but, pa.binary(16))
    staged = [pa.array([], pa.binary(16))]
    for rows in people.rows(sink):
        fresh = rows.filter(pc.invert(pc.is_in(rows["row_key"], value_set=own)))
        if fresh.num_rows:
            sink.stage("customers", fresh)
            staged.append(fresh["row_key"].combine_chunks())
    return pa.concat_arrays(staged)


def warnings_of(tally: Tally, *, repeated: int) -> list[Text]:
    """What a reader of the receipt should know besides its counts."""
    off = f"{tally.rounding.normalize():f}"
    said = {
        Text(
            "Regels waarvan het bedrag niet te lezen is en dus niet meetelt in de bedragen: "
            f"{tally.unread}.",
            "Rows whose amount cannot be read, and so does not count in the amounts: "
            f"{tally.unread}.",
        ): tally.unread,
        Text(
            f"Bedragen met meer dan twee decimalen, per regel afgerond: {tally.rounded}; "
            f"samen {off.replace('.', ',')} euro verschil.",
            f"Amounts with more than two decimals, rounded per line: {tally.rounded}; "
            f"{off} euro difference in all.",
        ): tally.rounded,
        Text(
            f"Aantallen of prijzen die op zes decimalen zijn afgerond: {tally.refined}.",
            f"Quantities or prices rounded to six decimals: {tally.refined}.",
        ): tally.refined,
        Text(
            f"Regels gelijk aan een eerdere regel van het bestand, en gehouden: {repeated}. "
            "Controleer of het bestand niet dubbel is.",
            f"Rows equal to an earlier row of the file, and kept: {repeated}. "
            "Check that the file is not doubled.",
        ): repeated,
        Text(
            f"Antwoorden zonder vraag, die dus niet meetellen: {tally.unasked}. "
            "Voeg een kolom vraag toe, met nps, csat, ces of free.",
            f"Answers without a question, which do not count: {tally.unasked}. "
            "Add a column question, with nps, csat, ces or free.",
        ): tally.unasked,
        Text(
            f"Cellen die dubbel gecodeerd lijken (CafÃ© voor Café): {tally.twice_encoded}.",
            f"Cells that look encoded twice (CafÃ© for Café): {tally.twice_encoded}.",
        ): tally.twice_encoded,
    }
    return [*(text for text, count in said.items() if count), *tally.kinds.warnings()]


def _count(mask: pa.Array) -> int:
    return pc.sum(mask).as_py() or 0
