"""Numbers as people and systems write them, read strictly: what reads two ways is not read.

``nl`` is 1.234,56 and ``en`` is 1,234.56. A space or an apostrophe may part thousands in both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text

Numbers = Literal["nl", "en"]
DECIMALS = 10
WIDE = pa.decimal128(30, DECIMALS)
LONGEST = 60
MOST_WHOLE_DIGITS = 18

# One sign at most, before or after; an amount in parentheses is negative, as accountants write.
_AMOUNT = re.compile(
    r"(?:€|EUR)?\s*(?P<open>\()?\s*(?P<s1>[-+−])?\s*(?:€|EUR)?\s*(?P<s2>[-+−])?\s*"
    r"(?P<core>[0-9.,][0-9.,'’\s]*?)"
    r"\s*(?P<s3>[-−])?\s*(?:€|EUR)?\s*(?P<close>\))?\s*(?:€|EUR)?",
    re.IGNORECASE | re.ASCII,
)
_SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")
# A first group of thousands never starts with 0, so 0.500 is a half and nothing else.
_CORE = {
    "nl": re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:([. '])[0-9]{3})(?:\1[0-9]{3})*)?(?:,[0-9]+)?"),
    "en": re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:([, '])[0-9]{3})(?:\1[0-9]{3})*)?(?:\.[0-9]+)?"),
}
_POINT: dict[Numbers, str] = {"nl": ",", "en": "."}
# What most cells look like; Arrow reads these without Python.
_PLAIN: dict[Numbers | None, str] = {
    "nl": r"^-?(?:[0-9]{1,15}|[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,4})(?:,[0-9]{1,10})?$",
    "en": r"^-?(?:[0-9]{1,15}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,10})?$",
    None: r"^-?[0-9]{1,15}$",
}

NOT_A_NUMBER = Text("dit is geen getal", "this is not a number")
TOO_LONG = Text("dit getal heeft te veel cijfers", "this number has too many digits")
TOO_FINE = Text(
    "dit getal heeft meer dan tien cijfers achter de komma",
    "this number has more than ten decimals",
)
OTHER_CURRENCY = Text(
    "er staat een andere munt dan de euro bij", "it names another currency than the euro"
)
CREDIT_MARK = Text(
    "CR of DR achter een bedrag kan plus of min zijn; schrijf een minteken",
    "CR or DR behind an amount may mean plus or minus; write a minus sign",
)
EXCEL_ERROR = Text("Excel kon deze cel niet uitrekenen", "Excel could not compute this cell")


def read_number(text: str, numbers: Numbers | None) -> Decimal | None:
    """The value of a cell in one notation, or None when it cannot be read so.

    Without a notation only what has the same value in both is read.
    """
    found = _AMOUNT.fullmatch(_SPACES.sub(" ", text.strip())) if len(text) <= LONGEST else None
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    signs = [sign for sign in (found["s1"], found["s2"], found["s3"], found["open"]) if sign]
    if len(signs) > 1:
        return None
    core = found["core"].replace("’", "'")
    value = _value(core, numbers) if numbers else _agreed(core)
    return -value if value and signs and signs[0] != "+" else value


def readings(text: str) -> tuple[Decimal | None, Decimal | None]:
    """The value of a cell as Dutch and as English notation."""
    return read_number(text, "nl"), read_number(text, "en")


def read_numbers(cells: pa.Array, numbers: Numbers | None) -> pa.Array:
    """The values of a column of text, decimal128(30, 10); null where a cell cannot be read.

    Equal to ``read_number`` cell by cell; cells with more than ten decimals or eighteen whole
    digits are null.
    """
    plain = pc.match_substring_regex(cells, _PLAIN[numbers])
    text = pc.if_else(plain, cells, None)
    if numbers == "nl":
        text = pc.replace_substring(pc.replace_substring(text, ".", ""), ",", ".")
    elif numbers == "en":
        text = pc.replace_substring(text, ",", "")
    values = pc.cast(text, WIDE)
    rest = pc.and_not(pc.is_valid(cells), pc.fill_null(plain, False))
    if not pc.any(rest).as_py():
        return values
    return pc.coalesce(values, by_distinct(cells, rest, _wide(numbers), kind=WIDE))


def by_distinct(
    cells: pa.Array, chosen: pa.Array, read: Callable[[str], object], *, kind: pa.DataType
) -> pa.Array:
    """Read the chosen cells with Python, each distinct text once; the others are null."""
    coded = pc.if_else(chosen, cells, None).dictionary_encode()
    values = pa.array([read(text) for text in coded.dictionary.to_pylist()], kind)
    return values.take(coded.indices)


def native_number(text: str) -> Decimal | None:
    """A natively typed number, in plain notation, rounded half-up to ten decimals."""
    value = _value(text.removeprefix("-"), "en")
    if value is None or value.adjusted() >= MOST_WHOLE_DIGITS:
        return None
    value = value.quantize(Decimal(1).scaleb(-DECIMALS), ROUND_HALF_UP)
    return -value if text.startswith("-") else value


def why_not(text: str) -> Text:
    """Why a cell is no number."""
    if text.startswith("#"):
        return EXCEL_ERROR
    if any(value is not None and not _fits(value) for value in readings(text)):
        return TOO_FINE if re.search(r"[.,][0-9]{11}", text) else TOO_LONG
    if len(text) > LONGEST or sum(sign.isdigit() for sign in text) > MOST_WHOLE_DIGITS:
        return TOO_LONG
    if re.search(r"[$£¥]|\b(?:USD|GBP|CHF|SEK|DKK|NOK|PLN)\b", text):
        return OTHER_CURRENCY
    if re.search(r"[0-9]\s*[CD]R?\.?$", text.strip(), re.IGNORECASE):
        return CREDIT_MARK
    return NOT_A_NUMBER


def _wide(numbers: Numbers | None) -> Callable[[str], Decimal | None]:
    def read(text: str) -> Decimal | None:
        value = read_number(text, numbers)
        return value if value is not None and _fits(value) else None

    return read


def _fits(value: Decimal) -> bool:
    exponent = int(value.as_tuple().exponent)
    return exponent >= -DECIMALS and value.adjusted() < MOST_WHOLE_DIGITS


def _value(core: str, numbers: Numbers) -> Decimal | None:
    if not _CORE[numbers].fullmatch(core):
        return None
    whole, _, rest = core.partition(_POINT[numbers])
    digits = re.sub(r"[^0-9]", "", whole)
    return Decimal(f"{digits or 0}.{rest or 0}") if rest else Decimal(digits)


def _agreed(core: str) -> Decimal | None:
    dutch, english = _value(core, "nl"), _value(core, "en")
    return dutch if dutch == english else None
