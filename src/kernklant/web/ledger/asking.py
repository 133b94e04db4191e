"""From what the wizard knows of a file to what the engine is asked, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from kernklant.engine.errors import Text
from kernklant.engine.ledger.formats.apart import UPLOAD
from kernklant.engine.ledger.headers import WORDS
from kernklant.engine.ledger.request import ImportRequest
from kernklant.web.base import jobs
from kernklant.web.base.models import Job
from kernklant.web.base.uploads import place_of
from kernklant.web.ledger.models import Import, Recipe

SAID = ("dataset", "mapping", "numbers", "dates", "sheet")  # what a Recipe keeps
NOT_OF_OTHERS = {"customer", "valid_from"}  # fields of customers that no other table's file fills
PROVING = Text("Nagaan hoe getallen en datums geschreven zijn", "Checking how figures are written")
READING = 0.9  # the share of the whole that reading takes; settling and writing is the rest
Progress = Callable[[str, int, int | None], None]


def request_of(job: Import, settings: Mapping[str, Any], *, key: str = "") -> ImportRequest:
    """The import that a file and its settings ask for."""
    return ImportRequest(
        path=place_of(job.stored_as),
        dataset=settings.get("dataset") or None,
        mapping=settings.get("mapping") or {},
        numbers=settings.get("numbers") or None,
        dates=settings.get("dates") or None,
        sheet=settings.get("sheet") or None,
        source=settings["source"],
        who=f"#{job.asked_by_id}",  # no name: imports outlive whoever made them
        limits=UPLOAD,
        name=job.file_name,
        key=key,
    )


def fields_of(table: str) -> list[str]:
    """Every field that a file of this table can fill, those of its customers last."""
    own = list(WORDS[table])
    if table == "customers":
        return own
    return own + [name for name in WORDS["customers"] if name not in {*own, *NOT_OF_OTHERS}]


def whole_mapping(table: str, chosen: Mapping[str, str]) -> dict[str, str]:
    """Field -> header for what was chosen, and every other field left out."""
    return {name: chosen.get(name, "") for name in fields_of(table)}


def headers_of(findings: Mapping[str, Any]) -> str:
    """The names of a file's columns, in short: what a Recipe is found by."""
    names = [[one["header"] for one in sheet["columns"]] for sheet in findings["sheets"]]
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()


def recipe_for(job: Import, findings: Mapping[str, Any]) -> Recipe | None:
    """How a file with these headers was read before, at its first look."""
    if job.looks or findings["format"] == "xaf":
        return None
    found = Recipe.objects.filter(source=job.settings["source"], headers=headers_of(findings))
    return found.first()


def as_remembered(job: Import, recipe: Recipe) -> dict[str, Any]:
    """The settings with the columns of a recipe. Its notation is only offered: a person says
    of each file again how its numbers and dates are written, where the cells do not tell."""
    kept = {name: recipe.settings[name] for name in ("dataset", "mapping", "sheet")
            if recipe.settings.get(name)}  # fmt: skip
    offered = {name: recipe.settings.get(name) for name in ("numbers", "dates")}
    told = {"remembered": recipe.pk, "offered": offered, "headers": recipe.headers}
    return {**job.settings, **kept, **told}


def can_be_tried(findings: Mapping[str, Any]) -> bool:
    """Whether a sheet was recognised and nothing stands open or is refused."""
    known = any(sheet["table"] for sheet in findings["sheets"])
    return known and not findings["undecided"] and not findings["refused"]


def rows_of(findings: Mapping[str, Any]) -> int:
    """How many rows there are to read in the sheets that were recognised."""
    return sum(sheet["rows"] for sheet in findings["sheets"] if sheet["table"])


class Rows:
    """Tells on the row of a job how many rows of the file were read."""

    def __init__(self, job: Job, step: Text) -> None:
        self._job, self._step = job, step
        self._part, self._before, self._last, self._told = 1, 0, 0, 0

    def looked(self, before: int, rows: int) -> None:
        """While nobody knows yet how many there are."""
        self._tell(before + rows, 0.0)

    def of(self, whole: int) -> Progress:
        """While they are read twice: for how they are written, then for what they say."""

        def told(step: str, done: int, _total: int | None) -> None:
            part = 1 if step.endswith("1/2") else 2
            if part != self._part:
                self._part, self._before, self._last = part, 0, 0
            elif done < self._last:  # the next sheet
                self._before += self._last
            self._last = done
            rows = self._before + done
            share = (part - 1 + min(rows / max(whole, 1), 1.0)) / 2
            self._tell(rows, share * READING, PROVING if part == 1 else None)

        return told

    def _tell(self, rows: int, share: float, instead: Text | None = None) -> None:
        figure, said = f"{rows:,}", instead or self._step
        step = Text(
            f"{said.nl}: {figure.replace(',', '.')} regels gelezen",
            f"{said.en}: {figure} rows read",
        )
        jobs.patiently(lambda: jobs.tell(self._job, step, share))
