"""What we assume about De Vries Techniek, with every number; written before any score was tuned.

``docs/explanation/de-vries-techniek.md`` holds what ``as_markdown`` prints.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any


def told(default: float, meaning: str) -> Any:
    """A number with what it means, for the page."""
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True)
class Sector:
    """A trade that De Vries sells to; ``groups`` weighs the six product groups."""

    name: str
    sbi: str
    share: float
    employees: float
    employees_sigma: float
    wallet_an_employee: float
    projects_a_year: float
    groups: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TrueType:
    """A type of customer (product.md, item 16) and how it behaves."""

    name: str
    share: float
    wallet_share: float
    leaves_a_year: float
    growth: float
    discount: float
    attention: float
    quotes_an_order: float
    complaints_an_order: float
    our_fault: float
    returns: float
    late_days: float
    nps: float
    refers: float


@dataclass(frozen=True, slots=True)
class ProductGroup:
    """A product group; costs are a share of the list price."""

    name: str
    code: str
    cheapest: float
    dearest: float
    cost: float
    winter: float


GROUPS = (
    ProductGroup("Cv-ketels", "CV", 18.0, 2350.0, 0.600, 1.0),
    ProductGroup("Warmtepompen", "WP", 45.0, 7400.0, 0.575, 0.7),
    ProductGroup("Ventilatie", "VE", 9.0, 2900.0, 0.510, 0.2),
    ProductGroup("Sanitair", "SA", 6.0, 1650.0, 0.485, 0.0),
    ProductGroup("Leidingwerk", "LE", 1.2, 420.0, 0.455, 0.2),
    ProductGroup("Gereedschap", "GE", 4.0, 980.0, 0.545, 0.0),
)
SECTORS = (
    Sector(
        "Installateurs", "4322", 0.44, 8, 1.05, 19_500, 0.06, (0.22, 0.16, 0.12, 0.18, 0.24, 0.08)
    ),
    Sector("Aannemers", "4120", 0.17, 13, 1.05, 6_500, 0.25, (0.12, 0.14, 0.14, 0.28, 0.22, 0.10)),
    Sector("VvE-beheer", "6832", 0.07, 6, 0.80, 7_000, 0.10, (0.34, 0.18, 0.22, 0.10, 0.12, 0.04)),
    Sector(
        "Woningcorporaties",
        "6820",
        0.05,
        60,
        0.75,
        4_500,
        0.40,
        (0.30, 0.22, 0.22, 0.14, 0.10, 0.02),
    ),
    Sector("Industrie", "2829", 0.09, 40, 1.05, 1_500, 0.12, (0.10, 0.12, 0.20, 0.08, 0.34, 0.16)),
    Sector("Zorg", "8710", 0.06, 90, 0.90, 500, 0.10, (0.16, 0.14, 0.32, 0.26, 0.10, 0.02)),
    Sector("Scholen", "8531", 0.05, 50, 0.70, 450, 0.10, (0.18, 0.14, 0.40, 0.18, 0.08, 0.02)),
    Sector(
        "Detailhandel", "4754", 0.07, 4, 0.80, 9_000, 0.01, (0.08, 0.04, 0.10, 0.46, 0.16, 0.16)
    ),
)
#            share  wallet leaves growth disc  attn quotes compl fault return late nps refers
TYPES = (
    TrueType("delighted", 0.12, 0.38, 0.05, 0.05, 0.00, 0.9, 0.15, 0.004, 0.5, 0.04, -1, 9.4, 4.0),
    TrueType("committed", 0.15, 0.46, 0.04, 0.03, 0.01, 0.8, 0.10, 0.006, 0.5, 0.04, 0, 8.7, 2.0),
    TrueType(
        "good_price", 0.10, 0.28, 0.08, 0.01, -0.09, 0.7, 0.08, 0.008, 0.5, 0.04, -2, 8.1, 1.0
    ),
    TrueType("satisfied", 0.32, 0.25, 0.13, 0.00, 0.00, 1.0, 0.15, 0.012, 0.5, 0.06, 1, 7.6, 0.6),
    TrueType("shopper", 0.09, 0.10, 0.20, -0.03, 0.10, 1.4, 2.40, 0.012, 0.4, 0.08, 4, 6.4, 0.1),
    TrueType("one_off", 0.08, 0.05, 0.00, 0.00, 0.00, 1.0, 0.50, 0.010, 0.4, 0.08, 2, 6.9, 0.0),
    TrueType(
        "high_attention", 0.07, 0.30, 0.08, 0.00, 0.12, 8.0, 0.80, 0.040, 0.2, 0.16, 7, 6.8, 0.1
    ),
    TrueType(
        "disappointed", 0.06, 0.18, 0.30, -0.30, 0.02, 1.6, 0.20, 0.140, 0.8, 0.12, 9, 3.6, 0.0
    ),
    TrueType("hostile", 0.01, 0.15, 0.50, -0.30, 0.04, 3.0, 0.30, 0.350, 0.4, 0.20, 25, 0.6, 0.0),
)
# How busy each calendar month is; 1 is the average. Summer and Christmas weeks come on top.
SEASON = (1.16, 1.12, 1.04, 0.97, 0.93, 0.92, 0.88, 0.84, 1.00, 1.12, 1.16, 0.98)
QUIET_WEEKS = {1: 0.35, 29: 0.65, 30: 0.45, 31: 0.45, 32: 0.6, 52: 0.35, 53: 0.3}
WEEKDAYS = (1.05, 1.1, 1.1, 1.05, 0.95, 0.12, 0.0)
# Closed on New Year's Day, King's Day and both days of Christmas: (month, day).
HOLIDAYS = ((1, 1), (4, 27), (12, 25), (12, 26))
REGULARITY = ((1, 0.4), (2, 0.3), (3, 0.2), (5, 0.1))
ACTIVITY_MINUTES = {"visit": 150, "call": 15, "mail": 6, "ticket": 20, "quote": 60}
ACTIVITY_MINUTES |= {"delivery": 10, "return": 25, "complaint": 60}


@dataclass(frozen=True, slots=True)
class Numbers:
    """The single numbers; the tables above hold the rest."""

    history_years: int = told(3, "years of invoices in the files, to the last day")
    future_years: int = told(2, "years simulated past the last day, for the truth only")
    prospects: float = told(0.05, "share of the list that never ordered")
    groups: float = told(0.028, "mother companies as a share of the list; 1 to 6 daughters each")
    already_customer: float = told(0.68, "share of customers who came before the first day")
    referred: float = told(0.16, "share of later customers brought by an existing one")
    wallet_exponent: float = told(0.90, "wallet grows with employees to this power")
    wallet_sigma: float = told(0.85, "log-normal spread of the wallet")
    most_spend: float = told(900_000.0, "a year's spend bends towards this ceiling")
    share_strength: float = told(5.0, "Beta strength of a customer's share of his wallet")
    orders_a_year: float = told(7.4, "orders a year of a customer who spends 15,000 a year")
    orders_exponent: float = told(0.46, "orders a year grow with yearly spend to this power")
    rate_shape: float = told(3.0, "Gamma shape of the order rate around that")
    most_orders: float = told(110.0, "most orders a year")
    growth_sigma: float = told(0.16, "spread of the yearly log growth of the order rate")
    leaving_shape: float = told(3.0, "Gamma shape of the yearly chance to leave")
    order_sigma: float = told(0.75, "log-normal spread of order amounts around a customer's mean")
    lines_an_order: float = told(1.7, "lines of the smallest order")
    lines_growth: float = told(0.75, "extra lines for every log of 1 + euros / 400")
    heavy_share: float = told(0.012, "share of orders from the heavy tail")
    heavy_power: float = told(2.2, "Pareto power of that tail, at least twice the mean")
    project_wallet: float = told(0.10, "median project as a share of the yearly wallet")
    project_discount: float = told(0.05, "extra discount on a project, share of list price")
    price_rise: float = told(0.035, "list and cost prices rise this much each 1 January")
    discount_base: float = told(0.13, "discount of a customer who spends 1,000 a year")
    discount_size: float = told(0.064, "extra discount for every tenfold of spend")
    discount_sigma: float = told(0.045, "spread of negotiated discounts")
    discount_most: float = told(0.42, "no discount is deeper, except for six squeezing customers")
    credit_correction: float = told(
        0.2, "share of credits that lower a price; the rest are returns"
    )
    credit_names_invoice: float = told(0.7, "share of credit lines that name their invoice")
    delivered: float = told(0.85, "share of orders delivered; the rest is fetched at the counter")
    deliveries_a_line: float = told(0.25, "further deliveries for every further line of an order")
    delivery_cost: float = told(80.0, "median euros of a delivery: picking, packing, haulage")
    calls_an_order: float = told(0.65, "calls from the customer for every order")
    mails_an_order: float = told(0.65, "mails from the customer for every order")
    tickets_an_order: float = told(0.4, "service tickets for every order")
    visits_a_year: float = told(2.4, "visits a year to a customer of ten employees")
    attention_sigma: float = told(0.75, "log-normal spread of contacts for every order")
    hour_rate: float = told(65.0, "euros an hour of our own people")
    payment_days: int = told(30, "payment term in days")
    late_payers: float = told(0.06, "share of customers who pay 20 to 50 days late")
    disputed: float = told(0.003, "share of invoices that stay open in dispute")
    vat: float = told(0.21, "VAT in the amounts of the payments file")
    contracts: float = told(0.22, "share of customers with a service contract")
    nps_response: float = told(0.30, "answers to each of the two NPS rounds a year")
    csat_response: float = told(0.05, "answers after a delivery or ticket")
    commented: float = told(0.62, "share of NPS answers with a comment")
    rated: float = told(0.40, "share of the list that people rated on the strategic criteria")
    top_share: float = told(0.15, "share of the list called top in the truth")


NUMBERS = Numbers()
# Customers whose story is written by hand, so that the demo always has something to tell.
STORIES = {
    "bankrupt": (2, "former top customers, paying later and later, then insolvent with open items"),
    "large_prospect": (1, "a housing corporation of 800 employees with one order of about € 340"),
    "declining": (5, "top customers whose orders have fallen by 40 to 45 % a year"),
    "unprofitable": (
        6,
        "large, squeezed prices, weekly visits, many contacts: cost more than bring",
    ),
    "growing": (12, "small customers who more than double every year"),
}


def as_record() -> dict[str, Any]:
    """Every assumption as plain data, for assumptions.json."""
    return {
        "numbers": asdict(NUMBERS),
        "sectors": [asdict(sector) for sector in SECTORS],
        "types": [asdict(kind) for kind in TYPES],
        "product_groups": [asdict(group) for group in GROUPS],
        "season": SEASON,
        "quiet_weeks": QUIET_WEEKS,
        "weekdays": WEEKDAYS,
        "holidays": HOLIDAYS,
        "regularity": REGULARITY,
        "activity_minutes": ACTIVITY_MINUTES,
        "stories": STORIES,
    }


def as_markdown() -> str:
    """The tables of the explanation page."""
    numbers = [
        (spec.name, _short(getattr(NUMBERS, spec.name)), spec.metadata["meaning"])
        for spec in fields(NUMBERS)
    ]
    stories = [(name, count, what) for name, (count, what) in STORIES.items()]
    return "\n\n".join(
        [
            _table(("number", "value", "meaning"), numbers),
            _table(("story", "customers", "what happens"), stories),
            _of(SECTORS),
            _of(TYPES),
            _of(GROUPS),
            _table(("month", *map(str, range(1, 13))), [("orders", *SEASON)]),
            _table(("week", *map(str, QUIET_WEEKS)), [("orders", *QUIET_WEEKS.values())]),
            _table(("weekday", *map(str, range(1, 8))), [("orders", *WEEKDAYS)]),
            _table(("holiday (month)", "day"), list(HOLIDAYS)),
            _table(("regularity (Erlang)", "share"), list(REGULARITY)),
            _table(("activity", "minutes"), list(ACTIVITY_MINUTES.items())),
        ]
    )


def _of(rows: tuple[Any, ...]) -> str:
    return _table(tuple(asdict(rows[0])), [tuple(asdict(row).values()) for row in rows])


def _table(header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(_short(cell) for cell in line) + " |" for line in lines)


def _short(cell: Any) -> str:
    if isinstance(cell, tuple):
        return " ".join(_short(part) for part in cell)
    return f"{cell:g}" if isinstance(cell, float) else str(cell)
