"""The same request from many sides at once has one effect, and no lock is seen (D7, D10)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("at-once")
    (home / "web").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.many_at_once"],
        env={**os.environ, "KERNKLANT_HOME": str(home)},
        check=True,
        capture_output=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_hundred_identical_posts_make_one_note_and_get_one_answer(
    outcome: dict[str, Any],
) -> None:
    told = outcome["notes"]
    assert told["notes"] == 1
    assert [count for _, count in told["answers"]] == [100]
    assert told["answers"][0][0].startswith("(201, ")


def test_twenty_invitations_of_one_address_make_one_member(outcome: dict[str, Any]) -> None:
    told = outcome["invitations"]
    assert told["members"] == 1
    assert told["told"] == {"invited": 1, "UserError": 19}


def test_administrators_who_let_each_other_go_leave_one(outcome: dict[str, Any]) -> None:
    told = outcome["farewells"]
    assert told["left"] == 1
    assert told["told"] == {"gone": 5, "UserError": 1}
