"""One call to a region's own system: to the address that was checked, and nowhere else.

No proxy, no redirect, no cookie; at most fifteen seconds in all, and of the answer only its status
and `Retry-After` are read.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from threading import Timer
from urllib.parse import urlsplit

from processes.store.webhook_urls import Doors, UrlRefused, addresses_of, check_url

#: seconds the whole call may take
TIMEOUT = 15.0
TOO_LONG = "no answer within 15 seconds"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of a call."""

    #: HTTP status; None when there was no answer
    status: int | None
    #: what went wrong, in a few words; empty when it was taken
    why: str = ""
    #: how long the other side asks to be left in peace
    rest: timedelta = timedelta(0)

    @property
    def is_taken(self) -> bool:
        """Whether the other side has the event now."""
        return self.status is not None and 200 <= self.status < 300


def call(
    url: str, body: bytes, headers: Mapping[str, str], doors: Doors, timeout: float = TIMEOUT
) -> Answer:
    """POST a body; never raises for what the other side, its name or its network does."""
    try:
        parts = check_url(url, doors)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        addresses = addresses_of(host, port, doors)
    except UrlRefused as refused:
        return Answer(status=None, why=refused.say())
    kind = _PinnedTls if parts.scheme == "https" else _Pinned
    connection = kind(host, port, addresses, timeout)
    clock = Timer(timeout, connection.hang_up)
    clock.daemon = True
    clock.start()
    try:
        connection.request("POST", _target(url), body, dict(headers))
        found = connection.getresponse()
        return _read(found)
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = connection.was_hung_up or isinstance(error, TimeoutError)
        return Answer(status=None, why=TOO_LONG if late else f"{type(error).__name__}: {error}")
    finally:
        clock.cancel()
        connection.close()


def _target(url: str) -> str:
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return path.encode("ascii", "backslashreplace").decode()


def _read(found: http.client.HTTPResponse) -> Answer:
    status = found.status
    if 200 <= status < 300:
        return Answer(status=status)
    return Answer(status=status, why=f"HTTP {status}", rest=_rest(found.getheader("Retry-After")))


def _rest(asked: str | None) -> timedelta:
    """Seconds of `Retry-After`; its other form, a date, is not worth a second clock."""
    if asked is None or not asked.isascii() or not asked.isdigit() or len(asked) > 6:
        return timedelta(0)
    return timedelta(seconds=int(asked))


class _Pinned(http.client.HTTPConnection):
    """A connection to one of the addresses that were looked at, by the name of the host."""

    def __init__(self, host: str, port: int, addresses: Sequence[str], timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._addresses = addresses
        self.was_hung_up = False

    def connect(self) -> None:
        """Open the socket; OSError of the last address when none answers."""
        self.sock = self._open()

    def _open(self) -> socket.socket:
        last: OSError = OSError("no address")
        for address in self._addresses:
            if self.was_hung_up:
                break
            try:
                return socket.create_connection((address, self.port), self.timeout)
            except OSError as error:
                last = error
        raise last

    def hang_up(self) -> None:
        """End a call that takes too long, from another thread."""
        self.was_hung_up = True
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


class _PinnedTls(_Pinned):
    """The same over TLS, with the certificate held against the name of the host."""

    def connect(self) -> None:
        """Open the socket and make sure who is there."""
        self.sock = self._open()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
