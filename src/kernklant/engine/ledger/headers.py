"""The words, Dutch and English, under which files bring a column; earlier words win.

Case, accents, spaces and punctuation do not count, nor "excl. btw" and the euro sign
(``words.squeeze``). What is ambiguous (totaal, bruto) is left to --map.
"""

from __future__ import annotations

# field -> words, per table; attributes of customers are found in every table's files.
_CUSTOMER = (
    "customer, customer id, customer no, customer nr, customer number, customer code, cust id, "
    "client id, client no, client number, client, account id, account no, account number, "
    "debtor, debtor no, debtor number, klantnummer, klantnr, klant nr, klantno, klant no, klantid, "
    "klant id, klantcode, klant, debiteurnummer, debiteurnr, debiteur nr, debiteurennummer, "
    "debiteurcode, debiteur id, debiteur, relatienummer, relatienr, relatiecode, relatie id, "
    "relatie, afnemer, afnemernummer, user id, company id, organisatie id, opdrachtgever"
)
_DOCUMENT = (
    "invoice no, invoice number, invoice nr, invoice id, invoice, invoiceno, factuurnummer, "
    "factuurnr, factuur nr, factuurno, factuur id, factuur, document no, document number, "
    "document, documentnummer, documentnr, boekstuknummer, boekstuknr, boekstuk, faktuurnummer, "
    "nota nummer, notanr, order id, order no, order number, ordernummer, ordernr, order nr, "
    "transaction id, transactie id, bonnummer, bon nr"
)
_AMOUNT = (
    "amount, net amount, net, amount net, line amount, line total, net sales, sales amount, "
    "sales, revenue, net revenue, turnover, subtotal, sub total, invoice amount, "
    "bedrag, netto bedrag, bedrag netto, nettobedrag, netto, regelbedrag, netto regelbedrag, "
    "bedrag regel, regeltotaal, factuurbedrag, factuurbedrag netto, omzet, netto omzet, "
    "omzetbedrag, netto factuurbedrag, totaal netto, totaal excl, totaalbedrag excl, total excl, "
    "total price excl, verkoopbedrag"
)
_PRODUCT = (
    "product, product id, product code, product no, sku, item, item no, item code, item id, "
    "stock code, stockcode, article, article no, article code, artikel, artikelnummer, artikelnr, "
    "artikel nr, artikelcode, productcode, productnummer, product name, productnaam, "
    "description, omschrijving, artikelomschrijving"
)

