"""CDNOW: real people buying compact discs in 1997 and 1998, one in ten of a cohort."""

from __future__ import annotations

from pathlib import Path

from kernklant.demo.files import DeliveredFile
from kernklant.engine.errors import Text


def delivered() -> list[DeliveredFile]:
    """The sample that ships with the package; see data/README.md for its source."""
    return [
        DeliveredFile(
            path=Path(__file__).parent / "data" / "cdnow_sample.csv",
            dataset="sales",
            mapping={"customer": "customer_id", "date": "date", "amount": "amount"},
            note=Text(
                "Echte aankopen van 2.357 klanten van een cd-winkel, 1997-1998.",
                "Real purchases of 2,357 customers of a CD shop, 1997-1998.",
            ),
        )
    ]
