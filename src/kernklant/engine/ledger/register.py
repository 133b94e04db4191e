"""What persons asked of us, kept beside the home: an old backup cannot bring it back to before.

A line a request, in ``kernklant-register`` in the folder that holds the home; a file per home, told
apart by its first import. Persons are known by marks: keyed hashes (HMAC) of their number, address
and name. The key lies in the same folder, so that a backup tells nobody who was erased.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path

from kernklant.engine.disk import sync, told
from kernklant.engine.errors import StoreDamaged, Text
from kernklant.engine.store import Store

FOLDER = "kernklant-register"
ERASED, OBJECTED, WITHDRAWN = "erased", "objected", "withdrawn"
ALIAS = "gewist-"  # of who was erased, where a customer number of the source stood
MAIL = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
PHONE = re.compile(r"\+?\d[\d\s().\-/]{6,}\d")
LEFT_OUT = "[…]"
WORDS = range(2, 6)  # of a name
LEAST_DIGITS, DIGITS = 8, 9


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: when (ISO, UTC), what, of whom as marks, and who wrote it down."""

    at: str
    what: str
    marks: tuple[str, ...]
    by: str = ""


@dataclass(frozen=True)
class Register:
    """The requests about the customers of one home."""

    folder: Path
    home: str
    _told: list[Asked] = field(default_factory=list)

    def add(self, what: str, marks: Iterable[str], *, by: str) -> Asked:
        """Write a request down; it is on the disk before this returns."""
        asked = Asked(datetime.now(UTC).isoformat(timespec="seconds"), what, tuple(marks), by)
        line = json.dumps(asdict(asked)).encode() + b"\n"
        with told():
            self.folder.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600)
            with os.fdopen(handle, "r+b") as out:
                fcntl.flock(out, fcntl.LOCK_EX)  # of two that write, one waits
                whole = out.read().rpartition(b"\n")
                out.truncate(len(whole[0] + whole[1]))  # a line that the power cut off goes
                out.seek(0, os.SEEK_END)
                out.write(line)
                out.flush()
                os.fsync(out.fileno())
            sync(self.folder)
        self._told.append(asked)
        self.__dict__.pop("erased", None)
        return asked

    @property
    def file(self) -> Path:
        """The requests of this home."""
        return self.folder / f"{self.home}.jsonl"

    @property
    def requests(self) -> Sequence[Asked]:
        """All of them, oldest first."""
        return tuple(self._told)

    @cached_property
    def key(self) -> bytes:
        """What marks are made with; made with the first request."""
        with told():
            self.folder.mkdir(mode=0o700, exist_ok=True)
            file = self.folder / "key"
            if not file.exists():
                if self._told:
                    raise _no_key(file)
                _keep_new(file)
            return bytes.fromhex(file.read_text("ascii").strip())

    @cached_property
    def erased(self) -> frozenset[str]:
        """The marks of who was erased."""
        return frozenset(m for one in self._told if one.what == ERASED for m in one.marks)

    def objecting(self) -> frozenset[str]:
        """The marks of who objects to being ranked, and did not take that back."""
        marks: set[str] = set()
        for one in self._told:
            if one.what == OBJECTED:
                marks |= {*one.marks}
            elif one.what == WITHDRAWN:
                marks -= {*one.marks}
        return frozenset(marks)

    def mark(self, kind: str, *parts: str) -> str:
        """A keyed hash; of another home it is another one."""
        text = "\x1f".join((self.home, kind, *parts)).encode()
        return hashlib.blake2b(text, key=self.key, digest_size=16).hexdigest()

    def number(self, source: str, source_no: str) -> str:
        """The mark of a customer number of a source."""
        return self.mark("no", source, source_no)

    def alias(self, source: str, source_no: str) -> str:
        """What stands where the number of somebody who was erased stood."""
        return f"{ALIAS}{self.number(source, source_no)[:16]}"

    def name(self, name: str) -> str | None:
        """The mark of a name of two words or more; one word is too little to know anybody by."""
        words = plain(name).split()
        return self.mark("name", *words) if len(words) >= WORDS.start else None

    def person(self, name: str, postcode: str) -> str | None:
        """The mark of a name at a postal code; None when one of the two is missing."""
        words, code = plain(name), plain(postcode).replace(" ", "")
        return self.mark("place", words, code) if words and code else None

    def in_text(self, text: str) -> Iterator[str]:
        """The marks of all that a text may say of anybody: addresses, phone numbers, names."""
        for found in MAIL.findall(text):
            yield self.mark("mail", found.casefold().strip("."))
        for found in PHONE.findall(text):
            if (digits := phone(found)) is not None:
                yield self.mark("phone", digits)
        words = plain(text).split()
        for many in WORDS:
            for at in range(len(words) - many + 1):
                yield self.mark("name", *words[at : at + many])

    def tells(self, text: str | None) -> bool:
        """Whether a text says something of somebody who was erased."""
        return bool(text) and any(mark in self.erased for mark in self.in_text(str(text)))

    def without(self, text: str) -> str:
        """A text with what it says of who was erased replaced by a mark."""
        if not self.tells(text):
            return text
        for pattern, kind in ((MAIL, "mail"), (PHONE, "phone")):
            text = pattern.sub(partial(self._or_gone, kind), text)
        words = list(re.finditer(r"[^\W_]+", text))
        for many in reversed(WORDS):
            for at in range(len(words) - many, -1, -1):
                start, end = words[at].start(), words[at + many - 1].end()
                if self.mark("name", *plain(text[start:end]).split()) in self.erased:
                    text = text[:start] + LEFT_OUT + text[end:]
                    return self.without(text)
        return text

    def _or_gone(self, kind: str, match: re.Match[str]) -> str:
        found = match[0]
        value = phone(found) if kind == "phone" else found.casefold().strip(".")
        gone = value is not None and self.mark(kind, value) in self.erased
        return LEFT_OUT if gone else found


