"""A real SMTP server on loopback that keeps what it is given, and refuses, waits and hangs up as it
is told to."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Any, Self, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

#: what a server says that takes no more letters on a connection
ENOUGH = "421 4.4.2 enough for one connection"


class Sink:
    """Use as a context manager; `mails` and `recipients` grow with every letter taken.

    With `pipelining` it lets several commands be sent at once; with `tls` it offers STARTTLS; with
    a `password` it takes letters only from whoever logs in with it, over TLS.
    """

    def __init__(
        self,
        *,
        utf8: bool = True,
        pipelining: bool = False,
        tls: ssl.SSLContext | None = None,
        password: str | None = None,
    ) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        #: what to answer to a recipient instead of taking it
        self.answers: dict[str, str] = {}
        #: the same, to recipients whose letters it lets come nevertheless
        self.late_answers: dict[str, str] = {}
        #: what to answer to the words of a letter to somebody instead of taking it
        self.last_answers: dict[str, str] = {}
        #: the other end of the connection over which each letter came, in order
        self.peers: list[Any] = []
        #: letters that it takes on one connection
        self.most = 1_000_000
        #: steps at which it hangs up without a word: `MAIL`, `RCPT`, `DATA` (before the words are
        #: taken) or `END` (after that), and the number of the letter that was announced, from 0
        self.cuts: set[tuple[str, int]] = set()
        #: how many letters were announced
        self.announced = 0
        #: seconds that it thinks about each letter
        self.thinks = 0.0
        #: letters that were in the making at once, at most
        self.at_once = 0
        self._in_the_making: set[Any] = set()
        #: called after a letter was kept and before the sender hears of it
        self.before_answer: Callable[[], None] = lambda: None
        self._pipelining = pipelining
        self._password = password
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._server = Controller(
            self,
            hostname="127.0.0.1",
            port=self._port,
            enable_SMTPUTF8=utf8,
            tls_context=tls,
            auth_required=password is not None,
            authenticator=self._check,
        )

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

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: Any, _envelope: Any, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*answers[:-1], *["250-PIPELINING"] * self._pipelining, answers[-1]]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        self.announced += 1
        if self._hangs_up("MAIL", server) or self.peers.count(session.peer) >= self.most:
            return ENOUGH
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self._hangs_up("RCPT", server):
            return ENOUGH
        refusal = self.answers.get(address)
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or self.late_answers.get(address) or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self._hangs_up("DATA", server):
            return ENOUGH
        [receiver] = envelope.rcpt_tos
        refusal = self.late_answers.get(receiver) or self.last_answers.get(receiver)
        if refusal is not None:
            return refusal
        self._in_the_making.add(session.peer)
        self.at_once = max(self.at_once, len(self._in_the_making))
        await asyncio.sleep(self.thinks)
        self._in_the_making.discard(session.peer)
        mail = message_from_bytes(envelope.content, policy=default)
        self.mails.append(cast(EmailMessage, mail))
        self.recipients.append(list(envelope.rcpt_tos))
        self.peers.append(session.peer)
        self.before_answer()
        self._hangs_up("END", server)
        return "250 OK"

    def _hangs_up(self, step: str, server: Any) -> bool:
        """Whether it hung up at a step, of the letter announced last."""
        if (step, self.announced - 1) not in self.cuts:
            return False
        server.transport.abort()
        return True

    def _check(
        self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any
    ) -> AuthResult:
        return AuthResult(success=login.password.decode() == self._password, handled=False)
