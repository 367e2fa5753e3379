"""A mail server that costs next to nothing: it takes every letter, notes which and when, and
forgets it. What is measured is the sender, and a mail server is a machine of its own.

Like all that are in use it takes several commands at once (RFC 2920).
"""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from threading import Thread

from tests.servers import free_port

#: seconds a process has to begin and to end
PATIENCE = 240
_MESSAGE_ID = re.compile(rb"^Message-ID: *(\S+)", re.MULTILINE | re.IGNORECASE)
_EHLO = b"250-here\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING\r\n"
_END = b"\r\n.\r\n"

#: which letter was taken, and when
Taken = tuple[bytes, float]


@contextmanager
def mail_server() -> Iterator[tuple[str, Callable[[], list[Taken]]]]:
    """A mail server in a process of its own: its address, and what it took so far."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    port = free_port()
    process = spawn.Process(target=take_letters, args=(port, theirs), daemon=True)
    process.start()

    def taken() -> list[Taken]:
        ours.send("tell")
        found: list[Taken] = ours.recv()
        return found

    try:
        assert ours.poll(PATIENCE), "the mail server does not answer"
        ours.recv()
        yield f"smtp://127.0.0.1:{port}", taken
    finally:
        ours.close()
        process.join(PATIENCE)


def take_letters(port: int, orders: Connection) -> None:
    """What the mail server does, until nobody asks any more."""
    taken: list[Taken] = []

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        await loop.create_server(lambda: _Desk(taken), "127.0.0.1", port)
        orders.send("ready")
        await asyncio.Event().wait()

    Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
    try:
        while True:
            orders.recv()
            orders.send(list(taken))
    except EOFError:
        return


class _Desk(asyncio.Protocol):
    """One connection: commands are lines, a letter ends with a point on a line of its own."""

    def __init__(self, taken: list[Taken]) -> None:
        self._taken = taken
        self._rest = b""
        self._is_letter = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 here ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer every whole command and letter."""
        self._rest += data
        answers = []
        while (cut := self._rest.partition(_END if self._is_letter else b"\r\n"))[1]:
            whole, _, self._rest = cut
            answers.append(self._answer(whole))
        self._transport.write(b"".join(answers))

    def _answer(self, whole: bytes) -> bytes:
        if self._is_letter:
            self._is_letter = False
            found = _MESSAGE_ID.search(whole)
            assert found is not None
            self._taken.append((found.group(1), time.monotonic()))
            return b"250 OK\r\n"
        command = whole[:4].upper()
        if command == b"DATA":
            self._is_letter = True
            return b"354 go on\r\n"
        if command == b"QUIT":
            return b"221 bye\r\n"
        return _EHLO if command == b"EHLO" else b"250 OK\r\n"
