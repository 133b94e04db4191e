"""How far a customer matches the profile of the customers a company wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text, UserError
from kernklant.engine.units import euros

Wanted = tuple[Any, ...]
DECIMALS = 6  # the most that a number in the ledger has


def profile_share(profile: Mapping[str, Wanted], attributes: pa.Table) -> np.ndarray:
    """Share (n,), 0 to 1, of the wanted attributes that a customer has.

    Over the attributes that are known of him, each counting as much; NaN when none is known.
    ``profile``: per column of ``attributes`` (n rows) the texts wanted, or two numbers, from and
    to, both included. Capitals and spaces around a text do not matter, and of a sector the first
    digits of its code are enough: "43" wants 4322 too. Refuses a column that is not there, and
    texts for numbers or numbers for texts.
    """
    known = np.zeros(attributes.num_rows)
    fits = np.zeros(attributes.num_rows)
    for name, wanted in profile.items():
        match = _match(name, wanted, attributes)
        known += ~np.isnan(match)
        fits += match == 1
    return np.where(known > 0, fits / np.maximum(known, 1), np.nan)


def _match(name: str, wanted: Wanted, attributes: pa.Table) -> np.ndarray:
    """1 where a customer has what is wanted, 0 where not, NaN where it is not known."""
    if name not in attributes.column_names:
        raise _unknown(name, attributes.column_names)
    values = attributes[name]
    texts = all(isinstance(value, str) for value in wanted)
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        if texts:
            return _of_texts(values, _sector(wanted) if name == "sector" else _words(wanted))
    elif not texts and _is_number(values.type):
        return _between(values, *wanted)
    raise _other_kind(name, texts=texts)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind)) or bool(
        pa.types.is_decimal(kind)
    )


def _between(values: pa.ChunkedArray, low: float, high: float) -> np.ndarray:
    # 99.99 as a decimal comes as 99.99000000000001.
    numbers = np.round(euros(values), DECIMALS)
    return np.where(np.isnan(numbers), np.nan, (numbers >= low) & (numbers <= high))


def _of_texts(values: pa.ChunkedArray, wants: Callable[[str], bool]) -> np.ndarray:
    """Each distinct text is judged once; an empty one is not known."""
    coded = pc.dictionary_encode(values).combine_chunks()
    said = [text.strip().casefold() for text in coded.dictionary.to_pylist()]
    judged = [wants(text) if text else np.nan for text in said]
    place = pc.fill_null(coded.indices, len(judged)).to_numpy(zero_copy_only=False)
    return np.asarray(np.array([*judged, np.nan], dtype=np.float64)[place])


def _words(wanted: Wanted) -> Callable[[str], bool]:
    among = {text.strip().casefold() for text in wanted}
    return lambda text: text in among


def _sector(wanted: Wanted) -> Callable[[str], bool]:
    """By the first digits of a code as written (4322, 43.22), else by the words."""
    among = {text.strip().casefold() for text in wanted}
    codes = tuple(text.replace(".", "") for text in among if text[:1].isdigit())

    def wants(text: str) -> bool:
        words = text.lstrip("0123456789. -")
        return text in among or words in among or text.replace(".", "").startswith(codes)

    return wants


def _unknown(name: str, columns: list[str]) -> UserError:
    return UserError(
        Text(
            f"Het profiel vraagt naar {name}, maar dat staat niet bij klanten",
            f"The profile asks for {name}, which customers do not have",
        ),
        Text(
            f"Haal het uit het profiel in het beleid, of kies uit: {', '.join(columns)}.",
            f"Take it out of the profile in the policy, or choose from: {', '.join(columns)}.",
        ),
        where=f"profile.{name}",
    )


def _other_kind(name: str, *, texts: bool) -> UserError:
    if texts:
        what = Text(f"{name} is geen tekst", f"{name} is no text")
        remedy = Text(
            f"Geef twee getallen, van laag naar hoog: {name} = [10, 250]; ja of nee en datums "
            "passen niet in een profiel.",
            f"Give two numbers from low to high: {name} = [10, 250]; yes or no and dates do not "
            "fit in a profile.",
        )
    else:
        what = Text(f"{name} is geen getal", f"{name} is no number")
        remedy = Text(
            f'Geef een lijst van teksten: {name} = ["...", "..."].',
            f'Give a list of texts: {name} = ["...", "..."].',
        )
    return UserError(what, remedy, where=f"profile.{name}")
