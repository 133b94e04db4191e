"""The page of the tables says what the tables are."""

from __future__ import annotations

from pathlib import Path

from kernklant.engine.ledger.reference import tables_page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "tables.md"


def test_the_page_of_the_tables_is_current() -> None:
    """After a wanted change: make docs, and read the difference."""
    assert PAGE.read_text(encoding="utf-8") == tables_page()
