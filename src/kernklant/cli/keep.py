"""doctor, backup, restore: whether the home is well, and a second one for when it is not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kernklant.cli.options import DEFAULT_HOME, Home, Json, Lang
from kernklant.cli.words import language, t

if TYPE_CHECKING:
    from kernklant.engine.store import Backup


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command(help=t("Controleer de installatie en de map.", "Check installation and home."))(
        doctor
    )
    app.command(help=t("Bewaar de map in een bestand.", "Keep the home in one file."))(backup)
    app.command(help=t("Maak een map van een back-up.", "Make a home of a backup."))(restore)


def doctor(*, json_: Json = False, home: Home = DEFAULT_HOME, lang: Lang = None) -> None:
    """Say what is installed and what lies in the home, with a remedy for each finding."""
    from kernklant.cli.doctor import examine, show_findings

    findings = examine(home)
    show_findings(findings, json_=json_)
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(11)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    *,
    json_: Json = False,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """Write everything in the home, and its database, to one file; others go on working.

    The file holds names and addresses: only you can read it, and it belongs on another disk.
    """
    from kernklant.cli.console import counting, remark
    from kernklant.cli.database import kept
    from kernklant.engine.ledger.facts import open_home, schemas
    from kernklant.engine.ledger.register import register_of
    from kernklant.engine.store import back_up

    remark(f"Home: {home}")
    store = open_home(home)
    place, requests = store.home or home, len(register_of(store).requests)
    with counting() as progress, kept(place, file.absolute().parent) as beside:
        made = back_up(
            place, list(schemas()), file, beside=beside, requests=requests, progress=progress
        )
    _show(made, file, json_=json_)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    *,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help=t("Alleen nalezen; schrijft niets.", "Only read it through; writes nothing."),
        ),
    ] = False,
    json_: Json = False,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """Make a new home of a backup; what stands in a folder or database is never overwritten."""
    from kernklant.cli.console import counting, remark
    from kernklant.cli.database import put_back, refuse_another_kind
    from kernklant.engine.store import check_backup, contents
    from kernklant.engine.store import restore as restore_home

    if not check:
        remark(f"Home: {home}")
        refuse_another_kind(set(contents(file).files))
    with counting() as progress:
        made = (
            check_backup(file, progress=progress)
            if check
            else restore_home(file, home, progress=progress)
        )
    if not check:
        put_back(home)
        erase_again(home)
        _tell_missing(home, made)
    _show(made, file, json_=json_)


def erase_again(home: Path) -> None:
    """Erase in a home that came back whoever was erased since; say how many."""
    from kernklant.cli.console import remark
    from kernklant.engine.ledger.erase import carry_out
    from kernklant.engine.ledger.facts import open_home

    again = len(carry_out(open_home(home)).customers)
    if again:
        remark(t(f"Opnieuw gewist: {again}", f"Erased again: {again}"))


def _tell_missing(home: Path, made: Backup) -> None:
    """Who objected or was erased stands beside a home, never in its backup."""
    from kernklant.cli.console import warn
    from kernklant.engine.errors import Text
    from kernklant.engine.ledger.facts import open_home
    from kernklant.engine.ledger.register import FOLDER, register_of

    missing = made.requests - len(register_of(open_home(home)).requests)
    if missing > 0:
        text = Text(
            f"Verzoeken van personen die naast deze map ontbreken: {missing}. Wie bezwaar maakte, "
            f"wordt weer gewogen; wie gewist is, staat er weer in. Leg {FOLDER} naast deze map, "
            "verwijder haar en zet de back-up opnieuw terug.",
            f"Requests of persons that are missing beside this folder: {missing}. Who objected is "
            f"ranked again; who was erased is back. Put {FOLDER} beside this folder, remove the "
            "folder, and restore again.",
        )
        warn([text])


def _show(made: Backup, file: Path, *, json_: bool) -> None:
    from kernklant.cli.console import out, print_json

    if json_:
        print_json(
            {
                "file": str(file),
                "made_at": made.made_at,
                "imports": made.imports,
                "runs": made.runs,
                "files": len(made.files),
                "bytes": made.size,
            }
        )
        return
    point = "," if language() == "nl" else "."
    size = f"{made.size / 1e6:.1f}".replace(".", point)
    out.print(
        t(
            f"{file}: {made.imports} imports, {len(made.runs)} evaluaties, {size} MB, "
            f"heel; gemaakt {made.made_at}",
            f"{file}: {made.imports} imports, {len(made.runs)} runs, {size} MB, "
            f"whole; made {made.made_at}",
        ),
        markup=False,
    )
