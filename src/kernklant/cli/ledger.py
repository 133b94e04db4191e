"""import, imports, undo: files into the ledger, and out of it again."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kernklant.cli.options import (
    DEFAULT_HOME,
    As,
    DateOrder,
    Home,
    Json,
    Lang,
    Map,
    NumberFormat,
    Sheet,
    mapping,
)
from kernklant.cli.words import language, t

if TYPE_CHECKING:
    from kernklant.engine.ledger.imports import ImportRequest, Receipt
    from kernklant.engine.store import Store


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command("import", help=t("Lees een bestand in.", "Import a file."))(import_)
    app.command(help=t("Toon wat er is ingelezen.", "List the imports."))(imports)
    app.command(help=t("Maak een import ongedaan.", "Undo an import."))(undo)


def import_(
    file: Path,
    *,
    as_: As = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format", help=t("csv, excel, parquet of xaf.", "csv, excel, parquet or xaf.")
        ),
    ] = None,
    map_: Map = None,
    numbers: NumberFormat = None,
    dates: DateOrder = None,
    sheet: Sheet = None,
    source: Annotated[
        str,
        typer.Option(
            "--source",
            help=t(
                "Administratie waar de klantnummers uit komen.",
                "The system that the customer numbers come from.",
            ),
        ),
    ] = "file",
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help=t("Alleen proberen; schrijft niets.", "Writes nothing.")),
    ] = False,
    json_: Json = False,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """Import one file into the home; all of it or, when it is refused, nothing."""
    from kernklant.cli.console import counting, print_json, remark
    from kernklant.engine.ledger.imports import import_file

    request = asked(
        file,
        as_,
        mapped=map_,
        numbers=numbers,
        dates=dates,
        sheet=sheet,
        format_=format_,
        source=source,
    )
    remark(f"Home: {home}")
    with _home_for(home, dry_run=dry_run) as store, counting() as progress:
        receipts = import_file(store, request, dry_run=dry_run, progress=progress)
    if json_:
        answers = [receipt.as_json() for receipt in receipts]
        print_json(answers[0] if len(answers) == 1 else answers)
    else:
        show_receipts(receipts, dry_run=dry_run)


@contextmanager
def _home_for(home: Path, *, dry_run: bool) -> Iterator[Store]:
    """The home; a trial makes none, and where there is none an empty one aside will do."""
    from kernklant.engine.ledger.facts import open_home

    if not dry_run or (home / "tables").is_dir():
        yield open_home(home, create=True)
        return
    with tempfile.TemporaryDirectory(prefix="kernklant-trial-") as folder:
        yield open_home(Path(folder), create=True)


def asked(
    file: Path,
    as_: list[str] | None,
    *,
    mapped: list[str] | None = None,
    numbers: str | None = None,
    dates: str | None = None,
    sheet: str | None = None,
    format_: str | None = None,
    source: str = "file",
) -> ImportRequest:
    """The import that the options ask for."""
    from kernklant.engine.ledger.imports import ImportRequest, table_name

    return ImportRequest(
        path=file,
        dataset=table_name(as_[0]) if as_ else None,
        format=format_,
        mapping=mapping(mapped),
        numbers=numbers,  # type: ignore[arg-type]
        dates=dates,  # type: ignore[arg-type]
        sheet=sheet,
        source=source,
    )


def show_receipts(receipts: list[Receipt], *, dry_run: bool = False) -> None:
    """What came of each table of a file, and once what holds for all of it."""
    from kernklant.cli.console import warn

    for receipt in receipts:
        show_receipt(receipt, dry_run=dry_run)
    warn([*dict.fromkeys(text for receipt in receipts for text in receipt.warnings)])


def show_receipt(receipt: Receipt, *, dry_run: bool = False) -> None:
    """What came of a table: mapping, control totals, reasons; not its warnings."""
    from kernklant.cli.console import out, table
    from kernklant.cli.figures import exact

    number = t("proef", "trial") if dry_run else f"{t('import', 'import')} {receipt.import_no}"
    out.print(f"{receipt.file_name} → {receipt.dataset} ({number})")
    if any(field != head for field, head in receipt.mapping.items()):
        shown = (f"{field} = {head!r}" for field, head in receipt.mapping.items())
        out.print("  " + ", ".join(shown))
    rows = [
        (t("bestand", "file"), receipt.rows_file, receipt.amount_file),
        (t("nieuw", "accepted"), receipt.rows_accepted, receipt.amount_accepted),
        (t("al bekend", "known"), receipt.rows_known, receipt.amount_known),
        (t("geweigerd", "refused"), receipt.rows_rejected, receipt.amount_rejected),
    ]
    heads = ["", t("regels>", "rows>"), "€>"]
    table("", heads, [[a, exact(b), "" if c is None else exact(c)] for a, b, c in rows])
    for reason, count in receipt.reasons:
        out.print(f"  {count} × {reason.to(language())}", markup=False)
    if receipt.rows_rejected and not dry_run:
        command = f"kernklant export rejects --import {receipt.import_no} --out rejects.csv"
        out.print("  " + t("te herstellen: ", "to mend: ") + command)


def imports(*, json_: Json = False, home: Home = DEFAULT_HOME, lang: Lang = None) -> None:
    """Every import of the home, undone ones included."""
    from kernklant.cli.console import out, print_json, remark, table
    from kernklant.engine.ledger.facts import open_home

    remark(f"Home: {home}")
    rows = [_listed(row) for row in open_home(home).imports().to_pylist()]
    if json_:
        print_json(rows)
    elif not rows:
        out.print(t("Nog niets ingelezen.", "Nothing imported yet."))
    else:
        heads = ["import>", t("bestand", "file"), t("wanneer", "when"), t("regels>", "rows>"), ""]
        undone = t("ongedaan gemaakt", "undone")
        table(
            "",
            heads,
            [
                [
                    row["import"],
                    row["file"],
                    f"{row['when']:%Y-%m-%d %H:%M}",
                    sum(part["rows_accepted"] for part in row["datasets"].values()),
                    undone if row["undone_at"] else ", ".join(row["datasets"]),
                ]
                for row in rows
            ],
        )


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "import": row["import_no"],
        "file": row["file_name"],
        "sha256": row["sha256"],
        "when": row["imported_at"],
        "who": row["who"],
        "datasets": json.loads(row["datasets"]),
        "undone_at": row["undone_at"],
    }


def undo(
    number: Annotated[int, typer.Argument(metavar="IMPORT")],
    *,
    json_: Json = False,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """Take back one import; rows that another import also brought stay."""
    from kernklant.cli.console import out, print_json, remark
    from kernklant.engine.ledger.facts import open_home
    from kernklant.engine.ledger.imports import undo_import

    remark(f"Home: {home}")
    undone = undo_import(open_home(home), number)
    if json_:
        print_json(undone)
        return
    for name, counts in undone["tables"].items():
        out.print(
            t(
                f"{name}: {counts['deleted']} regels verwijderd, {counts['kept']} gebleven "
                "(ook door een andere import gebracht)",
                f"{name}: {counts['deleted']} rows removed, {counts['kept']} kept "
                "(another import brought them too)",
            )
        )
