"""Whether a customer is a business or a natural person, by the word his file has for it."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text
from kernklant.engine.ledger.register import plain
from kernklant.engine.ledger.words import shorten

BUSINESS, CONSUMER, UNKNOWN, UNTOLD = "business", "consumer", "unknown", ""
# A sole trader is a natural person: what is known of his trade is known of him (AVG art. 4).
PERSONS = (
    "consument, consumenten, consumer, consumers, consumentenmarkt, c, particulier, particulieren, "
    "particuliere klant, partikulier, part, p, prive, privepersoon, prive persoon, priveklant, "
    "private, private person, private customer, private individual, b2c, person, persoon, "
    "personen, personal, natuurlijk, natuurlijk persoon, natuurlijke persoon, natural, "
    "natural person, individu, individual, individuals, individueel, huishouden, household, "
    "households, residential, eenmanszaak, zzp, zzper, zzp er, zelfstandige, sole trader, "
    "sole proprietor, sole proprietorship, freelance, freelancer, self employed"
)
BUSINESSES = (
    "zakelijk, zakelijke klant, zakelijke markt, zakenklant, zak, z, bedrijf, bedrijven, "
    "bedrijfsklant, bedr, b, business, businesses, business customer, b2b, company, companies, "
    "corporate, corporation, commercial, commercieel, enterprise, firma, onderneming, "
    "ondernemingen, org, organisatie, organisaties, organization, organisation, organizations, "
    "organisations, rechtspersoon, niet natuurlijk persoon, legal person, legal entity, mkb, kmo, "
    "sme, smb, grootzakelijk, b2g, overheid, overheden, government, public sector, gemeente, "
    "instelling, institution, stichting, foundation, vereniging, association, non profit, "
    "nonprofit, bv, nv, vve, retailer, reseller, wholesale, wholesaler, groothandel, "
    "dealer, distributeur, distributor"
)
MOST_WORDS = 10  # of more it is no column of kinds, and what stands in it may be names


def _squeezed(word: str) -> str:
    return plain(word).replace(" ", "")


MEANS = {_squeezed(word): BUSINESS for word in BUSINESSES.split(", ")}
MEANS |= {_squeezed(word): CONSUMER for word in PERSONS.split(", ")}


def kind_of(word: str | None) -> str:
    """BUSINESS, CONSUMER, UNKNOWN for a word not listed here, UNTOLD for none; capitals, accents,
    spaces and signs do not matter."""
    squeezed = _squeezed(word or "")
    return MEANS.get(squeezed, UNKNOWN) if squeezed else UNTOLD


def kinds(words: pa.ChunkedArray) -> pa.ChunkedArray:
    """The kind of each customer, by the words of all of them.

    Of whom nothing is told is UNKNOWN where others' kinds are, and UNTOLD where nobody's is: a home
    of invoices to companies has no such column.
    """
    coded = pc.fill_null(words.cast(pa.string()), "").combine_chunks().dictionary_encode()
    meant = [kind_of(word) for word in coded.dictionary.to_pylist()]
    if any(meant):
        meant = [kind or UNKNOWN for kind in meant]
    return pc.take(pa.chunked_array([pa.array(meant, pa.string())]), coded.indices)


class Strange:
    """Words for a kind that are not known here, while a file is read."""

    def __init__(self) -> None:
        self.rows = 0
        self.words: Counter[str] = Counter()

    def hear(self, words: pa.Array) -> None:
        """Count those of some rows."""
        for one in pc.value_counts(words).to_pylist():
            if kind_of(one["values"]) == UNKNOWN:
                self.rows += one["counts"]
                if len(self.words) <= MOST_WORDS:
                    self.words[one["values"]] += one["counts"]

    def warnings(self) -> list[Text]:
        """Which words they are, and how these customers are taken."""
        if not self.rows:
            return []
        which = SOME if len(self.words) <= MOST_WORDS else MANY
        words = ", ".join(f"“{shorten(word)}”" for word in sorted(self.words))
        nl, en = (text.format(rows=self.rows, words=words) for text in (which.nl, which.en))
        return [Text(nl + TAKEN.nl, en + TAKEN.en)]


SOME = Text(
    "Zakelijk of particulier: deze woorden zijn niet bekend: {words} (regels: {rows}).",
    "Business or consumer: these words are not known: {words} (rows: {rows}).",
)
MANY = Text(
    "Zakelijk of particulier: in {rows} regels staat een woord dat niet bekend is, steeds een "
    "ander; misschien is het een andere kolom.",
    "Business or consumer: {rows} rows have a word that is not known, ever another one; it may be "
    "another column.",
)
TAKEN = Text(
    " Wie zo heet wordt beschermd als een natuurlijk persoon. Schrijf zakelijk of particulier, of "
    "laat deze kolom weg.",
    " Whom they stand with is protected as a natural person. Write business or consumer, or leave "
    "this column out.",
)
