"""Upgrade a home; every child is killed as it would write down its second step.

The first step of a child is the one at which the child before it died.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder

import kernklant.web.project.ready  # noqa: F401 - settings are read here


def upgrade() -> None:
    """As the server does, until the second note."""
    note, written = MigrationRecorder.record_applied, 0

    def dies(self: Any, app: str, name: str) -> None:
        nonlocal written
        if written:
            os.kill(os.getpid(), signal.SIGKILL)
        note(self, app, name)
        written += 1

    MigrationRecorder.record_applied = dies  # type: ignore[method-assign]
    call_command("migrate", verbosity=0, interactive=False)


def main() -> int:
    """Print how many were killed before one came to the end."""
    killed = 0
    while True:
        if (child := os.fork()) == 0:
            try:
                upgrade()
            except BaseException as error:
                print(error, file=sys.stderr, flush=True)
                os._exit(1)
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if ended != -signal.SIGKILL:
            print(killed)
            return ended
        killed += 1


if __name__ == "__main__":
    sys.exit(main())
