"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = Path(os.environ.get("KERNKLANT_REAL_DATA", ROOT.parent / "shared" / "data"))

settings.register_profile("ci", deadline=None, print_blob=True)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with real data; outside contributors have none, and then read which tests
    were left out in pytest's summary."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"no real data at {REAL_DATA.name}: set KERNKLANT_REAL_DATA to run this test")
    return REAL_DATA


@pytest.fixture(scope="session")
def cdnow_sample() -> Path:
    """The CDNOW sample that ships with the package: customer_id, date, amount."""
    return ROOT / "src" / "kernklant" / "demo" / "data" / "cdnow_sample.csv"


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """De Vries Techniek, imported and evaluated at two quarters; shared, so only read it."""
    from datetime import date

    from kernklant.cli.demo import build
    from kernklant.demo.company import policy_text, write_company

    folder = tmp_path_factory.mktemp("demo")
    company = write_company(folder / "files")
    home = folder / "home"
    build(
        home,
        "De Vries Techniek",
        company.files,
        policy=policy_text(),
        before=(date(2026, 6, 30),),
    )
    return home
