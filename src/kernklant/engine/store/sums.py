"""What every data file was when it was confirmed, so that a disk that rots is told, not summed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from kernklant.engine.errors import StoreDamaged, Text

THREADS = 2  # hashing lets other threads work; more would only wait for the disk


def sums_of(files: Iterable[Path]) -> dict[str, str]:
    """SHA-256 in hexadecimals of each file, by ``table/file``; "" for one that is not there."""
    listed = list(files)
    with ThreadPoolExecutor(THREADS) as pool:
        return dict(zip(map(name_of, listed), pool.map(_sum, listed), strict=True))


def recorded(journal: pa.Table) -> dict[str, str]:
    """The sums that all changes of a home wrote down, by ``table/file``."""
    told = (json.loads(text) for text in journal["sums"].to_pylist() if text)
    return {name: value for sums in told for name, value in sums.items()}


def damaged(files: Iterable[Path], known: Mapping[str, str]) -> list[str]:
    """Those of the files that are gone, or are not what was written down of them."""
    checked = [file for file in files if name_of(file) in known]
    return [name for name, found in sums_of(checked).items() if found != known[name]]


def refuse(names: list[str]) -> None:
    """StoreDamaged when there are any."""
    if names:
        raise StoreDamaged(
            Text(
                f"De gegevens zijn beschadigd: {names[0]} is niet wat er is ingelezen"
                + (f" (en {len(names) - 1} andere)." if len(names) > 1 else "."),
                f"The data are damaged: {names[0]} is not what was imported"
                + (f" (and {len(names) - 1} others)." if len(names) > 1 else "."),
            ),
            Text(
                "Zet een back-up terug in een nieuwe map: kernklant restore BESTAND --home MAP. "
                "Controleer ook de schijf.",
                "Restore a backup into a new folder: kernklant restore FILE --home FOLDER. "
                "Check the disk, too.",
            ),
        )


def name_of(file: Path) -> str:
    """How a data file is called: its table and its name."""
    return f"{file.parent.name}/{file.name}"


def _sum(file: Path) -> str:
    if not file.is_file():
        return ""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
