"""On which line a table or key of a TOML document stands: tomllib tells values, not places."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

# What may hide a bracket or a line end: strings of all four kinds and comments.
MARK = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[\[\]{}\n]",
    re.DOTALL,
)
PART = r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|'[^']*'"""
PATH = rf"(?:{PART})(?:[ \t]*\.[ \t]*(?:{PART}))*"
HEADER = re.compile(rf"\s*\[\[?[ \t]*({PATH})[ \t]*\]")
KEY = re.compile(rf"\s*({PATH})[ \t]*=")
BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Statement:
    """A header or ``key = value`` of a document, or a line that is neither (then ``path`` is "").

    ``line``: the first (1-based) of it; ``table``: the one it stands in, its own of a header.
    """

    line: int
    text: str
    table: str
    path: str

    @property
    def header(self) -> bool:
        """Whether it begins a table."""
        return bool(self.path) and self.path == self.table


def places(text: str) -> dict[str, int]:
    """The line (1-based) of every table and key outside inline tables, by dotted path.

    ``text`` must be valid TOML. A table that several headers imply stands where it first
    appears; keys that need quotes keep them in the path.
    """
    found: dict[str, int] = {}
    for one in statements(text):
        _note(found, one.path, one.line)
    return found


def statements(text: str) -> Iterator[Statement]:
    """Every statement of valid TOML in its order; a value may run over several lines."""
    table = ""
    for line, written in _statements(text):
        path = ""
        if header := HEADER.match(written):
            path = table = _path(header[1])
        elif key := KEY.match(written):
            path = f"{table}.{_path(key[1])}" if table else _path(key[1])
        yield Statement(line, written, table, path)


def parts(statement: Statement) -> tuple[str, str]:
    """What goes before the value of a ``key = value``, and the comment after it with its space."""
    key = KEY.match(statement.text)
    begin = key.end() if key else 0
    depth = 0
    for mark in MARK.finditer(statement.text, begin):
        depth += (mark[0] in {"[", "{"}) - (mark[0] in {"]", "}"})
        if mark[0].startswith("#") and depth == 0:
            value = statement.text[begin : mark.start()]
            space = value[len(value.rstrip()) :]
            return statement.text[:begin], space + mark[0]
    return statement.text[:begin], ""


def step(key: str) -> str:
    """A key as a part of a path: in quotes where it is more than letters, digits, - and _."""
    return key if BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def _note(found: dict[str, int], path: str, line: int) -> None:
    while path:
        found.setdefault(path, line)
        path = path.rpartition(".")[0]


def _path(written: str) -> str:
    parts = (part[0] for part in re.finditer(PART, written))
    return ".".join(step(part[1:-1] if part[0] in "\"'" else part) for part in parts)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement with its first line; a value may run over several."""
    depth, start = 0, 0
    for mark in MARK.finditer(text + "\n"):
        if mark[0] in {"[", "{"}:
            depth += 1
        elif mark[0] in {"]", "}"}:
            depth -= 1
        elif mark[0] == "\n" and depth == 0:
            yield text.count("\n", 0, start) + 1, text[start : mark.start()]
            start = mark.end()
