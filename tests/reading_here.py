"""``pytest -p tests.reading_here``: files are read by a thread of this process, for coverage.

The reader is the same; what it may not do is another matter, so the tests of that run apart.
"""

from __future__ import annotations

import os
import socket
import threading

from kernklant.engine.ledger.formats import apart, nursery, wire


class Here:
    """Answers a line as a forked reader would."""

    def hand_over(self, line: socket.socket) -> None:
        """Start a reader at this end of a line."""
        threading.Thread(target=_read, args=[os.dup(line.fileno())], daemon=True).start()


def _read(handle: int) -> None:
    with socket.socket(fileno=handle) as line:
        try:
            nursery._serve(line)
        except (wire.Gone, OSError):
            return


def _no_limit(memory: int, seconds: int) -> None:
    """This process has tests to run yet."""


apart._nursery = Here()  # type: ignore[assignment]
nursery._limit = _no_limit
