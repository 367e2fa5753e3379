"""Passwords of accounts: kept as argon2id hashes, compared in the same time whoever asks."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: least argon2id that OWASP's password storage cheat sheet allows: 19 MiB, twice, in one lane.
#: Sixteen sign-ins at once stay below a third of a gigabyte.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: of a random text that nobody knows: what is compared where there is no account or no password
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$"
    "AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


def normal(password: str) -> str:
    """The one form of what was typed, however a keyboard composes its letters (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return _HASHER.hash(normal(password))


def is_right(kept: str | None, typed: str) -> bool:
    """Whether it is the password; takes as long where there is none to compare with."""
    try:
        _HASHER.verify(kept or _NOBODY, normal(typed))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with other costs than those of today."""
    return _HASHER.check_needs_rehash(kept)
