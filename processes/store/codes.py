"""Short codes on paper: 50 random bits that let a partner without officials in by a narrow door.

Ten characters of Crockford's base 32, shown in two groups. The database keeps only their HMAC under
the installation's secret, so that a stolen database does not give them away. Typing is forgiven:
small letters, blanks, hyphens, O for 0, I and L for 1. Source of the alphabet and of what is
forgiven: Douglas Crockford, Base 32.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from processes.store.tables import PartyCode

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
#: what stands between the two groups, and what a typist may put anywhere
_BETWEEN = re.compile(r"[\s\u00a0\u2010-\u2015-]+")
_MISREAD = str.maketrans("OIL", "011")
#: characters after which a text is no code, however it is read
_LONGEST = 60


def make_code() -> str:
    """A fresh code of ten characters, without the hyphen."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """The code as it is printed: `XXXXX-XXXXX`."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def read_code(typed: str) -> str | None:
    """The code somebody typed, however he typed it; None when it cannot be one."""
    if len(typed) > _LONGEST:
        return None
    found = _BETWEEN.sub("", typed).upper().translate(_MISREAD)
    return found if len(found) == LENGTH and set(found) <= set(ALPHABET) else None


def hash_code(secret: bytes, code: str) -> str:
    """What the database keeps of a code: HMAC-SHA256 under the installation's secret, hex."""
    return hmac.new(secret, b"code:" + code.encode(), hashlib.sha256).hexdigest()


def keep_code(
    session: Session,
    secret: bytes,
    code: str,
    *,
    case_id: str,
    region_code: str,
    created_by: str,
    now: datetime,
) -> PartyCode:
    """Let a code from `make_code` work for one party of one case from now on."""
    row = PartyCode(
        case_id=case_id,
        region_code=region_code,
        code_hash=hash_code(secret, code),
        created_at=now,
        created_by=created_by[:300],
    )
    session.add(row)
    session.flush()
    return row


def find_code(session: Session, secret: bytes, code: str) -> PartyCode | None:
    """The living code from `read_code`; None when it is unknown or revoked."""
    living = select(PartyCode).where(PartyCode.revoked_at.is_(None))
    return session.scalar(living.where(PartyCode.code_hash == hash_code(secret, code)))


def revoke_codes(session: Session, case_id: str, region_code: str, now: datetime) -> int:
    """Kill every living code of a party of a case; how many died."""
    living = update(PartyCode).where(
        PartyCode.case_id == case_id,
        PartyCode.region_code == region_code,
        PartyCode.revoked_at.is_(None),
    )
    return len(session.execute(living.values(revoked_at=now).returning(PartyCode.id)).all())


def living_codes(session: Session, case_id: str) -> dict[str, int]:
    """How many codes of a case work, by the code of the party; parties without any left out."""
    living = (
        select(PartyCode.region_code, func.count())
        .where(PartyCode.case_id == case_id, PartyCode.revoked_at.is_(None))
        .group_by(PartyCode.region_code)
    )
    return dict(session.execute(living).all())
