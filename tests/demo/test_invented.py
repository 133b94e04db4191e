"""Nobody in the demo exists: no number passes a check, no address can be reached."""

from __future__ import annotations

import re
from itertools import islice

import pytest

from kernklant.demo.names import chamber_numbers, eleven_proof, phones, vat_numbers
from tests.demo.conftest import Delivered

pytestmark = pytest.mark.xdist_group("demo")


def passes_bsn(digits: str) -> bool:
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(d) for w, d in zip(weights, digits.zfill(9), strict=True)) % 11 == 0


def passes_account(digits: str) -> bool:
    return (
        sum(w * int(d) for w, d in zip(range(10, 0, -1), digits.zfill(10), strict=True)) % 11 == 0
    )


def texts(delivered: Delivered) -> list[str]:
    return [
        file.path.read_text(encoding="cp1252" if file.path.name == "klanten.csv" else "utf-8")
        for file in delivered.company.files
        if file.path.suffix == ".csv"
    ]


def test_the_checks_know_a_valid_number_when_they_see_one() -> None:
    assert passes_bsn("111222333")
    assert passes_account("123456789")
    assert eleven_proof("111222333")
    assert eleven_proof("123456789")


def test_no_number_of_eight_to_ten_digits_passes_an_eleven_proof(delivered: Delivered) -> None:
    found = {number for text in texts(delivered) for number in re.findall(r"\b\d{8,10}\b", text)}
    assert len(found) >= 1200
    for row in delivered.customers.values():
        found.add(re.sub(r"\D", "", row["Telefoon"]))
        found.add(row["Btw-nummer"][2:11])
    assert not [n for n in found if len(n) < 10 and passes_bsn(n)]
    assert not [n for n in found if passes_account(n)]


def test_no_btw_number_passes_its_check(delivered: Delivered) -> None:
    for row in delivered.customers.values():
        spelled = "".join(str(int(sign, 36)) for sign in row["Btw-nummer"])
        assert int(spelled) % 97 != 1


def test_there_is_no_iban_and_no_address_that_can_be_reached(delivered: Delivered) -> None:
    iban = re.compile(r"\b[A-Z]{2}\d{2} ?[A-Z]{4} ?[\d ]{10,}")
    assert not any(iban.search(text) for text in texts(delivered))
    for row in delivered.customers.values():
        assert re.fullmatch(r"inkoop@[a-z0-9-]+\.example", row["E-mail"])
        assert row["Telefoon"].startswith("000-")
        assert re.fullmatch(r"\d{4} (SA|SD|SS)", row["Postcode"])


def test_every_name_number_and_address_is_somebodys_own(delivered: Delivered) -> None:
    rows = delivered.customers.values()
    for head in ("Naam", "E-mail", "Telefoon", "KvK-nummer", "Btw-nummer"):
        assert len({row[head] for row in rows}) == 1200, head


def test_there_are_numbers_enough_for_the_largest_company() -> None:
    for numbers in (phones(), chamber_numbers(), vat_numbers()):
        assert len(set(islice(numbers, 1600))) == 1600
