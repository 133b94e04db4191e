"""Writes the pages that come from the code: `make docs`. A test fails when they are stale."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

os.environ |= {"KERNKLANT_LANG": "en", "TYPER_USE_RICH": "0", "COLUMNS": "100"}

REFERENCE = Path(__file__).resolve().parent / "reference"
EXIT_CODES = """
## Exit codes
| code | meaning |
|---|---|
| 0 | done |
| 1 | an error of ours: please report it |
| 2 | the command's words are off |
| 3 | a file cannot be taken in as it is; nothing was written |
| 4 | the policy breaks a rule |
| 5 | there is nothing to evaluate yet |
| 6 | another process is writing in this home |
| 7 | the home is not what its own records say it is |
| 8 | a customer, run, import, file or home that does not exist |
| 9 | the disk refused a read or a write: full, read-only, no permission, failing |
| 10 | a replay differs from what was published |
| 11 | `doctor` found something wrong |
| 12 | there is not enough memory |
| 130 | stopped with Ctrl-C |
"""


def commands() -> list[str]:
    """Every command with its full name, in the order of the help."""
    import typer

    from kernklant.cli.app import app

    def below(group: typer.Typer, before: str) -> list[str]:
        own = [f"{before}{found.name or found.callback.__name__}" for found in _commands(group)]
        return own + [
            name
            for inner in group.registered_groups
            for name in below(inner.typer_instance, f"{before}{inner.name} ")
        ]

    return below(app, "")


def _commands(group: Any) -> Any:
    return group.registered_commands


def help_of(command: str) -> str:
    """The plain help of a command, as the terminal prints it."""
    from typer.testing import CliRunner

    from kernklant.cli.app import app

    result = CliRunner().invoke(app, [*command.split(), "--help"], prog_name="kernklant")
    if result.exit_code:
        raise RuntimeError(f"kernklant {command} --help: {result.output}")
    return "\n".join(line.rstrip() for line in result.output.strip().splitlines())


def cli_page() -> str:
    """docs/reference/cli.md."""
    parts = [
        "# The commands",
        "",
        "Written by `make docs` from the commands themselves. Every command takes `--lang nl|en`",
        "(else `KERNKLANT_LANG`, else Dutch); those that work on a home take `--home DIR` (else",
        "`KERNKLANT_HOME`, else `./kernklant-data`; printed). With `--json`, stdout is JSON only.",
        "",
    ]
    for name in commands():
        parts += [f"## kernklant {name}", "", "```", help_of(name), "```", ""]
    return "\n".join(parts) + EXIT_CODES


def tables_page() -> str:
    """docs/reference/tables.md."""
    from kernklant.engine.ledger.reference import tables_page as page

    return page()


PAGES = {"cli.md": cli_page, "tables.md": tables_page}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")
        print(f"docs/reference/{name}")


if __name__ == "__main__":
    main()
