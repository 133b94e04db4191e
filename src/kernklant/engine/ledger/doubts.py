"""What the figures of a sheet say against what their columns were taken for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import ImportRefused, Text
from kernklant.engine.ledger.convert import Converted
from kernklant.engine.ledger.mapping import Fields
from kernklant.engine.ledger.words import shorten, squeeze

ZERO = Decimal(0)
SMALL = 20  # margins of at most a euro that are not even a twentieth of the amounts are shares
NEARLY_ALL = Decimal("0.9")
# These do not say whether they are of a piece or of the line, as "kostprijs totaal" does.
BARE = frozenset({"cost", "costs", "kosten", "kostprijs"})


@dataclass(slots=True)
class Doubts:
    """The lines of a sheet of sales, as they come by.

    ``margin``, ``amount``: sums, without their signs, of the lines with a margin. ``several``:
    lines of more than one piece; ``cheap``: those that could pay their cost for every piece.
    """

    largest: Decimal = ZERO
    margin: Decimal = ZERO
    amount: Decimal = ZERO
    several: int = 0
    cheap: int = 0

    def see(self, done: Converted) -> None:
        """Add a batch."""
        values = done.values
        if done.fields.table.name != "sales":
            return
        if "margin" in values:
            self._see_margins(values["margin"], values["amount"])
        if "cost" in done.fields.own and "quantity" in values:
            self._see_costs(values["cost"], values["quantity"], values["amount"])

    def refuse(self, fields: Fields) -> None:
        """ImportRefused when margins cannot be euros, or costs are probably of a piece."""
        if 0 < self.largest <= 1 and self.margin * SMALL < self.amount:
            raise _shares(fields.shown["margin"])
        bare = squeeze(fields.shown.get("cost", "")) in BARE
        if bare and self.several and self.cheap >= NEARLY_ALL * self.several:
            raise _of_a_piece(fields.shown["cost"], self.cheap, self.several)

    def _see_margins(self, margins: pa.Array, amounts: pa.Array) -> None:
        sizes = pc.abs(margins)
        self.largest = max(self.largest, pc.max(sizes).as_py() or ZERO)
        self.margin += pc.sum(sizes).as_py() or ZERO
        self.amount += pc.sum(pc.abs(amounts.filter(pc.is_valid(margins)))).as_py() or ZERO

    def _see_costs(self, costs: pa.Array, quantities: pa.Array, amounts: pa.Array) -> None:
        sold = pc.and_(pc.greater(quantities, 1), pc.greater(costs, 0))
        sold = pc.and_(sold, pc.greater(amounts, 0))
        cheap = pc.less_equal(pc.multiply(costs, quantities), amounts)
        self.several += pc.sum(sold).as_py() or 0
        self.cheap += pc.sum(pc.and_(sold, cheap)).as_py() or 0


def _shares(header: str) -> ImportRefused:
    name = shorten(header)
    return ImportRefused(
        Text(
            f"Kolom {name} lijkt een deel van het bedrag, geen euro's: alles is hooguit 1.",
            f"Column {name} looks like a share of the amount, not euros: all of it is at most 1.",
        ),
        Text(
            "Geef de marge in euro, of laat de kolom weg met --map margin=",
            "Give the margin in euro, or leave the column out with --map margin=",
        ),
    )


def _of_a_piece(header: str, cheap: int, several: int) -> ImportRefused:
    name = shorten(header)
    return ImportRefused(
        Text(
            f"Kolom {name} lijkt de kostprijs van één stuk: op {cheap} van de {several} regels "
            "met meer stuks is aantal x kostprijs niet meer dan het bedrag.",
            f"Column {name} looks like the cost of one piece: on {cheap} of the {several} lines "
            "with more pieces quantity x cost is no more than the amount.",
        ),
        Text(
            "Geef de kostprijs van de hele regel, in een kolom die 'kostprijs totaal' heet; "
            "is het dat al, geef de kolom dan die naam. Of laat hem weg met --map cost=",
            "Give the cost of the whole line, in a column called 'total cost'; if it is that "
            "already, give the column that name. Or leave it out with --map cost=",
        ),
    )
