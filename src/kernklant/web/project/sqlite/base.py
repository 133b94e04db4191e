"""SQLite lets one write at a time; who finds it busy looks again after a while, up to 0.1 s.

Where many write, somebody looks at the wrong moments until his patience ends: of twenty one met
"database is locked" after 20 s. So the threads of a process wait in line for their turn to begin a
transaction, and the first of them waits for those of other processes at a lock on a file, which
wakes him when it is free. Named ``base`` because Django asks for that.
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict, deque
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base


class Turns:
    """One at a time, in the order in which they came."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._line: deque[threading.Event] = deque()
        self._taken = False

    def take(self, patience: float) -> bool:
        """Wait for one's turn; False when it did not come within ``patience`` seconds."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Event()
            self._line.append(mine)
        if mine.wait(patience):
            return True
        with self._guard:
            if mine.is_set():  # given at the last moment
                return True
            self._line.remove(mine)
            return False

    def give(self) -> None:
        """To whoever waits longest."""
        with self._guard:
            if self._line:
                self._line.popleft().set()
            else:
                self._taken = False


class Turn:
    """Held while a transaction is under way: a place in the line, and the lock on the file.

    The lock goes with its process, however that ends.
    """

    def __init__(self, turns: Turns, file: Path) -> None:
        self.turns = turns
        self.lock = os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        flock(self.lock, LOCK_EX)

    def end(self) -> None:
        """Give it on."""
        os.close(self.lock)
        self.turns.give()


TURNS: defaultdict[str, Turns] = defaultdict(Turns)  # by database


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that takes its turn with every transaction, and gives it on at the end."""

    _holds: Turn | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._give()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give()

    def _take(self) -> None:
        """Without a turn in time he looks for himself: SQLite then says whether it is locked."""
        if self._holds is not None or self.is_in_memory_db():
            return
        told: dict[str, Any] = self.settings_dict
        turns = TURNS[str(told["NAME"])]
        if turns.take(float(told["OPTIONS"].get("timeout", 5))):
            try:
                self._holds = Turn(turns, Path(f"{told['NAME']}.turn"))
            except BaseException:
                turns.give()
                raise

    def _give(self) -> None:
        turn, self._holds = self._holds, None
        if turn is not None:
            turn.end()