def register_of(store: Store) -> Register:
    """The register of a home; of a store in memory, or before the first import, an empty one."""
    rows = store.imports() if store.home is not None else None
    if store.home is None or rows is None or rows.num_rows == 0:
        return Register(Path(), "")
    first = rows.to_pylist()[0]
    whose = f"{first['sha256']} {first['imported_at'].isoformat()}"
    home = hashlib.sha256(whose.encode()).hexdigest()[:16]
    folder = store.home.parent / FOLDER
    return Register(folder, home, list(_read(folder / f"{home}.jsonl")))


def plain(text: str) -> str:
    """Small letters without accents; other signs than letters and digits as a space."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)
    )
    return " ".join(re.findall(r"[^\W_]+", bare.casefold()))


def phone(text: str) -> str | None:
    """The last digits of a phone number, however it is written; None for what is none."""
    digits = re.sub(r"\D", "", text)
    return digits[-DIGITS:] if len(digits) >= LEAST_DIGITS else None


def _read(file: Path) -> Iterator[Asked]:
    if not file.is_file():
        return
    with told():
        lines = file.read_text("utf-8").splitlines()
    for place, line in enumerate(lines):
        try:
            row = json.loads(line)
        except ValueError:
            if place < len(lines) - 1:
                raise
            return  # the power failed while it was written, so nobody was told that it was
        yield Asked(row["at"], row["what"], tuple(row["marks"]), row.get("by", ""))


def _keep_new(file: Path) -> None:
    """A new key that only this user can read; of two that make one, one wins."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_hex(32))
        out.flush()
        os.fsync(out.fileno())
    sync(file.parent)


def _no_key(file: Path) -> StoreDamaged:
    return StoreDamaged(
        Text(
            "De sleutel van het register is weg; wie gewist is, is zo niet te herkennen.",
            "The key of the register is gone; who was erased cannot be recognised.",
        ),
        Text("Zet de map van het register terug.", "Put the folder of the register back."),
        where=str(file),
    )
