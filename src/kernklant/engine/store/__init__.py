"""Where facts lie; the only folder that names Delta, DuckDB or Spark."""

from kernklant.engine.store.backup import (
    Backup,
    back_up,
    check_backup,
    contents,
    last_backup,
    restore,
)
from kernklant.engine.store.erasing import (
    Leaving,
    everybody,
    sweep_before,
    sweep_old,
    sweep_out,
)
from kernklant.engine.store.health import Finding, examine
from kernklant.engine.store.lake import Store
from kernklant.engine.store.marts import Snapshot
from kernklant.engine.store.runs import Run, RunContents, list_runs, publish, read, run_of
from kernklant.engine.store.staging import Settled, TableFile
from kernklant.engine.store.turns import current_run, days_of, readable, turns
from kernklant.engine.store.writer import ImportRecord, Undone, Writer

__all__ = [
    "Backup",
    "Finding",
    "ImportRecord",
    "Leaving",
    "Run",
    "RunContents",
    "Settled",
    "Snapshot",
    "Store",
    "TableFile",
    "Undone",
    "Writer",
    "back_up",
    "check_backup",
    "contents",
    "current_run",
    "days_of",
    "everybody",
    "examine",
    "last_backup",
    "list_runs",
    "publish",
    "read",
    "readable",
    "restore",
    "run_of",
    "sweep_before",
    "sweep_old",
    "sweep_out",
    "turns",
]
