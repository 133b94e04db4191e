"""Whatever stands in a policy document: it is a policy, or every fault is told with its line."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kernklant.engine.errors import PolicyInvalid
from kernklant.engine.segments.explain import explain
from kernklant.engine.segments.policy import default_text, read_policy
from kernklant.engine.segments.write import to_toml

LINES = default_text().splitlines()
SETTINGS = [at for at, line in enumerate(LINES) if re.match(r"\w+ *=", line)]
VALUES = st.sampled_from(
    [
        '""', '"auto"', '"x"', "0", "-1", "1", "99", "1e308", "-1e308", "nan", "inf", "-inf",
        "true", "[]", "[1, 2]", '["a"]', "[[]]", "{}", "{ a = 1 }", "2025-01-01",
        "1979-05-27T07:32:00Z",
        "9223372036854775807", '"\\u0000"', "0.1", "1_0", '"2999-13-45"',
    ]
)  # fmt: skip


def judged(text: str) -> None:
    """Read, told and written again, or refused in both languages with a remedy."""
    try:
        policy = read_policy(text, name="mine.toml")
    except PolicyInvalid as found:
        refusal = found
    else:
        again = read_policy(to_toml(policy), name="again.toml")
        assert replace(again, text="") == replace(policy, text="")
        assert explain(policy, lang="nl")
        return
    assert "mine.toml" in refusal.to("nl")
    assert refusal.remedy.en


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(SETTINGS), VALUES)
def test_any_value_in_any_place(at: int, value: str) -> None:
    lines = list(LINES)
    lines[at] = lines[at].split("=", 1)[0] + "= " + value
    judged("\n".join(lines))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_lines_left_out_doubled_or_moved(data: Any) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        what = data.draw(st.sampled_from(["drop", "double", "move", "cut"]))
        line = lines.pop(at)
        if what == "double":
            lines[at:at] = [line, line]
        elif what == "move":
            lines.insert(data.draw(st.integers(0, len(lines))), line)
        elif what == "cut":
            lines.insert(at, line[: len(line) // 2])
    judged("\n".join(lines))


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=200), st.text("[]{}=\"'#.,0123456789abc_\n\r\t\0\ufeff-", max_size=120)
    )
)
@example("[" * 5_000)
@example("a = " + "[" * 5_000)
@example("a" + ".a" * 3_000 + " = 1")
@example("version = 1\n" * 1_000)
@example("version = " + "9" * 5_000)
def test_any_text_at_all(text: str) -> None:
    judged(text)
