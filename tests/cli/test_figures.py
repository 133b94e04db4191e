"""Figures in the terminal are written as in the report and the sentences beside them."""

from __future__ import annotations

import pytest

from kernklant.cli.figures import day, euros


@pytest.mark.parametrize(
    ("lang", "loss", "when"),
    [
        ("nl", "\u2212€\u00a021.902.039", "30\u00a0sep\u00a02026"),
        ("en", "\u2212€21,902,039", "30\u00a0Sep\u00a02026"),
    ],
)
def test_a_loss_has_its_sign_in_front_and_a_day_its_month(
    monkeypatch: pytest.MonkeyPatch, lang: str, loss: str, when: str
) -> None:
    monkeypatch.setenv("KERNKLANT_LANG", lang)
    assert euros("-21902039.10") == loss
    assert (day("2026-09-30"), day(None), euros(None)) == (when, "–", "–")
