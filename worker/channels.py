"""The ways out of the house: files in a folder while developing, a mail server otherwise.

Both take a `Letter` and return once it is safely handed over. `Refused` says that it was not, and
whether trying again can help.
"""

from __future__ import annotations

import os
import re
import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from processes.setting_values import is_loopback
from processes.settings import Settings
from worker.conversation import (
    ENOUGH_FOR_ONE,
    FINE,
    HungUp,
    Plain,
    Private,
    announce,
    hand_over,
)
from worker.letters import Letter

#: SMTP answers that stand for "this will never work", RFC 5321 4.2.1
_FOR_EVER = range(500, 600)
#: of those, the ones that speak of our log-in or the server's mood and not of the letter
_OURS_TO_MEND = {530, 534, 535, 538, 554}


class Refused(Exception):
    """The letter was not taken; `final` when no further try can change that."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


class Channel(Protocol):
    """One way out of the house."""

    def send(self, letter: Letter) -> None:
        """Hand the letter over; raises Refused."""


def channel_of(settings: Settings) -> Channel | None:
    """The channel of an installation; None when messages must wait for a mail server."""
    if settings.mail_url is not None:
        return SmtpChannel(settings.mail_url)
    return EmlChannel(settings.mail_folder) if settings.is_development else None


class EmlChannel:
    """Letters as `.eml` files, their names sorted by time; `/mailbox` shows them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, letter: Letter) -> None:
        """Write the file whole or not at all; the names sort by time."""
        stable = re.sub(r"[^0-9A-Za-z]", "", letter.message_id.partition("@")[0])[:32]
        path = self.folder / f"{letter.written_at:%Y%m%dT%H%M%S.%fZ}-{stable}.eml"
        draft = path.with_suffix(f".{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with draft.open("wb") as file:
                file.write(letter.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise Refused(f"{self.folder}: {error.strerror}") from error


class SmtpChannel:
    """Letters to a mail server: `smtp://[user:password@]host[:port]`, or `smtps://`.

    `smtp` speaks TLS whenever the server offers it (`?tls=off` never, for a relay on the same
    machine) and gives no password away in the clear, except on loopback.
    """

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)

    def send(self, letter: Letter) -> None:
        """Send over a connection of its own; raises Refused."""
        with kept_open(self) as way:
            way.send(letter)

    def connect(self, until: float) -> Plain | Private:
        """A connection that letters can be sent over, made before `until` (`time.monotonic()`);
        raises Refused, or what smtplib raises."""
        host, port = self._url.hostname or "localhost", self._url.port or 0
        server: Plain | Private
        if self._url.scheme == "smtps":
            server = Private(host, port, until, context=self._context)
        else:
            server = Plain(host, port, until)
        try:
            self._introduce(server)
        except BaseException:
            server.close()
            raise
        return server

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def _introduce(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        is_private = self._url.scheme == "smtps"
        if not is_private and _wants_tls(self._url) and server.has_extn("starttls"):
            server.starttls(context=self._context)
            # what was said in the clear counts no more, who we are included (RFC 3207 4.2)
            server.ehlo_or_helo_if_needed()
            is_private = True
        if self._url.username:
            if not is_private and not is_loopback(self._url.hostname):
                raise Refused("KSDD_MAIL_URL: server tidak menawarkan TLS, sandi tidak dikirim")
            server.login(unquote(self._url.username), unquote(self._url.password or ""))


class _OpenSmtp:
    """Letters to a mail server over one connection, made anew where the server has ended it."""

    def __init__(self, channel: SmtpChannel) -> None:
        self._channel = channel
        self._server: Plain | Private | None = None

    def send(self, letter: Letter) -> None:
        """Send, within ENOUGH_FOR_ONE seconds; raises Refused."""
        try:
            self._send(letter, time.monotonic() + ENOUGH_FOR_ONE)
        except BaseException as error:
            refused = _understood(error)
            if refused is None or not self._begins_anew(error):
                self._close()
            if refused is None:
                raise
            raise refused from error

    def _send(self, letter: Letter, until: float) -> None:
        words = self._announced_again(letter, until)
        if words is None:
            self._server = self._channel.connect(until)
            words = announce(self._server, letter)
        assert self._server is not None
        hand_over(self._server, words)

    def _announced_again(self, letter: Letter, until: float) -> bytes | None:
        """The words that the server waits for on the connection there is; None when it listens
        there no more, in which case it has taken nothing."""
        if self._server is None:
            return None
        self._server.until = until
        try:
            return announce(self._server, letter)
        except (HungUp, smtplib.SMTPServerDisconnected):
            self._close()
        return None

    def _begins_anew(self, error: BaseException) -> bool:
        """Whether the server, having refused a letter, listens to the next one."""
        answered = isinstance(error, (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused))
        if self._server is None or not answered or isinstance(error, HungUp):
            return False
        try:
            return self._server.rset()[0] == FINE
        except OSError:
            return False

    def hang_up(self) -> None:
        """End the connection; what was sent is already taken, so a rude end does no harm."""
        if self._server is not None:
            _leave(self._server)
            self._close()

    def _close(self) -> None:
        """End the connection without a word: a server that hangs would not answer."""
        if self._server is not None:
            self._server.close()
            self._server = None


@contextmanager
def kept_open(way: Channel) -> Iterator[Channel]:
    """A way on which all letters meanwhile share one connection, where there is any."""
    if not isinstance(way, SmtpChannel):
        yield way
        return
    opened = _OpenSmtp(way)
    try:
        yield opened
    finally:
        opened.hang_up()


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye, to a server that may have hung up already."""
    with suppress(smtplib.SMTPException, OSError):
        server.quit()


def _wants_tls(url: SplitResult) -> bool:
    return parse_qs(url.query).get("tls") != ["off"]


def _understood(error: BaseException) -> Refused | None:
    """What a letter was refused for; None when it is no refusal but a fault of ours."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _refusal(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPResponseException):
        return _refusal(error.smtp_code, error.smtp_error)
    if isinstance(error, (smtplib.SMTPException, OSError, UnicodeError)):
        return Refused(f"{type(error).__name__}: {error}")
    return None


def _refusal(code: int, said: bytes | str) -> Refused:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    final = code in _FOR_EVER and code not in _OURS_TO_MEND
    return Refused(f"{code} {text}", final=final)
