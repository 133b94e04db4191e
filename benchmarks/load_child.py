"""What the load test does inside a home: people, copies, sessions, an evaluation."""

from __future__ import annotations

import json
import os
import sys
import time

HOME, PORT, WHAT, *WORDS = sys.argv[1:]
os.environ |= {"KERNKLANT_HOME": HOME, "KERNKLANT_URL": f"http://127.0.0.1:{PORT or 8000}"}
os.makedirs(f"{HOME}/web", exist_ok=True)

import kernklant.web.project.ready  # noqa: E402, F401


def copies() -> None:
    """Tables, people and copies; how long the copies took."""
    from django.core.management import call_command

    from benchmarks.home import MANAGERS
    from kernklant.web.base.models import Member, Role
    from kernklant.web.segments.copying import refresh

    call_command("migrate", verbosity=0, interactive=False)
    for at in range(MANAGERS):
        Member.objects.create_user(
            f"m{at}@load.invalid", name=f"Manager {at}", ledger_name=f"Manager {at}",
            role=Role.ACCOUNT_MANAGER,
        )  # fmt: skip
    for at in range(10):
        Member.objects.create_user(f"d{at}@load.invalid", name=f"D {at}", role=Role.DIRECTOR)
    start = time.perf_counter()
    refresh()
    print(f"copies of customers and standings: {time.perf_counter() - start:.1f} s")


def sessions(many: int) -> None:
    """A session for each of so many people: four in five are account managers."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from kernklant.web.base.models import Member
    from kernklant.web.base.views import BACKEND

    engine, found = import_module(settings.SESSION_ENGINE), []
    people = list(Member.objects.filter(email__endswith="@load.invalid").order_by("-role", "pk"))
    for at in range(many):
        member = people[at % len(people)]
        session = engine.SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(member.pk), BACKEND
        session[HASH_SESSION_KEY] = member.get_session_auth_hash()
        session.create()
        found.append(session.session_key)
    print(json.dumps(found))


def evaluate() -> None:
    """Ask for an evaluation, as a director does."""
    from kernklant.web.base.models import Member
    from kernklant.web.base.models.jobs import new_key
    from kernklant.web.evaluation.actions import request_evaluation

    director = Member.objects.filter(role="director").first()
    assert director is not None
    request_evaluation(by=director, as_of=None, key=new_key())


def running() -> None:
    """How the newest evaluation stands."""
    from kernklant.web.value.models import Evaluation

    print(Evaluation.objects.order_by("-pk").values_list("state", flat=True).first())


def settled() -> None:
    """Whether the copies are those of the newest run, and no job is under way."""
    from kernklant.web.base.models.jobs import State
    from kernklant.web.segments.copying import stale
    from kernklant.web.value.models import Evaluation

    busy = Evaluation.objects.filter(state__in=(State.ASKED, State.RUNNING)).exists()
    print("busy" if busy or stale() else "settled")


{"copies": copies, "settled": settled, "evaluate": evaluate, "running": running}.get(
    WHAT, lambda: sessions(int(WORDS[0]))
)()
