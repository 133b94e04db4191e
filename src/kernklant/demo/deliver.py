"""Each file of De Vries Techniek, with the columns and habits of the system it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from kernklant.demo.assumptions import GROUPS, SECTORS
from kernklant.demo.base import Base
from kernklant.demo.catalogue import Catalogue
from kernklant.demo.files import (
    DeliveredFile,
    calendar,
    dutch_cents,
    dutch_cents_grouped,
    dutch_days,
    write_csv,
    write_parquet,
    write_workbook,
)
from kernklant.demo.identity import Identity
from kernklant.demo.invoices import Billed, Documents
from kernklant.demo.money import PERIODS, PRODUCTS, REASONS, Contracts, Payments
from kernklant.demo.names import MANAGERS, RATERS
from kernklant.demo.orders import Orders
from kernklant.demo.rng import Ints
from kernklant.demo.sales import CHANNELS
from kernklant.demo.service import BY, KINDS, Activities
from kernklant.demo.voice import ANCHORS, Answers, Ratings
from kernklant.demo.window import Window, calendar_year
from kernklant.engine.errors import Text


def customers(folder: Path, base: Base, who: Identity, *, span: Window) -> DeliveredFile:
    """klanten.csv from the bookkeeping package: CP1252, numbers with leading zeros."""
    path = folder / "klanten.csv"
    rows = np.argsort(who.number)
    sectors = [f"{SECTORS[place].sbi} {SECTORS[place].name}" for place in base.sector.tolist()]
    columns = {
        "Klantnummer": who.number,
        "Naam": who.name,
        "Rechtsvorm": who.legal_form,
        "Moeder": _of(who.number, base.mother),
        "Branche (SBI)": sectors,
        "Medewerkers": base.employees.tolist(),
        "Provincie": who.region,
        "Postcode": who.postcode,
        "Plaats": who.town,
        "E-mail": who.email,
        "Telefoon": who.phone,
        "KvK-nummer": who.chamber,
        "Btw-nummer": who.vat,
        "Klant sinds": dutch_days(span.first, base.joined),
        "Aangebracht door": _of(who.number, base.referred_by),
        "Accountmanager": _of(MANAGERS, base.manager),
        "Faillissementsdatum": dutch_days(span.first, base.insolvent),
        "Prospect": ["ja" if prospect else "nee" for prospect in base.prospect.tolist()],
    }
    sorted_columns = {head: _of(values, rows) for head, values in columns.items()}
    write_csv(path, sorted_columns, encoding="cp1252")
    return _told(
        path,
        "customers",
        "Klanten en prospects.",
        "Customers and prospects.",
        mapping={"sector": "Branche (SBI)"},
    )


def invoices(
    folder: Path,
    billed: Billed,
    numbers: list[str],
    *,
    goods: Catalogue,
    orders: Orders,
    channel: Ints,
    span: Window,
) -> list[DeliveredFile]:
    """factuurregels-JJJJ.csv, one file a calendar year, as the webshop and counter book them."""
    columns = _invoice_columns(
        billed, numbers, goods=goods, orders=orders, channel=channel, span=span
    )
    years = calendar_year(span, billed.lines.day)
    files = []
    for year in np.unique(years).tolist():
        path = folder / f"factuurregels-{year}.csv"
        first, end = np.searchsorted(years, [year, year + 1]).tolist()
        write_csv(path, {head: values[first:end] for head, values in columns.items()})
        said = (f"Factuur- en creditregels van {year}.", f"Invoice and credit lines of {year}.")
        files.append(_told(path, "sales", *said, mapping={"corrects": "Gecrediteerde factuur"}))
    return files


def _invoice_columns(
    billed: Billed,
    numbers: list[str],
    *,
    goods: Catalogue,
    orders: Orders,
    channel: Ints,
    span: Window,
) -> dict[str, list[Any]]:
    lines = billed.lines
    number = billed.documents.number
    year = calendar_year(span, orders.day)
    return {
        "Factuurnummer": _of(number, billed.document),
        "Regel": billed.place.tolist(),
        "Factuurdatum": dutch_days(span.first, lines.day),
        "Klantnummer": _of(numbers, lines.customer),
        "Artikel": _of(goods.names, lines.article),
        "Artikelgroep": _of([group.name for group in GROUPS], goods.group[lines.article]),
        "Aantal": lines.quantity.tolist(),
        "Stukprijs": dutch_cents(lines.unit),
        "Catalogusprijs": dutch_cents(lines.listed),
        "Bedrag excl. btw": dutch_cents(lines.amount),
        "Inkoopwaarde": dutch_cents(lines.cost),
        "Gecrediteerde factuur": _of(number, billed.corrects),
        "Kanaal": _of(CHANNELS, channel[lines.order]),
        "Project": [
            "" if project < 0 else f"P{start % 100}-{project:03d}"
            for project, start in zip(
                orders.project[lines.order].tolist(),
                _project_year(orders, year)[lines.order].tolist(),
                strict=True,
            )
        ],
    }


def _project_year(orders: Orders, year: Ints) -> Ints:
    """The calendar year in which the first part of an order's project was delivered."""
    first = np.full(len(orders) + 1, 1 << 20)
    np.minimum.at(first, orders.project, year)
    return first[orders.project]


