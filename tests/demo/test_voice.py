"""What the customers of De Vries say fits how they feel and who they truly are."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import mean

import pytest
from openpyxl import load_workbook

from kernklant.demo.comments import COMMENTS, DETRACTOR, PASSIVE, PROMOTER, band, fitting
from kernklant.demo.voice import ANCHORS
from tests.demo.conftest import LAST_DAY, Delivered, Row, day, rows

pytestmark = pytest.mark.xdist_group("demo")

TYPES = {
    "delighted", "committed", "good_price", "satisfied", "shopper", "one_off", "high_attention",
    "disappointed", "hostile",
}  # fmt: skip


def sheet(delivered: Delivered, name: str) -> list[Row]:
    book = load_workbook(delivered.company.folder / "klanttevredenheid.xlsx", read_only=True)
    head, *cells = book[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in cells]


def test_every_true_type_is_there_and_prospects_are_unknown(delivered: Delivered) -> None:
    counts = Counter(row["true_type"] for row in delivered.truth.values())
    assert set(counts) == TYPES | {"unknown"}
    assert counts["unknown"] == 60
    assert counts["satisfied"] == max(counts.values())


def test_nps_scores_follow_the_true_type(delivered: Delivered) -> None:
    scores = defaultdict(list)
    for row in sheet(delivered, "NPS"):
        assert 0 <= row["Score"] <= 10
        assert row["Datum"].date() <= LAST_DAY
        scores[delivered.truth[row["Klantnummer"]]["true_type"]].append(row["Score"])
    assert sum(map(len, scores.values())) > 800
    assert mean(scores["delighted"]) > 8.8
    assert 3 < mean(scores["disappointed"]) < 4.5
    assert mean(scores["hostile"]) < 2


def test_every_comment_fits_its_score_and_type(delivered: Delivered) -> None:
    commented = [row for row in sheet(delivered, "NPS") if row["Toelichting"]]
    for row in commented:
        true_type = delivered.truth[row["Klantnummer"]]["true_type"]
        assert row["Toelichting"] in fitting(true_type, row["Score"])
    assert 0.5 < len(commented) / len(sheet(delivered, "NPS")) < 0.75
    said = {row["Toelichting"] for row in commented}
    every = {comment for comments in COMMENTS.values() for comment in comments}
    assert len(said) > 0.8 * len(every)


def test_no_comment_stands_under_two_moods() -> None:
    moods = defaultdict(set)
    for (_, mood), comments in COMMENTS.items():
        for comment in comments:
            moods[comment].add(mood)
    assert all(len(found) == 1 for found in moods.values())
    assert {kind for kind, _ in COMMENTS} == TYPES | {""}


def test_the_hostile_never_praise() -> None:
    assert fitting("hostile", 0) == COMMENTS["hostile", DETRACTOR]
    assert set(fitting("delighted", 10)) > set(COMMENTS["delighted", PROMOTER])
    assert [band(score) for score in (0, 6, 7, 8, 9, 10)] == [
        DETRACTOR, DETRACTOR, PASSIVE, PASSIVE, PROMOTER, PROMOTER,
    ]  # fmt: skip


def test_comments_are_dutch_sentences() -> None:
    words = "de het een is wij we ik jullie niet en maar van voor bij te op geen dat dit wat"
    plain = set(words.split()) | {"altijd", "goede", "prima", "vaste", "tevreden", "beste"}
    for comments in COMMENTS.values():
        for comment in comments:
            said = {word.strip(".,:").lower() for word in comment.split()}
            assert said & plain, comment
            assert comment.endswith(".")


def test_satisfaction_runs_from_one_to_five_after_a_contact(delivered: Delivered) -> None:
    answers = sheet(delivered, "CSAT")
    assert {row["Score"] for row in answers} == {1, 2, 3, 4, 5}
    assert {row["Contactmoment"] for row in answers} == {"levering", "melding"}
    assert {(row["Vraag"], row["Schaal van"], row["Schaal tot"]) for row in answers} == {
        ("csat", 1, 5)
    }


def test_several_raters_rate_on_anchored_scales(delivered: Delivered) -> None:
    ratings = rows(delivered.company.folder / "beoordelingen.csv")
    raters = defaultdict(set)
    for row in ratings:
        assert ANCHORS[row["Criterium"]][int(row["Beoordeling"])] == row["Anker"]
        assert day(row["Datum"]) <= LAST_DAY
        raters[row["Klantnummer"], row["Criterium"]].add(row["Beoordelaar"])
    assert {row["Beoordeling"] for row in ratings} == {"0", "1", "2", "3", "4"}
    assert len({row["Beoordelaar"] for row in ratings}) == 8
    assert {len(found) for found in raters.values()} == {1, 2, 3}
    assert sum(len(found) for found in raters.values()) == len(ratings)
