"""The same row comes in once, from whatever file; what came in can be undone and mended."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kernklant.engine.errors import ImportRefused, NotFound
from kernklant.engine.ledger.facts import table_sizes
from kernklant.engine.ledger.imports import (
    ImportRequest,
    import_file,
    rejects_table,
    undo_import,
)
from kernklant.engine.ledger.payments import payments
from tests.engine.ledger.files import (
    amounts,
    contents,
    csv_file,
    home,
    lines,
    reasons,
    stored,
    take,
    take_text,
    told,
    xlsx_file,
)

LINES = "factuurnummer;regel;klantnummer;factuurdatum;bedrag"


def test_the_same_file_under_any_name_brings_nothing_new(tmp_path: Path) -> None:
    store, first = take_text(tmp_path, amounts("1,50", "2,50"))
    again = take(store, csv_file(tmp_path, amounts("1,50", "2,50"), "anders.csv"))
    assert (again.rows_accepted, again.rows_known, again.amount_known) == (0, 2, Decimal("4.00"))
    assert first.sha256 == again.sha256


def test_another_shape_of_the_same_facts_brings_nothing_new(tmp_path: Path) -> None:
    store, _ = take_text(tmp_path, lines("é;31-01-2025;1.250,00", "2;1-2-2025;0,50"))
    other = (
        "bedrag,klantnummer,factuurdatum,opmerking\n.50,2,1 feb 2025,x\n1250,e\u0301,2025-01-31,y\n"
    )
    shapes = [
        csv_file(tmp_path, other, "a.csv"),
        csv_file(tmp_path, other.replace(",", "\t").encode("utf-16"), "b.csv"),
        xlsx_file(
            tmp_path,
            [
                ["omzet", "debiteur", "datum"],
                [0.5, 2, date(2025, 2, 1)],
                [1250, "é", date(2025, 1, 31)],
            ],
        ),
    ]
    for shape in shapes:
        receipt = take(store, shape)
        assert (receipt.rows_accepted, receipt.rows_known) == (0, 2)


def test_overlapping_files_give_their_union(tmp_path: Path) -> None:
    rows = [f"{row % 7};2025-01-31;{row},00" for row in range(1500)]
    store, _ = take_text(tmp_path, lines(*rows[:1000]))
    second = take(store, csv_file(tmp_path, lines(*reversed(rows[500:]))))
    assert (second.rows_accepted, second.rows_known) == (500, 500)
    assert table_sizes(store.snapshot())["sales"] == 1500


def test_equal_rows_without_a_line_number_are_two_facts(tmp_path: Path) -> None:
    text = lines("1;2025-01-31;1,50", "1;2025-01-31;1,50", "1;2025-01-31;1,50")
    store, receipt = take_text(tmp_path, text)
    assert receipt.rows_accepted == 3
    assert "equal to an earlier row of the file, and kept: 2." in told(receipt)
    assert take(store, csv_file(tmp_path, text)).rows_known == 3


def test_a_line_number_makes_an_equal_row_the_same_fact(tmp_path: Path) -> None:
    text = lines("F1;1;1;2025-01-31;1,50", "F1;1;1;2025-01-31;1,50", header=LINES)
    _, receipt = take_text(tmp_path, text)
    assert (receipt.rows_accepted, receipt.rows_known) == (1, 1)


def test_a_line_with_another_content_is_refused_as_changed(tmp_path: Path) -> None:
    store, _ = take_text(tmp_path, lines("F1;1;1;2025-01-31;1,50", header=LINES))
    changed = csv_file(
        tmp_path, lines("F1;1;1;2025-01-31;1,51", "F1;2;1;2025-01-31;9,00", header=LINES)
    )
    receipt = take(store, changed)
    assert (receipt.rows_accepted, receipt.rows_rejected) == (1, 1)
    assert receipt.amount_rejected == Decimal("1.51")
    assert reasons(receipt)[0].startswith(
        "import 1 has this line with other content; undo import 1"
    )
    row = rejects_table(store, 2).to_pylist()[0]
    assert (row["file_row"], row["bedrag"]) == (2, "1,51")
    undo_import(store, 1)
    undo_import(store, 2)
    assert take(store, changed).rows_accepted == 2


@pytest.mark.parametrize("row", ["F1;1;2;2025-06-01;1,50", "F1;1;1;2026-01-31;1,50"])
def test_a_line_of_another_year_or_customer_says_to_tell_the_invoices_apart(
    row: str, tmp_path: Path
) -> None:
    store, _ = take_text(tmp_path, lines("F1;1;1;2025-01-31;1,50", header=LINES))
    receipt = take(store, csv_file(tmp_path, lines(row, header=LINES)))
    assert receipt.rows_rejected == 1
    assert "put the year or branch in the invoice number, else undo import 1" in reasons(receipt)[0]
    assert (
        "jaar of vestiging in het factuurnummer" in rejects_table(store, 2)["reason_nl"][0].as_py()
    )


def test_an_invoice_that_was_paid_since_is_paid_and_not_doubled(tmp_path: Path) -> None:
    header = "klantnr;factuurnr;factuurdatum;vervaldatum;betaaldatum;bedrag"
    store, receipt = take_text(tmp_path, lines("1;F1;2025-01-31;2025-02-28;;10,00", header=header))
    assert receipt.dataset == "payments"
    paid = lines("1;F1;2025-01-31;2025-02-28;2025-03-01;10,00", header=header)
    assert take(store, csv_file(tmp_path, paid)).rows_accepted == 1
    told = payments(store.snapshot(), as_of=date(2025, 4, 1)).to_pylist()
    assert [(row["invoices"], row["unpaid"]) for row in told] == [(1, False)]
    otherwise = lines("1;F1;2025-01-31;2025-02-28;2025-03-02;10,00", header=header)
    assert take(store, csv_file(tmp_path, otherwise)).rows_rejected == 1


def test_of_two_equal_instalments_one_may_be_paid(tmp_path: Path) -> None:
    header = "klantnr;factuurnr;factuurdatum;vervaldatum;betaaldatum;bedrag"
    open_ = "1;F1;2025-01-31;2025-02-28;;10,00"
    paid = "1;F1;2025-01-31;2025-02-28;2025-03-01;10,00"

    def unpaid() -> list[int]:
        told = payments(store.snapshot(), as_of=date(2025, 4, 1)).to_pylist()
        return [row["invoices"] for row in told if row["unpaid"]]

    store, _ = take_text(tmp_path, lines(paid, open_, header=header))
    assert unpaid() == [1]
    take(store, csv_file(tmp_path, lines(paid, paid, header=header)))
    assert unpaid() == []
    undo_import(store, 2)
    assert unpaid() == [1]


def test_an_absent_column_is_an_empty_one(tmp_path: Path) -> None:
    store, _ = take_text(tmp_path, amounts("1,50"))
    header = "klantnummer;factuurdatum;bedrag;artikel;project"
    again = take(store, csv_file(tmp_path, lines("0;2025-01-31;1,50;;", header=header)))
    assert again.rows_known == 1


# -- undo, dry run, rejects


def test_undo_leaves_what_another_import_brought_too(tmp_path: Path) -> None:
    store, _ = take_text(tmp_path, amounts("1,50", "2,50"))
    take(store, csv_file(tmp_path, amounts("1,50")))
    undone = undo_import(store, 1)
    assert undone["tables"]["sales"] == {"deleted": 1, "kept": 1}
    with pytest.raises(NotFound):
        undo_import(store, 1)
    undo_import(store, 2)
    assert table_sizes(store.snapshot())["customers"] == 0


def test_a_dry_run_says_the_same_and_leaves_nothing(tmp_path: Path) -> None:
    store = home(tmp_path)
    path = csv_file(tmp_path, amounts("1,50", "x"))
    (dry,) = import_file(store, ImportRequest(path), dry_run=True)
    assert store.imports().num_rows == 0
    assert not list((tmp_path / "home").rglob("*refused*"))
    wet = take(store, path)
    assert dry.as_json() | {"import": 1} == wet.as_json()


def test_refused_rows_can_be_mended_and_imported_again(tmp_path: Path) -> None:
    header = "klantnummer;factuurdatum;bedrag;value;omschrijving"
    store, _ = take_text(
        tmp_path, lines("1;2025-01-31;x;a;=b", "2;31-02-2025;1,50;c;d", "3;2025-01-31;2,00;e;f",
                        header=header)
    )  # fmt: skip
    rejects = rejects_table(store, 1)
    assert rejects["file_row"].to_pylist() == [2, 3]
    assert rejects.column_names[-5:] == [*header.split(";")[:3], "value_", "omschrijving"]
    rows = rejects.to_pylist()
    rows[0]["bedrag"], rows[1]["factuurdatum"] = "3,50", "28-02-2025"
    with (tmp_path / "hersteld.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    mended = take(store, tmp_path / "hersteld.csv")
    assert (mended.rows_accepted, mended.amount_accepted) == (2, Decimal("5.00"))


def test_an_import_that_does_not_exist_has_no_rejects(tmp_path: Path) -> None:
    store, _ = take_text(tmp_path, amounts("1,50"))
    assert rejects_table(store, 1).num_rows == 0
    with pytest.raises(NotFound):
        rejects_table(store, 2)
    undo_import(store, 1)
    with pytest.raises(NotFound):
        rejects_table(store, 1)


def test_an_export_of_ours_comes_back_without_its_quote(tmp_path: Path) -> None:
    header = "klantnummer;naam;telefoon"
    store, _ = take_text(tmp_path, lines("1;'=cmd;'+31612345678", "2;'t Hoekje;x", header=header))
    assert stored(store, "name", "phone", table="customers") == [
        ("'t Hoekje", "x"),
        ("=cmd", "+31612345678"),
    ]


def test_a_file_that_changes_meanwhile_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, path = home(tmp_path), csv_file(tmp_path, amounts("1,50"))

    def touch(_step: str, _done: int, _total: int | None) -> None:
        path.write_text(amounts("1,50", "2,50"), encoding="utf-8")

    with pytest.raises(ImportRefused, match="changed while it was being read"):
        import_file(store, ImportRequest(path), progress=touch)
    assert store.imports().num_rows == 0


def test_the_receipt_has_every_promised_key_and_is_json(tmp_path: Path) -> None:
    _, receipt = take_text(tmp_path, amounts("1,50", "x"))
    promised = [
        "import", "dataset", "rows_file", "rows_accepted", "rows_known", "rows_rejected",
        "amount_file", "amount_accepted", "amount_known", "amount_rejected", "mapping", "warnings",
    ]  # fmt: skip
    answer = json.loads(json.dumps(receipt.as_json()))
    assert list(answer)[: len(promised)] == promised
    assert (answer["amount_file"], answer["amount_known"]) == ("1.50", "0.00")
    assert answer["reasons"] == [
        {"nl": "dit is geen getal", "en": "this is not a number", "rows": 1}
    ]


def test_ten_thousand_bad_rows_are_all_reported(tmp_path: Path) -> None:
    text = amounts("1,50", *["x"] * 10_000)
    store, receipt = take_text(tmp_path, text)
    assert receipt.rows_rejected == rejects_table(store, 1).num_rows == 10_000


def test_only_refunds_and_refunds_before_sales_are_facts(tmp_path: Path) -> None:
    header = "factuurnummer;klantnummer;factuurdatum;bedrag;crediteert factuur"
    rows = ["C1;1;2025-01-01;-50,00;F9", "F1;2;2025-01-31;10,00;", "C2;2;2025-01-30;-90,00;F1"]
    store, receipt = take_text(tmp_path, lines(*rows, header=header))
    assert receipt.amount_accepted == Decimal("-130.00")
    assert {corrects for (corrects,) in stored(store, "corrects")} == {"F9", "F1", None}


def test_the_journal_tells_what_was_done(tmp_path: Path) -> None:
    store, receipt = take_text(tmp_path, amounts("1,50", "x"), who="Ann")
    row = store.imports().to_pylist()[0]
    assert (row["file_name"], row["who"], row["format"]) == ("f.csv", "Ann", "csv")
    assert json.loads(row["datasets"])["sales"]["rows_rejected"] == 1
    assert json.loads(row["mapping"])["sales"]["amount"] == "bedrag"
    assert row["sha256"] == receipt.sha256


def test_contents_do_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    rows = [f"{row % 5};2025-01-{row % 28 + 1:02d};{row % 3},50" for row in range(300)]
    one, _ = take_text(tmp_path, lines(*rows))
    (tmp_path / "other").mkdir()
    other, _ = take_text(tmp_path / "other", lines(*reversed(rows)))
    assert contents(one) == contents(other)


PLAIN = "klant;datum;factuur;bedrag"
COSTED = PLAIN + ";kostprijs"
INVOICES = ("1;2025-01-03;F1;100,00", "2;2025-01-04;F2;200,00", "1;2025-02-04;F3;40,00")


def costed(*rows: str) -> str:
    return lines(*(f"{row};1,00" for row in rows), header=COSTED)


def test_sales_that_come_again_with_their_cost_are_refused_until_the_first_is_undone(
    tmp_path: Path,
) -> None:
    store, _ = take_text(tmp_path, lines(*INVOICES, header=PLAIN))
    again = csv_file(tmp_path, costed(*INVOICES))
    with pytest.raises(ImportRefused, match="3 of the 3 new lines of sales look like") as refusal:
        take(store, again)
    assert "Maak import 1 eerst ongedaan" in refusal.value.remedy.nl
    undo_import(store, 1)
    assert take(store, again).rows_accepted == 3
    assert stored(store, "amount") == [(Decimal(n),) for n in ("100.00", "200.00", "40.00")]


def test_lines_of_an_invoice_that_came_in_as_one_sum_are_refused(tmp_path: Path) -> None:
    text = lines("1;2025-01-03;F1;60,00", "1;2025-01-03;F1;40,00", header=PLAIN)
    store, _ = take_text(tmp_path, lines(*INVOICES, header=PLAIN))
    with pytest.raises(ImportRefused, match="2 of the 2 new lines of sales"):
        take(store, csv_file(tmp_path, text))


def test_sales_that_come_again_with_their_invoice_number_are_refused(tmp_path: Path) -> None:
    bare = lines("1;2025-01-03;100,00", "2;2025-01-04;200,00", header="klant;datum;bedrag")
    store, _ = take_text(tmp_path, bare)
    with pytest.raises(ImportRefused, match="2 of the 3 new lines of sales"):
        take(store, csv_file(tmp_path, lines(*INVOICES, header=PLAIN)))


def test_a_few_sales_that_look_stored_are_told_of(tmp_path: Path) -> None:
    store, _ = take_text(tmp_path, lines(*INVOICES, header=PLAIN))
    more = [f"3;2025-03-{day:02};G{day};5,00" for day in range(1, 28)]
    receipt = take(store, csv_file(tmp_path, costed(INVOICES[0], *more)))
    assert receipt.rows_accepted == 28
    assert "1 of the 28 new lines of sales look like those of import 1" in told(receipt)


def test_other_sales_of_the_same_customer_and_day_are_no_doubles(tmp_path: Path) -> None:
    store, _ = take_text(tmp_path, lines(*INVOICES, header=PLAIN))
    other = costed("1;2025-01-03;F9;100,00", "1;2025-01-03;F1;3,00", "2;2025-01-05;F2;200,00")
    receipt = take(store, csv_file(tmp_path, other))
    assert (receipt.rows_accepted, told(receipt)) == (3, "")


def test_a_line_beside_its_known_equal_is_no_double(tmp_path: Path) -> None:
    store, _ = take_text(tmp_path, lines(*INVOICES, header=PLAIN))
    text = lines(*INVOICES, "1;2025-01-03;F1;100,00", header=PLAIN)
    receipt = take(store, csv_file(tmp_path, text))
    assert (receipt.rows_known, receipt.rows_accepted) == (3, 1)
    assert "look like" not in told(receipt)