def activities(
    folder: Path, what: Activities, numbers: list[str], *, span: Window
) -> DeliveredFile:
    """activiteiten.parquet from the data warehouse behind CRM and helpdesk: typed columns."""
    path = folder / "activiteiten.parquet"
    past = what.take(what.day <= span.last)
    table = pa.table(
        {
            "klantnummer": _of(numbers, past.customer),
            "datum": pa.array(calendar(span.first, past.day), pa.date32()),
            "activiteit": _of(KINDS, past.kind),
            "minuten": pa.array(past.minutes, pa.int32(), mask=past.minutes < 0),
            "kosten": _decimals(past.cost, unknown=past.cost < 0),
            "op verzoek": past.reactive,
            "onze fout": past.our_fault,
            "door": _of([BY[kind] for kind in KINDS], past.kind),
            "kenmerk": [f"A{place:06d}" for place in range(1, len(past) + 1)],
        }
    )
    write_parquet(path, table)
    return _told(
        path,
        "activities",
        "Bezoeken, gesprekken, meldingen, offertes, leveringen, retouren en klachten.",
        "Visits, calls, tickets, quotes, deliveries, returns and complaints.",
    )


def _decimals(cents: Ints, *, unknown: np.ndarray) -> pa.Array:
    """Cents as exact decimals with two places."""
    known = zip(cents.tolist(), unknown.tolist(), strict=True)
    exact = [None if empty else Decimal(cent).scaleb(-2) for cent, empty in known]
    return pa.array(exact, pa.decimal128(18, 2))


def payments(
    folder: Path, bills: Documents, numbers: list[str], *, paid: Payments, span: Window
) -> DeliveredFile:
    """betalingen.csv, the debtors' list: amounts include VAT and have thousands points."""
    path = folder / "betalingen.csv"
    columns = {
        "Klantnummer": _of(numbers, bills.customer),
        "Factuurnummer": bills.number,
        "Factuurdatum": dutch_days(span.first, bills.day),
        "Vervaldatum": dutch_days(span.first, paid.due),
        "Betaaldatum": dutch_days(span.first, paid.paid),
        "Bedrag": dutch_cents_grouped(paid.amount),
    }
    write_csv(path, columns, encoding="utf-8-sig")
    return _told(
        path, "payments", "Facturen en wanneer ze betaald zijn.", "Invoices and when paid."
    )


def contracts(
    folder: Path, subscribed: Contracts, numbers: list[str], *, span: Window
) -> DeliveredFile:
    """contracten.csv from the service department."""
    path = folder / "contracten.csv"
    columns = {
        "Contractnummer": [f"SC-{place + 101:04d}" for place in range(len(subscribed))],
        "Klantnummer": _of(numbers, subscribed.customer),
        "Product": _of([product for product, _ in PRODUCTS], subscribed.product),
        "Begindatum": dutch_days(span.first, subscribed.started),
        "Einddatum": dutch_days(span.first, subscribed.ends),
        "Verlengdatum": dutch_days(span.first, subscribed.renews),
        "Periode": _of([period for period, _ in PERIODS], subscribed.period),
        "Bedrag per periode": dutch_cents(subscribed.cents),
        "Opgezegd op": dutch_days(span.first, subscribed.cancelled),
        "Reden": _of(REASONS, subscribed.reason),
    }
    write_csv(path, columns)
    return _told(path, "contracts", "Servicecontracten.", "Service contracts.")


def feedback(
    folder: Path, nps: Answers, csat: Answers, *, numbers: list[str], span: Window
) -> DeliveredFile:
    """klanttevredenheid.xlsx from the survey tool: a sheet for each question."""
    path = folder / "klanttevredenheid.xlsx"
    sheets = {
        "NPS": _answers(nps, numbers, question="nps", scale=(0, 10), first=span.first),
        "CSAT": _answers(csat, numbers, question="csat", scale=(1, 5), first=span.first),
    }
    write_workbook(path, sheets)
    return _told(path, "feedback", "Antwoorden van klanten.", "Answers of customers.")


def _answers(
    given: Answers, numbers: list[str], *, question: str, scale: tuple[int, int], first: date
) -> dict[str, list[Any]]:
    n = len(given.comment)
    return {
        "Klantnummer": _of(numbers, given.customer),
        "Datum": calendar(first, given.day),
        "Vraag": [question] * n,
        "Score": given.score.tolist(),
        "Schaal van": [scale[0]] * n,
        "Schaal tot": [scale[1]] * n,
        "Toelichting": given.comment,
        "Kanaal": ["e-mail"] * n,
        "Contactmoment": given.touchpoint,
    }


def ratings(folder: Path, rated: Ratings, numbers: list[str], *, span: Window) -> DeliveredFile:
    """beoordelingen.csv: what our own people think of customers."""
    path = folder / "beoordelingen.csv"
    criteria = list(ANCHORS)
    columns = {
        "Klantnummer": _of(numbers, rated.customer),
        "Criterium": _of(criteria, rated.criterion),
        "Beoordelaar": _of(RATERS, rated.rater),
        "Beoordeling": rated.score.tolist(),
        "Anker": [
            ANCHORS[criteria[criterion]][score]
            for criterion, score in zip(rated.criterion.tolist(), rated.score.tolist(), strict=True)
        ],
        "Datum": dutch_days(span.first, rated.day),
    }
    write_csv(path, columns)
    return _told(
        path,
        "ratings",
        "Beoordelingen van 0 tot 4 door collega's.",
        "Ratings from 0 to 4 by colleagues.",
    )


def _of(values: Sequence[Any], places: Ints) -> list[Any]:
    """The values at those places; empty where the place is -1."""
    return ["" if place < 0 else values[place] for place in places.tolist()]


def _told(
    path: Path,
    dataset: str,
    nl: str,
    en: str,
    *,
    mapping: dict[str, str] | None = None,
) -> DeliveredFile:
    return DeliveredFile(path, dataset, mapping, Text(nl, en))
