"""On which line a table or key of a TOML document stands: tomllib tells values, not places."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

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


def places(text: str) -> dict[str, int]:
    """The line (1-based) of every table and key outside inline tables, by dotted path.

    ``text`` must be valid TOML. A table that several headers imply stands where it first
    appears; keys that need quotes keep them in the path.
    """
    found: dict[str, int] = {}
    table = ""
    for line, statement in _statements(text):
        if header := HEADER.match(statement):
            table = _path(header[1])
            _note(found, table, line)
        elif key := KEY.match(statement):
            _note(found, f"{table}.{_path(key[1])}" if table else _path(key[1]), line)
    return found


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
