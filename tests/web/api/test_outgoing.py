"""Where nothing is ever sent, however it is spelled; and that the address looked at is used."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from kernklant.web.base import outgoing

# Case 44 of the corpus and its kin: every one leads inside, or is no address to send to.
INSIDE = [
    "127.0.0.1", "127.1", "127.8.8.8", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "0",
    "0.0.0.0", "①②⑦.⓪.⓪.①",  # noqa: S104 - not bound to
    "localhost", "localhost.", "LOCALHOST", "10.1.2.3", "172.16.0.1",
    "172.31.255.255", "192.168.1.1", "169.254.169.254", "2852039166", "100.64.0.1",
    "100.127.255.255", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9",
    "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "[::]", "[::1]",
    "[::127.0.0.1]", "[::ffff:127.0.0.1]", "[::ffff:169.254.169.254]", "[0:0:0:0:0:ffff:a00:1]",
    "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]",
    "[2001::1]", "[2001:0:7f00:1::]", "[2001:db8::1]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]",
    "[fe80::1%25lo]", "[ff02::1]", "[3fff::1]", "[5f00::1]", "[100::1]",
]  # fmt: skip
NO_ADDRESS = [
    "http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://127.0.0.1:25/",
    "https://", "https:///x", "https://user:secret@example.org/", "https://example.org@127.0.0.1/",
    "https://example.org:25/", "https://example.org:22/", "https://example.org:99999/",
    "https://example.org:x/", "https://exa mple.org/", "https://example.org/\r\nX: y",
    "https://example.org/\tx", "javascript:alert(1)", "//example.org/", "example.org", "",
    "https://[::1/", "https://example.org/" + "x" * 500,
]  # fmt: skip


@pytest.fixture
def nothing_connects(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    made: list[Any] = []

    def connect(*args: Any, **_: Any) -> Any:
        made.append(args)
        raise AssertionError("something was connected to")

    monkeypatch.setattr(socket, "create_connection", connect)
    return made


@pytest.mark.parametrize("host", INSIDE)
def test_nothing_goes_inside(host: str, nothing_connects: list[Any]) -> None:
    for port in ("", ":8443"):
        with pytest.raises((outgoing.Refused, OSError)):
            outgoing.post(f"https://{host}{port}/x", b"{}", {})
    assert nothing_connects == []


@pytest.mark.parametrize("url", NO_ADDRESS)
def test_what_is_no_address_is_refused_before_it_is_looked_up(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("looked up"))
    with pytest.raises(outgoing.Refused):
        outgoing.post(url, b"{}", {})


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "2a00::1"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert outgoing.public(address)


def answers(*addresses: str) -> Any:
    family = {True: socket.AF_INET6, False: socket.AF_INET}
    return [(family[":" in one], socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]


def test_a_name_of_which_one_address_lies_inside_is_refused(
    monkeypatch: pytest.MonkeyPatch, nothing_connects: list[Any]
) -> None:
    found = answers("93.184.216.34", "10.0.0.1")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(outgoing.Refused):
        outgoing.post("https://example.org/", b"{}", {})
    assert nothing_connects == []


def test_a_name_server_that_changes_its_answer_is_asked_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, connected = [], []

    def look_up(*args: Any, **_: Any) -> Any:
        asked.append(args)
        return answers("93.184.216.34" if len(asked) == 1 else "127.0.0.1")

    def connect(place: tuple[str, int], *_: Any, **__: Any) -> Any:
        connected.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(ConnectionRefusedError):
        outgoing.post("https://example.org/", b"{}", {})
    assert len(asked) == 1
    assert connected == [("93.184.216.34", 443)]


def test_tls_checks_the_name_and_not_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    import ssl

    names: list[str] = []

    class Context:
        def wrap_socket(self, _: Any, server_hostname: str) -> Any:
            names.append(server_hostname)
            raise ConnectionResetError

    class Plain:
        def close(self) -> None:
            names.append("closed")

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers("93.184.216.34"))
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: Plain())
    monkeypatch.setattr(ssl, "create_default_context", Context)
    with pytest.raises(ConnectionResetError):
        outgoing.post("https://example.org/", b"{}", {})
    assert names == ["example.org", "closed"]
    monkeypatch.undo()
    context = ssl.create_default_context()
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)


class Redirects(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_response(307)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def redirecting() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Redirects)
    server.asked = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_redirect_is_not_followed(redirecting: Any, settings: Any) -> None:
    settings.WEBHOOKS_TO_LOOPBACK = True
    where = f"http://127.0.0.1:{redirecting.server_port}/first"
    assert outgoing.post(where, b"{}", {}) == 307
    assert redirecting.asked == ["/first"]


def test_who_answers_a_sign_at_a_time_is_cut_off(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.WEBHOOKS_TO_LOOPBACK = True
    monkeypatch.setattr(outgoing, "DEADLINE", 0.5)
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def dribble() -> None:
        with listener.accept()[0] as peer:
            try:
                while not done.wait(0.05):
                    peer.sendall(b"H")
            except OSError:
                return

    threading.Thread(target=dribble, daemon=True).start()
    with pytest.raises((OSError, outgoing.http.client.HTTPException)):
        outgoing.post(f"http://127.0.0.1:{listener.getsockname()[1]}/", b"{}", {})
    done.set()
    listener.close()


def test_signs_beyond_ascii_are_written_as_http_wants_them() -> None:
    assert outgoing.target_of("https://x.example/caf\xe9%20?q=\u20ac&a=[1]").path == (
        "/caf%C3%A9%20?q=%E2%82%AC&a=[1]"
    )
