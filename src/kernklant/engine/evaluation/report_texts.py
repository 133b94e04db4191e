"""The words of the report, in Dutch and English."""

from __future__ import annotations

from kernklant.engine.errors import Lang, Text
from kernklant.engine.evaluation.report_division_texts import DIVISION_WORDS

WORDS = {
    "kicker": Text("Klantwaarderapport", "Customer value report"),
    "as_of": Text("peildatum", "as of"),
    "run": Text("evaluatie", "run"),
    "customers": Text("klanten", "customers"),
    "customer": Text("klant", "customer"),
    "with_orders": Text("met een aankoop", "with a purchase"),
    "prospects": Text("prospects", "prospects"),
    "revenue": Text("omzet", "revenue"),
    "revenue_12m": Text("omzet 12 maanden", "revenue 12 months"),
    "in_all": Text("in totaal", "in all"),
    "contribution": Text("bijdrage", "contribution"),
    "contribution_12m": Text("bijdrage 12 maanden", "contribution 12 months"),
    "cost_unknown": Text("kostprijs niet bekend", "cost not known"),
    "cost_known_of": Text("kostprijs bekend van", "cost known of"),
    "not_yet": Text("nog niet te zeggen", "not to be said yet"),
    "clv": Text("klantwaarde", "lifetime value"),
    "likely": Text("waarschijnlijk", "most likely"),
    "where_title": Text("Waar de waarde zit", "Where the value sits"),
    "where_lead": Text(
        "Over de twaalf maanden tot en met de peildatum, alle klanten van groot naar klein naast "
        "elkaar.",
        "Over the twelve months up to the as-of date, all customers side by side from large to "
        "small.",
    ),
    "share_title": Text("80/20 van de omzet", "80/20 of revenue"),
    "share_x": Text("deel van de klanten, grootste eerst", "share of customers, largest first"),
    "share_y": Text("deel van de omzet", "share of revenue"),
    "share_note": Text(
        "De stippellijn: zo zou het zijn als iedere klant evenveel bracht.",
        "The dotted line: what it would be if every customer brought the same.",
    ),
    "whale_title": Text("Wat verdient u aan wie", "What you earn from whom"),
    "whale_x": Text("deel van de klanten, beste eerst", "share of customers, best first"),
    "peak": Text("piek {peak}", "peak {peak}"),
    "peak_share": Text("{share} van wat overblijft", "{share} of what remains"),
    "whale_note": Text(
        "De walviskromme: bijdrage opgeteld van de beste naar de slechtste klant. Na de piek kost "
        "iedere volgende klant geld. De stippellijn is wat overblijft.",
        "The whale curve: contribution added up from the best to the worst customer. After the "
        "peak every next customer costs money. The dotted line is what remains.",
    ),
    "whale_flat_note": Text(
        "De walviskromme: bijdrage opgeteld van de beste naar de slechtste klant. Geen klant kost "
        "meer dan hij opbrengt, dus zij daalt nergens.",
        "The whale curve: contribution added up from the best to the worst customer. No customer "
        "costs more than he brings, so it falls nowhere.",
    ),
    "whale_missing": Text(
        "De walviskromme laat zien welke klanten meer kosten dan zij opbrengen. Daarvoor is de "
        "kostprijs per factuurregel nodig; die ontbreekt nog.",
        "The whale curve shows which customers cost more than they bring. It needs the cost of "
        "each invoice line, which is still missing.",
    ),
    "top_customers": Text("Grootste {top}\u00a0%", "Largest {top}%"),
    "for_80": Text("Samen goed voor 80\u00a0%", "Together good for 80%"),
    "losing": Text("Onder nul", "Below zero"),
    "destroyed": Text("Samen onder nul", "Together below zero"),
    "gini": Text("Gini (0 gelijk, 1 alles bij één)", "Gini (0 equal, 1 one has all)"),
    "luck_title": Text("Zonder geluk", "Without luck"),
    "luck": Text(
        "Een korte periode overdrijft: wie toevallig vaak kocht, lijkt trouwer dan hij is. Met dat "
        "toeval eruit doen de 20 % trouwste kopers naar schatting {share} van de aankopen.",
        "A short period exaggerates: who happened to buy often looks more loyal than he is. With "
        "that luck taken out, the 20% most eager buyers make an estimated {share} of purchases.",
    ),
    "worth_title": Text("Wat uw klanten nog waard zijn", "What your customers are still worth"),
    "worth_lead": Text(
        "Klantwaarde is de marge die een klant naar verwachting nog gaat brengen, toekomstige "
        "euro’s omgerekend naar nu. De grenzen zeggen tussen welke bedragen het "
        "waarschijnlijk uitkomt.",
        "Lifetime value is the margin a customer is expected to bring yet, future euros counted at "
        "today’s worth. The bounds say between which amounts it will most likely end.",
    ),
    "rules": Text(
        "Gerekend over {years} jaar vooruit, {discount} rente per jaar, grenzen met {level} kans; "
        "waar geen kostprijs bekend is, een marge van {margin}.",
        "Looking {years} years ahead, {discount} interest per year, bounds with {level} chance; "
        "where no cost is known, a margin of {margin}.",
    ),
    "classes_title": Text("Verdeling over de klanten", "Spread over the customers"),
    "classes_note": Text(
        "Links hoeveel klanten er in een klasse vallen, rechts wat zij samen waard zijn.",
        "Left how many customers fall in a class, right what they are worth together.",
    ),
    "below": Text("< {high}", "< {high}"),
    "above": Text("≥ {low}", "≥ {low}"),
    "worth_nobody": Text(
        "Van geen enkele klant is de klantwaarde al te zeggen.",
        "Lifetime value cannot be said of any customer yet.",
    ),
    "best_title": Text("De waardevolste klanten", "The most valuable customers"),
    "best_lead": Text(
        "Op volgorde van klantwaarde. Het streepje loopt van de lage naar de hoge grens, de stip "
        "is de verwachting.",
        "In order of lifetime value. The line runs from the low to the high bound, the dot is what "
        "to expect.",
    ),
    "orders": Text("orders", "orders"),
    "last_order": Text("laatste order", "last order"),
    "method": Text("methode", "method"),
    "nobody": Text("Er zijn nog geen klanten.", "There are no customers yet."),
    "nameless": Text("zonder naam", "no name"),
    "sure_title": Text("Hoe zeker is dit?", "How sure is this?"),
    "accepted": Text("Koopmodel aanvaard", "Purchase model accepted"),
    "refused": Text("Koopmodel niet gebruikt", "Purchase model not used"),
    "methods_title": Text("Methode per klant", "Method per customer"),
    "holdout_title": Text("Nameting", "Holdout"),
    "holdout_lead": Text(
        "De laatste {weeks} weken van {customers} klanten bleven buiten het model, dat ze daarna "
        "moest voorspellen. Ernaast: wat ‘zij gaan zo door’ zou hebben gezegd.",
        "The last {weeks} weeks of {customers} customers were kept from the model, which then had "
        "to forecast them. Beside it: what ‘they go on like this’ would have said.",
    ),
    "happened": Text("werkelijk", "what happened"),
    "run_rate": Text("zij gaan zo door", "they go on like this"),
    "off": Text("ernaast", "off by"),
    "mean_error": Text("fout per klant", "error per customer"),
    "amount_title": Text("Bedrag per aankoop", "Amount per purchase"),
    "spend_model": Text("bestedingsmodel", "spending model"),
    "spend_gg": Text("Gamma-Gamma", "Gamma-Gamma"),
    "spend_ln": Text("log-normaal, naar het midden getrokken", "log-normal, drawn to the middle"),
    "mean_purchase": Text("verwachte aankoop, gemiddeld", "expected purchase, on average"),
    "details": Text("Model en parameters (in weken)", "Model and parameters (in weeks)"),
    "model": Text("koopmodel", "purchase model"),
    "log_likelihood": Text("log-likelihood", "log-likelihood"),
    "repeat_buyers": Text("klanten met een herhaalaankoop", "customers with a repeat purchase"),
    "prior": Text("zwakke voorkennis gebruikt", "weak priors used"),
    "yes": Text("ja", "yes"),
    "no": Text("nee", "no"),
    "data_title": Text("Waarop dit rust", "What this rests on"),
    "lines": Text("factuurregels", "invoice lines"),
    "first_day": Text("eerste verkoopdag", "first day of sales"),
    "last_day": Text("laatste verkoopdag", "last day of sales"),
    "rows_of": Text("regels", "rows"),
    "missing_title": Text("Wat nog ontbreekt", "What is still missing"),
    "nothing_missing": Text(
        "Alle tabellen die dit rapport kan gebruiken, zijn er.",
        "Every table this report can use is there.",
    ),
    "file": Text("bestand", "file"),
    "warnings_title": Text("Let op", "Warnings"),
    "made_by": Text("Gemaakt met Kernklant {version}.", "Made with Kernklant {version}."),
    "again": Text(
        "Dezelfde gegevens, peildatum en hetzelfde beleid geven dezelfde uitkomst.",
        "The same data, as-of date and policy give the same answer.",
    ),
    "replay": Text("Narekenen in de map van deze evaluatie", "Repeat it in the home of this run"),
}

# By the part of clv_method before "+", the rule that says whether somebody will buy.
METHODS = {
    "mbg": Text("koopmodel", "purchase model"),
    "bg": Text("koopmodel", "purchase model"),
    "pareto": Text("koopmodel", "purchase model"),
    "run-rate": Text("eigen kooptempo", "own rate"),
    "none": Text("niets gekocht", "nothing bought"),
}
# In the order of the literature, which is that of the page: a published run is sorted by name.
PARAMETERS = {
    **{name: Text(name, name) for name in ("r", "alpha", "a", "b", "s", "beta", "p", "q", "v")},
    "median": Text("mediaan (euro)", "median (euros)"),
    "within": Text("variantie binnen een klant (log)", "variance within a customer (log)"),
    "between": Text("variantie tussen klanten (log)", "variance between customers (log)"),
}
MODELS = {"mbg": "MBG/NBD", "bg": "BG/NBD", "pareto": "Pareto/NBD"}


def words(lang: Lang) -> dict[str, str]:
    """All words of the report in one language."""
    return {name: text.to(lang) for name, text in {**WORDS, **DIVISION_WORDS}.items()}