WORDS: dict[str, dict[str, str]] = {
    "customers": {
        "customer": _CUSTOMER + ", id, nummer, code, number, relatie nr",
        "name": "name, customer name, company, company name, account name, client name, naam, "
        "klantnaam, bedrijfsnaam, debiteurnaam, debiteur naam, relatienaam, naam klant, "
        "naam debiteur, naam relatie, bedrijf, organisatie, afnemer naam, handelsnaam",
        "kind": "kind, customer type, customer kind, klantsoort, klanttype, soort klant, "
        "type klant, b2b b2c, zakelijk particulier",
        "prospect": "prospect, is prospect, prospect ja nee, lead",
        "legal_form": "legal form, legal entity type, rechtsvorm",
        "group_customer": "group customer, parent, parent id, parent customer, parent account, "
        "mother, moeder, moederbedrijf, moedermaatschappij, moeder klantnummer, klantnummer moeder,"
        " hoofdklant, concern, concern klantnummer, hoofdrelatie, hoofddebiteur",
        "sector": "sector, industry, branch, branche, bedrijfstak, sbi, sbi code, branche sbi, "
        "sbi branche, segment, customer segment, marktsegment, klantsegment",
        "employees": "employees, number of employees, staff, fte, medewerkers, "
        "aantal medewerkers, werknemers, aantal werknemers, personeel",
        "revenue_known": "revenue known, annual revenue, yearly revenue, jaaromzet, "
        "jaaromzet klant, omzet klant per jaar, bekende omzet",
        "region": "region, province, state, regio, provincie, rayon, gebied, sales region",
        "postcode": "postcode, postal code, zip, zip code, zipcode",
        "city": "city, town, plaats, plaatsnaam, woonplaats, vestigingsplaats, stad",
        "country": "country, country code, country region, land, landcode",
        "email": "email, e mail, email address, e mail address, mail, emailadres, e mailadres",
        "phone": "phone, phone number, telephone, mobile, telefoon, telefoonnummer, tel, mobiel",
        "vat_no": "vat no, vat number, vat id, vat, btw nummer, btw nr, btw id, btwnummer",
        "coc_no": "coc no, coc number, coc, chamber of commerce, kvk, kvk nummer, kvk nr",
        "iban": "iban, bank account, bankrekening, rekeningnummer, iban nummer",
        "acquired_on": "acquired on, customer since, created on, signup date, sign up date, "
        "klant sinds, klant vanaf, relatie sinds, aanmaakdatum, ingangsdatum klant",
        "referred_by": "referred by, referrer, referral customer, aangebracht door, "
        "aanbrenger, doorverwezen door, via klant",
        "manager": "manager, account manager, accountmanager, sales rep, sales person, "
        "salesperson, owner, representative, vertegenwoordiger, verkoper, relatiebeheerder, "
        "klantbeheerder, contactpersoon intern, consultant",
        "insolvent_on": "insolvent on, bankrupt on, bankruptcy date, datum faillissement, "
        "faillissementsdatum, failliet op, surseance op, datum surseance",
        "language": "language, taal, voorkeurstaal",
        "consent": "consent, consents, opt in, toestemming, toestemmingen",
        "active_until": "active until, inactive since, customer until, klant tot, "
        "inactief sinds, actief tot",
        "valid_from": "valid from, geldig vanaf, peildatum, gegevens per",
    },
    "sales": {
        "customer": _CUSTOMER,
        "date": "date, invoice date, factuurdatum, faktuurdatum, datum, boekdatum, boekingsdatum, "
        "posting date, document date, documentdatum, transaction date, transactiedatum, "
        "order date, orderdatum, besteldatum, sales date, verkoopdatum, sale date, leverdatum",
        "document": _DOCUMENT,
        "line": "line, line no, line number, line nr, invoice line, regel, regelnummer, regelnr, "
        "regel nr, factuurregel, order item id",
        "amount": _AMOUNT,
        "cost": "cost, costs, cost price total, cost amount, cogs, total cost, cost of sales, "
        "kosten, kostprijs, inkoopwaarde, inkoopbedrag, kostprijsbedrag, kostprijs totaal, "
        "kostprijs omzet, kostprijs verkopen, inkoopprijs totaal, kostprijswaarde",
        "margin": "margin, margin amount, profit, gross profit, gross margin, marge, brutomarge, "
        "bruto marge, margebedrag, winst, brutowinst",
        "quantity": "quantity, qty, units, number of units, count, aantal, hoeveelheid, stuks, "
        "geleverd aantal, aantal stuks, order quantity",
        "unit_price": "unit price, price, price each, sales price, net price, prijs, stukprijs, "
        "eenheidsprijs, verkoopprijs, nettoprijs, netto prijs, prijs per stuk, price per unit",
        "list_price": "list price, catalogue price, catalog price, gross price, adviesprijs, "
        "brutoprijs, catalogusprijs, bruto prijs, lijstprijs, adviesverkoopprijs, consumentenprijs",
        "product": _PRODUCT,
        "product_group": "product group, product category, category, item group, artikelgroep, "
        "productgroep, artikelgroep naam, omzetgroep, categorie, assortimentsgroep",
        "project": "project, project no, project code, projectnummer, projectnr, projectcode, "
        "werknummer",
        "currency": "currency, currency code, valuta, valutacode, munt, muntsoort, munteenheid",
        "corrects": "corrects, corrects invoice, credited invoice, credit for, original invoice, "
        "original document, corrigeert, corrigeert factuur, credit op factuur, "
        "creditering van, crediteert factuur, gecrediteerde factuur, gecrediteerd factuurnummer, "
        "oorspronkelijke factuur, betreft factuur, bij factuur",
        "channel": "channel, sales channel, kanaal, verkoopkanaal",
    },
    "activities": {
        "customer": _CUSTOMER,
        "date": "date, activity date, datum, activiteitdatum, datum activiteit, contactdatum, "
        "datum contact, created at, timestamp",
        "activity": "activity, activity type, type of activity, activiteit, soort activiteit, "
        "activiteitsoort, activiteittype, soort contact, contactsoort, contact type",
        "count": "count, number, quantity, aantal",
        "minutes": "minutes, duration minutes, minuten, duur, duur minuten, tijd minuten, duration",
        "cost": "cost, costs, kosten",
        "reactive": "reactive, at request, reactief, op verzoek, op verzoek van klant",
        "our_fault": "our fault, own fault, onze fout, eigen fout, fout van ons",
        "by": "by, employee, user, done by, door, medewerker, uitgevoerd door, behandelaar",
        "reference": "reference, ref, ticket id, ticket, kenmerk, referentie, ticketnummer",
    },
    "payments": {
        "customer": _CUSTOMER,
        "document": _DOCUMENT,
        "invoice_date": "invoice date, date, factuurdatum, faktuurdatum, datum, document date, "
        "documentdatum",
        "due_date": "due date, due on, vervaldatum, vervaldag, verval datum, betalen voor",
        "paid_date": "paid date, paid on, payment date, date paid, betaaldatum, betaald op, "
        "datum betaling, datum betaald, voldaan op",
        "amount": _AMOUNT + ", invoice total, total, totaal, totaalbedrag, bedrag incl, "
        "amount incl, openstaand bedrag, openstaand",
    },
    "contracts": {
        "customer": _CUSTOMER,
        "contract": "contract, contract id, contract no, contract number, subscription, "
        "subscription id, contractnummer, contractnr, abonnement, abonnementsnummer, "
        "abonnement id",
        "product": _PRODUCT + ", plan, plan tier, dienst, service",
        "started_on": "started on, start date, start, begin date, begindatum, startdatum, "
        "ingangsdatum, ingang",
        "ends_on": "ends on, end date, end, einddatum, einde, afloopdatum",
        "renews_on": "renews on, renewal date, renewal, verlengdatum, verlenging op",
        "period": "period, billing period, billing frequency, periode, termijn, facturatieperiode",
        "amount": _AMOUNT + ", mrr amount, mrr, price, prijs, termijnbedrag, amount per period, "
        "bedrag per periode, contractbedrag",
        "cancelled_on": "cancelled on, canceled on, cancellation date, opgezegd op, opzegdatum, "
        "datum opzegging",
        "reason": "reason, cancellation reason, reden, reden opzegging, opzegreden",
    },
    "feedback": {
        "customer": _CUSTOMER,
        "date": "date, response date, answered on, submitted at, datum, antwoorddatum, "
        "datum antwoord, ingevuld op, review creation date",
        "question": "question, question type, vraag, soort vraag, meting",
        "subject": "subject, about, onderwerp, product, dienst, betreft",
        "score": "score, nps, nps score, nps rating, rating, csat, ces, cijfer, beoordeling, "
        "rapportcijfer, review score",
        "scale_low": "scale low, lowest, schaal laag, schaal van, laagste",
        "scale_high": "scale high, highest, schaal hoog, schaal tot, hoogste",
        "comment": "comment, comments, feedback, remark, verbatim, toelichting, opmerking, "
        "opmerkingen, reactie, review comment message",
        "channel": "channel, kanaal, via",
        "contact": "contact, contact person, respondent, contactpersoon, ingevuld door",
        "touchpoint": "touchpoint, moment, contactmoment, aanleiding",
    },
    "ratings": {
        "customer": _CUSTOMER,
        "criterion": "criterion, criteria, criterium",
        "rater": "rater, rated by, beoordelaar, beoordeeld door",
        "mark": "mark, rating, beoordeling, cijfer, waardering",
        "date": "date, rated on, datum, beoordeeld op",
    },
    "wallets": {
        "customer": _CUSTOMER,
        "offering": "offering, category, aanbod, dienst, categorie, " + _PRODUCT,
        "spend": "spend, yearly spend, spend a year, besteding, besteding per jaar, jaarbesteding",
        "whom": "whom, with whom, supplier, bij wie, leverancier",
        "date": "date, as of, datum, peildatum",
    },
    "flags": {
        "customer": _CUSTOMER,
        "flag": "flag, override, vlag, besluit, vast segment",
        "until": "until, valid until, end date, tot, tot en met, einddatum, geldig tot",
        "reason": "reason, why, reden, waarom",
        "by": "by, decided by, door, besloten door",
        "date": "date, decided on, datum, besloten op",
    },
}

