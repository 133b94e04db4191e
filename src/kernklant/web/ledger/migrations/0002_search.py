"""An index of pieces of three letters, so that a name is found by any part of it."""

from __future__ import annotations

from typing import Any

from django.db import migrations

ON_SQLITE = (
    "CREATE VIRTUAL TABLE ledger_search USING fts5(told, content='', tokenize='trigram', "
    "detail='full')"
)
ON_POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE TABLE ledger_search (number bigint PRIMARY KEY, told text NOT NULL)",
    "CREATE INDEX ledger_search_told ON ledger_search USING gin (told gin_trgm_ops)",
)


def make(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in ON_POSTGRESQL:
            schema_editor.execute(statement)
    else:
        schema_editor.execute(ON_SQLITE)


def drop(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP TABLE ledger_search")


class Migration(migrations.Migration):
    dependencies = (("ledger", "0001_initial"),)
    operations = (migrations.RunPython(make, drop),)
