"""Writers of SQLite wait in line."""

from __future__ import annotations

import threading
import time

from kernklant.web.project.sqlite.base import Turns


def test_turns_go_round_in_the_order_in_which_people_came() -> None:
    turns, went = Turns(), []
    assert turns.take(0)

    def wait(name: int) -> None:
        assert turns.take(10)
        went.append(name)
        turns.give()

    threads = []
    for name in range(20):
        threads.append(threading.Thread(target=wait, args=(name,)))
        threads[-1].start()
        _until(lambda: len(turns._line) == len(threads))
    turns.give()
    for thread in threads:
        thread.join()
    assert went == list(range(20))
    assert turns.take(0)


def test_who_is_out_of_patience_leaves_the_line() -> None:
    turns = Turns()
    assert turns.take(0)
    assert not turns.take(0.01)
    turns.give()
    assert turns.take(0)
    turns.give()


def _until(true: object) -> None:
    end = time.monotonic() + 10
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.001)
