"""Starting the web application: what the terminal says, and when."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which something listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def command(home: Path, port: int) -> list[str]:
    words = ["serve", "--home", str(home), "--port", str(port), "--lang", "en"]
    return [sys.executable, "-m", "kernklant", *words]


def test_a_taken_port_is_refused_in_words_and_no_address_is_promised(
    taken: int, tmp_path: Path
) -> None:
    done = subprocess.run(command(tmp_path, taken), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "http" not in done.stdout
    assert "choose another port: --port " in done.stderr
    assert "Address already in use" not in done.stderr


def test_the_address_is_told_once_it_answers_and_the_end_is_silent(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    child = subprocess.Popen(
        command(tmp_path, port), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "Kernklant is starting…\n"
        assert f"Kernklant at http://127.0.0.1:{port}" in child.stdout.readline()
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        line.request("GET", "/leeft/")
        assert line.getresponse().status == 200
    finally:
        child.terminate()
        assert (child.communicate(timeout=30)[1], child.returncode) == ("", 0)
