"""How many bodies are received at once, so that whoever sends nothing keeps nobody waiting.

The thread that answers a request also waits for its body, and the web server lets nobody put an end
to that wait. So fewer requests may wait than there are threads, and those of one address fewer
still: the others are told to come again, and whoever only looks never notices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from threading import Lock
from typing import IO, TYPE_CHECKING

from processes.errors import Busy
from processes.store.limits import household

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: threads of the web server
THREADS = 128
#: of them, how many may wait for a body
AT_ONCE = 96
#: and how many for bodies from one address: a whole office may stand behind it
OF_ONE_ADDRESS = 32
#: bytes of a refused body that are read all the same: many a program sends all of it before it
#: looks at the answer, and would only see the connection break
HEARD_OUT = 64 * 1024 * 1024
#: bytes that are on their way before anybody reads; so few need no reader
ON_THE_WAY = 64 * 1024
PIECE = 256 * 1024


class Receiving:
    """An application that refuses to read one body too many with Busy."""

    def __init__(self, inner: WSGIApplication) -> None:
        self.inner = inner
        self._lock = Lock()
        self._waiting: Counter[str] = Counter()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if _length(environ) == 0:
            return self.inner(environ, start_response)
        stream = environ["wsgi.input"]
        body = environ["wsgi.input"] = Body(self, stream, _length(environ), _caller(environ))
        try:
            answer = self.inner(environ, start_response)
            if "HTTP_EXPECT" not in environ:  # else it waits for our word before it sends
                body.hear_out()
            return answer
        finally:
            body.leave()
            environ["wsgi.input"] = stream

    def enter(self, caller: str) -> None:
        """Take a place; raises Busy when there is none, for this caller or at all."""
        with self._lock:
            if self._waiting[caller] >= OF_ONE_ADDRESS or self._waiting.total() >= AT_ONCE:
                raise Busy
            self._waiting[caller] += 1

    def leave(self, caller: str) -> None:
        """Give the place back."""
        with self._lock:
            self._waiting[caller] -= 1
            if not self._waiting[caller]:
                del self._waiting[caller]


class Body:
    """A request's body; it has a place from the first byte that is asked for to its last."""

    def __init__(
        self, receiving: Receiving, stream: IO[bytes], length: int | None, caller: str
    ) -> None:
        self._receiving = receiving
        self._stream = stream
        self._left = length
        self._caller = caller
        self._has_place = False

    def read(self, size: int = -1) -> bytes:
        """The next bytes; none at the end. Raises Busy when it may not be waited for."""
        if self._left == 0:
            return b""
        if not self._has_place:
            self._receiving.enter(self._caller)
            self._has_place = True
        found = self._stream.read() if size < 0 else self._stream.read(size)
        if self._left is not None:
            self._left = max(0, self._left - len(found))
        if not found or self._left == 0:
            self.leave()
        return found

    def hear_out(self) -> None:
        """Read what nobody wants, as far as it has a known and bearable end."""
        if self._left is None or not ON_THE_WAY < self._left <= HEARD_OUT:
            return
        with suppress(Busy, OSError):
            while self.read(PIECE):
                pass

    def leave(self) -> None:
        """Nobody reads on."""
        if self._has_place:
            self._has_place = False
            self._receiving.leave(self._caller)


def _length(environ: WSGIEnvironment) -> int | None:
    """Bytes of the body; None when it comes in chunks, or its length is nothing to rely on."""
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return None
    stated = environ.get("CONTENT_LENGTH") or "0"
    return int(stated) if stated.isascii() and stated.isdecimal() and len(stated) < 20 else None


def _caller(environ: WSGIEnvironment) -> str:
    """Whose request it is, as it stands behind every declared proxy."""
    return household(environ.get("REMOTE_ADDR") or "")
