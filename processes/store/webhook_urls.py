"""Where events may be sent: to machines on the internet, over TLS, and to nobody inside our house.

Whoever registers an address could otherwise have the server knock at doors that only it can reach.
The name is looked up at every try; the connection goes to the very address that was looked at, so
that a name which points elsewhere a moment later leads nowhere (DNS rebinding). The administrator
may open single networks inside with `KSDD_WEBHOOK_NETWORKS`.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from processes.errors import KsddError

LONGEST = 500
Address = IPv4Address | IPv6Address
#: IPv6 addresses that carry an IPv4 one in their last four bytes (RFC 6052)
NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))


class UrlRefused(KsddError):
    """Events cannot be sent to this address."""

    status = 422
    default_key = "webhooks.url_unreadable"


@dataclass(frozen=True, kw_only=True)
class Doors:
    """Which addresses are open: those of the internet, and what an administrator opened."""

    #: networks inside that may be called, for example `10.20.0.0/16`
    networks: tuple[str, ...] = ()
    #: whether plain http is taken, for trials
    plain: bool = False

    def is_open(self, address: str) -> bool:
        """Whether an IP address may be called; one that hides another is judged by that."""
        try:
            found = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        for each in _meant(found):
            if any(each in ip_network(network) for network in self.networks):
                continue
            if not each.is_global or each.is_multicast or each.is_reserved:
                return False
        return True


def check_url(url: str, doors: Doors) -> SplitResult:
    """The parts of an address; raises UrlRefused when it can never be called.

    A name is not looked up here: it may point elsewhere by the time it is called.
    """
    if len(url) > LONGEST or any(sign.isspace() or not sign.isprintable() for sign in url):
        raise UrlRefused
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except (ValueError, UnicodeError):
        raise UrlRefused from None
    if parts.scheme not in ("https", *(["http"] if doors.plain else [])):
        raise UrlRefused("webhooks.url_scheme")
    if not host or port == 0 or parts.fragment or parts.username is not None or "\\" in url:
        raise UrlRefused
    try:
        literal = str(ip_address(host))
    except ValueError:
        return parts
    if not doors.is_open(literal):
        raise UrlRefused("webhooks.url_inside")
    return parts


def addresses_of(host: str, port: int, doors: Doors) -> Sequence[str]:
    """The addresses a name has now; raises UrlRefused when one of them is not open.

    One closed address among open ones is enough: whoever answers so is up to something.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UrlRefused("webhooks.url_unknown_host", host=host[:120]) from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not addresses or not all(doors.is_open(address) for address in addresses):
        raise UrlRefused("webhooks.url_inside")
    return addresses


def _meant(address: Address) -> list[Address]:
    """The address, and the IPv4 address that hides in it."""
    if isinstance(address, IPv4Address):
        return [address]
    hidden = address.ipv4_mapped or address.sixtofour
    if hidden is None and address.teredo is not None:
        hidden = address.teredo[1]
    if hidden is None and (any(address in net for net in NAT64) or int(address) < 2**32):
        hidden = IPv4Address(int(address) & 0xFFFFFFFF)
    if hidden is None:
        return [address]
    # what only wraps an IPv4 address is as open as that address
    return [hidden]
