"""The policy in force: the newest that was adopted, else the home's own, else the default."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from kernklant.engine.errors import Text
from kernklant.engine.segments.policy import Policy as Document
from kernklant.engine.segments.policy import default_policy, read_policy
from kernklant.web.base import store
from kernklant.web.value.models import Evaluation, Policy

POLICY_NAME = "policy.toml"
SHIPPED = Text("het beleid dat met Kernklant meekomt", "the policy that comes with Kernklant")
SHIPPED_MEASURED = Text(
    "het beleid dat met Kernklant meekomt, met grenzen naar uw klanten",
    "the policy that comes with Kernklant, with bounds that fit your customers",
)


@dataclass(frozen=True, slots=True)
class InForce:
    """The document; its ``row`` when it was adopted here, else ``own_file``, the terminal's own."""

    text: str
    row: Policy | None
    own_file: Path | None

    @property
    def named(self) -> Text:
        """In the middle of a sentence."""
        if self.row is not None:
            title = f" “{self.row.title}”" if self.row.title else ""
            return Text(
                f"het beleid{title}, versie {self.row.number}",
                f"the policy{title}, version {self.row.number}",
            )
        if self.text == default_policy().text:
            return SHIPPED
        if _unbound(read_policy(self.text, name=POLICY_NAME)) == _unbound(default_policy()):
            return SHIPPED_MEASURED
        return Text("uw eigen beleid", "your own policy")


def _unbound(policy: Document) -> Document:
    """The policy without comments, and without the bounds that a first evaluation fills in."""
    criteria = tuple(replace(one, low=None, high=None) for one in policy.criteria)
    return replace(policy, text="", criteria=criteria)


def policy_in_force() -> InForce:
    """What the next evaluation goes by."""
    row = Policy.objects.exclude(number=None).order_by("-number").first()
    if row is not None:
        return InForce(as_measured(row), row, None)
    file = settings.HOME / POLICY_NAME
    text = file.read_text(encoding="utf-8") if file.exists() else default_policy().text
    return InForce(text, None, file)


def as_measured(row: Policy) -> str:
    """The text of an adopted policy, bounds that were "auto" as in the first run that used it.

    So a later run does not move the yardstick, and the document people adopted stays as it was.
    """
    if "auto" not in row.text:
        return row.text
    first = Evaluation.objects.filter(policy=row).exclude(run=None).order_by("run").first()
    if first is None:
        return row.text
    return store.run(int(first.run or 0)).bytes("asked/policy.toml").decode()


def document_of_run(number: int) -> Document:
    """The policy a run went by, its bounds filled in."""
    return _read(store.run(number).bytes("asked/policy.toml"), number)


@lru_cache(maxsize=16)
def _read(text: bytes, number: int) -> Document:
    return read_policy(text.decode(), name=f"run {number}")
