"""SQLite lets one write at a time; who finds it busy looks again after a while, up to 0.1 s.

Where many write, somebody looks at the wrong moments until his patience ends: of twenty one met
"database is locked" after 20 s. So the threads of a process wait in line for their turn to begin a
transaction, and only the first of them looks. Named ``base`` because Django asks for that.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
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


TURNS: defaultdict[str, Turns] = defaultdict(Turns)  # by database


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that takes its turn with every transaction, and gives it on at the end."""

    _holds: Turns | None = None

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
        if self._holds is None and not self.is_in_memory_db():
            told: dict[str, Any] = self.settings_dict
            turns = TURNS[str(told["NAME"])]
            if turns.take(float(told["OPTIONS"].get("timeout", 5))):
                self._holds = turns

    def _give(self) -> None:
        turns, self._holds = self._holds, None
        if turns is not None:
            turns.give()
