"""All that is held of one customer, table by table, with what each is kept for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from kernklant.engine.errors import Text
from kernklant.engine.ledger.persons import ledger_of, run_of
from kernklant.engine.ledger.privacy import KEPT, RUNS, Kept, columns_of
from kernklant.engine.ledger.tables import TABLES as LEDGER
from kernklant.web.base import store
from kernklant.web.base.models import LogEntry
from kernklant.web.base.words import format_of_reader, said
from kernklant.web.ledger.models import Assignment, ContactPerson, Customer, Note
from kernklant.web.privacy.columns import TABLES, label_of
from kernklant.web.segments.models import Override, SegmentMove, Standing
from kernklant.web.value.models import Rating

YES, NO = Text("ja", "yes"), Text("nee", "no")
SHOWN = 200  # rows of one table on the page; the export has all
# Who looked belongs to it: the log names the customer by number.
MODELS: tuple[type[Model], ...] = (
    Customer, ContactPerson, Note, Assignment, Rating, Standing, SegmentMove, Override, LogEntry,
)  # fmt: skip
WORDS: dict[str, Text] = {
    "name": Text("naam", "name"),
    "email": Text("e-mailadres", "e-mail address"),
    "phone": Text("telefoonnummer", "phone number"),
    "function": Text("functie", "function"),
    "remark": Text("opmerking", "remark"),
    "text": Text("tekst", "text"),
    "by": Text("door", "by"),
    "at": Text("wanneer", "when"),
    "manager": Text("accountmanager", "account manager"),
    "stand_in": Text("vervanger", "stand-in"),
    "since": Text("sinds", "since"),
    "criterion": Text("criterium", "criterion"),
    "score": Text("score", "score"),
    "segment": Text("segment dat geldt", "segment in force"),
    "computed": Text("segment volgens de regels", "segment by the rules"),
    "previous": Text("vorig segment", "segment before"),
    "city": Text("plaats", "city"),
    "sector": Text("branche", "sector"),
    "region": Text("regio", "region"),
    "country": Text("land", "country"),
    "source_no": Text("klantnummer", "customer number"),
    "number": Text("ons eigen nummer", "our own number"),
    "customer": Text("ons eigen nummer", "our own number"),
    "kind": Text("soort", "kind"),
    "employees": Text("medewerkers", "employees"),
    "from_segment": Text("van segment", "from segment"),
    "to_segment": Text("naar segment", "to segment"),
    "decision": Text("besluit", "decision"),
    "decided_by": Text("besloten door", "decided by"),
    "decided_at": Text("besloten op", "decided at"),
    "why": Text("waarom", "why"),
    "proposed_by": Text("voorgesteld door", "proposed by"),
    "proposed_why": Text("reden van het voorstel", "reason of the proposal"),
    "until": Text("tot en met", "until"),
    "what": Text("wat er gebeurde", "what happened"),
    "where": Text("vanaf welk adres", "from which address"),
    "about": Text("waarover", "about what"),
    "clv": Text("klantwaarde", "lifetime value"),
    "clv_low": Text("klantwaarde, minst", "lifetime value, least"),
    "clv_high": Text("klantwaarde, meest", "lifetime value, most"),
    "revenue_12m": Text("omzet 12 maanden", "revenue 12 months"),
    "contribution_12m": Text("bijdrage 12 maanden", "contribution 12 months"),
    "cost_to_serve_12m": Text("bediening 12 maanden", "cost to serve 12 months"),
    "potential": Text("potentie", "potential"),
    "last_order_on": Text("laatste order", "last order"),
    "satisfaction": Text("tevredenheid (0–10)", "satisfaction (0–10)"),
    "file_row": Text("regel", "row"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One table's share: its name, what it is kept for, its columns in words, and the rows."""

    words: Text
    kept: Kept
    columns: list[str]
    rows: list[list[str]]
    count: int
    anchor: str

    @property
    def more(self) -> int:
        """Rows that only the export shows."""
        return self.count - len(self.rows)


def parts_of(number: int) -> list[Part]:
    """Everything of one customer, tables without rows of him left out."""
    found = [
        _part(Text(LEDGER[name].dutch, name), KEPT[name], rows, anchor=f"ledger-{name}",
              words={one: words for one, (_, words) in columns_of(name).items()})
        for name, rows in ledger_of(store.open_facts(), number).items()
    ]  # fmt: skip
    found += [
        _part(
            TABLES[label].words, TABLES[label].kept, taken_apart(rows),
            anchor=f"web-{label.rpartition('.')[2].lower()}", words=WORDS,
        )
        for label, rows in models_of(number)
    ]  # fmt: skip
    for run in reversed(store.runs()):
        words = Text(f"evaluatie {run}", f"evaluation {run}")
        held = run_of(store.run(run), number)
        answer = held.get("answer/customers.parquet") or held.get("answer/prospects.parquet") or []
        found.append(_part(words, RUNS, answer, anchor=f"run-{run}", words=WORDS))
    return [part for part in found if part.count]


def models_of(number: int) -> list[tuple[str, QuerySet[Any]]]:
    """The rows of the web's tables about one customer, by the table's label."""
    return [(label_of(model), _rows(model, number)) for model in MODELS]


def taken_apart(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    """Rows as plain values; who is named by his name."""
    names = [field.name for field in rows.model._meta.concrete_fields if field.name not in LEFT_OUT]
    told = [{name: getattr(row, name) for name in names} for row in rows]
    return [
        {name: str(value) if isinstance(value, Model) else value for name, value in row.items()}
        for row in told
    ]


def _rows(model: type[Model], number: int) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.all()
    if model is LogEntry:
        return rows.filter(about=f"customer:{number}").select_related("by").order_by("-number")
    if model is Customer:
        return rows.filter(Q(pk=number)).select_related("manager", "stand_in")
    return rows.filter(customer=number).order_by("pk")


LEFT_OUT = {"id", "chain", "data"}


def _part(
    table: Text, kept: Kept, rows: list[dict[str, Any]], *, anchor: str, words: dict[str, Text]
) -> Part:
    names = [name for name in (rows[0] if rows else ()) if any(_told(row[name]) for row in rows)]
    return Part(
        words=table,
        kept=kept,
        columns=[said(words[name]) if name in words else name for name in names],
        rows=[[shown(row[name]) for name in names] for row in rows[:SHOWN]],
        count=len(rows),
        anchor=anchor,
    )


def _told(value: Any) -> bool:
    return value is not None and value != ""


def shown(value: Any) -> str:
    """A value in the reader's words; nothing of what is not known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return said(YES if value else NO)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return format_of_reader().day(value)
    if isinstance(value, float):
        return f"{value:.4g}"
    return _figure(value) if isinstance(value, Decimal) else str(value)


def _figure(value: Decimal) -> str:
    """With the decimals that say something, and cents in full."""
    decimals = -min(int(value.normalize().as_tuple().exponent), 0)
    return format_of_reader().number(value, digits=2 if decimals == 1 else decimals)
