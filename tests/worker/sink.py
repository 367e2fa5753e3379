"""A real SMTP server on loopback that keeps what it is given and refuses what it is told to."""

from __future__ import annotations

import socket
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Any, Self, cast

from aiosmtpd.controller import Controller


class Sink:
    """Use as a context manager; `mails` and `recipients` grow with every letter taken."""

    def __init__(self, *, utf8: bool = True) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        #: what to answer to a recipient instead of taking it
        self.answers: dict[str, str] = {}
        #: the other end of the connection over which each letter came, in order
        self.peers: list[Any] = []
        #: what it answers when it is asked whether it still takes letters
        self.still_there = "250 OK"
        #: called after a letter was kept and before the sender hears of it
        self.before_answer: Callable[[], None] = lambda: None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._server = Controller(self, hostname="127.0.0.1", port=self._port, enable_SMTPUTF8=utf8)

    @property
    def url(self) -> str:
        """Fit for `KSDD_MAIL_URL`."""
        return f"smtp://127.0.0.1:{self._port}"

    @property
    def message_ids(self) -> list[str]:
        """Of every letter taken, in order."""
        return [mail["Message-ID"] for mail in self.mails]

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stop()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        refusal = self.answers.get(address)
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_NOOP(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, _envelope: Any, _words: Any
    ) -> str:
        return self.still_there

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=default)
        self.mails.append(cast(EmailMessage, mail))
        self.recipients.append(list(envelope.rcpt_tos))
        self.peers.append(session.peer)
        self.before_answer()
        return "250 OK"
