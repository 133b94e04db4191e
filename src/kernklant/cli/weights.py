"""policy weights: whole points for criteria, from what people can say about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kernklant.cli.options import Json, Lang
from kernklant.cli.words import language, t

if TYPE_CHECKING:
    import numpy as np

Said = Annotated[
    list[str],
    typer.Argument(
        metavar="CRITERION…",
        help=t(
            "Belangrijkste eerst; of NAAM=PUNTEN; of NAAM=1:8 (beste is 1 keer zo belangrijk, "
            "dit is 8 keer het slechtste).",
            "Most important first; or NAME=POINTS; or NAME=1:8 (the best is 1 times as important, "
            "this is 8 times the worst).",
        ),
    ),
]


def register(policy: typer.Typer) -> None:
    """Add the command to the group."""
    policy.command("weights", help=t("Maak gewichten.", "Make weights."))(weights)


def weights(criteria: Said, *, json_: Json = False, lang: Lang = None) -> None:
    """Whole points that make 100, from an order, from points, or from best-worst answers."""
    from kernklant.cli.console import out, print_json
    from kernklant.engine.value.weights import whole_points

    names = [text.partition("=")[0] for text in criteria]
    _refuse_twice(names)
    found, consistency = _weights([text.partition("=")[2] for text in criteria])
    points = dict(zip(names, whole_points(found).tolist(), strict=True))
    if json_:
        print_json({"points": points, "consistency": consistency})
        return
    for name, many in points.items():
        out.print(f"{many:>4}  {name}", markup=False)
    if consistency is not None:
        said = (
            f"{consistency:.2f}" if language() == "en" else f"{consistency:.2f}".replace(".", ",")
        )
        out.print(
            t(
                f"Samenhang: {said} (0: de antwoorden kloppen met elkaar; 1: zij spreken elkaar "
                "zo veel tegen als maar kan).",
                f"Consistency: {said} (0: the answers agree; 1: they contradict each other as "
                "much as they can).",
            )
        )


def _refuse_twice(names: list[str]) -> None:
    from kernklant.engine.errors import Text, UserError

    if twice := {name for name in names if names.count(name) > 1}:
        named = ", ".join(sorted(twice))
        raise UserError(
            Text(f"Meer dan eens genoemd: {named}.", f"Named more than once: {named}."),
            Text("Noem elk criterium een keer.", "Name each criterion once."),
        )


def _weights(answers: list[str]) -> tuple[np.ndarray, float | None]:
    """Weights, and how far best-worst answers agree."""
    from kernklant.engine.value.weights import best_worst, rank_order, swing

    if not any(answers):
        return rank_order(len(answers)), None
    if not any(":" in answer for answer in answers):
        return swing([_number(answer) for answer in answers]), None
    pairs = [answer.partition(":") for answer in answers]
    found = best_worst(
        [_number(best) for best, _, _ in pairs], [_number(worst) for _, _, worst in pairs]
    )
    return found.weights, found.consistency


def _number(text: str) -> float:
    from kernklant.engine.errors import Text, UserError

    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise UserError(
            Text(f"Dit is geen getal: {text!r}.", f"This is not a number: {text!r}."),
            Text(
                "Geef alle criteria op dezelfde manier: alleen namen, NAAM=PUNTEN of NAAM=1:8.",
                "Give all criteria in the same way: names alone, NAME=POINTS or NAME=1:8.",
            ),
        ) from error
