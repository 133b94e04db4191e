"""All commands on one page. Heavy imports stand inside the commands, so that --help is quick."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from kernklant.cli import decide, deliver, keep, ledger, look, moves, persons, serve
from kernklant.cli.words import t

app = typer.Typer(
    name="kernklant",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=t(
        "Wat is elke klant waard, en wie verdient de aandacht?",
        "What is every customer worth, and who deserves the attention?",
    ),
)
for module in (ledger, decide, look, moves, deliver, keep, persons, serve):
    module.register(app)


def _tell(asked: bool) -> None:
    if asked:
        print(f"kernklant {version('kernklant')}")
        raise typer.Exit


@app.callback()
def first(
    *,
    told: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell, is_eager=True, help=t("Welke versie.", "Which version.")
        ),
    ] = False,
) -> None:
    """What goes before every command; its help is that of the application."""
