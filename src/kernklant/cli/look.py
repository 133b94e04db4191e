"""show, report, export: read what the newest run says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from kernklant.cli.options import DEFAULT_HOME, Home, Json, Lang, Source
from kernklant.cli.words import language, t

Out = Annotated[
    Path,
    typer.Option(
        "--out", help=t("Naam op .csv, .xlsx of .parquet.", "Ends in .csv, .xlsx or .parquet.")
    ),
]
RunOption = Annotated[
    int | None,
    typer.Option("--run", help=t("Evaluatie; anders die van nu.", "Run; else that of now.")),
]
# What can be exported of a run: engine.evaluation.tables makes each.
TABLES = {
    "customers": ("Alle klanten.", "All customers."),
    "points": ("Punten per criterium.", "Points per criterion."),
    "groups": ("Moeders met hun dochters samen.", "Mothers with their daughters."),
    "prospects": ("Wie nog niets kocht.", "Who bought nothing yet."),
    "remedies": ("Wat verlies goedmaakt.", "What would mend a loss."),
    "moves": ("Wie verschoof.", "Who moved."),
}


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command(help=t("Toon een klant.", "Show one customer."))(show)
    app.command(help=t("Maak het rapport (HTML).", "Make the report (HTML)."))(report)
    export = typer.Typer(no_args_is_help=True, help=t("Schrijf een tabel.", "Write a table."))
    for what, text in TABLES.items():
        export.command(what, help=t(*text))(_exporter(what))
    export.command("rejects", help=t("Geweigerde regels.", "Refused rows."))(export_rejects)
    export.command("facts", help=t("Wat er is ingelezen.", "What was imported."))(export_facts)
    app.add_typer(export, name="export")


def show(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER")],
    *,
    run: RunOption = None,
    source: Source = None,
    json_: Json = False,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """One customer, by the number the source gives him."""
    from kernklant.cli.console import print_json, remark
    from kernklant.cli.figures import show_customer
    from kernklant.engine.evaluation.one import one_customer
    from kernklant.engine.ledger.facts import open_home

    remark(f"Home: {home}")
    found = one_customer(open_home(home), customer, run=run, source=source)
    if json_:
        print_json(found)
    else:
        show_customer(found)


def report(
    *,
    file: Annotated[Path, typer.Option("--out", help=t("HTML-bestand.", "HTML file."))] = Path(
        "report.html"
    ),
    run: RunOption = None,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """Write the newest run as one page that needs nothing else."""
    from kernklant.cli.console import out, remark
    from kernklant.engine.disk import whole
    from kernklant.engine.evaluation.publish import report_of
    from kernklant.engine.ledger.facts import open_home

    remark(f"Home: {home}")
    page = report_of(open_home(home), run=run, lang=language())
    with whole(file) as aside:
        aside.write_text(page, encoding="utf-8")
    out.print(str(file), markup=False)


def _exporter(what: str) -> Callable[..., None]:
    def export(
        *, file: Out, run: RunOption = None, home: Home = DEFAULT_HOME, lang: Lang = None
    ) -> None:
        """One table of the newest run, or of another."""
        from kernklant.cli.console import out, remark
        from kernklant.engine.evaluation.tables import table_of, write_table
        from kernklant.engine.ledger.facts import open_home

        remark(f"Home: {home}")
        rows = write_table(table_of(open_home(home), what, run=run, lang=language()), file)
        out.print(f"{file}: {rows} {t('regels', 'rows')}", markup=False)

    return export


def export_rejects(
    *,
    import_: Annotated[int, typer.Option("--import", metavar="N")],
    file: Out,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """The refused rows of an import with their reasons, to correct and import again."""
    from kernklant.cli.console import out, remark
    from kernklant.engine.evaluation.tables import write_table
    from kernklant.engine.ledger.facts import open_home
    from kernklant.engine.ledger.imports import rejects_table

    remark(f"Home: {home}")
    rows = write_table(rejects_table(open_home(home), import_), file)
    out.print(f"{file}: {rows} {t('geweigerde regels', 'refused rows')}", markup=False)


def export_facts(
    name: Annotated[str, typer.Argument(metavar="TABLE")],
    *,
    file: Out,
    source: Source = None,
    home: Home = DEFAULT_HOME,
    lang: Lang = None,
) -> None:
    """One table of the ledger, such as sales; another home can import it as it is."""
    from kernklant.cli.console import out, remark
    from kernklant.engine.evaluation.tables import write_table
    from kernklant.engine.ledger.facts import open_home
    from kernklant.engine.ledger.facts_out import facts_out
    from kernklant.engine.ledger.imports import table_name

    remark(f"Home: {home}")
    rows = write_table(facts_out(open_home(home), table_name(name), source=source), file)
    out.print(f"{file}: {rows} {t('regels', 'rows')}", markup=False)
