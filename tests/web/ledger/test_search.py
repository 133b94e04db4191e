"""Finding a customer by a part of his name, by his number, and with a letter wrong."""

from __future__ import annotations

from types import SimpleNamespace

import pyarrow as pa
import pytest

from kernklant.web.base import bulk
from kernklant.web.base.rights import Right, Sight
from kernklant.web.ledger.models import Customer
from kernklant.web.ledger.search import index_of, plain, search
from kernklant.web.segments.models import Standing

pytestmark = pytest.mark.django_db
NAMES = {
    1: ("Bakker Installatie BV", "Zwolle", "K001"),
    2: ("Bakkerij de Korenaar", "Assen", "K002"),
    3: ("Hélène’s Kapsalon", "’s-Hertogenbosch", "K003"),
    4: ("Van der Meer & Zn", "Zwolle", "7"),
    5: ('Drie "Quotes" AND OR', "Emmen", "K005"),
}


@pytest.fixture
def five(db: None) -> None:
    for number, (name, city, source_no) in NAMES.items():
        Customer.objects.create(number=number, name=name, city=city, source_no=source_no)
    columns = list(zip(*NAMES.values(), strict=True))
    told = dict(zip(("name", "city", "source_no"), columns, strict=True))
    rows = index_of(pa.table(told | {"number": list(NAMES)}))
    bulk.prepare(rows)
    bulk.exchange(rows)
    bulk.forget_old(rows)


def found(asked: str, see: Sight = Sight.FULL) -> list[int]:
    rows = Customer.objects.all()
    return [row.number for row in search(rows, asked, number="number", name="name", see=see)]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("installatie", [1]),
        ("bakker", [1, 2]),
        ("bakker zwolle", [1]),
        ("bakkre installatie", [1]),  # two letters changed places
        ("instalatie", [1]),  # one missing
        ("korrenaar", [2]),  # one too many
        ("helene", [3]),
        ("hertogenbosch", [3]),
        ("K002", [2]),
        ("7", [4]),
        ("meer", [4]),
        ("quotes", [5]),
        ('" OR told MATCH "', []),
        ("zwembad", []),
        ("", []),
        ("%", []),
    ],
)
@pytest.mark.usefixtures("five")
def test_who_is_meant_is_found(asked: str, wanted: list[int]) -> None:
    assert sorted(found(asked)) == wanted


@pytest.mark.usefixtures("five")
def test_the_most_alike_comes_first() -> None:
    assert found("bakkerij")[0] == 2
    assert found("bakker installatie")[0] == 1


def test_nobody_is_found_beyond_ones_reach(copies: SimpleNamespace) -> None:
    mine = Standing.objects.within(copies.account_manager, Right.CUSTOMERS)
    others = Standing.objects.exclude(manager=copies.account_manager).filter(prospect=False)
    other = others.order_by("-clv").first()
    assert other is not None
    everybody = search(
        Standing.objects.all(), other.name, number="customer", name="name", see=Sight.FULL
    )
    assert other in everybody
    assert other not in search(mine, other.name, number="customer", name="name", see=Sight.FULL)


def test_plain_text_has_neither_accents_nor_signs() -> None:
    assert plain("  Hélène’s (Kapsalon) B.V. ") == "helene s kapsalon b v"


@pytest.mark.usefixtures("five")
def test_of_more_than_are_looked_at_the_same_name_and_its_beginning_come_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kernklant.web.ledger.search.CANDIDATES", 1)
    assert found("Bakkerij de Korenaar")[0] == 2
    assert found("bakkerij")[0] == 2
    assert found("zn") == []
    assert found("K002")[0] == 2


@pytest.mark.usefixtures("five")
def test_a_person_is_found_by_his_number_alone_by_who_sees_no_names() -> None:
    Customer.objects.filter(number=3).update(kind="consumer")
    Customer.objects.filter(number=4).update(kind="unknown")
    blind = Sight.NO_PERSONS
    assert [found("helene"), found("hertogenbosch"), found("meer")] == [[3], [3], [4]]
    assert [found(one, blind) for one in ("helene", "hertogenbosch", "meer")] == [[], [], []]
    assert [found(one, blind) for one in ("K003", "7", "bakker zwolle")] == [[3], [4], [1]]