# A file is taken for the first of these tables that fits: all fields of the first group are there,
# and any of the second where it has one.
NEEDED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "contracts": (("customer", "contract", "started_on", "amount"), ()),
    "payments": (("customer", "document", "invoice_date", "amount"), ("paid_date", "due_date")),
    "sales": (("customer", "date", "amount"), ()),
    "activities": (("customer", "date", "activity"), ()),
    "ratings": (("customer", "criterion", "mark"), ()),
    "wallets": (("customer", "spend", "whom"), ()),
    "flags": (("customer", "flag"), ()),
    "feedback": (("customer", "date"), ("score", "comment")),
    "customers": (
        ("customer",),
        ("name", "city", "region", "postcode", "manager", "sector", "email", "group_customer"),
    ),
}
# A list of invoices with due dates is still sales when it says what was sold.
SALES_ONLY = ("quantity", "unit_price", "cost", "margin", "product", "product_group")
# A file with one of these is no list of customers, even when an amount is not recognised.
SOLD = frozenset({"date", "document", "amount", "quantity", "unit_price"})
# A discount beside quantity x price is told of: without it the amount comes out too high.
DISCOUNT = frozenset(
    {"discount", "linediscount", "discountpercentage", "discountamount", "korting", "regelkorting",
     "kortingspercentage", "kortingsbedrag", "kortingperregel"}
)  # fmt: skip
