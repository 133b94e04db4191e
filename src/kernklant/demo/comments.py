"""What customers write with a score, in Dutch; every sentence fits its score and the true type."""

from __future__ import annotations

PROMOTER, PASSIVE, DETRACTOR = "promoter", "passive", "detractor"

# (true type, band of the score) -> comments; "" = any type with that band.
COMMENTS: dict[tuple[str, str], tuple[str, ...]] = {
    ("", PROMOTER): (
        "Altijd bereikbaar en snel geleverd.",
        "Prima partij, bestellingen kloppen gewoon.",
        "Goed assortiment en de levering is op tijd.",
        "Fijn contact met de binnendienst.",
    ),
    ("", PASSIVE): (
        "Over het algemeen goed, de webshop kan beter.",
        "Levert wat is afgesproken, niet meer en niet minder.",
        "Prima, maar soms is een artikel niet op voorraad.",
        "Goede spullen, de offerte duurt soms wat lang.",
    ),
    ("", DETRACTOR): (
        "De levertijd van warmtepompen valt tegen.",
        "Te vaak iets niet op voorraad.",
        "Aan de telefoon moet ik lang wachten.",
    ),
    ("delighted", PROMOTER): (
        "Ik raad jullie bij iedere collega aan, echt topservice.",
        "Jullie denken mee en komen het zelfs op de bouw uitleggen. Geweldig.",
        "Beste groothandel van de regio, wij vertellen het graag verder.",
    ),
    ("committed", PROMOTER): (
        "Al jaren onze vaste leverancier en dat blijft zo.",
        "Wij kopen bijna alles bij jullie, dat zegt genoeg.",
        "Een echte partner, ook als het een keer tegenzit.",
    ),
    ("committed", PASSIVE): ("Vaste leverancier, al mag de retourafhandeling sneller.",),
    ("good_price", PROMOTER): (
        "Niet de goedkoopste, maar kwaliteit en zekerheid zijn ons dat waard.",
        "Wij betalen graag voor advies dat klopt.",
    ),
    ("good_price", PASSIVE): ("De prijs is stevig, maar de kwaliteit is er ook naar.",),
    ("satisfied", PASSIVE): (
        "Tevreden, geen bijzonderheden.",
        "Doet wat het moet doen.",
    ),
    ("shopper", PASSIVE): (
        "Wij vergelijken iedere offerte, soms zijn jullie de beste.",
        "Prima bij een actie, anders kijken we ook elders.",
    ),
    ("shopper", DETRACTOR): (
        "Online is hetzelfde artikel goedkoper.",
        "Te duur vergeleken met andere groothandels.",
    ),
    ("one_off", PASSIVE): ("Eén keer iets nodig gehad, dat ging goed.",),
    ("one_off", DETRACTOR): ("Voor een kleine bestelling zijn de kosten te hoog.",),
    ("high_attention", PASSIVE): (
        "Ze helpen altijd, maar wij hebben veel vragen en dat kost tijd.",
        "Goede hulp, al zouden we liever dagelijks een bezoek hebben.",
    ),
    ("high_attention", DETRACTOR): (
        "We moeten te vaak bellen voordat iets geregeld is.",
        "Voor een klant als wij verwachten we meer korting en meer aandacht.",
    ),
    ("disappointed", DETRACTOR): (
        "De levering was weer verkeerd en niemand belde terug.",
        "Drie keer geklaagd over dezelfde fout. Teleurstellend, vroeger was dit beter.",
        "Een kapotte ketel geleverd en weken op de vervanging gewacht.",
        "Wij zijn teleurgesteld: afspraken worden niet nagekomen.",
    ),
    ("disappointed", PASSIVE): ("Was beter, de laatste tijd gaat er te veel mis.",),
    ("hostile", DETRACTOR): (
        "Nooit meer. Ik waarschuw iedereen voor deze groothandel.",
        "Schandalig behandeld, onze advocaat neemt contact op.",
        "Oplichters, dit komt op internet te staan.",
    ),
}


def band(score: int) -> str:
    """Promoter 9-10, passive 7-8, detractor 0-6."""
    return PROMOTER if score >= 9 else PASSIVE if score >= 7 else DETRACTOR


def fitting(true_type: str, score: int) -> tuple[str, ...]:
    """The comments that a customer of this type may write with this score.

    His own words where his type has them for the band, with the general ones only when calm.
    """
    own = COMMENTS.get((true_type, band(score)), ())
    angry = true_type in {"disappointed", "hostile"} and bool(own)
    return own if angry else (*own, *COMMENTS["", band(score)])
