"""Money and quantities of a batch: what follows from what, and to how many decimals."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text
from kernklant.engine.ledger.cells import Reading
from kernklant.engine.ledger.convert import Converted, lacks
from kernklant.engine.ledger.numbers import TOO_LONG, WIDE

MONEY = pa.decimal128(18, 2)
NUMBER = pa.decimal128(18, 6)
MOST = {MONEY: 10**16, NUMBER: 10**12, WIDE: 10**16}
HALF_UP = "half_towards_infinity"
_THREE_DECIMALS = {"nl": r",[0-9]{3}[^0-9]*$", "en": r"\.[0-9]{3}[^0-9]*$"}

TOO_FINE = Text(
    "een bedrag heeft hooguit twee cijfers achter de komma", "an amount has at most two decimals"
)


def complete(done: Converted, *, reading: Reading) -> None:
    """Round numbers to six decimals and money to cents; fill in amount and cost of sales.

    Money with three or more decimals is refused, except on a sales line with a quantity: there
    it is rounded half-up and counted, as it comes from quantity x price.
    """
    kinds = {column.name: column.kind for column, _ in done.fields.columns()}
    for name in [name for name, kind in kinds.items() if kind == "number"]:
        _to_six_decimals(done, name)
    if done.fields.table.name == "sales":
        _fill_in_amount(done)
    for name in [name for name in done.values if kinds.get(name, "money") == "money"]:
        _to_cents(done, name, reading=reading)
    if "margin" in done.values:
        _fill_in_cost(done)


def _to_six_decimals(done: Converted, name: str) -> None:
    fine = done.values[name]
    kept = pc.round(fine, ndigits=6, round_mode=HALF_UP)
    done.refined += _count(pc.not_equal(fine, kept))
    done.values[name] = _narrow(done, name, kept, NUMBER)


def _fill_in_amount(done: Converted) -> None:
    """Quantity x price, where the file has no amount."""
    if "amount" in done.values:
        return
    for name in ("quantity", "unit_price"):
        blank = pc.is_null(done.cells[name])
        done.blame(blank, name, lacks(done.fields.table.column(name)))
    product = pc.multiply(done.values["quantity"], done.values["unit_price"])
    fine = pc.round(product, ndigits=10, round_mode=HALF_UP)
    done.values["amount"] = _narrow(done, "unit_price", fine, WIDE)


def _fill_in_cost(done: Converted) -> None:
    """Amount - margin, both to the cent, where the file has no cost."""
    cost = pc.subtract(done.values["amount"], done.values["margin"])
    cost = _narrow(done, "margin", cost, MONEY)
    own = done.values.get("cost")
    done.values["cost"] = cost if own is None else pc.coalesce(own, cost)


def _to_cents(done: Converted, name: str, *, reading: Reading) -> None:
    fine = done.values[name]
    kept = pc.round(fine, ndigits=2, round_mode=HALF_UP)
    moved = pc.fill_null(pc.not_equal(fine, kept), False)
    refused = pc.and_not(pc.or_(moved, _three_decimals(done, name, reading)), _counted(done))
    done.blame(refused, name, TOO_FINE)
    kept = pc.if_else(refused, None, kept)
    if name == "amount":
        done.rounded += _count(pc.and_not(moved, refused))
        done.rounding += pc.sum(pc.subtract(kept, fine)).as_py() or Decimal(0)
    done.values[name] = _narrow(done, name, kept, MONEY)


def _counted(done: Converted) -> pa.Array:
    """Which lines carry a quantity."""
    if done.fields.table.name == "sales" and "quantity" in done.values:
        return pc.is_valid(done.values["quantity"])
    return pa.array([False] * len(done.rows.numbers), pa.bool_())


def _three_decimals(done: Converted, name: str, reading: Reading) -> pa.Array:
    """Text such as 1.250: read as 1.25 it has no more than two decimals, but it may well have
    been meant as a thousand."""
    if name not in done.cells or reading.numbers is None:
        return pa.array([False] * len(done.rows.numbers), pa.bool_())
    three = pc.match_substring_regex(done.cells[name], _THREE_DECIMALS[reading.numbers])
    native = done.native(name)
    three = three if native is None else pc.and_not(three, native)
    return pc.fill_null(three, False)


def _narrow(done: Converted, name: str, values: pa.Array, kind: pa.DataType) -> pa.Array:
    most = pa.scalar(Decimal(MOST[kind]), pa.decimal128(18, 0))
    large = pc.fill_null(pc.greater_equal(pc.abs(values), most), False)
    done.blame(large, name, TOO_LONG)
    return pc.cast(pc.if_else(large, None, values), kind)


def _count(mask: pa.Array) -> int:
    return pc.sum(mask).as_py() or 0
