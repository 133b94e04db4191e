"""The tables of what people judged: ratings, known wallets, and flags on a customer."""

from __future__ import annotations

from kernklant.engine.errors import Text
from kernklant.engine.ledger.columns import Column, Table

HIGHEST_MARK = 4
WHOM_SAID = {
    "wij": "ours",
    "ons": "ours",
    "us": "ours",
    "ours": "ours",
    "concurrent": "competitor",
    "competitor": "competitor",
    "zelf": "own",
    "own": "own",
    "niet": "none",
    "none": "none",
    "onbekend": "unknown",
    "unknown": "unknown",
}
FLAGGED = {"a": "A", "b": "B", "c": "C", "exit": "exit", "uitfaseren": "exit"}
FLAGGED |= {"kwetsbaar": "vulnerable", "vulnerable": "vulnerable"}
FLAGGED |= {"bezwaar": "objected", "objected": "objected"}

CUSTOMER = Column(
    "customer",
    "customer",
    Text("Klantnummer in de bron", "Customer number in the source"),
    required=True,
    privacy="P",
)

RATINGS = Table(
    "ratings",
    "beoordelingen",
    Text(
        "Wat eigen mensen van een klant vinden; per beoordelaar telt de nieuwste.",
        "What our own people think of a customer; of each rater the newest counts.",
    ),
    (
        CUSTOMER,
        Column(
            "criterion",
            "text",
            Text("Criterium van het beleid", "Criterion of the policy"),
            required=True,
        ),
        Column("rater", "text", Text("Wie beoordeelde", "Who rated"), privacy="P"),
        Column(
            "mark",
            "number",
            Text("Cijfer van 0 tot en met 4", "Mark from 0 to 4"),
            required=True,
            privacy="C",
            low=0,
            high=HIGHEST_MARK,
        ),
        Column("date", "date", Text("Datum", "Date")),
    ),
)

WALLETS = Table(
    "wallets",
    "bestedingen",
    Text(
        "Wat een klant in een jaar aan een aanbod besteedt, en bij wie.",
        "What a customer spends on an offering in a year, and with whom.",
    ),
    (
        CUSTOMER,
        Column("offering", "text", Text("Product of dienst", "Product or service")),
        Column(
            "spend",
            "money",
            Text("Besteding per jaar, euro", "Spend a year, euro"),
            required=True,
            privacy="C",
            low=0,
        ),
        Column(
            "whom",
            "text",
            Text(
                "Bij wie: wij, concurrent, zelf, niet, onbekend",
                "With whom: us, competitor, own, none, unknown",
            ),
            required=True,
            privacy="C",
            words=WHOM_SAID,
        ),
        Column("date", "date", Text("Datum", "Date")),
    ),
)

FLAGS = Table(
    "flags",
    "vlaggen",
    Text(
        "Besluiten van mensen over een klant: een vast segment, uitfaseren, kwetsbaar, bezwaar.",
        "Decisions of people on a customer: a fixed segment, exit, vulnerable, objected.",
    ),
    (
        CUSTOMER,
        Column(
            "flag",
            "text",
            Text(
                "A, B of C (vast segment), exit, kwetsbaar of bezwaar",
                "A, B or C (fixed), exit, vulnerable or objected",
            ),
            required=True,
            privacy="C",
            words=FLAGGED,
        ),
        Column("until", "date", Text("Geldig tot en met", "In force until"), privacy="C"),
        Column("reason", "text", Text("Waarom", "Why"), privacy="P"),
        Column("by", "text", Text("Door wie", "By whom"), privacy="P"),
        Column("date", "date", Text("Besloten op", "Decided on")),
    ),
)
