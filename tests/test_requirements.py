"""docs/reference/requirements.md names a test for each promise; each of them exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reference" / "requirements.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`([a-z_/]+\.py)(?:::(\w+))?`", PAGE)))
PROMISED = (
    "D7", "D10", "D11", "D12", "I7", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W9", "W13", "W14",
    "W15", "W16", "W18", "P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8",
)  # fmt: skip


@pytest.mark.parametrize(("file", "name"), NAMED, ids=lambda one: one or "whole")
def test_the_test_that_is_named_exists(file: str, name: str) -> None:
    text = (ROOT / "tests" / file).read_text("utf-8")
    assert not name or f"\ndef {name}(" in text or f"\n    def {name}(" in text


@pytest.mark.parametrize("promise", PROMISED)
def test_each_promise_has_a_test(promise: str) -> None:
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| {promise} |"))
    assert re.search(r"`[a-z_/]+\.py", line)
