"""serve, link: the web application from a terminal. It runs apart; this only starts it."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from kernklant.cli.options import DEFAULT_HOME, Home, Lang
from kernklant.cli.words import language, t


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command(help=t("Start de webtoepassing.", "Start the web application."))(serve)
    app.command(help=t("Maak een link die één keer aanmeldt.", "Make a link that signs in once."))(
        link
    )


def serve(
    *,
    host: Annotated[str, typer.Option(help=t("Adres om op te luisteren.", "Address."))] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help=t("Poort.", "Port."), min=1, max=65535)] = 8000,
    url: Annotated[
        str | None,
        typer.Option(
            envvar="KERNKLANT_URL",
            help=t("Waar mensen het vinden (https).", "Where people find it (https)."),
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help=t("Webprocessen.", "Web processes."))] = 2,
    threads: Annotated[int, typer.Option(min=1, help=t("Draden.", "Threads each."))] = 2,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """Serve the web application with its worker, until Ctrl-C."""
    (home / "web").mkdir(parents=True, exist_ok=True)
    address = url or f"http://{host}:{port}"
    print(t("Kernklant start…", "Kernklant is starting…"))
    _become("serve", home, address, host, str(port), str(workers), str(threads))


def link(
    email: Annotated[str, typer.Argument(metavar="EMAIL")],
    *,
    url: Annotated[
        str, typer.Option(envvar="KERNKLANT_URL", help=t("Het adres.", "The address."))
    ] = "http://127.0.0.1:8000",
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """Print a link with which a member signs in once, within twelve hours."""
    _become("link", home, url, email)


def _become(module: str, home: Path, url: str, *words: str) -> NoReturn:
    """Go on as a process of the web, so that signals and the exit code are its own."""
    from kernklant.engine.errors import Text, UserError

    if find_spec("django") is None or find_spec("gunicorn") is None:
        raise UserError(
            Text("De webtoepassing ontbreekt.", "The web application is not installed."),
            Text("Installeer kernklant[web], of draai make serve.",
                 "Install kernklant[web], or run make serve."),
        )  # fmt: skip
    sys.stdout.flush()
    told = {"KERNKLANT_HOME": str(home), "KERNKLANT_URL": url, "KERNKLANT_LANG": language()}
    environment = {**os.environ, **told}
    command = [sys.executable, "-m", f"kernklant.web.project.{module}", *words]
    os.execve(sys.executable, command, environment)  # noqa: S606 - our own words
