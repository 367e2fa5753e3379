"""Which `secret.key` the rows belong to: links, codes and sealed channels are of no use without it.

The key stands in no table; its fingerprint does, from the first start with it on.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import Connection, inspect, select, update
from sqlalchemy.orm import Session

from processes.store.database import insert_missing
from processes.store.links import hash_token, token_for
from processes.store.tables import Link, SecretMark

#: name of the only row
NAME = "secret.key"


def fingerprint(secret: bytes) -> str:
    """By which a key is known again and not found out: 64 hex digits."""
    return hmac.new(secret, b"fingerprint", hashlib.sha256).hexdigest()


def belongs(connection: Connection, secret: bytes | None) -> bool:
    """Whether the rows were made with this key, or may be given it; None stands for no key.

    Before a fingerprint was noted, and in tables of older programs that know none, the newest link
    tells; where nothing was made with a key yet, any will do.
    """
    tables = inspect(connection).get_table_names()
    noted = newest = None
    if SecretMark.__tablename__ in tables:
        noted = connection.scalar(select(SecretMark.fingerprint))
    if noted is not None:
        return secret is not None and hmac.compare_digest(fingerprint(secret), noted)
    if Link.__tablename__ in tables:
        by_age = select(Link.id, Link.token_sha256).order_by(Link.created_at.desc())
        newest = connection.execute(by_age.limit(1)).first()
    if newest is None:
        return True
    return secret is not None and hash_token(token_for(secret, newest.id)) == newest.token_sha256


def note(session: Session, secret: bytes, *, now: datetime) -> None:
    """Note the fingerprint of the key, unless one is noted."""
    row = {"name": NAME, "fingerprint": fingerprint(secret), "noted_at": now}
    insert_missing(session, SecretMark, [row])


def replace(session: Session, secret: bytes, *, now: datetime) -> int:
    """Let the rows belong to another key; how many living links got another token by it.

    What waits to be sent carries the new token. Every address that was sent before leads nowhere.
    """
    note(session, secret, now=now)
    session.execute(update(SecretMark).values(fingerprint=fingerprint(secret), noted_at=now))
    living = session.scalars(select(Link.id).where(Link.revoked_at.is_(None))).all()
    anew = [{"id": each, "token_sha256": hash_token(token_for(secret, each))} for each in living]
    if anew:
        session.execute(update(Link), anew)
    return len(anew)
