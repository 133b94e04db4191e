"""try, demo: the first minutes with the product."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from kernklant.cli.options import (
    As,
    AsOf,
    DateOrder,
    Json,
    Lang,
    Map,
    NumberFormat,
    PolicyFile,
    Sheet,
)
from kernklant.cli.words import language, t


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command(
        "try",
        help=t(
            "Van bestand naar rapport, zonder iets te bewaren.",
            "From file to report, keeping nothing.",
        ),
    )(try_)
    app.command(help=t("Bouw en toon de voorbeeldbedrijven.", "Build the demo companies."))(demo)


def try_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...")],
    *,
    as_: As = None,
    map_: Map = None,
    numbers: NumberFormat = None,
    dates: DateOrder = None,
    sheet: Sheet = None,
    as_of: AsOf = None,
    policy: PolicyFile = None,
    out_: Annotated[
        Path, typer.Option("--out", help=t("Naam van het rapport.", "Name of the report."))
    ] = Path("report.html"),
    json_: Json = False,
    lang: Lang = None,
) -> None:
    """Import, evaluate and report in one go; leaves the report and nothing else."""
    from kernklant.cli.console import counting, out, print_json, steps
    from kernklant.cli.decide import policy_of
    from kernklant.cli.figures import show_summary
    from kernklant.cli.ledger import asked, show_receipts
    from kernklant.engine.disk import whole
    from kernklant.engine.evaluation.publish import evaluate_home, report_of
    from kernklant.engine.ledger.facts import open_home
    from kernklant.engine.ledger.imports import import_file

    chosen = policy_of(None, policy)
    with tempfile.TemporaryDirectory(prefix="kernklant-try-") as folder:
        store = open_home(Path(folder), create=True)
        for file, kind in zip(files, _kinds(as_, len(files)), strict=True):
            request = asked(file, kind, mapped=map_, numbers=numbers, dates=dates, sheet=sheet)
            with counting() as progress:
                receipts = import_file(store, request, progress=progress)
            if not json_:
                show_receipts(receipts)
        with steps() as told:
            summary = evaluate_home(store, chosen, as_of=as_of, progress=told)
        page = report_of(store, run=None, lang=language(), kept=False)
    del summary["run"]
    with whole(out_) as aside:
        aside.write_text(page, encoding="utf-8")
    if json_:
        print_json({**summary, "report": str(out_)})
    else:
        show_summary(summary)
        out.print(f"{t('Rapport', 'Report')}: {out_}", markup=False)


def _kinds(as_: list[str] | None, files: int) -> list[list[str] | None]:
    """One --as for all files, or one for each in their order."""
    if not as_:
        return [None] * files
    if len(as_) == 1:
        return [as_] * files
    if len(as_) != files:
        raise typer.BadParameter(
            t(
                f"{len(as_)} keer --as voor {files} bestanden: geef er een, of een per bestand.",
                f"{len(as_)} times --as for {files} files: give one, or one a file.",
            )
        )
    return [[kind] for kind in as_]


def demo(
    *,
    homes: Annotated[
        Path, typer.Option("--homes", help=t("Map voor beide bedrijven.", "Folder for both."))
    ] = Path("demo-homes"),
    lang: Lang = None,
) -> None:
    """Build De Vries Techniek and CDNOW from their files, evaluate them, write their reports."""
    from kernklant.cli.demo import build_all

    build_all(homes)
