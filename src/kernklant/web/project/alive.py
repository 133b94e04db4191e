"""``python -m kernklant.web.project.alive``: 0 when the server beside us answers."""

from __future__ import annotations

import os
import sys
from http.client import HTTPConnection
from urllib.parse import urlparse


def main(port: int = 8000) -> int:
    """Ask it on this machine, under the name by which people know it."""
    name = urlparse(os.environ.get("KERNKLANT_URL", "http://127.0.0.1")).netloc
    line = HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        line.request("GET", "/leeft/", headers={"Host": name})
        return int(line.getresponse().status != 200)
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
