"""What a header says once case, accents, spaces and punctuation are left out."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from kernklant.engine.ledger.headers import WORDS

_WITHOUT_VAT = re.compile(
    r"\b(?:excl|exclusief|excluding|ex|exc|zonder|without)(?: of)?(?: (?:btw|vat|tax|taxes))?\b"
)
_EURO = re.compile(r"\b(?:in )?(?:eur|euro|euros)\b")
_WITH_VAT = re.compile(r"\b(?:incl|inclusief|including|inc|gross of|met btw|with vat)\b")
_RATE = re.compile(r"[0-9]\s*%")  # of VAT: "excl. 21% btw"
OWNERS = ("customer", "klant", "debiteur")  # customer_city is the city of a customer
SHOWN = 40


def squeeze(header: str) -> str:
    """A header without case, accents, spaces, punctuation, "excl. btw" and "euro"."""
    text = _EURO.sub("", _WITHOUT_VAT.sub("", _words(header)))
    return text.replace(" ", "") or marked(header)


def marked(header: str) -> str:
    """A header squeezed, but for "excl" where it says that VAT is left out."""
    text = _EURO.sub("", _words(header))
    return _WITHOUT_VAT.sub("excl", text).replace(" ", "") or _words(header).replace(" ", "")


def includes_vat(header: str) -> bool:
    """Whether a header says that its amounts include VAT."""
    return bool(_WITH_VAT.search(_words(header)))


def is_share(header: str) -> bool:
    """Whether a header says that what is below it are percentages."""
    return "%" in _RATE.sub("", header)


def excludes_vat(header: str) -> bool:
    """Whether a header says that VAT is left out of its amounts."""
    return bool(_WITHOUT_VAT.search(_words(header)))


def shorten(text: str) -> str:
    """A text fit for a message."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


@cache
def vocabulary(table: str) -> dict[str, list[str]]:
    """Per field of a table the words it is found by, as headers are compared with them."""
    plain = {
        name: [_word(word) for word in (name, *words.split(","))]
        for name, words in WORDS[table].items()
    }
    if table != "customers":
        return plain
    return {
        name: words + [owner + word for owner in OWNERS for word in words]
        for name, words in plain.items()
    }


def _word(word: str) -> str:
    """A word as headers are compared with it; one that says excl means it."""
    return marked(word) if _WITHOUT_VAT.search(word) else squeeze(word)


def _words(header: str) -> str:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    plain = unicodedata.normalize("NFKD", parted).encode("ascii", "ignore").decode()
    return " ".join(re.split(r"[^a-z0-9]+", plain.lower())).strip()
