"""Any order of imports and undos: the store does what a few lines of plain Python do."""

from __future__ import annotations

import shutil
import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.engine.store.cases import import_lines, open_store

KEYS = st.sampled_from("abcdef")
AMOUNTS = st.sampled_from(["1.00", "2.00"])
LINES = st.lists(st.tuples(KEYS, AMOUNTS), max_size=6)


class ImportsAndUndos(RuleBasedStateMachine):
    """The model: per key its amount and the live imports that brought it."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.store = open_store(self.home)
        self.amounts: dict[str, str] = {}
        self.brought_by: dict[str, set[int]] = {}
        self.imports = 0
        self.live: set[int] = set()

    @rule(lines=LINES)
    def take_in(self, lines: list[tuple[str, str]]) -> None:
        number = import_lines(self.store, [(ord(key), key, amount) for key, amount in lines])
        self.imports += 1
        assert number == self.imports
        self.live.add(number)
        for key, amount in lines:
            if self.amounts.setdefault(key, amount) == amount:
                self.brought_by.setdefault(key, set()).add(number)

    @rule(choice=st.integers(0, 100))
    def undo(self, choice: int) -> None:
        if not self.live:
            return
        number = sorted(self.live)[choice % len(self.live)]
        gone = {key for key, imports in self.brought_by.items() if imports == {number}}
        with self.store.writer() as writer:
            undone = writer.undo(number)
        assert sum(undone.rows_deleted.values()) == len(gone)
        self.live.discard(number)
        for imports in self.brought_by.values():
            imports.discard(number)
        for key in gone:
            del self.amounts[key], self.brought_by[key]

    @invariant()
    def the_store_holds_what_live_imports_brought(self) -> None:
        table = self.store.snapshot().table("sales", ["customer", "amount", "import_no"])
        stored = {chr(row["customer"]): row for row in table.to_pylist()}
        assert len(stored) == table.num_rows
        assert {key: row["amount"] for key, row in stored.items()} == {
            key: Decimal(amount) for key, amount in self.amounts.items()
        }
        assert all(row["import_no"] in self.brought_by[key] for key, row in stored.items())

    def teardown(self) -> None:
        shutil.rmtree(self.home)


ImportsAndUndos.TestCase.settings = settings(max_examples=15, stateful_step_count=8, deadline=None)
TestImportsAndUndos = ImportsAndUndos.TestCase
