"""Which question an answer is to: its own column says, or the header of the score."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.ledger.convert import Converted
from kernklant.engine.ledger.words import squeeze

QUESTIONS = pa.array(["nps", "csat", "ces", "free"])
SCORES = {"nps": "nps", "npsscore": "nps", "npsrating": "nps", "csat": "csat", "ces": "ces"}


def fill_in_question(done: Converted) -> None:
    """Questions of ours in small letters; a score without one has that of its header."""
    values = done.values
    if done.fields.table.name != "feedback":
        return
    if "question" in values:
        small = pc.utf8_lower(values["question"])
        ours = pc.is_in(small, value_set=QUESTIONS)
        values["question"] = pc.if_else(ours, small, values["question"])
    asked = SCORES.get(squeeze(done.fields.shown.get("score", "")))
    if asked is not None:
        told = pc.if_else(pc.is_valid(values["score"]), asked, pa.scalar(None, pa.string()))
        own = values.get("question")
        values["question"] = told if own is None else pc.coalesce(own, told)


def unasked(done: Converted) -> pa.Array:
    """Which rows have a score to none of our questions, so that it does not count."""
    values = done.values
    if done.fields.table.name != "feedback" or "score" not in values:
        return pa.array([False] * len(done.rows.numbers), pa.bool_())
    scored = pc.is_valid(values["score"])
    if "question" not in values:
        return scored
    return pc.and_not(scored, pc.is_in(values["question"], value_set=QUESTIONS))
