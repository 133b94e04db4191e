"""What somebody says of a file: which it is, and how it is to be read."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from kernklant.engine.errors import Text
from kernklant.engine.ledger.mapping import brief
from kernklant.engine.ledger.tables import CUSTOMERS, TABLES
from kernklant.web.base.uploads import MOST
from kernklant.web.base.words import format_of_reader, said
from kernklant.web.ledger.asking import fields_of, whole_mapping
from kernklant.web.ledger.models import Import

CONTROLS = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
NO_FILE = Text("Kies eerst een bestand.", "Choose a file first.")
EMPTY = Text(
    "Dit bestand is leeg. Exporteer het opnieuw; er is niets bewaard.",
    "This file is empty. Export it again; nothing was kept.",
)
TOO_LARGE = Text(
    "Dit bestand is groter dan {most} MB, meer dan hier binnen kan. Deel het op, bijvoorbeeld "
    "per jaar, of laat de beheerder het inlezen met kernklant import. Er is niets bewaard.",
    "This file has more than {most} MB, which is more than can come in here. Split it, by year "
    "for example, or have the administrator bring it in with kernklant import. Nothing was kept.",
)
ODD_SOURCE = Text(
    "Een bron heeft letters, cijfers, spaties en - . & en hoogstens 60 tekens.",
    "A source has letters, figures, spaces and - . & and 60 characters at most.",
)
TWICE = Text(
    "{field} staat bij meer dan een kolom ({columns}). Kies er een; er is niets veranderd.",
    "{field} stands with more than one column ({columns}). Choose one; nothing was changed.",
)
NOT_USED = Text("niet gebruiken", "do not use")
CHOOSE = Text("kies wat het is", "choose what it is")
ALL_SHEETS = Text("alle bladen die herkend zijn", "every sheet that was recognised")
OF_CUSTOMER = Text("Van de klant", "Of the customer")
NUMBERS = {
    "nl": Text("Nederlands: 1.234,56", "Dutch: 1.234,56"),
    "en": Text("Engels: 1,234.56", "English: 1,234.56"),
}
DATES = {
    "dmy": Text("dag eerst: 31-12-2026", "day first: 31-12-2026"),
    "mdy": Text("maand eerst: 12-31-2026", "month first: 12-31-2026"),
}
WRITTEN = {
    "numbers": Text("Hoe zijn de getallen geschreven?", "How are the numbers written?"),
    "dates": Text("Hoe zijn de datums geschreven?", "How are the dates written?"),
}
MEANT = Text("{how}; {cell} is dan {value}", "{how}; {cell} is {value} then")


class Upload(forms.Form):
    """A file and the source its customer numbers come from; of one key there is one."""

    file = forms.FileField()
    source = forms.RegexField(r"^[\w .&-]+$", max_length=60)
    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["file"].label = said(Text("Bestand", "File"))
        no_file = said(TOO_LARGE, most=MOST >> 20) if too_large else said(NO_FILE)
        fields["file"].error_messages |= {"required": no_file, "empty": said(EMPTY)}
        fields["file"].widget.attrs["aria-describedby"] = "upload-takes"
        fields["source"].label = said(Text("Bron van de klantnummers", "Source of the numbers"))
        fields["source"].error_messages |= dict.fromkeys(
            ("invalid", "max_length", "required"), said(ODD_SOURCE)
        )

    def name(self) -> str:
        """What the file is called, without what would disturb a page or a log."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        return CONTROLS.sub("", str(file.name)).strip()[-200:] or "bestand"


class Landing(forms.Form):
    """Which look at the file is to land."""

    looks = forms.IntegerField(min_value=0)


