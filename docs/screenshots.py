"""The pictures of README and docs: `make screenshots` (needs Chromium and a built demo)."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHOTS = {
    "report.png": ("de-vries-techniek/report-en.html", (1280, 1500)),
    "report-cdnow.png": ("cdnow/report-en.html", (1280, 1500)),
}


def main(homes: Path) -> int:
    """Draw every picture anew; 1 when there is no browser."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        print("no chromium here: apt-get install chromium")
        return 1
    for name, (page, (width, height)) in SHOTS.items():
        with tempfile.TemporaryDirectory() as profile:
            command = [
                browser,
                *FLAGS,
                f"--user-data-dir={profile}",
                f"--window-size={width},{height}",
                f"--screenshot={IMAGES / name}",
                (homes / page).resolve().as_uri(),
            ]
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own words
        print(f"docs/images/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
