"""A home of one's own, and a file that goes through the wizard as a person and a worker do it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from kernklant.engine.errors import Text, UserError
from kernklant.web.base import jobs
from kernklant.web.base.models.jobs import new_key
from kernklant.web.ledger.actions import perform_import, perform_undo
from kernklant.web.ledger.models import Import, Undo

SALES = "klantnummer;naam;factuurdatum;bedrag\n"
CLEAR = SALES + "1;Bakker;13-04-2025;10,50\n2;De Groot;14-04-2025;1.234,00\n"
UNCLEAR = SALES + "1;Bakker;03-04-2025;10,50\n2;De Groot;04-05-2025;20,00\n"


class Wizard:
    """The pages for one person, with a worker that works when told to."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def send(self, data: bytes | str, name: str = "regels.csv", **more: Any) -> Any:
        """Post a file, as the form does."""
        raw = data if isinstance(data, bytes) else data.encode()
        file = BytesIO(raw)
        file.name = name
        told = {"file": file, "source": "file", "key": new_key(), **more}
        return self.client.post("/gegevens/nieuw/", told)

    def bring(self, data: bytes | str, name: str = "regels.csv", **more: Any) -> Import:
        """Post a file and have it looked at."""
        answer = self.send(data, name, **more)
        assert answer.status_code == 302, answer.content.decode()
        row = Import.objects.latest("pk")
        assert answer["Location"] == f"/gegevens/bestand/{row.pk}/"
        return self.work(row)

    def work(self, row: Import) -> Import:
        """As a worker does, in this process."""
        job = jobs.claim(Import)
        assert job == row
        see_through(job, perform_import)
        row.refresh_from_db()
        return row

    def look(self, row: Import, **said: Any) -> Import:
        """Say how it is to be read, and have it looked at again."""
        page = self.client.get(f"/gegevens/bestand/{row.pk}/")
        form = page.context["form"]
        told = {name: form[name].value() or "" for name in form.fields}
        answer = self.client.post(f"/gegevens/bestand/{row.pk}/kijken/", {**told, **said})
        assert answer.status_code == 302, answer.content.decode()
        return self.work(row)

    def land(self, row: Import) -> Import:
        """Have it land."""
        self.client.post(f"/gegevens/bestand/{row.pk}/inlezen/", {"looks": row.looks})
        return self.work(row)

    def text(self, address: str) -> str:
        """What a page says."""
        answer = self.client.get(address)
        assert answer.status_code == 200, address
        return answer.content.decode()

    def undo(self, number: int) -> Undo:
        """Take an import back."""
        self.client.post(f"/gegevens/{number}/ongedaan/")
        job = jobs.claim(Undo)
        assert job is not None
        see_through(job, perform_undo)
        job.refresh_from_db()
        return job


def see_through(job: Any, perform: Callable[[Any], None]) -> None:
    """Do a job; what goes wrong in words stands on its row."""
    try:
        perform(job)
    except UserError as why:
        jobs.fail(job, Text(why.to("nl"), why.to("en")))


@pytest.fixture
def wizard(
    empty_home: Path, cast: SimpleNamespace, signed_in: Callable[..., Client], static_files: Path
) -> Wizard:
    return Wizard(signed_in(cast.administrator))


@pytest.fixture
def uploads(wizard: Wizard, empty_home: Path) -> Callable[[], list[Path]]:
    """The files that are kept."""
    return lambda: sorted((empty_home / "web" / "uploads").glob("*"))
