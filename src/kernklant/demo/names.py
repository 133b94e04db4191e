"""Invented names, places and numbers: nothing here belongs to anybody.

Names are pairs from two word lists; e-mail lives under ``.example`` (RFC 2606); phone numbers
start with 000, an area code that does not exist; postcodes end in SA, SD or SS, which are never
given out; KvK and btw numbers start with zeros and fail every 11-proof.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_FIRST = (
    "Mist Koper Ketel Turf Zonne Regen Duin Vuur Storm Maan Wolk Vonk Rots Dauw Hagel IJs "
    "Nevel Zilver Tin Brons Kraan Stoom Schemer Sterre Bliksem Golf Klei Mos Riet Varen "
    "Wilgen Eiken Kiezel Lava Barnsteen Kobalt Kwarts Saffier Schelp Zand "
)
_SECOND = (
    "vos linde anker vlinder kompas fluit haas specht otter kiek burcht spoor wiek egel "
    "lantaarn beker valk krekel zwaluw reiger kikker hommel snoek kasteel toren brug poort "
    "molen sluis schip trommel bel klok vlieger tuin laan kade veer hoorn kruik "
)
FIRST, SECOND = _FIRST.split(), _SECOND.split()
TRADES = {
    "Installateurs": ("Installatie", "Klimaattechniek", "Warmte", "Loodgieters", "Koeltechniek"),
    "Aannemers": ("Bouw", "Renovatie", "Aannemers"),
    "VvE-beheer": ("VvE-beheer",),
    "Woningcorporaties": ("Woningcorporatie",),
    "Industrie": ("Machines", "Voedingsindustrie", "Coatings", "Kunststoffen"),
    "Zorg": ("Zorggroep", "Verpleeghuis"),
    "Scholen": ("Scholengroep", "Lyceum"),
    "Detailhandel": ("Badkamers", "IJzerwaren", "Tegels"),
}
TRADE_FIRST = {"VvE-beheer", "Woningcorporaties", "Zorg", "Scholen"}
LEGAL_FORMS = {
    "Installateurs": (("BV", 0.65), ("VOF", 0.15), ("Eenmanszaak", 0.20)),
    "Aannemers": (("BV", 0.80), ("VOF", 0.10), ("Eenmanszaak", 0.10)),
    "VvE-beheer": (("BV", 0.70), ("Coöperatie", 0.30)),
    "Woningcorporaties": (("Stichting", 0.85), ("Vereniging", 0.15)),
    "Industrie": (("BV", 0.90), ("NV", 0.10)),
    "Zorg": (("Stichting", 0.90), ("Coöperatie", 0.10)),
    "Scholen": (("Stichting", 0.85), ("Vereniging", 0.15)),
    "Detailhandel": (("BV", 0.55), ("VOF", 0.20), ("Eenmanszaak", 0.25)),
}
# province, share of customers, (town, first two digits of its postcodes)
REGIONS = (
    ("Overijssel", 0.32, (("Zwolle", 80), ("Deventer", 74), ("Enschede", 75), ("Almelo", 76))),
    ("Gelderland", 0.26, (("Apeldoorn", 73), ("Arnhem", 68), ("Nijmegen", 65), ("Ede", 67))),
    ("Drenthe", 0.11, (("Assen", 94), ("Emmen", 78), ("Meppel", 79), ("Hoogeveen", 79))),
    ("Utrecht", 0.12, (("Utrecht", 35), ("Amersfoort", 38), ("Zeist", 37))),
    ("Noord-Brabant", 0.09, (("Eindhoven", 56), ("Tilburg", 50), ("’s-Hertogenbosch", 52))),
    ("Flevoland", 0.06, (("Lelystad", 82), ("Almere", 13), ("Dronten", 82))),
    ("Friesland", 0.04, (("Heerenveen", 84), ("Sneek", 86))),
)
NEVER_ISSUED = ("SA", "SD", "SS")
MANAGERS = (
    "Noor Vlinderkade",
    "Bram Kiezelbrug",
    "Fatma Sterrehoorn",
    "Joost Wolkenveer",
    "Sanne Koperlaan",
    "Daan Hagelpoort",
)
RATERS = (*MANAGERS, "Directie", "Binnendienst")


def full_name(base: str, trade: str, *, first: bool, legal_form: str) -> str:
    """A company name: base and trade in the order of the sector, legal form behind a company."""
    name = f"{trade} {base}" if first else f"{base} {trade}"
    return f"{name} {legal_form}" if legal_form in {"BV", "NV", "VOF"} else name


def address(name: str) -> str:
    """An e-mail address that cannot exist."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = [word for word in re.findall(r"[a-z0-9]+", plain) if word not in {"bv", "nv", "vof"}]
    return f"inkoop@{'-'.join(words)}.example"


def phones() -> Iterator[str]:
    """Phone numbers without an area that exists."""
    for digits in _failing(range(5_550_000, 10_000_000), width=10):
        yield f"{digits[:3]}-{digits[3:6]} {digits[6:8]} {digits[8:]}"


def chamber_numbers() -> Iterator[str]:
    """KvK numbers of eight digits that start with zeros."""
    yield from _failing(range(1_001, 100_000), width=8)


def vat_numbers() -> Iterator[str]:
    """Btw numbers with leading zeros whose nine digits fail the 11-proof and the mod 97."""
    for digits in _failing(range(2_001, 100_000), width=9):
        # N, L and B count as 23, 21 and 11 in the check of the newer btw numbers.
        if int(f"2321{digits}1101") % 97 != 1:
            yield f"NL{digits}B01"


def eleven_proof(digits: str) -> bool:
    """Whether digits pass the check of a BSN or of an old bank account (8 to 10 digits)."""
    values = [int(digit) for digit in digits]
    account = sum(weight * value for weight, value in enumerate(reversed(values), start=1))
    person = account - 2 * values[-1]
    return account % 11 == 0 or person % 11 == 0


def _failing(numbers: range, *, width: int) -> Iterator[str]:
    return (digits for number in numbers if not eleven_proof(digits := f"{number:0{width}d}"))
