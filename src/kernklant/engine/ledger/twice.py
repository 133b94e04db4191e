"""Sales that come in again under other names: with another column, or out of another program."""

from __future__ import annotations

from collections.abc import Mapping

from kernklant.engine.errors import ImportRefused, Text

A_FEW = 10  # less than one in ten may be chance


def told_twice(alike: Mapping[int, int], *, rows_new: int) -> list[Text]:
    """A warning when some new sales look stored; ``alike``: how many, per import.

    ImportRefused when they are more than a few: revenue would count twice.
    """
    rows = sum(alike.values())
    if not rows:
        return []
    nl, en = (f" {word} ".join(map(str, sorted(alike))) for word in ("en", "and"))
    what = Text(
        f"{rows} van de {rows_new} nieuwe verkoopregels lijken al ingelezen in import {nl}: van "
        "dezelfde klant, dag en factuur, met samen hetzelfde bedrag. De omzet telt dan dubbel.",
        f"{rows} of the {rows_new} new lines of sales look like those of import {en}: of the same "
        "customer, day and invoice, with the same amount in all. Revenue then counts twice.",
    )
    remedy = Text(
        f"Maak import {nl} eerst ongedaan en lees dit bestand dan opnieuw in. Zijn het andere "
        "verkopen, lees ze dan samen in één bestand in, of geef ze een eigen factuurnummer.",
        f"Undo import {en} first, then import this file again. If they are other sales, import "
        "them together in one file, or give them an invoice number of their own.",
    )
    if rows * A_FEW >= rows_new:
        raise ImportRefused(what, remedy)
    return [Text(f"{what.nl} {remedy.nl}", f"{what.en} {remedy.en}")]
