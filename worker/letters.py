"""A letter ready to be sent: one mail with a text part, an HTML part and a stable Message-ID."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

_LINE_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+\s*")
_LINK = re.compile(r"https?://[^\s<>\"']+")
#: Python folds a long subject before its first word, which mail programs show as a blank; a header
#: may be longer than the 78 characters it folds at (RFC 5322 2.1.1)
_WIDTH = 400
#: between the parts of a mail; neither quoted-printable nor base64 can hold it (RFC 2045 6.7), so
#: nobody has to look whether the text does
_BOUNDARY = "=_ksdd_="


class _Remembering(EmailPolicy):
    """Python's own policy, which reads and writes a header once: most are the same in every letter,
    and take longer than all else in it."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """The header as a message keeps it."""
        return _parsed(name, value)

    def header_max_count(self, name: str) -> int | None:
        """How many headers of a name a message may have."""
        return _most(name)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The header as it is sent."""
        return _folded(name, value, self.utf8)


@lru_cache(maxsize=512)
def _parsed(name: str, value: Any) -> tuple[str, Any]:
    return SMTP.header_store_parse(name, value)


@lru_cache(maxsize=512)
def _most(name: str) -> int | None:
    return SMTP.header_max_count(name)


@lru_cache(maxsize=512)
def _folded(name: str, value: Any, utf8: bool) -> bytes:
    return SMTP.clone(max_line_length=_WIDTH, utf8=utf8).fold_binary(name, value)


_UNFOLDED = _Remembering(linesep="\r\n", max_line_length=_WIDTH)
_PAGE = Markup(
    '<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{title}</title></head>'
    '<body style="font-family:sans-serif;line-height:1.5;max-width:40em">{body}</body></html>'
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

    def as_mail(self) -> EmailMessage:
        """The letter as a mail. No header can be smuggled in: line breaks become spaces."""
        mail = EmailMessage(policy=_UNFOLDED)
        mail["Message-ID"] = one_line(self.message_id)
        mail["Date"] = format_datetime(self.written_at)
        mail["From"] = one_line(self.sender)
        mail["To"] = one_line(self.address)
        mail["Subject"] = one_line(self.subject)
        # RFC 3834: out-of-office replies must not answer it
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(self.text, cte="quoted-printable")
        mail.add_alternative(as_html(self.subject, self.text), subtype="html", cte="base64")
        mail.set_boundary(_BOUNDARY)
        return mail


def one_line(text: str) -> str:
    """`text` without line breaks and control characters, as a mail header needs it."""
    joined = _LINE_BREAKS.sub(" ", text)
    return "".join(c for c in joined if c.isprintable()).strip()


def as_html(subject: str, text: str) -> str:
    """The text as a plain page: paragraphs at blank lines, links that can be pressed."""
    paragraphs = (p for p in text.strip().split("\n\n") if p.strip())
    body = Markup("").join(Markup("<p>{}</p>").format(_lines(p)) for p in paragraphs)
    return str(_PAGE.format(title=one_line(subject), body=body))


def _lines(paragraph: str) -> Markup:
    return Markup("<br>").join(_linked(line) for line in paragraph.strip().split("\n"))


def _linked(line: str) -> Markup:
    """One line with its web addresses made pressable; everything else is escaped."""
    made, end = Markup(""), 0
    for found in _LINK.finditer(line):
        address = found.group().rstrip(".,;)")
        made += escape(line[end : found.start()])
        made += Markup('<a href="{0}">{0}</a>').format(address)
        end = found.start() + len(address)
    return made + escape(line[end:])
