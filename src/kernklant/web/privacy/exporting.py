"""Everything of a person in one file: for machines as JSON, for people as pages to print."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Sequence
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from kernklant.engine.ledger.persons import ledger_of, run_of
from kernklant.web.base import store
from kernklant.web.base.words import said
from kernklant.web.ledger.models import Customer
from kernklant.web.privacy.explaining import explained
from kernklant.web.privacy.holding import models_of, parts_of, taken_apart

LANGUAGES = ("nl", "en")
IN_MEMORY = 16 * 1024**2


def everything_of(number: int) -> dict[str, Any]:
    """All that is held, as JSON can carry it: what came in, what was worked out, who looked."""
    return {
        "customer": number,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "ledger": ledger_of(store.open_facts(), number),
        "web": {label: taken_apart(rows) for label, rows in models_of(number)},
        "evaluations": [
            {
                "run": run,
                "as_of": store.as_of(run),
                "tables": run_of(store.run(run), number),
                "explained": _explained(number, run),
            }
            for run in store.runs()
        ],
    }


def archive_of(numbers: Sequence[int]) -> IO[bytes]:
    """A zip with a folder for each; it is gone when it is closed."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the reader closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in numbers:
            told = json.dumps(everything_of(number), cls=DjangoJSONEncoder, ensure_ascii=False,
                              indent=1)  # fmt: skip
            archive.writestr(f"{number}/gegevens.json", told)
            for language in LANGUAGES:
                with override(language):
                    archive.writestr(f"{number}/gegevens-{language}.html", _page(number))
    file.seek(0)
    return file


def _page(number: int) -> str:
    """All of it on one page that needs nothing else."""
    customer = Customer.objects.filter(pk=number).first()
    told = {"customer": customer, "number": number, "parts": parts_of(number),
            "explained": explained(number), "today": timezone.localdate()}  # fmt: skip
    return render_to_string("privacy/printed.html", told)


def _explained(number: int, run: int) -> dict[str, Any]:
    """The explanation of one evaluation in both languages."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            (one,) = explained(number, run=run)
            found[language] = {
                "group": said(one.means) if one.means else None,
                "why": said(one.why),
                "score": one.score,
                "criteria": [
                    {"name": said(line.words), "value": line.value, "points": line.points,
                     "most": line.most}
                    for line in one.lines
                ],
                "what_would_change": [said(text) for text in one.changes],
            }  # fmt: skip
    return found
