"""What goes between us and the process that reads a file: JSON, and rows as Arrow.

Nothing that comes back is executed or unpickled: a hostile file may have taken that process over.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa

from kernklant.engine.errors import ImportRefused, Text
from kernklant.engine.ledger.formats import Rows, Sheet, Source

HEAD = struct.Struct("!IQ")  # bytes of JSON, bytes of Arrow
LONGEST_NOTE = 64 << 20
LARGEST_BATCH = 1 << 30
Note = dict[str, Any]


class Gone(Exception):
    """The other side is no longer there, or does not speak as it should."""


def send(line: socket.socket, note: Note, rows: bytes | pa.Buffer = b"") -> None:
    """Say one thing; Gone when nobody hears it."""
    text = json.dumps(note).encode()
    try:
        line.sendall(HEAD.pack(len(text), len(rows)) + text)
        if len(rows):
            line.sendall(rows)
    except OSError as error:
        raise Gone from error


def receive(line: socket.socket) -> tuple[Note, bytes]:
    """Hear one thing; Gone at the end of the line."""
    try:
        text, rows = HEAD.unpack(_exactly(line, HEAD.size))
        if text > LONGEST_NOTE or rows > LARGEST_BATCH:
            raise Gone
        return dict(json.loads(_exactly(line, text))), bytes(_exactly(line, rows))
    except (OSError, ValueError) as error:
        raise Gone from error


def _exactly(line: socket.socket, size: int) -> bytearray:
    found = bytearray(size)
    view = memoryview(found)
    while view:
        count = line.recv_into(view)
        if count == 0:
            raise Gone
        view = view[count:]
    return found


def of_source(source: Source) -> Note:
    """A source as a note; its sheets are read later, by their place."""
    return {
        "format": source.format,
        "sha256": source.sha256,
        "warnings": [of_text(text) for text in source.warnings],
        "sheets": [_of_sheet(sheet) for sheet in source.sheets],
    }


def _of_sheet(sheet: Sheet) -> Note:
    return {
        "name": sheet.name,
        "head": sheet.head,
        "rows": sheet.rows,
        "day_zero": sheet.day_zero.isoformat() if sheet.day_zero else None,
    }


def sheet_of(note: Note, read: Any) -> Sheet:
    """A sheet from its note; ``read`` fetches its rows."""
    return Sheet(
        name=str(note["name"]),
        head=[(int(number), [str(cell) for cell in cells]) for number, cells in note["head"]],
        read=read,
        rows=note["rows"],
        day_zero=date.fromisoformat(note["day_zero"]) if note["day_zero"] else None,
    )


def of_text(text: Text) -> list[str]:
    """A sentence as a note."""
    return [text.nl, text.en]


def text_of(note: list[str]) -> Text:
    """A sentence from its note."""
    return Text(str(note[0]), str(note[1]))


def of_refusal(error: ImportRefused) -> Note:
    """A refusal as a note."""
    return {
        "refused": [of_text(error.what), of_text(error.remedy), error.where],
    }


def refusal_of(note: Note) -> ImportRefused:
    """A refusal from its note."""
    what, remedy, where = note["refused"]
    return ImportRefused(text_of(what), text_of(remedy), where=str(where))


def of_rows(rows: Rows) -> tuple[Note, pa.Buffer]:
    """A batch as a note and as an Arrow stream."""
    native = [place for place, mask in enumerate(rows.native) if mask is not None]
    columns = [rows.numbers, *rows.columns, *(rows.native[place] for place in native)]
    batch = pa.record_batch(columns, names=[str(at) for at in range(len(columns))])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    faults = [[place, of_text(text)] for place, text in rows.faults]
    return {"native": native, "faults": faults}, sink.getvalue()


def rows_of(note: Note, data: bytes) -> Rows:
    """A batch from its note and Arrow stream; Gone when they do not fit each other."""
    try:
        (batch,) = _batches(data)
        native = [int(place) for place in note["native"]]
        width = batch.num_columns - 1 - len(native)
        masks: list[pa.Array | None] = [None] * width
        for at, place in enumerate(native):
            masks[place] = batch.column(1 + width + at)
        faults = [(int(place), text_of(text)) for place, text in note["faults"]]
        texts = [batch.column(1 + at) for at in range(width)]
    except (pa.ArrowException, ValueError, KeyError, IndexError, TypeError) as error:
        raise Gone from error
    return Rows(batch.column(0), texts, masks, faults)


def _batches(data: bytes) -> Iterator[pa.RecordBatch]:
    with pa.ipc.open_stream(pa.py_buffer(data)) as stream:
        for batch in stream:
            batch.validate(full=True)
            yield batch
