"""Why each table of the ledger is kept, on what ground and how long: the schema of privacy.

The class of each column (P personal, C confidential, O other) stands with the column itself. From
both comes the register of processing activities (article 30 of the AVG).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kernklant.engine.errors import Text
from kernklant.engine.ledger.tables import NOT_STORED, TABLES

TAX_MONTHS = 7 * 12
AGREEMENT = Text("overeenkomst met de klant (art. 6.1 b)", "agreement with the customer (6.1 b)")
LAW = Text("wet: fiscale bewaarplicht (art. 6.1 c)", "law: keeping of accounts (6.1 c)")
INTEREST = Text(
    "gerechtvaardigd belang: aandacht verdelen (art. 6.1 f)",
    "legitimate interest: dividing attention (6.1 f)",
)
CLASSES = {
    "P": Text("persoonsgegeven", "personal"),
    "C": Text("vertrouwelijk", "confidential"),
    "O": Text("overig", "other"),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What a table is kept for. ``months`` after the day in ``since``; None: no fixed term."""

    purpose: Text
    ground: Text
    term: Text
    months: int | None = None
    since: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the register: a column, its class, and what its table is kept for."""

    place: str
    table: Text
    column: str
    meaning: Text
    privacy: str
    kept: Kept


SEVEN_YEARS = Text("7 jaar na de factuurdatum", "7 years after the invoice date")
KEPT: dict[str, Kept] = {
    "customers": Kept(
        Text("weten wie de klant is en hoe hij te bereiken is",
             "knowing who the customer is and how to reach him"),
        AGREEMENT,
        Text("zolang hij klant is; daarna tot hij gewist wordt",
             "as long as he is a customer; then until he is erased"),
    ),
    "sales": Kept(
        Text("uitrekenen wat een klant brengt", "working out what a customer brings"),
        LAW, SEVEN_YEARS, TAX_MONTHS, "date",
    ),
    "payments": Kept(
        Text("zien of een klant op tijd betaalt", "seeing whether a customer pays in time"),
        LAW, SEVEN_YEARS, TAX_MONTHS, "invoice_date",
    ),
    "contracts": Kept(
        Text("weten wat is afgesproken", "knowing what was agreed"),
        AGREEMENT,
        Text("7 jaar na de einddatum", "7 years after the end date"), TAX_MONTHS, "ends_on",
    ),
    "activities": Kept(
        Text("zien hoeveel werk een klant vraagt", "seeing how much work a customer asks"),
        INTEREST, Text("5 jaar na de dag zelf", "5 years after the day itself"), 60, "date",
    ),
    "feedback": Kept(
        Text("weten hoe tevreden een klant is", "knowing how satisfied a customer is"),
        INTEREST, Text("3 jaar na het antwoord", "3 years after the answer"), 36, "date",
    ),
    "ratings": Kept(
        Text("het oordeel van eigen mensen meewegen", "weighing what our own people think"),
        INTEREST, Text("3 jaar na het oordeel", "3 years after the mark"), 36, "date",
    ),
    "wallets": Kept(
        Text("schatten wat een klant nog kan besteden", "estimating what he could still spend"),
        INTEREST, Text("3 jaar na de dag zelf", "3 years after the day itself"), 36, "date",
    ),
    "flags": Kept(
        Text("besluiten van mensen laten gelden", "letting decisions of people count"),
        INTEREST, Text("3 jaar na het einde", "3 years after the end"), 36, "until",
    ),
}  # fmt: skip
RUNS = Kept(
    Text("klanten op waarde indelen en uitleggen waarom",
         "dividing customers by value and explaining why"),
    INTEREST,
    Text("zolang de evaluatie bewaard blijft; er staan geen namen in",
         "as long as the run is kept; it holds no names"),
)  # fmt: skip
IDENTITY = {
    "source": ("C", Text("Systeem waar het nummer van komt", "System the number comes from")),
    "source_no": ("P", Text("Klantnummer in de bron", "Customer number in the source")),
}
OWN = {
    "customer": ("C", Text("Ons eigen nummer van de klant", "Our own number of the customer")),
    "import_no": ("O", Text("Met welk bestand het kwam", "The file it came with")),
    "row_key": ("C", Text("Kenmerk van de regel", "What names the row")),
    "row_hash": ("C", Text("Controlegetal van de regel", "Checksum of the row")),
}


def columns_of(table: str) -> dict[str, tuple[str, Text]]:
    """Class and meaning of every column of a table as it is stored."""
    told = {
        column.name: (column.privacy, column.meaning)
        for column in TABLES[table].columns
        if (table, column.name) not in NOT_STORED
    }
    return told | OWN | (IDENTITY if table == "customers" else {})


def processing() -> Iterator[Line]:
    """The register of the ledger: a line per column that is stored."""
    for name, table in TABLES.items():
        for column, (privacy, meaning) in columns_of(name).items():
            yield Line("store", Text(table.dutch, name), column, meaning, privacy, KEPT[name])
