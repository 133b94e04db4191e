"""What the headers of a file leave in doubt, for who reads the receipt."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kernklant.engine.errors import Text
from kernklant.engine.ledger.columns import Table
from kernklant.engine.ledger.headers import DISCOUNT
from kernklant.engine.ledger.words import (
    excludes_vat,
    includes_vat,
    is_share,
    marked,
    shorten,
    squeeze,
    vocabulary,
)

_VAT = re.compile(
    r"(?:bedrag|amount)?(?:btw|vat|tax|omzetbelasting)(?:bedrag|amount|hoog|laag)?[0-9]*"
)
_NET = re.compile(r"net|subtota")


def remarks(table: Table, own: Mapping[str, int], header: list[str]) -> list[Text]:
    """Remarks on the columns of a file, and on those that are not used; ``own``: field -> place."""
    said = _vat_warnings(own, header)
    if table.name != "sales":
        return said
    return [
        *said,
        *_net_warnings(own, header),
        *_share_warnings(own, header),
        *_discount_warnings(own, header),
    ]


def _vat_warnings(own: Mapping[str, int], header: list[str]) -> list[Text]:
    return [
        Text(
            f"Kolom {shorten(header[own[name]])} is inclusief btw; de waarde wordt te hoog.",
            f"Column {shorten(header[own[name]])} includes VAT; the value comes out too high.",
        )
        for name in ("amount", "unit_price")
        if name in own and includes_vat(header[own[name]])
    ]


def _net_warnings(own: Mapping[str, int], header: list[str]) -> list[Text]:
    """A plain amount beside a column of VAT, or beside one that says "excl", may be with VAT."""
    if "amount" not in own:
        return []
    used = header[own["amount"]]
    beside = [cell for cell in header if _VAT.fullmatch(squeeze(cell)) or _net_amount(cell)]
    if not beside or excludes_vat(used) or includes_vat(used) or _NET.search(squeeze(used)):
        return []
    return [
        Text(
            f"Kolom {shorten(used)} zegt niet of de btw eraf is, en ernaast staat "
            f"{shorten(beside[0])}. Is het met btw, dan wordt de waarde te hoog: wijs met "
            "--map amount= een kolom zonder btw aan.",
            f"Column {shorten(used)} does not say whether VAT is left out, and beside it stands "
            f"{shorten(beside[0])}. If it includes VAT the value comes out too high: name a "
            "column without VAT with --map amount=.",
        )
    ]


def _net_amount(header: str) -> bool:
    words = {*vocabulary("sales")["amount"]}
    return excludes_vat(header) and bool({squeeze(header), marked(header)} & words)


def _share_warnings(own: Mapping[str, int], header: list[str]) -> list[Text]:
    """A margin or a cost in percents brings neither."""
    if "cost" in own or "margin" in own:
        return []
    words = vocabulary("sales")
    return [
        Text(
            f"Kolom {shorten(cell)} telt niet mee: dat zijn percentages. "
            "Voeg een kolom met de marge of de kostprijs in euro toe.",
            f"Column {shorten(cell)} does not count: those are percentages. "
            "Add a column with the margin or the cost in euro.",
        )
        for cell in header
        if is_share(cell) and squeeze(cell) in (*words["margin"], *words["cost"])
    ]


def _discount_warnings(own: Mapping[str, int], header: list[str]) -> list[Text]:
    """What a discount means (share, percents, euros) a header does not tell, so it is not taken."""
    if "unit_price" not in own or "amount" in own:
        return []
    return [
        Text(
            f"Kolom {shorten(cell)} telt niet mee: bedrag is aantal x prijs, vóór korting. "
            "Voeg een kolom met het bedrag na korting toe.",
            f"Column {shorten(cell)} does not count: amount is quantity x price, before discount. "
            "Add a column with the amount after discount.",
        )
        for cell in header
        if squeeze(cell) in DISCOUNT
    ]
