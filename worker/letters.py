"""A letter ready to be sent: one mail with a text part, an HTML part and a stable Message-ID.

It is put together here and not by Python's `email`, which takes longer for it than all else that a
letter costs; only headers that are no plain words are left to that.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from markupsafe import escape

_LINE_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+\s*")
_LINK = re.compile(r"https?://[^\s<>\"']+")
#: Python folds a long subject before its first word, which mail programs show as a blank; a header
#: may be longer than the 78 characters it folds at (RFC 5322 2.1.1)
_WIDTH = 400
#: headers that hold addresses, and what such a value looks like when it can be sent as it stands
_ADDRESSES = frozenset({"From", "To"})
_ADDRESS = r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9.-]+"
_PLAIN_ADDRESS = re.compile(rf"(?:[A-Za-z0-9]+ )+<{_ADDRESS}>|{_ADDRESS}")
#: between the parts of a mail; neither quoted-printable nor base64 can hold it (RFC 2045 6.7)
_BOUNDARY = "=_ksdd_="
_PARTS = (
    "MIME-Version: 1.0\r\n"
    'Content-Type: multipart/alternative; boundary="{0}"\r\n\r\n'
    "--{0}\r\n"
    'Content-Type: text/plain; charset="utf-8"\r\n'
    "Content-Transfer-Encoding: {1}\r\n\r\n{2}\r\n"
    "--{0}\r\n"
    'Content-Type: text/html; charset="utf-8"\r\n'
    "Content-Transfer-Encoding: base64\r\n"
    "MIME-Version: 1.0\r\n\r\n{3}\r\n"
    "--{0}--\r\n"
)
_PAGE = (
    '<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{}</title></head>'
    '<body style="font-family:sans-serif;line-height:1.5;max-width:40em">{}</body></html>'
)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What one person is told, with the address it goes to."""

    #: `<…@…>`, the same for every attempt at this message
    message_id: str
    sender: str
    address: str
    subject: str
    #: plain text; the HTML part says the same
    text: str
    written_at: datetime

    def as_bytes(self, *, utf8: bool = False) -> bytes:
        """The letter as a mail; with `utf8` for a server that takes such headers (RFC 6531).

        No header can be smuggled in: line breaks become spaces.
        """
        headers = (
            ("Message-ID", self.message_id),
            ("Date", format_datetime(self.written_at)),
            ("From", self.sender),
            ("To", self.address),
            ("Subject", self.subject),
            # RFC 3834: out-of-office replies must not answer it
            ("Auto-Submitted", "auto-generated"),
        )
        written = "".join(_header(name, one_line(value), utf8) for name, value in headers)
        page = encodebytes(as_html(self.subject, self.text).encode()).decode()
        parts = _PARTS.format(_BOUNDARY, *_as_sent(self.text), page.replace("\n", "\r\n"))
        return (written + parts).encode()


def _as_sent(text: str) -> tuple[str, str]:
    """A text and before it how it is encoded: as it stands, where every mail server takes it so."""
    lines = text.splitlines()
    if text.isascii() and _BOUNDARY not in text and all(len(line) < _WIDTH for line in lines):
        return "7bit", "".join(f"{line}\r\n" for line in lines)
    encoded = b2a_qp("".join(f"{line}\r\n" for line in lines).encode())
    return "quoted-printable", encoded.decode()


def _header(name: str, value: str, utf8: bool) -> str:
    """A header as it is sent."""
    is_plain = value.isascii() and len(value) < _WIDTH // 2 and "=?" not in value
    if is_plain and (name not in _ADDRESSES or _PLAIN_ADDRESS.fullmatch(value)):
        return f"{name}: {value}\r\n"
    return _folded(name, value, utf8)


@lru_cache(maxsize=512)
def _folded(name: str, value: str, utf8: bool) -> str:
    policy = SMTP.clone(max_line_length=_WIDTH, utf8=utf8)
    return policy.fold_binary(*policy.header_store_parse(name, value)).decode()


def one_line(text: str) -> str:
    """`text` without line breaks and control characters, as a mail header needs it."""
    if text.isprintable():
        return text.strip()
    joined = _LINE_BREAKS.sub(" ", text)
    return "".join(c for c in joined if c.isprintable()).strip()


def as_html(subject: str, text: str) -> str:
    """The text as a plain page: paragraphs at blank lines, links that can be pressed."""
    paragraphs = _linked(text.strip()).split("\n\n")
    body = "".join(
        f"<p>{paragraph.strip().replace(chr(10), '<br>')}</p>"
        for paragraph in paragraphs
        if paragraph.strip()
    )
    return _PAGE.format(escape(one_line(subject)), body)


def _linked(text: str) -> str:
    """A text with its web addresses made pressable; everything else is escaped."""
    made, end = [], 0
    for found in _LINK.finditer(text):
        address = found.group().rstrip(".,;)")
        shown = escape(address)
        made += [escape(text[end : found.start()]), f'<a href="{shown}">{shown}</a>']
        end = found.start() + len(address)
    return "".join([*made, escape(text[end:])])
