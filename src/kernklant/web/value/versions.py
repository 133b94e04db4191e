"""Versions of the policy in sentences, and what differs between two."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace

from kernklant.engine.segments.explain import explain
from kernklant.engine.segments.naming import named
from kernklant.engine.segments.policy import Policy as Document
from kernklant.engine.segments.policy import read_policy
from kernklant.web.base.words import language, said
from kernklant.web.value.drawing import line_of
from kernklant.web.value.in_force import POLICY_NAME


@dataclass(frozen=True, slots=True)
class Weight:
    """A criterion as it stands in the policy: its name, points, and the corners of its shape."""

    name: str
    points: float
    line: str


def document(text: str) -> Document:
    """A policy as the engine reads it."""
    return read_policy(text, name=POLICY_NAME)


def sentences(policy: Document) -> list[str]:
    """One sentence per rule, but for the criteria: those are drawn."""
    return explain(replace(policy, criteria=()), language())


def weights(policy: Document) -> list[Weight]:
    """The criteria of a policy in their order."""
    return [Weight(said(named(one.name)), one.weight, line_of(one)) for one in policy.criteria]


def differing(before: str, after: str) -> tuple[list[str], list[str]]:
    """Sentences that went and that came."""
    was, now = (explain(document(text), language()) for text in (before, after))
    return [one for one in was if one not in now], [one for one in now if one not in was]


def lines_differing(before: str, after: str) -> list[tuple[str, str]]:
    """Lines of the texts around what differs, each with its mark: "-", "+" or " "."""
    told = difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=2)
    return [(line[0], line[1:]) for line in list(told)[2:] if not line.startswith("@@")]
