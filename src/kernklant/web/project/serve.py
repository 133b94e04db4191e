"""Web and worker together: ``kernklant serve`` starts this, and Ctrl-C or SIGTERM ends it."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from django.core.exceptions import ImproperlyConfigured

from kernklant.engine.errors import Text
from kernklant.web.project.alive import answers

AT = Text("Kernklant op {address} (stop met Ctrl-C)", "Kernklant at {address} (Ctrl-C stops)")
NEAR = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where one asks who listens everywhere
LOOK = 0.3  # seconds between looks at the children
PATIENCE = 15.0  # seconds that children get to end what they are at


def main(host: str, port: str, workers: str, threads: str) -> int:
    """Prepare the home, start both, and watch them; 0 when told to stop, 1 when one died."""
    _refuse_taken(host, int(port))
    try:
        import kernklant.web.project.ready  # noqa: F401 - settings are read here
    except ImproperlyConfigured as error:
        _give_up(str(error))
    _prepare()
    welcome = _welcome()
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = [
        "gunicorn", "kernklant.web.project.wsgi:application", "--bind", bind,
        "--worker-class", "gthread", "--workers", workers, "--threads", threads,
        "--log-level", "warning", "--graceful-timeout", "10", "--keep-alive", "75",
    ]  # fmt: skip
    children = [_start(*web), _start("kernklant.web.project.worker")]
    return _watch(children, ready=lambda: answers(NEAR.get(host, host), int(port)), told=welcome)


def _prepare() -> None:
    """Tables as this version wants them, and the files that browsers get."""
    from django.conf import settings
    from django.core.management import call_command

    from kernklant.web.project.environment import keep_secret

    if "KERNKLANT_SECRET_KEY" not in os.environ:
        keep_secret(settings.ROOM / "secret-key")
    _settle()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    _erase_again()


def _settle() -> None:
    """Before an upgrade of the database: the copies stand as migrations know them."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from kernklant.web.base import bulk

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        bulk.settle(("ledger_customer", "ledger_search", "segments_standing"))


def _erase_again() -> None:
    """Before anybody can look: whoever was erased is not in a home that came from a backup."""
    from kernklant.engine.errors import UserError
    from kernklant.engine.ledger.erase import carry_out
    from kernklant.web.base import store
    from kernklant.web.privacy.clearing import clear_again

    try:
        carry_out(store.store())
        clear_again()
    except UserError as error:
        _give_up(f"{error.to('nl')}\n{error.to('en')}")


def _welcome() -> str:
    """Where it is; in a home that the demo made, and on this machine alone, its people's links."""
    from django.conf import settings
    from django.utils.translation import override

    from kernklant.web.base.words import said
    from kernklant.web.project import cast
    from kernklant.web.project.environment import LOOPBACK

    with override(os.environ.get("KERNKLANT_LANG", "nl")):
        told = said(AT, address=settings.ORIGIN.geturl())
        if (settings.HOME / cast.MARK).exists() and settings.ORIGIN.hostname in LOOPBACK:
            cast.prepare()
            told = f"{told}\n{cast.told()}"
    return told


def _start(*words: str) -> subprocess.Popen[bytes]:
    """A child in a process group of its own, so that Ctrl-C reaches it through us, in order.

    Not in a session of its own: Linux shares processors out between sessions first, and then
    computing takes as much as all visitors together, however low its priority.
    """
    return subprocess.Popen([sys.executable, "-m", *words], process_group=0)  # noqa: S603


def _watch(children: list[subprocess.Popen[bytes]], *, ready: Callable[[], bool], told: str) -> int:
    """Say where it is once it answers there, then wait until it is asked to stop."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    while not asked and all(child.poll() is None for child in children):
        if told and ready():
            print(told, flush=True)
            told = ""
        time.sleep(LOOK)
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    if asked:
        return 0
    print("kernklant serve: web of worker stopte / web or worker stopped", file=sys.stderr)
    return 1


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            _give_up(_why(error, host, port))


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno != errno.EADDRINUSE:
        return f"{host}:{port}: {error.strerror}. Kies --host, --port / choose --host, --port."
    other = port + 1 if port < 65_535 else port - 1
    return (
        f"Op poort {port} draait al iets, misschien Kernklant zelf. Stop dat, of kies een andere "
        f"poort: --port {other}.\nSomething runs at port {port} already, Kernklant itself perhaps. "
        f"Stop that, or choose another port: --port {other}."
    )


def _give_up(why: str) -> NoReturn:
    print(why, file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
