"""The canonical tables of the ledger: each column's type, meaning and privacy class.

The words under which files bring a column stand in ``headers.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernklant.engine.errors import Text
from kernklant.engine.ledger.columns import Column, Table
from kernklant.engine.ledger.judged import FLAGS, RATINGS, WALLETS

if TYPE_CHECKING:
    import pyarrow as pa

CUSTOMERS = Table(
    "customers",
    "klanten",
    Text(
        "Wie de klanten zijn; een latere regel van een klant vult de eerdere aan of vervangt die.",
        "Who the customers are; a later row of a customer fills in or replaces the earlier one.",
    ),
    (
        Column(
            "customer",
            "customer",
            Text("Klantnummer in de bron", "Customer number in the source"),
            required=True,
            privacy="P",
        ),
        Column("name", "text", Text("Naam", "Name"), privacy="P"),
        Column(
            "kind", "text", Text("Zakelijk of particulier", "Business or consumer"), privacy="C"
        ),
        Column("prospect", "bool", Text("Nog geen klant", "Not yet a customer"), privacy="C"),
        Column("legal_form", "text", Text("Rechtsvorm", "Legal form"), privacy="C"),
        Column(
            "group_customer",
            "customer",
            Text("Klantnummer van de moeder", "Customer number of the mother company"),
            privacy="C",
        ),
        Column(
            "sector",
            "text",
            Text("Branche (SBI-code of tekst)", "Sector (SBI code or text)"),
            privacy="C",
        ),
        Column(
            "employees", "whole", Text("Aantal medewerkers", "Number of employees"), privacy="C"
        ),
        Column(
            "revenue_known",
            "money",
            Text("Bekende jaaromzet van de klant, euro", "The customer's own yearly revenue, euro"),
            privacy="C",
        ),
        Column("region", "text", Text("Regio of provincie", "Region or province"), privacy="C"),
        Column("postcode", "text", Text("Postcode", "Postal code"), privacy="P"),
        Column("city", "text", Text("Plaats", "City"), privacy="C"),
        Column("country", "text", Text("Land", "Country"), privacy="C"),
        Column("email", "text", Text("E-mailadres", "E-mail address"), privacy="P"),
        Column("phone", "text", Text("Telefoonnummer", "Phone number"), privacy="P"),
        Column("vat_no", "text", Text("Btw-nummer", "VAT number"), privacy="C"),
        Column("coc_no", "text", Text("KvK-nummer", "Chamber of commerce number"), privacy="C"),
        Column("iban", "text", Text("IBAN", "IBAN"), privacy="P"),
        Column("acquired_on", "date", Text("Klant sinds", "Customer since"), privacy="C"),
        Column(
            "referred_by",
            "customer",
            Text("Klantnummer van wie hem aanbracht", "Customer number of who referred him"),
            privacy="C",
        ),
        Column("manager", "text", Text("Accountmanager", "Account manager"), privacy="C"),
        Column(
            "insolvent_on",
            "date",
            Text(
                "Datum faillissement of surseance", "Date of bankruptcy or suspension of payments"
            ),
            privacy="C",
        ),
        Column("language", "text", Text("Taal", "Language"), privacy="C"),
        Column("consent", "text", Text("Toestemmingen", "Consents"), privacy="C"),
        Column("active_until", "date", Text("Klant tot", "Customer until"), privacy="C"),
        Column("valid_from", "date", Text("Gegevens geldig vanaf", "Data valid from")),
    ),
)

SALES = Table(
    "sales",
    "verkopen",
    Text(
        "Factuur- en creditregels.",
        "Invoice and credit lines.",
    ),
    (
        Column(
            "customer",
            "customer",
            Text("Klantnummer in de bron", "Customer number in the source"),
            required=True,
            privacy="P",
        ),
        Column("date", "date", Text("Factuurdatum", "Invoice date"), required=True),
        Column("document", "text", Text("Factuurnummer", "Invoice number")),
        Column("line", "text", Text("Regelnummer", "Line number")),
        Column(
            "amount",
            "money",
            Text(
                "Bedrag exclusief btw, euro; negatief = credit",
                "Amount excluding VAT, euro; negative = credit",
            ),
            required=True,
            privacy="C",
        ),
        Column(
            "cost",
            "money",
            Text(
                "Kostprijs van de regel, euro; leeg = niet bekend",
                "Cost of the line, euro; empty = not known",
            ),
            privacy="C",
        ),
        Column(
            "margin",
            "money",
            Text(
                "Marge van de regel, euro; geeft kostprijs = bedrag - marge",
                "Margin of the line, euro; gives cost = amount - margin",
            ),
            privacy="C",
        ),
        Column("quantity", "number", Text("Aantal", "Quantity")),
        Column(
            "unit_price",
            "number",
            Text(
                "Prijs per stuk, euro; bedrag = aantal x prijs als er geen bedrag is",
                "Price per unit, euro; amount = quantity x price where there is no amount",
            ),
            privacy="C",
        ),
        Column(
            "list_price",
            "number",
            Text("Catalogusprijs per stuk, euro", "List price per unit, euro"),
            privacy="C",
        ),
        Column("product", "text", Text("Artikel", "Product")),
        Column("product_group", "text", Text("Artikelgroep", "Product group")),
        Column("project", "text", Text("Project", "Project")),
        Column("currency", "text", Text("Valuta", "Currency")),
        Column(
            "corrects",
            "text",
            Text(
                "Factuurnummer dat deze regel crediteert", "Invoice number that this line credits"
            ),
        ),
        Column("channel", "text", Text("Verkoopkanaal", "Sales channel")),
    ),
)

ACTIVITIES = Table(
    "activities",
    "activiteiten",
    Text(
        "Wat er voor een klant is gedaan: bezoeken, gesprekken, meldingen, leveringen, retouren.",
        "What was done for a customer: visits, calls, tickets, deliveries, returns.",
    ),
    (
        Column(
            "customer",
            "customer",
            Text("Klantnummer in de bron", "Customer number in the source"),
            required=True,
            privacy="P",
        ),
        Column("date", "date", Text("Datum", "Date"), required=True),
        Column(
            "activity",
            "text",
            Text(
                "Soort: visit, call, mail, ticket, quote, delivery, return, complaint, ...",
                "Kind: visit, call, mail, ticket, quote, delivery, return, complaint, ...",
            ),
            required=True,
            privacy="C",
        ),
        Column("count", "whole", Text("Aantal; leeg = 1", "Count; empty = 1"), privacy="C"),
        Column("minutes", "number", Text("Minuten", "Minutes"), privacy="C"),
        Column(
            "cost",
            "money",
            Text("Kosten, euro; leeg = niet bekend", "Cost, euro; empty = not known"),
            privacy="C",
        ),
        Column(
            "reactive",
            "bool",
            Text("Op verzoek van de klant", "At the customer's request"),
            privacy="C",
        ),
        Column(
            "our_fault",
            "bool",
            Text("Door onze eigen fout", "Caused by our own error"),
            privacy="C",
        ),
        Column("by", "text", Text("Door wie (rol)", "By whom (role)"), privacy="C"),
        Column("reference", "text", Text("Kenmerk", "Reference")),
    ),
)

PAYMENTS = Table(
    "payments",
    "betalingen",
    Text(
        "Facturen en wanneer ze betaald zijn.",
        "Invoices and when they were paid.",
    ),
    (
        Column(
            "customer",
            "customer",
            Text("Klantnummer in de bron", "Customer number in the source"),
            required=True,
            privacy="P",
        ),
        Column("document", "text", Text("Factuurnummer", "Invoice number"), required=True),
        Column("invoice_date", "date", Text("Factuurdatum", "Invoice date"), required=True),
        Column("due_date", "date", Text("Vervaldatum", "Due date")),
        Column(
            "paid_date",
            "date",
            Text("Betaaldatum; leeg = open", "Date paid; empty = open"),
            privacy="C",
        ),
        Column("amount", "money", Text("Bedrag, euro", "Amount, euro"), required=True, privacy="C"),
    ),
)

CONTRACTS = Table(
    "contracts",
    "contracten",
    Text(
        "Abonnementen en servicecontracten.",
        "Subscriptions, retainers and service contracts.",
    ),
    (
        Column(
            "customer",
            "customer",
            Text("Klantnummer in de bron", "Customer number in the source"),
            required=True,
            privacy="P",
        ),
        Column("contract", "text", Text("Contractnummer", "Contract number"), required=True),
        Column("product", "text", Text("Product of dienst", "Product or service")),
        Column("started_on", "date", Text("Begindatum", "Start date"), required=True),
        Column(
            "ends_on", "date", Text("Einddatum; leeg = doorlopend", "End date; empty = continuing")
        ),
        Column("renews_on", "date", Text("Verlengdatum", "Renewal date")),
        Column(
            "period",
            "text",
            Text("Periode: month, quarter of year", "Period: month, quarter or year"),
        ),
        Column(
            "amount",
            "money",
            Text("Bedrag per periode, euro", "Amount per period, euro"),
            required=True,
            privacy="C",
        ),
        Column("cancelled_on", "date", Text("Opgezegd op", "Cancelled on"), privacy="C"),
        Column(
            "reason", "text", Text("Reden van opzegging", "Reason of cancellation"), privacy="C"
        ),
    ),
)

FEEDBACK = Table(
    "feedback",
    "feedback",
    Text(
        "Antwoorden van klanten: NPS, tevredenheid, vrije tekst.",
        "Answers of customers: NPS, satisfaction, free text.",
    ),
    (
        Column(
            "customer",
            "customer",
            Text("Klantnummer in de bron", "Customer number in the source"),
            required=True,
            privacy="P",
        ),
        Column("date", "date", Text("Datum", "Date"), required=True),
        Column(
            "question",
            "text",
            Text("Vraag: nps, csat, ces of free", "Question: nps, csat, ces or free"),
        ),
        Column("subject", "text", Text("Product of dienst", "Product or service")),
        Column("score", "number", Text("Score", "Score"), privacy="C"),
        Column("scale_low", "number", Text("Laagste van de schaal", "Lowest of the scale")),
        Column("scale_high", "number", Text("Hoogste van de schaal", "Highest of the scale")),
        Column("comment", "text", Text("Toelichting", "Comment"), privacy="P"),
        Column("channel", "text", Text("Kanaal", "Channel")),
        Column("contact", "text", Text("Contactpersoon", "Contact person"), privacy="P"),
        Column("touchpoint", "text", Text("Contactmoment", "Touchpoint")),
    ),
)

DELIVERED = (CUSTOMERS, SALES, ACTIVITIES, PAYMENTS, CONTRACTS, FEEDBACK)
TABLES = {table.name: table for table in (*DELIVERED, RATINGS, WALLETS, FLAGS)}
NOT_STORED = {("sales", "margin")}


def schema(table: Table) -> pa.Schema:
    """The Arrow schema of a table as it is stored.

    Every row: ``customer`` int64; ``import_no`` int32, the import that first brought it;
    ``row_key`` 16 bytes, the same for the same row in any file; ``row_hash`` 8 bytes of its
    content, so that a changed row under a known key is noticed. Customers also carry
    ``source`` and ``source_no``, the number in that source.
    """
    import pyarrow as pa

    kinds = {
        "text": pa.string(),
        "money": pa.decimal128(18, 2),
        "number": pa.decimal128(18, 6),
        "whole": pa.int64(),
        "date": pa.date32(),
        "bool": pa.bool_(),
        "customer": pa.int64(),
    }
    identity = [("source", pa.string()), ("source_no", pa.string())]
    return pa.schema(
        [("customer", pa.int64()), *(identity if table is CUSTOMERS else [])]
        + [
            (column.name, kinds[column.kind])
            for column in table.columns
            if column.name != "customer" and (table.name, column.name) not in NOT_STORED
        ]
        + [
            ("import_no", pa.int32()),
            ("row_key", pa.binary(16)),
            ("row_hash", pa.binary(8)),
        ]
    )
