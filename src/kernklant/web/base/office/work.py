"""The jobs of every kind, newest first: what waits, runs, failed or is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.http import Http404

from kernklant.engine.errors import Text
from kernklant.web.base.models import Job
from kernklant.web.base.models.jobs import State
from kernklant.web.base.words import said

MOST = 100
# A job by the name of its model.
KINDS: dict[str, Text] = {
    "delivery": Text("bericht aan een webhook", "message to a webhook"),
    "erasure": Text("gegevens wissen", "erasing data"),
    "evaluation": Text("evaluatie", "evaluation"),
    "import": Text("bestand inlezen", "import of a file"),
    "preview": Text("gevolg van een concept", "effect of a draft"),
    "undo": Text("import ongedaan maken", "undo of an import"),
}
STATES: dict[str, Text] = {
    State.ASKED: Text("wacht", "waits"),
    State.RUNNING: Text("loopt", "runs"),
    State.DONE: Text("klaar", "done"),
    State.FAILED: Text("mislukt", "failed"),
    State.CANCELLED: Text("gestopt", "stopped"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """A job with its kind and state in words."""

    job: Job
    kind: str

    @property
    def words(self) -> str:
        """What it is."""
        return said(KINDS[self.kind])

    @property
    def state(self) -> str:
        """Where it stands."""
        return said(STATES[self.job.state])


def kinds() -> dict[str, type[Job]]:
    """Every model of jobs, by its name."""
    return {
        str(model._meta.model_name): model for model in apps.get_models() if issubclass(model, Job)
    }


def tasks(state: str = "") -> list[Task]:
    """The newest jobs of all kinds together, at most MOST; ``state``: only those."""
    found: list[Task] = []
    for name, model in kinds().items():
        rows = model._default_manager.select_related("asked_by").order_by("-asked_at", "-pk")
        if state:
            rows = rows.filter(state=state)
        found += [Task(job, name) for job in rows[:MOST]]
    return sorted(found, key=lambda one: one.job.asked_at, reverse=True)[:MOST]


def one_job(kind: str, pk: int) -> Job:
    """A job by kind and number; 404 when there is none."""
    model = kinds().get(kind)
    found = model._default_manager.filter(pk=pk).first() if model else None
    if found is None:
        raise Http404
    return found


def count(state: str, **more: Any) -> int:
    """How many jobs of all kinds stand in a state."""
    rows = (model._default_manager.filter(state=state, **more) for model in kinds().values())
    return sum(found.count() for found in rows)
