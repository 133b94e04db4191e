"""persons, register, tidy: answering a person who asks about his data, from a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kernklant.cli.options import DEFAULT_HOME, Home, Json, Lang, Source
from kernklant.cli.words import language, t

if TYPE_CHECKING:
    from kernklant.engine.store import Store

Customers = Annotated[list[str], typer.Argument(metavar="CUSTOMER...")]
Sure = Annotated[bool, typer.Option("--yes", help=t("Niet meer vragen.", "Do not ask again."))]


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    persons = typer.Typer(
        no_args_is_help=True,
        help=t("Een persoon antwoorden (AVG).", "Answer a person (GDPR)."),
    )
    persons.command("find", help=t("Zoek een persoon.", "Find a person."))(find)
    persons.command("hold", help=t("Alles van een klant (JSON).", "All of a customer (JSON)."))(
        hold
    )
    persons.command("object", help=t("Leg bezwaar vast.", "Write an objection down."))(object_)
    persons.command("erase", help=t("Wis klanten voorgoed.", "Erase customers for good."))(erase)
    app.add_typer(persons, name="persons")
    app.command("register", help=t("Register van verwerkingen.", "Register of processing."))(
        processing
    )
    app.command(help=t("Ruim op wat te lang is bewaard.", "Remove what was kept too long."))(tidy)


def find(
    asked: Annotated[str, typer.Argument(metavar="TEXT")],
    *,
    json_: Json = False,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """Customers by name, e-mail address, phone number or customer number."""
    from kernklant.cli.console import print_json, table
    from kernklant.engine.ledger.facts import open_home
    from kernklant.engine.ledger.persons import TOLD, find_persons

    rows = find_persons(open_home(home).snapshot(), asked)
    if json_:
        print_json(rows)
        return
    table(asked, [*TOLD], [[row[name] or "" for name in TOLD] for row in rows])


def hold(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER")],
    *,
    source: Source = None,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """All rows of the ledger and of every run about one customer, as JSON."""
    from kernklant.cli.console import print_json
    from kernklant.engine.ledger.facts import open_home
    from kernklant.engine.ledger.persons import ledger_of, run_of
    from kernklant.engine.store import list_runs, read

    store = open_home(home)
    (number,) = _numbers(store, [customer], source)
    runs = {one: run_of(read(store, one), number) for one in list_runs(store)}
    print_json({"ledger": ledger_of(store.snapshot(), number), "runs": runs})


def object_(
    customers: Customers,
    *,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help=t("Trek het in.", "Take it back."))
    ] = False,
    source: Source = None,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """From the next evaluation on these customers get no score, are C and never leave."""
    from kernklant.cli.console import out
    from kernklant.engine.ledger.facts import open_home
    from kernklant.engine.ledger.persons import write_down
    from kernklant.engine.ledger.register import OBJECTED, WITHDRAWN

    store = open_home(home)
    what = WITHDRAWN if withdraw else OBJECTED
    many = write_down(store, _numbers(store, customers, source), what, by="terminal")
    out.print(t(f"Vastgelegd van {many} klanten.", f"Written down of {many} customers."))


def erase(
    customers: Customers,
    *,
    source: Source = None,
    yes: Sure = False,
    json_: Json = False,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """Erase names, addresses and texts everywhere in the home; amounts stay, without a name.

    What the web application's database holds of them goes within a day, or when it starts again.
    """
    from dataclasses import asdict

    from kernklant.cli.console import out, print_json
    from kernklant.engine.ledger.erase import erase_persons
    from kernklant.engine.ledger.facts import open_home

    store = open_home(home)
    numbers = _numbers(store, customers, source)
    if not yes:
        _sure(store, numbers)
    done = erase_persons(store, numbers, by="terminal")
    if json_:
        print_json(asdict(done))
        return
    many = len(done.customers)
    out.print(t(f"Gewist: {many} klanten.", f"Erased: {many} customers."))


def processing(*, json_: Json = False, home: Home = DEFAULT_HOME, lang: Lang = None) -> None:
    """Every column of the ledger: its class, what it is kept for, on what ground, how long."""
    from kernklant.cli.console import print_json, table
    from kernklant.engine.ledger.privacy import CLASSES, processing

    said: Any = language()
    names = ("table", "column", "class", "purpose", "ground", "term")
    rows = [
        [line.table.to(said), line.meaning.to(said), CLASSES[line.privacy].to(said),
         line.kept.purpose.to(said), line.kept.ground.to(said), line.kept.term.to(said)]
        for line in processing()
    ]  # fmt: skip
    if json_:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        table(t("Register van verwerkingen", "Register of processing"), names, rows)


def tidy(
    *, yes: Sure = False, json_: Json = False, home: Home = DEFAULT_HOME, lang: Lang = None
) -> None:
    """Say what is past its term, and with --yes remove it."""
    from datetime import date

    from kernklant.cli.console import print_json, table
    from kernklant.engine.ledger.facts import open_home
    from kernklant.engine.ledger.terms import past_term
    from kernklant.engine.ledger.terms import tidy as remove

    store, today = open_home(home), date.today()  # noqa: DTZ011 - a calendar date
    due = [(one.table, one.day, one.rows) for one in past_term(store, today=today)]
    done = remove(store, today=today) if yes else {}
    if json_:
        rows = [{"table": name, "before": day, "rows": count} for name, day, count in due]
        print_json({"past_term": rows, "removed": done})
        return
    title = t("Opgeruimd", "Removed") if yes else t("Te lang bewaard", "Kept too long")
    table(title, [t("tabel", "table"), t("van voor", "before"), t("regels>", "rows>")], due)


def _numbers(store: Store, asked: list[str], source: str | None) -> list[int]:
    from kernklant.engine.ledger.persons import the_customers

    return the_customers(store.snapshot(), asked, source=source)


def _sure(store: Store, numbers: list[int]) -> None:
    """Go on only when somebody who saw who they are says so."""
    from kernklant.cli.console import remark
    from kernklant.engine.ledger.persons import known_now

    facts = store.snapshot()
    for number in numbers:
        told = (known_now(facts, number, column) for column in ("source_no", "name", "city"))
        remark(" · ".join(one for one in told if one))
    typer.confirm(
        t("Wissen kan niet terug. Doorgaan?", "This cannot be undone. Go on?"),
        abort=True,
        err=True,
    )
