"""What is in the ledger, how far it runs, and whether that is still fresh."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from kernklant.engine.errors import Text, UserError
from kernklant.engine.ledger.facts import open_home, schemas, table_sizes
from kernklant.engine.ledger.tables import TABLES
from kernklant.engine.store import Finding, Snapshot, Store, examine

HERE = Path(__file__).resolve().parent
FRESH_DAYS = 35  # a month, and a few days to close the books


def look(home: Path, *, today: date) -> list[Finding]:
    """What lies in a home, whether it is whole, and how fresh it is; every file is read."""
    findings = examine(home, schemas())
    if any(finding.severity == "error" for finding in findings):
        return findings  # what is damaged is not summed up
    try:
        store = open_home(home)
        return [*_contents(store, today), *findings]
    except UserError as error:
        return [Finding("error", error.what, error.remedy), *findings]


def _contents(store: Store, today: date) -> Iterator[Finding]:
    imports = store.imports()
    undone = imports.num_rows - imports["undone_at"].null_count
    yield Finding(
        "ok",
        Text(
            f"{imports.num_rows} imports, waarvan {undone} ongedaan gemaakt",
            f"{imports.num_rows} imports, {undone} of them undone",
        ),
    )
    facts = store.snapshot()
    newest = newest_days(facts)
    for name, rows in table_sizes(facts).items():
        if rows:
            yield _table(name, rows, newest.get(name), today)


def _table(name: str, rows: int, newest: date | None, today: date) -> Finding:
    size = Text(f"{TABLES[name].dutch}: {rows:,}".replace(",", "."), f"{name}: {rows:,}")
    if newest is None:
        return Finding("ok", size)
    days = (today - newest).days
    what = Text(
        f"{size.nl}, tot en met {newest:%d-%m-%Y} ({days} dagen geleden)",
        f"{size.en}, up to {newest:%d-%m-%Y} ({days} days ago)",
    )
    if days < 0:
        return Finding(
            "note",
            Text(
                f"{size.nl}, tot en met {newest:%d-%m-%Y}: dat is na vandaag",
                f"{size.en}, up to {newest:%d-%m-%Y}: that is after today",
            ),
            Text(
                "controleer de datums in het bestand, en de klok",
                "check the dates in the file, and the clock",
            ),
        )
    if days > FRESH_DAYS:
        return Finding(
            "note",
            what,
            Text(
                "maak een nieuwe export en lees hem in: kernklant import BESTAND",
                "make a new export and import it: kernklant import FILE",
            ),
        )
    return Finding("ok", what)


def newest_days(facts: Snapshot) -> dict[str, date | None]:
    """The newest day of each table that goes on through time; None when it is empty."""
    found = facts.mart(HERE / "newest.sql").to_pydict()
    return dict(zip(found["table_name"], found["newest"], strict=True))
