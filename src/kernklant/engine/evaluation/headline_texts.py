"""The sentences that head a report, in Dutch and English."""

from __future__ import annotations

from kernklant.engine.errors import Text

MEASURES = {
    "revenue_12m": Text("omzet", "revenue"),
    "contribution_12m": Text("bijdrage", "contribution"),
}
NO_CUSTOMERS = Text(
    "Er zijn nog geen klanten om iets over te zeggen.",
    "There are no customers yet to say anything about.",
)

FEW_BRING = Text(
    "{few} van uw {all} klanten brengen 80\u00a0% van de {of}.",
    "{few} of your {all} customers bring 80% of {of}.",
)
ONE_BRINGS = Text(
    "Eén van uw {all} klanten brengt 80\u00a0% van de {of}.",
    "One of your {all} customers brings 80% of {of}.",
)
BOTH_NEEDED = Text(
    "U hebt twee klanten, en beide zijn nodig voor 80\u00a0% van de {of}.",
    "You have two customers, and it takes both to make 80% of {of}.",
)
ALL_NEEDED = Text(
    "Al uw {all} klanten zijn nodig voor 80\u00a0% van de {of}: niemand steekt erbovenuit.",
    "It takes all {all} customers to make 80% of {of}: nobody stands out.",
)
ONE_CUSTOMER = Text(
    "U hebt één klant, en alle {of} hangt aan die ene.",
    "You have one customer, and all {of} hangs on that one.",
)
NO_REVENUE = Text(
    "Waar de waarde zit, is nog niet te zeggen: de laatste twaalf maanden brachten geen omzet.",
    "Where the value sits cannot be said yet: the last twelve months brought no revenue.",
)
NEGATIVE_REVENUE = Text(
    "In twaalf maanden is er meer gecrediteerd dan verkocht: de omzet is {total}.",
    "In twelve months more was credited than sold: revenue is {total}.",
)
NO_CONTRIBUTION = Text(
    "Uw klanten brachten in twaalf maanden precies op wat zij kostten.",
    "In twelve months your customers brought exactly what they cost.",
)
NEGATIVE_CONTRIBUTION = Text(
    "Uw klanten kostten in twaalf maanden meer dan zij opbrachten: de bijdrage is {total}.",
    "In twelve months your customers cost more than they brought: contribution is {total}.",
)

NO_COST = Text(
    "Geteld is omzet: er is geen kostprijs bekend, dus de bijdrage per klant is nog niet te zeggen "
    "en voor de klantwaarde is een marge aangenomen.",
    "This counts revenue: no cost is known, so contribution per customer cannot be said yet and "
    "lifetime value rests on an assumed margin.",
)
COST_OF_FEW = Text(
    "Geteld is omzet: van te weinig klanten ({known}) is de kostprijs bekend om de bijdrage te "
    "laten tellen.",
    "This counts revenue: the cost of too few customers ({known}) is known for contribution to "
    "count.",
)
ONE_LEFT_OUT = Text(
    "Van één klant is geen kostprijs bekend; die telt hierin niet mee.",
    "Of one customer no cost is known; that one is left out of this.",
)
LEFT_OUT = Text(
    "Van {unknown} klanten is geen kostprijs bekend; zij tellen hierin niet mee.",
    "Of {unknown} customers no cost is known; they are left out of this.",
)

ONE_COSTS = Text(
    "Eén klant kost meer dan hij opbrengt: {lost} in twaalf maanden.",
    "One customer costs more than he brings: {lost} in twelve months.",
)
SOME_COST = Text(
    "{losers} klanten kosten meer dan zij opbrengen, samen {lost} in twaalf maanden.",
    "{losers} customers cost more than they bring, together {lost} in twelve months.",
)

WORTH = Text(
    "Naar verwachting zijn uw klanten samen nog {total} waard (waarschijnlijk {range}).",
    "Together your customers are expected to be worth another {total} (most likely {range}).",
)
WORTH_WITHOUT_RANGE = Text(
    "Naar verwachting zijn uw klanten samen nog {total} waard.",
    "Together your customers are expected to be worth another {total}.",
)
WORTH_UNKNOWN = Text(
    "Wat uw klanten nog gaan brengen, is nog niet te zeggen.",
    "What your customers will still bring cannot be said yet.",
)

MODEL_PASSED = Text(
    "Het koopmodel hield stand toen het maanden moest voorspellen die het niet kende; per klant "
    "blijft de marge om het bedrag ruim.",
    "The purchase model held when it had to forecast months it had not seen; per customer the "
    "range stays wide.",
)
MODEL_UNTESTED = Text(
    "Het koopmodel is aannemelijk, maar kon nog niet worden getoetst aan maanden die het niet "
    "kende.",
    "The purchase model is plausible, but could not yet be tested on months it had not seen.",
)
MODEL_REFUSED = Text(
    "Het koopmodel is niet vertrouwd en niet gebruikt; een eenvoudiger regel nam het over, dus "
    "lees de bedragen als orde van grootte.",
    "The purchase model was not trusted and not used; a simpler rule took over, so read the "
    "amounts as orders of magnitude.",
)
TOO_EARLY = Text(
    "Daarvoor is de geschiedenis nog te kort of te dun.",
    "The history is still too short or too thin for that.",
)
