"""moves: who went from segment to segment, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kernklant.cli.options import DEFAULT_HOME, Home, Json, Lang
from kernklant.cli.words import language, t

if TYPE_CHECKING:
    from kernklant.engine.evaluation.movement import Movement

SHOWN = 40

From = Annotated[
    int | None,
    typer.Option("--from", metavar="RUN", help=t("Evaluatie vooraf.", "The run before.")),
]
To = Annotated[
    int | None,
    typer.Option("--to", metavar="RUN", help=t("Evaluatie daarna.", "The run after.")),
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(help=t("Wie verschoof, en waardoor.", "Who moved, and why."))(moves)


def moves(
    *,
    before: From = None,
    after: To = None,
    json_: Json = False,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """The moves between two runs; the newest and the one before it unless they are named."""
    from kernklant.cli.console import print_json, remark
    from kernklant.engine.evaluation.movement import movement
    from kernklant.engine.evaluation.tables import names_of
    from kernklant.engine.ledger.facts import open_home

    remark(f"Home: {home}")
    store = open_home(home)
    found = movement(store, before=before, after=after)
    rows = _rows(found, names_of(store))
    if json_:
        figures = {"matrix": found.matrix, "migration": found.migration}
        print_json({"from": found.before, "to": found.after, "moves": rows, **figures})
    else:
        _show(found, rows)


def _rows(found: Movement, names: Any) -> list[dict[str, Any]]:
    from kernklant.engine.evaluation.movement_words import in_words
    from kernklant.engine.evaluation.tables import with_names

    rows: list[dict[str, Any]] = with_names(found.moves, names).to_pylist()
    for row in rows:
        del row["customer"]
        row["why"] = in_words(row).to(language())
    return rows


def _show(found: Movement, rows: list[dict[str, Any]]) -> None:
    from kernklant.cli.console import out, table

    out.print(
        t(
            f"Van evaluatie {found.before} naar {found.after}",
            f"From run {found.before} to {found.after}",
        ),
        style="bold",
    )
    _matrix(found.matrix)
    moved = [row for row in rows if row["kind"] == "moved"]
    if not moved:
        out.print(t("Niemand verschoof.", "Nobody moved."))
        return
    out.print()
    table(
        t(f"{len(moved)} verschoven", f"{len(moved)} moved"),
        [t("klant", "customer"), t("nummer", "number"), t("van", "from"), t("naar", "to"),
         t("waardoor", "why")],
        [
            [row["name"] or "", row["customer_id"], row["from_segment"], row["to_segment"],
             row["why"]]
            for row in moved[:SHOWN]
        ],
    )  # fmt: skip
    if len(moved) > SHOWN:
        out.print(
            t(
                f"en {len(moved) - SHOWN} anderen: kernklant export moves --out moves.csv",
                f"and {len(moved) - SHOWN} others: kernklant export moves --out moves.csv",
            ),
            style="dim",
        )
    for sentence in found.migration["sentences"]:
        out.print(sentence[language()], markup=False)


def _matrix(matrix: dict[str, dict[str, int]]) -> None:
    """Rows: where they came from; columns: where they are."""
    from kernklant.cli.console import table

    words = {
        "new": t("nieuw", "new"),
        "gone": t("weg", "gone"),
        "exit": t("uitfaseren", "exit"),
    }
    rows = [name for name in matrix if any(matrix[name].values())]
    columns = [name for name in matrix["A"] if any(matrix[row][name] for row in rows)]
    heads = [t("van ↓ naar →", "from ↓ to →"), *(f"{words.get(name, name)}>" for name in columns)]
    cells = [[words.get(row, row), *(matrix[row][name] for name in columns)] for row in rows]
    table("", heads, cells)
