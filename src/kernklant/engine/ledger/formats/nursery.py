"""The process that opens files: it forks a reader for each, so that a reader starts at once.

A reader may use so much memory and so many seconds, can write no file, and answers questions
until its line is closed. Whoever asks lives on when it dies.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
import traceback
from pathlib import Path

import pyarrow as pa

from kernklant.engine.errors import ImportRefused
from kernklant.engine.ledger.formats import Source, csv, excel, open_source, parquet, wire, xaf

# Loaded here once, for all readers.
READY = (csv, excel, parquet, xaf)
MOST_OPEN = 64  # files, lines and libraries of one reader


def main(handle: int) -> None:
    """Fork a reader for every line that is handed over, until the asker is gone."""
    _warm_up()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the asker hears it, and closes the line
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # readers leave no zombies
    with socket.socket(fileno=handle) as asker:
        while True:
            _, lines, _, _ = socket.recv_fds(asker, 1, 1)
            if not lines:
                return
            if os.fork() == 0:
                asker.close()
                _reader(lines[0])
            os.close(lines[0])


def _warm_up() -> None:
    """Load once, for all readers, what else would be loaded when first used."""
    import pyxaf  # noqa: F401

    pa.array(["the first array looks for pandas"])


def _reader(handle: int) -> None:
    """Answer one asker, then end without running what belongs to the parent."""
    status = 1
    try:
        with socket.socket(fileno=handle) as line:
            _serve(line)
        status = 0
    except wire.Gone:
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _serve(line: socket.socket) -> None:
    source: Source | None = None
    while True:
        asked, _ = wire.receive(line)
        try:
            if "open" in asked:
                _limit(asked["memory"], asked["seconds"])
                source = open_source(
                    Path(asked["open"]), asked=asked["format"], sheet=asked["sheet"]
                )
                wire.send(line, wire.of_source(source))
            elif source is not None:
                _send_rows(line, source, asked)
        except ImportRefused as error:
            wire.send(line, wire.of_refusal(error))
        except MemoryError:
            wire.send(line, {"failed": "memory"})
        except (OSError, wire.Gone):
            raise
        except Exception as error:
            ours = isinstance(error, (NameError, ImportError, AssertionError))
            wire.send(line, {"failed": traceback.format_exc(), "ours": ours})


def _send_rows(line: socket.socket, source: Source, asked: wire.Note) -> None:
    sheet = source.sheets[asked["sheet"]]
    for rows in sheet.read(asked["header_row"], asked["width"]):
        wire.send(line, *wire.of_rows(rows))
    wire.send(line, {"end": True})


def _limit(memory: int, seconds: int) -> None:
    """Bytes beyond what is loaded already, and seconds of processor time; no files, no dumps."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    room = pages * resource.getpagesize() + memory
    limits = {
        resource.RLIMIT_AS: room,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: MOST_OPEN,
    }
    for limit, most in limits.items():
        _, hard = resource.getrlimit(limit)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)  # noqa: PLW2901
        resource.setrlimit(limit, (most, most))


if __name__ == "__main__":
    main(int(sys.argv[1]))
