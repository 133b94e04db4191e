"""What the terminal prints: results on stdout, progress and remarks on stderr."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from kernklant.cli.words import language

if TYPE_CHECKING:
    from kernklant.engine.errors import Text

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Counter = Callable[[str, int, int | None], None]


def print_json(value: Any) -> None:
    """JSON on stdout; NaN is an error, money is a string."""
    print(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def remark(text: str) -> None:
    """One line beside the result, on stderr."""
    err.print(escape(text), style="dim")


def warn(texts: Sequence[Text]) -> None:
    """Warnings on stderr, in the language of the command."""
    for text in texts:
        err.print("! " + escape(text.to(language())), style="yellow")


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A small table; a head that ends in > is aligned to the right."""
    grid = Table(title=escape(title), title_justify="left", box=None, pad_edge=False)
    for head in heads:
        right = head.endswith(">")
        grid.add_column(escape(head.rstrip(">")), justify="right" if right else "left")
    for row in rows:
        grid.add_row(*(escape(str(cell)) for cell in row))
    out.print(grid)


@contextmanager
def counting() -> Iterator[Counter]:
    """A progress line for work that counts rows; silent where stderr is no terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def count(step: str, done: int, total: int | None) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(escape(step), total=total)
            bar.update(tasks[step], completed=done, total=total)

        yield count


@contextmanager
def steps() -> Iterator[Callable[[Text], None]]:
    """A progress line for work that goes in named steps."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("")
        yield lambda text: bar.update(task, description=escape(text.to(language())))
