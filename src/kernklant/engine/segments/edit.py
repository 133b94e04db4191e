"""The text of a policy with some of its values changed and all else as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kernklant.engine.segments.places import Statement, parts, statements
from kernklant.engine.segments.policy import Policy
from kernklant.engine.segments.write import as_wanted, tables_of, written


def with_values_of(policy: Policy, wanted: Policy) -> str:
    """The text of a policy with the values of another where they differ, comments kept.

    Where a value cannot be put in its place the policy is written anew and its comments are
    lost. The answer is as valid as what is wanted: read it to know.
    """
    text = policy.text
    for table in tables_of(policy).keys() - tables_of(wanted).keys():
        text = _without(text, table)
    for table, key, value in _changes(policy, wanted):
        text = _with(text, table, key, value)
    return as_wanted(text, wanted)


def _changes(policy: Policy, wanted: Policy) -> Iterator[tuple[str, str, Any]]:
    """Table, key and new value of what differs; None is what goes."""
    before, after = tables_of(policy), tables_of(wanted)
    for table, new in after.items():
        old = before.get(table, {})
        for key in {**old, **new}:
            if old.get(key) != new.get(key):
                yield table, key, new.get(key)


def _without(text: str, table: str) -> str:
    """The text without a table, and without the comments within it."""
    lines, found = text.split("\n"), list(statements(text))
    at = next((place for place, one in enumerate(found) if one.header and one.path == table), None)
    if at is None:
        return text
    after = next((one.line for one in found[at + 1 :] if one.header), len(lines) + 1)
    del lines[found[at].line - 1 : after - 1]
    return "\n".join(lines)


def _with(text: str, table: str, key: str, value: Any) -> str:
    lines, found = text.split("\n"), list(statements(text))
    path = f"{table}.{key}" if table else key
    at = next((one for one in found if one.path == path and not one.header), None)
    if at is not None:
        lines[at.line - 1 : at.line + at.text.count("\n")] = _again(at, value)
    elif value is not None:
        new = f"{key} = {written(value)}"
        last = _end_of(table, found)
        if last is None:
            return f"{text.rstrip()}\n\n[{table}]\n{new}\n"
        lines.insert(last, new)
    return "\n".join(lines)


def _again(statement: Statement, value: Any) -> list[str]:
    """The statement with another value and its own comment; nothing when the value goes."""
    if value is None:
        return []
    head, comment = parts(statement)
    return [f"{head.rstrip()} {written(value)}{comment}"]


def _end_of(table: str, found: list[Statement]) -> int | None:
    """After how many lines the last statement of a table ends; None where there is no table."""
    own = [one for one in found if one.path and one.table == table]
    if not own:
        return None if table else 0
    return own[-1].line + own[-1].text.count("\n")
