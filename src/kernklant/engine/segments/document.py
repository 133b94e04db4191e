"""A TOML document that is read strictly: every fault noted with its line, all told at once."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kernklant.engine.errors import Lang, Text

HEADER = re.compile(r"^\s*\[([A-Za-z0-9_.\- ]+)\]")
KEY = re.compile(r"^\s*([A-Za-z0-9_\-]+(?:\s*\.\s*[A-Za-z0-9_\-]+)*)\s*=")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the line (1-based; 0 where the key is absent), the key, what and remedy."""

    line: int
    path: str
    what: Text
    remedy: Text

    def to(self, lang: Lang) -> str:
        """The fault as one line of text."""
        word = {"nl": "regel", "en": "line"}[lang]
        place = f"{word} {self.line}, " if self.line else ""
        return f"  {place}{self.path}: {self.what.to(lang)}; {self.remedy.to(lang)}"


class Document:
    """Values are asked for by dotted path; what nobody asked for is unknown."""

    def __init__(self, text: str, values: dict[str, Any]) -> None:
        self._values = values
        # Backwards, so that a table that several headers imply stands where it first appears.
        self._lines = dict(reversed(list(_places(text))))
        self._asked: set[str] = set()
        self.faults: list[Fault] = []

    def peek(self, path: str) -> Any:
        """The value at a path without taking it; None if there is none."""
        value: Any = self._values
        for key in path.split("."):
            if not isinstance(value, dict) or key not in value:
                return None
            value = value[key]
        return value

    def take(self, path: str) -> Any:
        """The value at a path, now known; None if there is none."""
        self._asked.add(path)
        return self.peek(path)

    def keys_of(self, path: str) -> list[str]:
        """The keys of the table at a path, in their order."""
        value = self.peek(path)
        if value is None:
            return []
        if not isinstance(value, dict):
            self._asked.add(path)
            self._wrong_kind(path, value, Text("een tabel", "a table"))
            return []
        return list(value)

    def number(
        self, path: str, *, default: float | None, low: float, high: float, whole: bool = False
    ) -> float:
        """A number within bounds; ``default`` None means that it must be there."""
        value = self.take(path)
        if value is None:
            if default is None:
                self._absent(path)
            return low if default is None else float(default)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            self._wrong_kind(path, value, Text("een getal", "a number"))
            return low
        if not low <= value <= high or (whole and value != int(value)):
            self._out_of_bounds(path, value, (low, high), whole=whole)
        return float(value)

    def choice(self, path: str, among: Sequence[str], *, default: str | None) -> str:
        """One word out of several; ``default`` None means that it must be there."""
        value = self.take(path)
        if value is None:
            if default is None:
                self._absent(path)
            return default or among[0]
        if value not in among:
            self._not_among(path, value, among)
            return default or among[0]
        return str(value)

    def words(
        self, path: str, *, among: Sequence[str] | None = None, default: Sequence[str] = ()
    ) -> list[str]:
        """A list of words, each one of ``among`` where that is given."""
        value = self.take(path)
        if value is None:
            return list(default)
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            self._wrong_kind(path, value, Text("een lijst van teksten", "a list of texts"))
            return []
        for word in value:
            if among is not None and word not in among:
                self._not_among(path, word, among)
        return value

    def fault(self, path: str, what: Text, remedy: Text) -> None:
        """Note a fault at the line of a path, or of the nearest table above it."""
        self.faults.append(Fault(self._line(path), path, what, remedy))

    def refuse_unknown(self) -> None:
        """Note every key that nobody asked for, with the nearest one that exists."""
        for path in _leaves(self._values, ""):
            if not any(path == asked or path.startswith(asked + ".") for asked in self._asked):
                self.fault(path, Text("onbekend", "unknown"), self._nearest(path))

    def _nearest(self, path: str) -> Text:
        close = difflib.get_close_matches(path, sorted(self._asked), n=1, cutoff=0.6)
        if close:
            return Text(f"bedoelt u {close[0]}?", f"do you mean {close[0]}?")
        return Text("haal de regel weg", "remove the line")

    def _line(self, path: str) -> int:
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path.rpartition(".")[0]
        return 0

    def _absent(self, path: str) -> None:
        self.fault(path, Text("ontbreekt", "is missing"), Text("vul het in", "fill it in"))

    def _wrong_kind(self, path: str, value: Any, wanted: Text) -> None:
        self.fault(
            path,
            Text(f"{value!r} is niet {wanted.nl}", f"{value!r} is not {wanted.en}"),
            Text(f"schrijf {wanted.nl}", f"write {wanted.en}"),
        )

    def _not_among(self, path: str, value: Any, among: Sequence[str]) -> None:
        words = ", ".join(among)
        self.fault(
            path,
            Text(f"{value!r} bestaat niet", f"{value!r} does not exist"),
            Text(f"kies uit {words}", f"choose from {words}"),
        )

    def _out_of_bounds(
        self, path: str, value: float, bounds: tuple[float, float], *, whole: bool
    ) -> None:
        low, high = bounds
        kind = (
            Text("een geheel getal", "a whole number") if whole else Text("een getal", "a number")
        )
        self.fault(
            path,
            Text(f"{value:g} kan niet", f"{value:g} cannot be"),
            Text(
                f"neem {kind.nl} van {low:g} tot en met {high:g}",
                f"take {kind.en} from {low:g} to {high:g}",
            ),
        )


def _leaves(values: dict[str, Any], above: str) -> Iterator[str]:
    for key, value in values.items():
        path = f"{above}{key}"
        if isinstance(value, dict) and value:
            yield from _leaves(value, path + ".")
        else:
            yield path


def _places(text: str) -> Iterator[tuple[str, int]]:
    """Where each table and key stands; tomllib reads values but tells no lines."""
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := HEADER.match(line):
            table = header[1].replace(" ", "")
            parts = table.split(".")
            yield from ((".".join(parts[:end]), number) for end in range(1, len(parts) + 1))
        elif key := KEY.match(line):
            name = re.sub(r"\s", "", key[1])
            yield (f"{table}.{name}" if table else name), number
