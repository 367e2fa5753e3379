"""What is said to a mail server for one letter, and how long that may take.

Until the server has asked for the words of a letter nothing of it was taken: whoever is cut off
before that may say it all again on another connection. Whoever is cut off after that does not know.
"""

from __future__ import annotations

import smtplib
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from worker.letters import Letter, one_line

#: seconds a mail server may keep us waiting at each step
TIMEOUT = 15.0
#: seconds it may take for one letter, connecting included
ENOUGH_FOR_ONE = 25.0
#: answers: it did as it was told, it waits for the words of the letter, it ends the connection
FINE, GO_ON, _LEAVING = 250, 354, 421
#: answers to a command that was obeyed; 251 takes a letter to hand it on
_TAKEN = frozenset({FINE, 251, GO_ON})

Answer = tuple[int, bytes]


class HungUp(smtplib.SMTPResponseException):
    """The server said that it takes no more on this connection."""


class _Hurrying(smtplib.SMTP):
    """Waits for no answer beyond `until` (`time.monotonic()` seconds), nor longer than TIMEOUT."""

    def __init__(self, host: str, port: int, until: float, **how: Any) -> None:
        self.until = until
        super().__init__(host, port, timeout=self._patience(), **how)

    def send(self, s: Any) -> None:
        """Send, in the time that is left."""
        self._hurry()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """The answer, if it comes in the time that is left."""
        self._hurry()
        return super().getreply()

    def _hurry(self) -> None:
        if self.sock is not None:
            self.sock.settimeout(self._patience())

    def _patience(self) -> float:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the mail server takes too long for one letter")
        return min(left, TIMEOUT)


class Plain(_Hurrying):
    """A connection that begins in the clear."""


class Private(_Hurrying, smtplib.SMTP_SSL):
    """A connection that is private from the start."""


def announce(server: smtplib.SMTP, letter: Letter) -> bytes:
    """Say who writes to whom, and have the server wait for the letter; returns its words.

    Raises what the server refused, HungUp, or what smtplib raises when it is gone.
    """
    beyond_ascii = not (letter.sender + letter.address).isascii()
    if beyond_ascii and not server.has_extn("smtputf8"):
        raise smtplib.SMTPNotSupportedError("SMTPUTF8")
    words = letter.as_bytes(utf8=beyond_ascii)
    options = [f"SIZE={len(words)}"] if server.has_extn("size") else []
    options += ["SMTPUTF8", "BODY=8BITMIME"] if beyond_ascii else []
    commands = [
        " ".join([f"MAIL FROM:{_quoted(letter.sender)}", *options]),
        f"RCPT TO:{_quoted(letter.address)}",
        "DATA",
    ]
    # what is sent at once is one round trip instead of three (RFC 2920)
    say = _at_once if server.has_extn("pipelining") else _one_by_one
    server.command_encoding = "utf-8" if beyond_ascii else "ascii"
    sender, *others = say(server, [one_line(command) for command in commands])
    if sender[0] != FINE:
        raise smtplib.SMTPSenderRefused(*sender, letter.sender)
    receiver, *last = others
    if receiver[0] not in _TAKEN:
        if last and last[0][0] == GO_ON:
            # what the server said of the receiver counts, even if it leaves over this
            with suppress(OSError):
                _send_nothing(server)
        raise smtplib.SMTPRecipientsRefused({letter.address: receiver})
    if last[0][0] != GO_ON:
        raise smtplib.SMTPDataError(*last[0])
    return words


@lru_cache(maxsize=512)
def _quoted(address: str) -> str:
    return smtplib.quoteaddr(address)


def _at_once(server: smtplib.SMTP, commands: Sequence[str]) -> list[Answer]:
    """The answers to commands that are sent together; each is answered, whatever the others are."""
    server.send("".join(f"{command}\r\n" for command in commands))
    return [_answer(server) for _ in commands]


def _one_by_one(server: smtplib.SMTP, commands: Sequence[str]) -> list[Answer]:
    """The answers to commands, up to the first that is refused."""
    answers: list[Answer] = []
    for command in commands:
        server.putcmd(command)
        answers.append(_answer(server))
        if answers[-1][0] not in _TAKEN:
            break
    return answers


def _answer(server: smtplib.SMTP) -> Answer:
    code, said = server.getreply()
    if code == _LEAVING:
        raise HungUp(code, said)
    return code, said


def _send_nothing(server: smtplib.SMTP) -> None:
    """End a letter that has nobody to go to; the server refuses it once more."""
    server.send(".\r\n")
    _answer(server)


def hand_over(server: smtplib.SMTP, words: bytes) -> None:
    """Give the words of a letter to a server that waits for them; once this returns it has it."""
    server.send(words.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    code, said = _answer(server)
    if code != FINE:
        raise smtplib.SMTPDataError(code, said)
