"""De Vries Techniek: an invented Dutch installation wholesaler, delivered as files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from kernklant.demo import deliver
from kernklant.demo.base import Base, draw_base
from kernklant.demo.catalogue import Catalogue, catalogue
from kernklant.demo.files import DeliveredFile
from kernklant.demo.identity import Identity, identify
from kernklant.demo.invoices import Billed, bill
from kernklant.demo.money import draw_contracts, draw_payments
from kernklant.demo.orders import Orders, draw_orders
from kernklant.demo.sales import Lines, channels, draw_lines
from kernklant.demo.service import Activities, draw_activities
from kernklant.demo.stories import tell
from kernklant.demo.truth import write_truth
from kernklant.demo.voice import draw_csat, draw_nps, draw_ratings
from kernklant.demo.window import Window, window

LEAST_CUSTOMERS = 150
LAST_DAY = date(2026, 9, 30)


@dataclass(frozen=True, slots=True)
class Company:
    """A company on disk: its files in the order of import, and the folder with the truth."""

    folder: Path
    files: list[DeliveredFile]
    truth: Path


@dataclass(frozen=True, slots=True)
class World:
    """Everything that happens to the company, past and future."""

    seed: int
    span: Window
    base: Base
    who: Identity
    goods: Catalogue
    orders: Orders
    lines: Lines
    billed: Billed
    served: Activities


def write_company(
    folder: Path, *, seed: int = 1, customers: int = 1200, last_day: date = LAST_DAY
) -> Company:
    """Write the files of the company into ``folder``; same arguments, same bytes.

    ``customers``: 150 to 1,600, prospects included. The truth lies in ``folder/waarheid`` and
    is never imported.
    """
    if customers < LEAST_CUSTOMERS:
        raise ValueError(f"at least {LEAST_CUSTOMERS} customers: the stories need room")
    folder.mkdir(parents=True, exist_ok=True)
    world = invent(seed, customers=customers, last_day=last_day)
    files = deliver_all(folder, world)
    truth = folder / "waarheid"
    write_truth(
        truth,
        world.base,
        world.who.number,
        lines=world.lines,
        served=world.served,
        span=world.span,
    )
    return Company(folder, files, truth)


def policy_text() -> str:
    """The company's own policy, as TOML; it was never fitted to the truth."""
    return (resources.files(__package__) / "policy.toml").read_text(encoding="utf-8")


def invent(seed: int, *, customers: int, last_day: date) -> World:
    """Let three years happen, and two more."""
    span = window(last_day)
    base = draw_base(seed, customers, span)
    tell(base, seed, span)
    goods = catalogue(seed, span.date(span.end).year - span.first.year + 1)
    orders = draw_orders(base, seed, span)
    lines = draw_lines(base, orders, goods, seed=seed, span=span)
    return World(
        seed=seed,
        span=span,
        base=base,
        who=identify(base, seed),
        goods=goods,
        orders=orders,
        lines=lines,
        billed=bill(lines, span),
        served=draw_activities(base, orders, lines, seed=seed, span=span),
    )


def deliver_all(folder: Path, world: World) -> list[DeliveredFile]:
    """The files as the systems of the company write them, in the order of import."""
    base, seed, span, number = world.base, world.seed, world.span, world.who.number
    bills = world.billed.documents
    nps = draw_nps(base, world.orders, seed=seed, span=span)
    csat = draw_csat(base, world.served, seed=seed, span=span)
    contracts = draw_contracts(base, seed=seed, span=span)
    return [
        deliver.customers(folder, base, world.who, span=span),
        *deliver.invoices(
            folder,
            world.billed,
            number,
            goods=world.goods,
            orders=world.orders,
            channel=channels(world.orders, seed),
            span=span,
        ),
        deliver.activities(folder, world.served, number, span=span),
        deliver.payments(
            folder, bills, number, paid=draw_payments(base, bills, seed=seed, span=span), span=span
        ),
        deliver.contracts(folder, contracts, number, span=span),
        deliver.feedback(folder, nps, csat, numbers=number, span=span),
        deliver.ratings(folder, draw_ratings(base, seed=seed, span=span), number, span=span),
    ]
