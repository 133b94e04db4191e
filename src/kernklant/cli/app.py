"""All commands on one page. Heavy imports stand inside the commands, so that --help is quick."""

from __future__ import annotations

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
