"""Sending to an address that somebody filled in, without being sent where it should not go.

1. The name is resolved once, and every address it has must be a public one; spellings such as
   ``2130706433`` or ``127.1`` are resolved like any other, so nothing depends on how it is written.
2. The connection goes to the very address that was looked at, while TLS checks the name; what a
   name server answers the next time does not matter.
3. Nothing is followed: a redirect is an answer like another. Proxies of the environment are not
   used, the body of the answer is not read, and after DEADLINE seconds the connection is cut.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import string
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.conf import settings

from kernklant.engine.errors import Text, UserError

PATIENCE, DEADLINE = 5.0, 15.0  # seconds: for one step, and for all of it
LONGEST = 500
# Addresses of the internet that are not behind, beside or inside us. The rest of IPv6 is left
# out whole: 64:ff9b:: (NAT64), 2002:: (6to4) and 2001:: (Teredo) lead back to IPv4.
PUBLIC_6 = ipaddress.ip_network("2000::/3")
NOT_PUBLIC = tuple(
    ipaddress.ip_network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    )
)  # fmt: skip
BAD_ADDRESS = Text("Dit adres kan niet.", "This address cannot be used.")
HTTPS = Text(
    "Geef een adres dat met https:// begint, zonder wachtwoord erin en met een gewone poort.",
    "Give an address that begins with https://, without a password in it and with a usual port.",
)
INSIDE = Text(
    "Dit adres ligt binnen het eigen netwerk.", "This address lies within the own network."
)
OUTSIDE = Text(
    "Geef een adres op het internet; er is niets verstuurd.",
    "Give an address on the internet; nothing was sent.",
)


class Refused(UserError):
    """An address that is not sent to."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where something goes."""

    scheme: str
    host: str
    port: int
    path: str


def target_of(url: str) -> Target:
    """The parts of an address; Refused when it is not one to send to, whatever it resolves to."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise Refused(BAD_ADDRESS, HTTPS) from None
    usual = port == 443 or 1024 <= port <= 65535
    strange = len(url) > LONGEST or any(ord(sign) <= 32 or ord(sign) == 127 for sign in url)
    loopback = parts.scheme == "http" and settings.WEBHOOKS_TO_LOOPBACK
    if strange or not parts.hostname or "@" in parts.netloc or not usual:
        raise Refused(BAD_ADDRESS, HTTPS)
    if parts.scheme != "https" and not loopback:
        raise Refused(BAD_ADDRESS, HTTPS)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port, quote(path, safe=string.punctuation))


def public(address: str) -> bool:
    """Whether an address is one of the internet, for anybody."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip not in PUBLIC_6:
        return False
    return not any(ip.version == net.version and ip in net for net in NOT_PUBLIC)


def resolve(target: Target) -> str:
    """The address to connect to; Refused when any that the name has lies inside."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (UnicodeError, ValueError):  # no name at all
        raise Refused(BAD_ADDRESS, HTTPS) from None
    addresses = [str(one[4][0]) for one in found]
    if settings.WEBHOOKS_TO_LOOPBACK and addresses == ["127.0.0.1"]:
        return "127.0.0.1"
    if not addresses or not all(public(one) for one in addresses):
        raise Refused(INSIDE, OUTSIDE)
    return addresses[0]


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send, and the status of the answer; Refused, or what the network raises."""
    target = target_of(url)
    connection = _connected(target, resolve(target))
    cut = threading.Timer(DEADLINE, _cut, args=[connection.sock])
    cut.daemon = True
    cut.start()
    try:
        connection.request("POST", target.path, body, dict(headers))
        return connection.getresponse().status
    finally:
        cut.cancel()
        connection.close()


def _connected(target: Target, address: str) -> http.client.HTTPConnection:
    """A connection to this very address, in which TLS checks the name."""
    plain = socket.create_connection((address, target.port), PATIENCE)
    if target.scheme == "http":
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = plain
        return connection
    secure = http.client.HTTPSConnection(target.host, target.port)
    try:
        context = ssl.create_default_context()
        secure.sock = context.wrap_socket(plain, server_hostname=target.host)
    except BaseException:
        plain.close()
        raise
    return secure


def _cut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:  # it ended by itself meanwhile
        return
