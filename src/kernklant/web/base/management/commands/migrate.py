"""``migrate``, of which every step and the note that it was taken become true together.

Django writes the note in a transaction of its own when a step adds its indexes at the end. Killed
in between, the next start takes the step again and stops at "table already exists", for good.
"""

from __future__ import annotations

from django.core.management.commands import migrate
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState
from django.db.transaction import atomic


class Executor(MigrationExecutor):
    """One transaction around a step and its note."""

    def apply_migration(
        self,
        state: ProjectState,
        migration: Migration,
        fake: bool = False,
        fake_initial: bool = False,
    ) -> ProjectState:
        """The step's own transaction becomes a savepoint in this one.

        SQLite can let go of foreign keys only before a transaction begins, and its tables are
        made anew without them: so they are let go here, and checked at the end of the step as ever.
        """
        if not migration.atomic:
            return super().apply_migration(state, migration, fake, fake_initial)
        loose = self.connection.disable_constraint_checking()
        try:
            with atomic(using=self.connection.alias):
                return super().apply_migration(state, migration, fake, fake_initial)
        finally:
            if loose:
                self.connection.enable_constraint_checking()


# The command has no other place to say which executor it takes.
migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]


class Command(migrate.Command):
    """As Django's, with the executor above."""
