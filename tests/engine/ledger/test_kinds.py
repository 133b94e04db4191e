"""Whether a customer is a natural person: words that say it; what is not known is protected."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from kernklant.engine.ledger.facts import current_customers
from kernklant.engine.ledger.kinds import MOST_WORDS, kind_of, kinds
from tests.engine.ledger.files import take_text, told

HEADER = "klantnummer;naam;zakelijk particulier"


@pytest.mark.parametrize(
    "word",
    [
        "particulier", "Particulier ", "PARTICULIEREN", "B2C", "b 2 c", "privé", "Prive-persoon",
        "natuurlijk persoon", "Natural Person", "consument", "Consumer", "individual", "huishouden",
        "P", "eenmanszaak", "zzp'er",
    ],
)  # fmt: skip
def test_a_word_for_a_person_is_known_however_it_is_written(word: str) -> None:
    assert kind_of(word) == "consumer"


@pytest.mark.parametrize(
    "word", ["zakelijk", "Bedrijf", "B2B", "b-2-b", "business", "Company", "Organisatie", "Z"]
)
def test_a_word_for_a_business_is_known(word: str) -> None:
    assert kind_of(word) == "business"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["particulier", "installateur", None], ["consumer", "unknown", "unknown"]),
        (["zakelijk", "", "  "], ["business", "unknown", "unknown"]),
        ([None, "", "-"], ["", "", ""]),
        ([], []),
    ],
)
def test_who_is_not_told_of_is_protected_where_others_are(
    words: list[str | None], wanted: list[str]
) -> None:
    assert kinds(pa.chunked_array([pa.array(words, pa.string())])).to_pylist() == wanted


def test_a_trial_names_the_words_that_are_not_known(tmp_path: Path) -> None:
    rows = ["1;Jan;particulier", "2;De Bron;installateur", "3;De Put;Dealer X", "4;De Wel;Dealer X"]
    store, receipt = take_text(tmp_path, "\n".join([HEADER, *rows]) + "\n")
    assert "these words are not known: “Dealer X”, “installateur” (rows: 3)" in told(receipt)
    assert kinds(current_customers(store.snapshot())["kind"]).to_pylist() == [
        "consumer", "unknown", "unknown", "unknown",
    ]  # fmt: skip


def test_a_column_of_names_taken_for_kinds_is_not_repeated(tmp_path: Path) -> None:
    rows = [f"{row};Zaak {row};Jansen {row}" for row in range(MOST_WORDS + 1)]
    _, receipt = take_text(tmp_path, "\n".join([HEADER, *rows]) + "\n")
    assert f"{MOST_WORDS + 1} rows have a word that is not known" in told(receipt)
    assert "Jansen" not in told(receipt)


def test_known_words_are_no_remark(tmp_path: Path) -> None:
    _, receipt = take_text(tmp_path, f"{HEADER}\n1;Jan;B2C\n2;De Bron;zakelijk\n3;De Put;\n")
    assert "not known" not in told(receipt)