class Look(forms.Form):
    """How a file is to be read: its table, notations, sheet, and the field of every column."""

    dataset = forms.ChoiceField(required=False)
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    sheet = forms.ChoiceField(required=False)

    def __init__(self, row: Import, data: Any = None) -> None:
        self.row, self.findings, self.said = row, row.findings, row.settings
        super().__init__(data, initial=self._first())
        self._name_tables()
        for name, choices in (("numbers", NUMBERS), ("dates", DATES)):
            if name in self.findings["undecided"] or self.said.get(name):
                self.fields[name] = self._notation(name, choices)
        self.columns: list[tuple[str, dict[str, Any]]] = []
        if self.one is not None:
            self._add_columns(self.one)

    @property
    def one(self) -> dict[str, Any] | None:
        """The sheet whose columns can be named; None where there are several, or books."""
        sheets: list[dict[str, Any]] = self.findings["sheets"]
        known = [sheet for sheet in sheets if sheet["table"]]
        if self.findings["format"] == "xaf" or len(known) > 1 or not sheets:
            return None
        return known[0] if known else sheets[0]

    @property
    def table(self) -> str:
        """The table that the columns are told of; "" before anybody knows."""
        found = self.one["table"] if self.one else ""
        return str(self.said.get("dataset") or found or "")

    def settings(self) -> dict[str, Any]:
        """What was said, as an Import keeps it; columns of another table say nothing."""
        told = self.cleaned_data
        kept = {name: self.said[name] for name in ("names", "headers", "remembered", "offered")
                if name in self.said}  # fmt: skip
        asked = {name: told[name] for name in ("dataset", "numbers", "dates", "sheet")
                 if told.get(name)}  # fmt: skip
        same = told["was"] == told["dataset"] and told["sheet"] == self.said.get("sheet", "")
        if self.columns and told["dataset"] and same:
            asked["mapping"] = whole_mapping(told["dataset"], self._chosen())
        return kept | asked

    def clean(self) -> dict[str, Any]:
        """A field is filled by one column."""
        places: dict[str, list[str]] = {}
        for name, column in self.columns:
            places.setdefault(self.cleaned_data.get(name, ""), []).append(column["header"])
        if self.cleaned_data.get("was") == self.cleaned_data.get("dataset"):
            for field, headers in places.items():
                if field and len(headers) > 1:
                    word = said(meaning(field, self.table))
                    self.add_error(None, said(TWICE, field=word, columns=", ".join(headers)))
        return self.cleaned_data

    def _chosen(self) -> dict[str, str]:
        named = {self.cleaned_data.get(name, ""): column["header"] for name, column in self.columns}
        return {field: header for field, header in named.items() if field}

    def _first(self) -> dict[str, Any]:
        told, offered = self.said, self.said.get("offered", {})
        notation = {name: told.get(name) or offered.get(name) or "" for name in WRITTEN}
        return {
            **notation,
            "dataset": self.table,
            "was": self.table,
            "sheet": told.get("sheet", ""),
        }

    def _name_tables(self) -> None:
        fields: Any = self.fields
        fields["dataset"].label = said(Text("Wat staat erin?", "What does it hold?"))
        fields["dataset"].choices = [("", said(CHOOSE)), *table_choices()]
        names = self.said.get("names", [])
        fields["sheet"].label = said(Text("Blad", "Sheet"))
        fields["sheet"].choices = [("", said(ALL_SHEETS)), *((one, one) for one in names)]

    def _notation(self, name: str, choices: dict[str, Text]) -> forms.ChoiceField:
        told = self.findings["undecided"].get(name)
        labels = [(key, _meant(how, told, key)) for key, how in choices.items()]
        return forms.ChoiceField(
            choices=labels, required=False, widget=forms.RadioSelect, label=said(WRITTEN[name])
        )

    def _add_columns(self, sheet: dict[str, Any]) -> None:
        choices = field_choices(self.table) if self.table else []
        for at, column in enumerate(sheet["columns"] if self.table else []):
            label = column["header"]
            known = column["field"] if column["field"] in fields_of(self.table) else ""
            field = forms.ChoiceField(choices=choices, required=False, initial=known, label=label)
            field.widget.attrs["aria-label"] = label
            self.fields[f"c{at}"] = field
            self.columns.append((f"c{at}", column))


def table_choices() -> list[tuple[str, str]]:
    """Every table there is, in the reader's words."""
    return [(table.name, said(table_words(table.name))) for table in TABLES.values()]


def table_words(name: str) -> Text:
    """A table in words."""
    return Text(TABLES[name].dutch, name)


def field_choices(table: str) -> list[Any]:
    """The fields that a column may fill, those of customers apart."""
    own = {column.name for column in TABLES[table].columns}
    named = [(name, said(meaning(name, table))) for name in fields_of(table)]
    others = [one for one in named if one[0] not in own]
    first = [("", said(NOT_USED)), *(one for one in named if one[0] in own)]
    return [*first, (said(OF_CUSTOMER), others)] if others else first


def meaning(name: str, table: str) -> Text:
    """A field in a few words, with the star of what a table cannot do without."""
    columns = {column.name: column for column in (*CUSTOMERS.columns, *TABLES[table].columns)}
    told = brief(columns[name]) if name in columns else Text(name, name)
    return Text(told.nl[:1].upper() + told.nl[1:], told.en[:1].upper() + told.en[1:])


def _meant(how: Text, told: dict[str, Any] | None, key: str) -> str:
    """A notation, and what the cell in question would mean by it."""
    value = told["readings"].get(key) if told else None
    if told is None or value is None:
        return said(how)
    return said(MEANT, how=said(how), cell=told["examples"][0][1], value=_shown(value))


def _shown(value: str) -> str:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return format_of_reader().day(value)
    return format_of_reader().number(value, digits=max(2, len(value.partition(".")[2])))
