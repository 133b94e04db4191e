"""In which alphabet a text file is written: told by its bytes, never by its name."""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from kernklant.engine.errors import Text

CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UTF8_LETTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH = re.compile(rb"[\x80-\xff]")
_WINDOWS = re.compile(rb"[\x80-\x9f]")
# € is A4 in ISO-8859-15, where Windows-1252 has a sign nobody writes; Š š ž stand by letters.
_LATIN9 = re.compile(rb"\xa4|[\xa6\xa8\xb8](?=[a-z])|(?<=[A-Za-z])[\xa8\xb8](?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Writing:
    """How a file's bytes become text, and what to say about it.

    ``errors`` is what Python does with a byte that does not fit: strict, or keep it apart so
    that its row can be refused. ``lines``: the line ends counted.
    """

    sha256: str
    encoding: str
    errors: str
    lines: int
    warnings: list[Text]


def examine(path: Path) -> Writing:
    """Read every byte once: digest, alphabet, number of lines."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    start, lines, sound = b"", 0, True
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            start = start or chunk[:4096]
            digest.update(chunk)
            lines += chunk.count(b"\n")
            sound = sound and _decodes(decoder, chunk)
    sound = sound and _decodes(decoder, b"", final=True)
    encoding, errors, warnings = _alphabet(path, start, sound=sound)
    return Writing(digest.hexdigest(), encoding, errors, lines, warnings)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _alphabet(path: Path, start: bytes, *, sound: bool) -> tuple[str, str, list[Text]]:
    for mark, encoding in _MARKS:
        if start.startswith(mark) and (encoding != "utf-8-sig" or sound):
            return encoding, "strict" if encoding == "utf-8-sig" else "surrogatepass", []
    if wide := _sixteen_bits(start):
        return wide, "surrogatepass", [_told("UTF-16")]
    if sound:
        return "utf-8", "strict", []
    letters, high, windows, latin9 = _count(path)
    if letters >= high - letters:
        return "utf-8", "surrogateescape", [_mixed()]
    if latin9 and not windows:
        return "iso8859-15", "strict", [_told("ISO-8859-15")]
    return "cp1252", "surrogateescape", [_told("Windows-1252")]


def _sixteen_bits(start: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of Western text is zero."""
    odd, even = start[1::2].count(0), start[::2].count(0)
    most = max(odd, even)
    if most < max(1, len(start) // 2) * 0.6 or min(odd, even) > most * 0.1:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _count(path: Path) -> tuple[int, int, int, int]:
    """Letters of UTF-8; bytes above ASCII that are no part of one; signs of either alphabet."""
    letters = stray = windows = latin9 = 0
    with path.open("rb") as handle:
        for line in handle:
            rest, found = _UTF8_LETTER.subn(b"", line)
            letters += found
            stray += len(_HIGH.findall(rest))
            windows += len(_WINDOWS.findall(rest))
            latin9 += len(_LATIN9.findall(rest))
    return letters, letters + stray, windows, latin9


def _told(name: str) -> Text:
    return Text(
        f"Het bestand is geen UTF-8; gelezen als {name}.",
        f"The file is not UTF-8; it was read as {name}.",
    )


def _mixed() -> Text:
    return Text(
        "Het bestand is UTF-8 met regels in een ander schrift; die regels zijn geweigerd.",
        "The file is UTF-8 with rows in another encoding; those rows were refused.",
    )
