"""evaluate, replay, runs, policy: from facts to an answer that can be repeated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kernklant.cli import weights
from kernklant.cli.options import DEFAULT_HOME, AsOf, Home, Json, Lang, PolicyFile
from kernklant.cli.words import language, t

if TYPE_CHECKING:
    from kernklant.engine.segments.policy import Policy

POLICY_NAME = "policy.toml"
LOOKS_BACK = (
    "Van een eerdere dag; telt niet als stand van nu.",
    "Of an earlier day; does not count as how customers stand now.",
)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command(help=t("Waardeer alle klanten.", "Value every customer."))(evaluate)
    app.command(help=t("Herhaal een evaluatie en vergelijk.", "Repeat a run and compare."))(replay)
    app.command(help=t("Toon de evaluaties.", "List the runs."))(runs)
    policy = typer.Typer(no_args_is_help=True, help=t("Het beleid.", "The policy."))
    policy.command("init", help=t("Schrijf het standaardbeleid.", "Write the default."))(init)
    policy.command("check", help=t("Controleer een beleid.", "Check a policy."))(check)
    policy.command("show", help=t("Leg het beleid uit.", "Explain the policy."))(show_policy)
    weights.register(policy)
    app.add_typer(policy, name="policy")


def evaluate(
    *,
    as_of: AsOf = None,
    policy: PolicyFile = None,
    json_: Json = False,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """Evaluate the home as of a date and publish the run."""
    from kernklant.cli.console import out, print_json, remark, steps
    from kernklant.cli.figures import show_summary
    from kernklant.engine.evaluation.publish import evaluate_home
    from kernklant.engine.ledger.facts import open_home

    remark(f"Home: {home}")
    store = open_home(home)
    own = home / POLICY_NAME if policy is None else None
    with steps() as progress:
        summary = evaluate_home(
            store, policy_of(home, policy), as_of=as_of, own_policy=own, progress=progress
        )
    if json_:
        print_json(summary)
        return
    show_summary(summary)
    if summary["looks_back"]:
        out.print(t(*LOOKS_BACK), markup=False)


def policy_of(home: Path | None, file: Path | None) -> Policy:
    """The policy named, else the home's own, else the default."""
    from kernklant.engine.segments.policy import default_policy, read_policy

    own = home / POLICY_NAME if home else None
    chosen = file or (own if own and own.exists() else None)
    if chosen is None:
        return default_policy()
    return read_policy(_text_of(chosen), name=chosen.name)


def _text_of(file: Path) -> str:
    from kernklant.engine.errors import NotFound, PolicyInvalid, Text

    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NotFound(
            Text(f"Er is geen beleid in {file}.", f"There is no policy at {file}."),
            Text("Maak er een met kernklant policy init.", "Make one: kernklant policy init."),
        ) from error
    except UnicodeDecodeError as error:
        raise PolicyInvalid(
            Text(f"{file} is geen tekst in UTF-8.", f"{file} is not a text in UTF-8."),
            Text("Bewaar het beleid als UTF-8.", "Save the policy as UTF-8."),
        ) from error


def replay(
    run: Annotated[int, typer.Argument(metavar="RUN")],
    *,
    json_: Json = False,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """Run an evaluation again on the facts it cites and compare the answers."""
    from kernklant.cli.console import out, print_json, remark, steps
    from kernklant.engine.evaluation.publish import replay_run
    from kernklant.engine.ledger.facts import open_home

    remark(f"Home: {home}")
    store = open_home(home)
    with steps() as progress:
        outcome = replay_run(store, run, progress=progress)
    if json_:
        print_json(outcome)
    else:
        same = t("byte voor byte gelijk", "the same, byte for byte")
        other = t("verschilt: ", "differs: ") + ", ".join(outcome["different"])
        out.print(f"{t('evaluatie', 'run')} {run}: {same if outcome['identical'] else other}")
    if not outcome["identical"]:
        raise typer.Exit(10)


def runs(*, json_: Json = False, home: Home = DEFAULT_HOME, lang: Lang = None) -> None:
    """Every published run of the home."""
    from kernklant.cli.console import out, print_json, remark, table
    from kernklant.engine.evaluation.publish import published
    from kernklant.engine.ledger.facts import open_home

    remark(f"Home: {home}")
    rows: list[dict[str, Any]] = published(open_home(home))
    if json_:
        print_json(rows)
    elif not rows:
        out.print(t("Nog geen evaluaties: kernklant evaluate.", "No runs yet: kernklant evaluate."))
    else:
        heads = [
            t("evaluatie>", "run>"),
            t("peildatum", "as of"),
            t("klanten>", "customers>"),
            "A>",
        ]
        columns = ("run", "as_of", "customers", "a")
        lines = [[*(row.get(name, "–") for name in columns), _said_of(row)] for row in rows]
        table("", [*heads, ""], lines)


def _said_of(run: dict[str, Any]) -> str:
    if run.get("damaged"):
        return t("beschadigd: zie kernklant doctor", "damaged: see kernklant doctor")
    return t("kijkt terug", "looks back") if run["looks_back"] else ""


def init(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]")] = None,
    *,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """Write the default policy with every key explained; never over an existing file."""
    from kernklant.cli.console import out
    from kernklant.engine.errors import Text, UserError
    from kernklant.engine.segments.policy import default_text

    target = file or home / POLICY_NAME
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("x", encoding="utf-8") as handle:
            handle.write(default_text())
    except FileExistsError as error:
        raise UserError(
            Text(f"{target} bestaat al.", f"{target} exists already."),
            Text("Kies een andere naam of pas het aan.", "Choose another name, or edit it."),
        ) from error
    out.print(str(target))


def check(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]")] = None,
    *,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """Check a policy: every fault with its line and remedy, exit code 4 when there are any."""
    from kernklant.cli.console import out

    policy_of(home, file)
    out.print(t("Het beleid klopt.", "The policy is valid."))


def show_policy(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]")] = None,
    *,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """The policy in sentences."""
    from kernklant.cli.console import out
    from kernklant.engine.segments.explain import explain

    for sentence in explain(policy_of(home, file), language()):
        out.print(sentence, markup=False)
