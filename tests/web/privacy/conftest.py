"""A home of one's own to erase in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest


@pytest.fixture
def own_home(demo_home: Path, tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A copy of De Vries Techniek."""
    from kernklant.web.base import store

    settings.HOME = tmp_path / "home"
    shutil.copytree(demo_home, settings.HOME)
    (settings.HOME / "web" / "uploads").mkdir(parents=True)
    _forget(store)
    yield settings.HOME
    _forget(store)


@pytest.fixture
def office(own_home: Path, cast: SimpleNamespace) -> SimpleNamespace:
    """The cast, and the copies of that home."""
    from kernklant.web.segments.copying import refresh

    refresh()
    return cast


def _forget(store: Any) -> None:
    for kept in (store.store, store.run, store.summary):
        kept.cache_clear()
