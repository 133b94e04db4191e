"""Who is a natural person: by the words of a file, told at its trial, and in the copies."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from kernklant.web.ledger.models import Copies, Customer
from kernklant.web.segments.copying import refresh, stale
from tests.web.ledger.conftest import Wizard

pytestmark = pytest.mark.django_db
KINDS = (
    "klantnummer;naam;klantsoort\n1;Jan Jansen;particulier\n2;Piet Pietersen;B2C\n"
    "3;De Bron;Zakelijk\n4;De Put;installateur\n5;De Wel;\n"
)


def test_who_the_file_calls_a_person_is_one_and_who_it_does_not_say_may_be(wizard: Wizard) -> None:
    row = wizard.bring(KINDS, "klanten.csv")
    assert "“installateur” (regels: 1)" in wizard.text(f"/gegevens/bestand/{row.pk}/")
    wizard.land(row)
    assert "beschermd als een natuurlijk persoon" in wizard.text("/gegevens/1/")
    refresh()
    told = {one.source_no: (one.kind, one.natural_person) for one in Customer.objects.all()}
    assert told == {
        "1": ("consumer", True),
        "2": ("consumer", True),
        "3": ("business", False),
        "4": ("unknown", True),
        "5": ("unknown", True),
    }


def test_a_home_without_kinds_is_of_companies(wizard: Wizard) -> None:
    wizard.land(wizard.bring("klantnummer;naam;plaats\n1;De Bron;Assen\n2;De Put;Emmen\n"))
    refresh()
    assert {one.natural_person for one in Customer.objects.all()} == {False}


def test_an_upgrade_tells_again_who_is_a_person(wizard: Wizard) -> None:
    wizard.land(wizard.bring(KINDS, "klanten.csv"))
    refresh()
    Customer.objects.update(kind="business")
    assert Copies.objects.exists()
    assert not stale()
    import_module("kernklant.web.desk.migrations.0002_kinds_told_again").tell_again(apps, None)
    assert stale()
    assert refresh()
    assert Customer.objects.get(source_no="1").natural_person
