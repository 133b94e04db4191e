"""The words of the report about the division, in Dutch and English."""

from __future__ import annotations

from kernklant.engine.errors import Text

DIVISION_WORDS = {
    "division_title": Text("Wie verdient welke aandacht", "Who deserves what attention"),
    "nobody_a": Text(
        "Er is nog geen A-klant: niemand haalt de grens.",
        "There is no A customer yet: nobody reaches the cut-off.",
    ),
    "a_value": Text(
        "{few} A-klanten dragen {value} van de klantwaarde. Hoeveel aandacht zij krijgen, is te "
        "zeggen zodra er activiteiten zijn ingelezen.",
        "{few} A customers carry {value} of lifetime value. How much attention they get can be "
        "said once activities are imported.",
    ),
    "a_attention": Text(
        "{few} A-klanten dragen {value} van de klantwaarde en krijgen {hours} van de uren.",
        "{few} A customers carry {value} of lifetime value and get {hours} of the hours.",
    ),
    "rule": Text("De regel", "The rule"),
    "segment": Text("segment", "segment"),
    "segment_new": Text("nieuw", "new"),
    "segment_gone": Text("weg", "gone"),
    "segment_exit": Text("uitfaseren", "exit"),
    "share_of_customers": Text("deel van de klanten", "share of customers"),
    "cost_to_serve": Text("bediening 12 maanden", "cost to serve 12 months"),
    "value_attention": Text("waarde en aandacht", "value and attention"),
    "value_bar": Text("klantwaarde", "lifetime value"),
    "hours_bar": Text("uren", "hours"),
    "daughters_one": Text(
        "Eén C-klant hoort bij een groep met een A-klant: kijk eerst naar hem voor u hem laat "
        "gaan.",
        "One C customer belongs to a group with an A customer: look at him before you let him go.",
    ),
    "daughters": Text(
        "{count} C-klanten horen bij een groep met een A-klant: kijk eerst naar hen voor u hen "
        "laat gaan.",
        "{count} C customers belong to a group with an A customer: look at them before you let "
        "them go.",
    ),
    "score_title": Text("Waar de score uit bestaat", "What the score is made of"),
    "score_lead": Text(
        "Een klant krijgt punten per criterium, samen hoogstens 100. Wat niet bekend is, telt niet "
        "mee en maakt de score minder zeker.",
        "A customer earns points for each criterion, 100 at most together. What is not known does "
        "not count and makes the score less sure.",
    ),
    "criterion": Text("criterium", "criterion"),
    "points": Text("punten", "points"),
    "from_to": Text("van – tot", "from – to"),
    "known_of": Text("bekend van", "known of"),
    "left_out": Text(
        "Niet meegewogen, omdat er nog niets over bekend is: {names}.",
        "Not weighed, because nothing is known of it yet: {names}.",
    ),
    "weights": Text(
        "Ook als de gewichten iets anders waren gekozen, bleven {sure} van de {all} A-klanten "
        "vrijwel zeker bij de besten; {might} anderen hadden er soms bij gezeten.",
        "Even with somewhat other weights {sure} of the {all} A customers would almost surely stay "
        "among the best; {might} others would sometimes have been there.",
    ),
    "moves_title": Text("Wie verschoof", "Who moved"),
    "moves_first": Text(
        "Dit is de eerste evaluatie; verschuivingen zijn er vanaf de tweede.",
        "This is the first run; there are moves from the second on.",
    ),
    "moves_none": Text(
        "Niemand verschoof sinds de vorige evaluatie.", "Nobody moved since the run before."
    ),
    "moves_some": Text(
        "{count} klanten verschoven sinds de vorige evaluatie:",
        "{count} customers moved since the run before:",
    ),
    "moves_many": Text(
        "{count} klanten verschoven sinds de vorige evaluatie. Die van de hoogste waarde:",
        "{count} customers moved since the run before. Those of the highest value:",
    ),
    "moves_one": Text(
        "Eén klant verschoof sinds de vorige evaluatie:",
        "One customer moved since the run before:",
    ),
    "from_to_matrix": Text("van ↓ naar →", "from ↓ to →"),
    "moved": Text("verschuiving", "move"),
    "nearly_title": Text("Wat een B tot A maakt", "What makes a B an A"),
    "nearly_lead": Text(
        "B-klanten die het dichtst bij A staan, met de kleinste stap die hen er brengt.",
        "B customers nearest to A, with the smallest step that takes them there.",
    ),
    "nearly_none": Text("Er zijn geen B-klanten.", "There are no B customers."),
    "chance_a": Text("kans om A te worden", "chance to become A"),
    "score": Text("score", "score"),
    "potential": Text("nog te besteden per jaar", "still to spend a year"),
    "exit_title": Text("Voorstel: uitfaseren", "Proposal: exit"),
    "exit_lead": Text(
        "Zij kosten vrijwel zeker meer dan zij brengen. Het is een voorstel: probeer eerst wat "
        "ernaast staat; een mens besluit.",
        "They almost surely cost more than they bring. This is a proposal: try what stands beside "
        "it first; a person decides.",
    ),
    "exit_none": Text(
        "Niemand: van geen klant is het vrijwel zeker dat hij meer kost dan hij brengt.",
        "Nobody: of no customer it is almost sure that he costs more than he brings.",
    ),
    "exit_chance": Text("kans op verlies", "chance of a loss"),
    "no_remedy": Text(
        "Geen verlies in de afgelopen twaalf maanden, wel te verwachten.",
        "No loss in the past twelve months, but one is expected.",
    ),
    "watch_title": Text("Let op hun betaling", "Watch their payment"),
    "watch_none": Text(
        "Niemand: er is geen faillissement bekend en niemand betaalt opvallend later.",
        "Nobody: no insolvency is known and nobody pays strikingly later.",
    ),
    "open": Text("open", "open"),
    "at_risk": Text("waarde op het spel", "value at risk"),
    "groups_title": Text("Groepen bij elkaar", "Groups together"),
    "groups_lead": Text(
        "Moeder en dochters opgeteld; de moeder geeft de naam.",
        "Mother and daughters added up; the mother gives the name.",
    ),
    "members": Text("klanten", "customers"),
    "promising_title": Text("Veelbelovende prospects", "Promising prospects"),
    "promising_lead": Text(
        "Zij kochten nog nooit en hebben daarom geen klantwaarde; wel potentie en hoe goed zij "
        "passen (van 100).",
        "They never bought, so they have no lifetime value; but potential and how well they fit "
        "(out of 100).",
    ),
    "fit": Text("past", "fits"),
    "and_more": Text(
        "En {count} anderen: kernklant export customers.",
        "And {count} others: kernklant export customers.",
    ),
    "serve_title": Text("Wat bedienen kost", "What serving costs"),
    "serve_lead": Text(
        "Samen {cost} in twaalf maanden (waarschijnlijk {range}), {hours} uren. Door eigen fouten: "
        "{fault}.",
        "Together {cost} in twelve months (most likely {range}), {hours} hours. By our own faults: "
        "{fault}.",
    ),
    "activity": Text("activiteit", "activity"),
    "times": Text("keer", "times"),
    "hours": Text("uren", "hours"),
    "cost": Text("kosten", "cost"),
    "assumed": Text("tijd aangenomen", "time assumed"),
}
