"""A TOML document that is read strictly: every fault noted with its line, all told at once."""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kernklant.engine.errors import Bounds, Lang, Text
from kernklant.engine.segments.places import BARE, places, step
from kernklant.engine.segments.wording import figure

MOST_SHOWN = 40
A_TABLE = Text("een tabel", "a table")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the line (1-based; 0 where the key is absent), the key, what and remedy; and
    the bounds that a number broke."""

    line: int
    path: str
    what: Text
    remedy: Text
    bounds: Bounds | None = None

    def to(self, lang: Lang) -> str:
        """The fault as one line of text."""
        word = {"nl": "regel", "en": "line"}[lang]
        place = f"{word} {self.line}, " if self.line else ""
        return f"  {place}{self.path}: {self.what.to(lang)}; {self.remedy.to(lang)}"


class Document:
    """Values are asked for by dotted path; what nobody asked for is unknown."""

    def __init__(self, text: str, values: dict[str, Any]) -> None:
        self._values = values
        self._lines = places(text)
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
        """The names in the table at a path, in their order; a name needs no quotes."""
        value = self.peek(path)
        if isinstance(value, dict) and value:
            return [key for key in value if BARE.fullmatch(key)]
        self._asked.add(path)
        if value not in (None, {}):
            self._wrong_kind(path, value, A_TABLE)
        return []

    def number(
        self, path: str, *, default: float | None, low: float, high: float, whole: bool = False
    ) -> float:
        """A number within bounds; ``default`` None means that it must be there.

        After a fault the answer is the default, else ``low``: something within bounds.
        """
        value = self.take(path)
        instead = low if default is None else float(default)
        if value is None:
            if default is None:
                self._absent(path)
            return instead
        if not _is_number(value):
            self._wrong_kind(path, value, Text("een getal", "a number"))
            return instead
        if not low <= value <= high or (whole and value != int(value)):
            self._out_of_bounds(path, value, (low, high), whole=whole)
            return instead
        return float(value)

    def choice(self, path: str, among: Sequence[str], *, default: str | None) -> str:
        """One word out of several; ``default`` None means that it must be there."""
        value = self.take(path)
        if value is None:
            if default is None:
                self._absent(path)
            return among[0] if default is None else default
        if value not in among:
            self._not_among(path, value, among)
            return among[0] if default is None else default
        return str(value)

    def text(self, path: str) -> str | None:
        """A text that is not empty, or None where there is none."""
        value = self.take(path)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self._wrong_kind(path, value, Text("een tekst", "a text"))
        return None

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

    def fault(self, path: str, what: Text, remedy: Text, *, bounds: Bounds | None = None) -> None:
        """Note a fault at the line of a path, or of the nearest table above it."""
        self.faults.append(Fault(self._line(path), path, what, remedy, bounds))

    def refuse_unknown(self) -> None:
        """Note every key that nobody asked for, with the nearest one that exists."""
        for path in _leaves(self._values, ""):
            if any(path == asked or path.startswith(asked + ".") for asked in self._asked):
                continue
            if not any(asked.startswith(path + ".") for asked in self._asked):
                self.fault(path, Text("onbekend", "unknown"), self._nearest(path))
            elif (value := self.peek(path)) != {}:
                self._wrong_kind(path, value, A_TABLE)

    def _nearest(self, path: str) -> Text:
        """The key meant: a typing error in its name, in that of its table, or the wrong table."""
        table, _, name = path.rpartition(".")
        root, _, rest = path.partition(".")
        names = {asked.rpartition(".")[2]: asked for asked in self._asked if _table(asked) == table}
        roots = {asked.partition(".")[0] for asked in self._asked}
        if close := difflib.get_close_matches(name, sorted(names), n=1):
            return _meant(names[close[0]])
        if root not in roots and rest and (close := difflib.get_close_matches(root, sorted(roots))):
            return _meant(f"{close[0]}.{rest}")
        for asked in sorted(self._asked):
            if asked.rpartition(".")[2] == name and asked.partition(".")[0] != root:
                return _meant(asked)
        return Text("haal het weg", "remove it")

    def _line(self, path: str) -> int:
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path.rpartition(".")[0]
        return 0

    def _absent(self, path: str) -> None:
        self.fault(path, Text("ontbreekt", "is missing"), Text("vul het in", "fill it in"))

    def _wrong_kind(self, path: str, value: Any, wanted: Text) -> None:
        shown = _shown(value)
        self.fault(
            path,
            Text(f"{shown} is niet {wanted.nl}", f"{shown} is not {wanted.en}"),
            Text(f"schrijf {wanted.nl}", f"write {wanted.en}"),
        )

    def _not_among(self, path: str, value: Any, among: Sequence[str]) -> None:
        words, shown = ", ".join(among), _shown(value)
        self.fault(
            path,
            Text(f"{shown} bestaat niet", f"{shown} does not exist"),
            Text(f"kies uit {words}", f"choose from {words}"),
        )

    def _out_of_bounds(
        self, path: str, value: float, bounds: tuple[float, float], *, whole: bool
    ) -> None:
        low, high = map(figure, bounds)
        kind = (
            Text("een geheel getal", "a whole number") if whole else Text("een getal", "a number")
        )
        self.fault(
            path,
            Text(f"{_shown(value)} kan niet", f"{_shown(value)} cannot be"),
            Text(
                f"neem {kind.nl} van {low.nl} tot en met {high.nl}",
                f"take {kind.en} from {low.en} to {high.en}",
            ),
            bounds=Bounds(*bounds, whole),
        )


def _is_number(value: Any) -> bool:
    if isinstance(value, float):
        return not math.isnan(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _meant(path: str) -> Text:
    return Text(f"bedoelt u {path}?", f"do you mean {path}?")


def _table(path: str) -> str:
    return path.rpartition(".")[0]


def _shown(value: Any) -> str:
    """A value as the document writes it, cut off where it is long."""
    written = json.dumps(value, ensure_ascii=False, default=str)
    return written if len(written) <= MOST_SHOWN else written[: MOST_SHOWN - 1] + "…"


def _leaves(values: dict[str, Any], above: str) -> Iterator[str]:
    """Paths of all values; a name that needs quotes keeps them, so it equals no known path."""
    for key, value in values.items():
        path = f"{above}{step(key)}"
        if isinstance(value, dict) and value:
            yield from _leaves(value, path + ".")
        else:
            yield path
