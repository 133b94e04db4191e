"""The run that an evaluation is compared with: how customers stood, and under which policy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kernklant.engine.errors import NotFound, StoreDamaged, Text
from kernklant.engine.evaluation.standing import STANDS, stand_of
from kernklant.engine.segments.migration import Stand
from kernklant.engine.segments.policy import Policy, read_policy
from kernklant.engine.store import Store
from kernklant.engine.store.runs import Run, whole_runs

POINTS = "answer/points.parquet"


@dataclass(frozen=True, slots=True)
class Before:
    """How customers ``stood`` at run ``number``, under its ``policy``; all None without one.

    ``damaged``: numbers of the runs that were passed over because they are not whole.
    """

    number: int | None = None
    policy: Policy | None = None
    stood: Stand | None = None
    damaged: tuple[int, ...] = ()

    def stand(self, policy: Policy) -> Stand | None:
        """How customers stood, told apart from a later run under ``policy``."""
        if self.stood is None or self.policy is None:
            return None
        return replace(self.stood, policy_changed=differs(self.policy, policy))


def run_before(store: Store, *, as_of: date | None) -> Before:
    """The whole run of the latest day that is not after ``as_of``; of one day the newest.

    So who looks back compares with what was known then, and the next run of today does not
    compare with what looked back.
    """
    runs, damaged = whole_runs(store)
    runs = [run for run in runs if POINTS in run.files and (as_of is None or run.as_of <= as_of)]
    for run in sorted(runs, key=lambda run: (run.as_of, run.number), reverse=True):
        try:
            return Before(run.number, policy_of(run), _stood(run), tuple(sorted(damaged)))
        except StoreDamaged:
            damaged.append(run.number)
    return Before(damaged=tuple(sorted(damaged)))


def stand_at(run: Run, policy: Policy) -> Stand:
    """How customers stood at a run, told apart from a later one under ``policy``."""
    changed = differs(policy_of(run), policy)
    refuse_older(run)
    return replace(_stood(run), policy_changed=changed)


def policy_of(run: Run) -> Policy:
    """The policy a run went by, with the bounds that it used."""
    return read_policy(run.bytes("asked/policy.toml").decode(), name="asked/policy.toml")


def differs(one: Policy, other: Policy) -> bool:
    """Whether two policies say different things, however they are written."""
    return replace(one, text="") != replace(other, text="")


def _stood(run: Run) -> Stand:
    return stand_of(run.table("answer/customers.parquet", STANDS), run.table(POINTS))


def refuse_older(run: Run) -> None:
    """Runs from before the score lack what is asked of them now; their files stay readable."""
    if POINTS not in run.files:
        raise NotFound(
            Text(
                f"Evaluatie {run.number} is van een oudere versie en heeft nog geen score.",
                f"Run {run.number} is of an older version and has no score yet.",
            ),
            Text("Draai kernklant evaluate opnieuw.", "Run kernklant evaluate again."),
        )
