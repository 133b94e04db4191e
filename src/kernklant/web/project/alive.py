"""``python -m kernklant.web.project.alive``: 0 when the server beside us answers."""

from __future__ import annotations

import os
import sys
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlparse


def main(port: int = 8000) -> int:
    """As an exit code."""
    return int(not answers("127.0.0.1", port))


def answers(host: str, port: int) -> bool:
    """Ask it on this machine, under the name by which people know it."""
    name = urlparse(os.environ.get("KERNKLANT_URL", "http://127.0.0.1")).netloc
    line = HTTPConnection(host, port, timeout=4)
    try:
        line.request("GET", "/leeft/", headers={"Host": name})
        return line.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        line.close()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
