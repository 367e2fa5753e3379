"""Channels as they are stored: sealed with the installation's secret, so that a stolen database
gives none of their passwords away.

What is stored still begins with the service, `tgram://#…`: which service it is, is no secret. No
channel that is taken has a `#`, so what was stored before there were seals is told apart by it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from processes.store.channel_urls import scheme_of
from processes.store.tables import Person

MARK = "://#"


def seal(secret: bytes, url: str) -> str:
    """A channel's URL as it is stored; another text every time."""
    return f"{scheme_of(url)}{MARK}{_box(secret).encrypt(url.encode()).decode()}"


def unseal(secret: bytes, stored: str) -> str | None:
    """The URL of a stored channel; None when it was sealed with another secret, or changed."""
    _, mark, sealed = stored.partition(MARK)
    if not mark:
        return stored
    try:
        return _box(secret).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def sealed_as(secret: bytes, stored: str | None, url: str) -> str:
    """What is to be stored for a channel: what is stored already, when that is this very one."""
    same = stored is not None and MARK in stored and unseal(secret, stored) == url
    return stored if same and stored is not None else seal(secret, url)


def has_open(session: Session) -> bool:
    """Whether a channel lies open, stored before there were seals."""
    return session.scalar(_open().limit(1)) is not None


def seal_open(session: Session, secret: bytes) -> None:
    """Seal every channel that lies open."""
    for person in session.scalars(_open().with_for_update()):
        person.channel_url = seal(secret, str(person.channel_url))


def _open() -> Select[Person]:
    return select(Person).where(
        Person.channel_url.is_not(None), ~Person.channel_url.contains(MARK, autoescape=True)
    )


def _box(secret: bytes) -> Fernet:
    key = hmac.new(secret, b"channel", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))
